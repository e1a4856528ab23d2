//! Measurements against their budgets.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use shakedown::engine::scripted::{ScriptedEngine, ran};
use shakedown::model::{Decision, Outcome, Ran, Usage};
use shakedown::plan::Selection;

use crate::plans::planned;
use crate::script::Script;
use crate::stage::{Done, carry_out_built, engine, options, run, with_script};

/// A run in which importing scipy takes these times (seconds) in turn.
async fn importing_takes(seconds: &'static [f64]) -> Done {
    let times = AtomicUsize::new(0);
    let engine = ScriptedEngine::new().when_run(move |invocation| {
        let in_common = invocation.argv.first().is_some_and(|python| python.contains("/common/"));
        let is_import = in_common && invocation.argv.get(3).is_some_and(|package| package == "scipy");
        let import = || {
            let wall = Duration::from_secs_f64(seconds[times.fetch_add(1, Ordering::Relaxed) % seconds.len()]);
            Ran { usage: Usage { wall, ..Usage::default() }, ..ran(0, "scipy 1.17.1\n") }
        };
        is_import.then(import)
    });
    run(&with_script(engine, Script::uv())).await
}

#[tokio::test]
async fn an_import_that_is_too_slow_is_red() {
    let done = importing_takes(&[1.9, 2.0, 2.1]).await;
    assert_eq!(done.red(), ["performance/import[scipy]"]);
    let Outcome::Failed(failure) = done.outcome("performance/import[scipy]") else { panic!("it is too slow") };
    assert!(failure.expected.starts_with("at most ") && failure.expected.contains("1.00 s"), "{failure:?}");
    done.assert(Decision::NotStable, "Failed: performance/import[scipy].");
}

#[tokio::test]
async fn an_import_that_is_too_noisy_is_measured_once_more_and_undecided() {
    let done = importing_takes(&[0.4, 1.1, 1.9, 1.2, 0.6]).await;
    assert_eq!(done.red(), [""; 0]);
    assert_eq!(done.names(Outcome::is_unknown), ["performance/import[scipy]"]);
    let check = done.record.check(&"performance/import[scipy]".parse().expect("an id")).expect("in the plan");
    assert!(matches!(check.ended.outcome, Outcome::Undecided { .. }));
    assert_eq!(check.ended.measurements[0].samples.len(), 10);
    done.assert(Decision::Inconclusive, "1 counted check could not be told: performance/import[scipy].");
}

#[tokio::test]
async fn a_step_of_the_build_that_takes_too_long_is_red() {
    let planned = planned("uv", &Selection::default());
    let done = carry_out_built(&planned, &engine(Script::uv()), &options(), 75.0).await;
    assert_eq!(done.red(), ["performance/build[install]"]);
    assert_eq!(done.outcome("performance/build[environment]"), &Outcome::Passed);
    done.assert(Decision::NotStable, "Failed: performance/build[install].");
}
