//! The lifecycle on each manager.

use crate::bench::Bench;
use crate::common::ignore;
use crate::steps::STEPS;

/// Carries out all steps, and says which were skipped and why; more than this many are too many.
async fn lifecycle(manager: &str, most_skipped: usize) {
    let Some(bench) = Bench::new(manager).await else { return };
    let mut skipped = Vec::new();
    for (what, step) in STEPS {
        if let Err(reason) = step(&bench) {
            ignore(&format!("{what}: {reason}"));
            skipped.push(*what);
        }
    }
    assert!(skipped.len() <= most_skipped, "{manager} skips {}, at most {most_skipped}: {skipped:#?}", skipped.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn pip_keeps_the_interface() {
    lifecycle("pip", 6).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pixi_keeps_the_interface() {
    lifecycle("pixi", 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn uv_keeps_the_interface() {
    lifecycle("uv", 3).await;
}
