//! Package managers at work: what is told while they are, and versions that a suite is not made for.

use shakedown::engine::scripted::{ScriptedEngine, ran};
use shakedown::model::{Decision, Ending, Event, Outcome, Stage};

use crate::script::Script;
use crate::stage::{engine, run, with_script};

#[tokio::test]
async fn what_a_manager_prints_and_how_far_it_is_are_events_of_its_check() {
    let done = run(&engine(Script::uv())).await;
    let told = |event: &Event| match event {
        Event::OperationLine { operation, line } => Some(format!("{operation}: {line}")),
        _ => None,
    };
    let lines: Vec<String> = done.events.iter().filter_map(|envelope| told(&envelope.event)).collect();
    assert!(!lines.is_empty(), "no operation printed anything");
    let is_check = |operation: &str| operation.parse().is_ok_and(|id| done.record.check(&id).is_some());
    for envelope in &done.events {
        if let Event::OperationLine { operation, .. } | Event::OperationStage { operation, .. } = &envelope.event {
            assert!(is_check(operation), "{operation}");
        }
    }
    let stage = |event: &Event| matches!(event, Event::OperationStage { stage: Stage::Linked { .. }, .. });
    assert!(done.events.iter().any(|envelope| stage(&envelope.event)), "{lines:#?}");
}

#[tokio::test]
async fn nothing_is_checked_of_a_version_that_a_suite_is_not_made_for() {
    let old = ScriptedEngine::new()
        .when_run(|invocation| invocation.argv.ends_with(&["--version".to_owned()]).then(|| ran(0, "uv 0.1.2\n")));
    let done = run(&with_script(old, Script::uv())).await;
    let Some(Ending::NotObtained { reason, .. }) = &done.record.ending else { panic!("{:?}", done.record.ending) };
    assert_eq!(reason, "the package manager's version is 0.1.2, and the suite `uv` is made for >=0.8");
    assert_eq!(done.names(Outcome::is_passed), [""; 0]);
    assert_eq!(done.red(), [""; 0]);
    done.assert(Decision::Inconclusive, "made for >=0.8");
}
