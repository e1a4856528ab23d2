//! The lifecycle on each manager.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use crate::bench::Bench;
use crate::common::{ignore, ignore_or_fail};
use crate::steps::STEPS;
use crate::{here, image, suite};

/// How many steps a manager may skip.
fn most_skipped(manager: &str) -> usize {
    match manager {
        "pip" => 6,
        "uv" => 3,
        _ => 2,
    }
}

/// Carries out all steps, and says which were skipped and why.
async fn lifecycle(bench: Bench) {
    let manager = bench.manager.name();
    let gone_through = catch_unwind(AssertUnwindSafe(|| {
        let mut skipped = Vec::new();
        for (what, step) in STEPS {
            if let Err(reason) = step(&bench) {
                ignore(&format!("{what}: {reason}"));
                skipped.push(*what);
            }
        }
        if let Some(image) = &bench.image {
            suite::judge(manager, image, most_skipped(manager));
        }
        skipped
    }));
    bench.ground.close().await;
    let skipped = gone_through.unwrap_or_else(|panic| resume_unwind(panic));
    let most = most_skipped(manager);
    assert!(skipped.len() <= most, "{manager} skips {}, at most {most}: {skipped:#?}", skipped.len());
}

async fn here(manager: &str) {
    match here::bench(manager).await {
        Ok((bench, _home)) => lifecycle(bench).await,
        Err(reason) => ignore(&format!("{manager} cannot be had: {reason}")),
    }
}

async fn in_a_container(manager: &str) {
    match image::bench(manager).await {
        Ok(bench) => lifecycle(bench).await,
        Err(reason) if manager == "pixi" => ignore(&reason),
        Err(reason) => ignore_or_fail(&reason),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pip_keeps_the_interface() {
    here("pip").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pip_keeps_the_interface_in_a_container() {
    in_a_container("pip").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pixi_keeps_the_interface() {
    here("pixi").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pixi_keeps_the_interface_in_a_container() {
    in_a_container("pixi").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn uv_keeps_the_interface() {
    here("uv").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn uv_keeps_the_interface_in_a_container() {
    in_a_container("uv").await;
}
