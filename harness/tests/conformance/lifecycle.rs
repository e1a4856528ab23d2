//! The lifecycle on each manager.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use crate::bench::Bench;
use crate::common::{ignore, ignore_or_fail};
use crate::steps::{OPTIONS, STEPS};
use crate::{here, image, suite};

/// How many steps a manager may skip; one that is new here, as many as the one that lacks most.
fn most_skipped(manager: &str) -> usize {
    match manager {
        "pixi" => 2,
        "uv" => 3,
        _ => 6,
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
        for (what, step) in OPTIONS {
            if let Err(reason) = step(&bench) {
                ignore(&format!("{what}: {reason}"));
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

/// On this machine.
pub(crate) async fn here(manager: &str) {
    match here::bench(manager).await {
        Ok((bench, _home)) => lifecycle(bench).await,
        Err(reason) => ignore(&format!("{manager} cannot be had: {reason}")),
    }
}

/// In a container of the image that its Dockerfile makes, and there by the suite, too.
pub(crate) async fn in_a_container(manager: &str) {
    match image::bench(manager).await {
        Ok(bench) => lifecycle(bench).await,
        Err(reason) if manager == "pixi" => ignore(&reason),
        Err(reason) => ignore_or_fail(&reason),
    }
}
