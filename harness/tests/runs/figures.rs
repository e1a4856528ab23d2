//! Measurements against their budgets.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use shakedown::engine::scripted::{ScriptedEngine, ran};
use shakedown::model::reference::ReferenceWork;
use shakedown::model::{Answer, Decision, Inquiry, Outcome, Ran, Usage};
use shakedown::plan::Selection;

use crate::plans::planned;
use crate::script::Script;
use crate::stage::{Done, carry_out_built, engine, options, run, with_script};

/// An engine on which an install into a new environment with a full cache takes these times (seconds) in turn.
fn installing_takes(seconds: &'static [f64]) -> ScriptedEngine {
    let times = AtomicUsize::new(0);
    ScriptedEngine::new().when_run(move |invocation| {
        let is_warm = invocation.argv.iter().any(|word| word == "/opt/uv/warm");
        let is_install = invocation.argv.get(1).is_some_and(|word| word == "pip");
        let install = || {
            let wall = Duration::from_secs_f64(seconds[times.fetch_add(1, Ordering::Relaxed) % seconds.len()]);
            Ran { usage: Usage { wall, ..Usage::default() }, ..ran(0, "") }
        };
        (is_warm && is_install).then(install)
    })
}

/// An engine on a machine that takes so many times as long as stated for the reference work.
fn slower(engine: ScriptedEngine, times: f64) -> ScriptedEngine {
    let ReferenceWork { processor, files, processes } = ReferenceWork::STATED;
    let work = ReferenceWork { processor: times * processor, files: times * files, processes: times * processes };
    engine.when_asked(move |_, inquiry| matches!(inquiry, Inquiry::Reference).then_some(Answer::Reference(work)))
}

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
async fn an_install_that_is_too_slow_is_red_and_each_sample_is_of_a_container_of_its_own() {
    let done = run(&with_script(installing_takes(&[41.0, 42.0, 43.0]), Script::uv())).await;
    assert_eq!(done.red(), ["performance/install"]);
    let check = done.record.check(&"performance/install".parse().expect("an id")).expect("in the plan");
    let figures: Vec<_> = check.ended.measurements.iter().map(|one| (one.name.as_str(), one.samples.len())).collect();
    assert_eq!(figures, [("install-cold", 3), ("install-warm", 3)]);
    let Outcome::Failed(failure) = &check.ended.outcome else { panic!("it is too slow") };
    assert_eq!(failure.step.as_deref(), Some("install-warm"), "{failure:?}");
    assert!(check.ended.invocation.as_ref().is_some_and(|argv| argv.iter().any(|word| word == "/opt/uv/warm")));
}

#[tokio::test]
async fn an_install_that_is_too_noisy_is_measured_once_more_and_undecided() {
    let done = run(&with_script(installing_takes(&[4.0, 38.0, 33.0]), Script::uv())).await;
    assert_eq!((done.red(), done.names(Outcome::is_unknown)), (vec![], vec!["performance/install".to_owned()]));
    let check = done.record.check(&"performance/install".parse().expect("an id")).expect("in the plan");
    assert!(matches!(check.ended.outcome, Outcome::Undecided { .. }), "{:?}", check.ended.outcome);
    assert_eq!(check.ended.measurements[1].samples.len(), 6);
}

#[tokio::test]
async fn what_a_slower_machine_explains_is_undecided_and_what_it_does_not_is_red() {
    for (times, is_red) in [(1.0, true), (1.1, true), (3.0, false)] {
        let done = run(&with_script(slower(installing_takes(&[61.0]), times), Script::uv())).await;
        assert_eq!(done.red().len(), usize::from(is_red), "{times} times slower");
        assert_eq!(done.names(Outcome::is_unknown).len(), usize::from(!is_red), "{times} times slower");
        let moments: Vec<_> = done.record.calibrations.iter().map(|one| one.moment.as_str()).collect();
        assert!(moments.contains(&"before performance") && moments.contains(&"after performance"), "{moments:?}");
    }
}

#[tokio::test]
async fn a_step_of_the_build_that_takes_too_long_is_red() {
    let planned = planned("uv", &Selection::default());
    let done = carry_out_built(&planned, &engine(Script::uv()), &options(), 75.0).await;
    assert_eq!(done.red(), ["performance/build[install]"]);
    assert_eq!(done.outcome("performance/build[environment]"), &Outcome::Passed);
    done.assert(Decision::NotStable, "Failed: performance/build[install].");
}
