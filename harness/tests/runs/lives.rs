//! Restarts, and engines that die.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use shakedown::engine::EngineError;
use shakedown::engine::scripted::{Call, ScriptedEngine, ran};
use shakedown::model::{Answer, Decision, Ending, Inquiry, Outcome};
use shakedown::plan::Selection;

use crate::plans::{committed, planned_by};
use crate::script::Script;
use crate::stage::{carry_out, engine, options, run, with_script};

/// The transitions of the phase `persistence`.
const AFTER: [&str; 6] = ["restart", "stop-start", "kill", "commit", "recreate", "rebuild"];

#[tokio::test]
async fn what_differs_after_the_restart_is_red() {
    let restarted = Arc::new(AtomicBool::new(false));
    let is_restarted = restarted.clone();
    let engine = ScriptedEngine::new()
        .when_restarted(move |_, _| {
            restarted.store(true, Ordering::Relaxed);
            None
        })
        .when_run(move |invocation| {
            let is_it = invocation.argv == ["http", "--version"] && is_restarted.load(Ordering::Relaxed);
            is_it.then(|| ran(0, "3.2.3\n"))
        });
    let done = run(&with_script(engine, Script::uv())).await;
    let [restart, others @ ..] = AFTER.map(|how| format!("persistence/tool[http]@{how}"));
    assert!(done.red().contains(&restart), "{:?}", done.red());
    assert!(done.red().iter().all(|id| *id == restart || others.contains(id)), "{:?}", done.red());
    let Outcome::Failed(failure) = done.outcome(&restart) else { panic!("it differs") };
    assert!(failure.actual.contains("3.2.3") && failure.actual.contains("3.2.4"), "{}", failure.actual);
    let persistence = done.record.phases.iter().find(|phase| phase.phase == "persistence").expect("a phase");
    assert_eq!(persistence.restarts.len(), AFTER.len());
    done.assert(Decision::NotStable, "Failed: persistence/tool[http]@restart");
}

#[tokio::test]
async fn what_could_not_be_seen_before_the_restart_already_is_no_persistence() {
    let engine = ScriptedEngine::new().when_asked_in(|container, _, inquiry| match inquiry {
        Inquiry::Tree { paths, hash: true, .. } if container == "persistence-kill" && *paths == ["/opt/uv"] => {
            Some(Answer::Refused("permission denied (os error 13)".to_owned()))
        }
        _ => None,
    });
    let done = run(&with_script(engine, Script::uv())).await;
    assert_eq!(done.red(), ["persistence/files@kill"]);
    done.assert(Decision::NotStable, "Failed: persistence/files@kill.");
}

#[tokio::test]
async fn what_came_right_only_by_the_restart_is_red() {
    let restarted = Arc::new(AtomicBool::new(false));
    let is_restarted = restarted.clone();
    let asked = AtomicBool::new(false);
    let engine = ScriptedEngine::new()
        .when_restarted(move |_, _| {
            restarted.store(true, Ordering::Relaxed);
            None
        })
        .when_run(move |invocation| {
            let is_it = invocation.argv == ["http", "--version"];
            let is_baseline = is_it && asked.swap(true, Ordering::Relaxed) && !is_restarted.load(Ordering::Relaxed);
            is_baseline.then(|| ran(1, ""))
        });
    let done = run(&with_script(engine, Script::uv())).await;
    assert_eq!(done.red(), ["persistence/tool[http]@restart"]);
    let Outcome::Failed(failure) = done.outcome("persistence/tool[http]@restart") else { panic!("it failed before") };
    assert!(failure.actual.contains("before: exit 1"), "{}", failure.actual);
}

/// Nothing in a container changes the variables that the engine gives its commands, so this is told by a script alone.
#[tokio::test]
async fn a_variable_that_the_engine_loses_is_red_after_what_lost_it() {
    let engine = ScriptedEngine::new().when_asked_in(|container, _, inquiry| {
        let is_it = container == "persistence-after-commit" && *inquiry == Inquiry::Environment;
        let directory = "/".to_owned();
        is_it.then(|| Answer::Environment { variables: BTreeMap::new(), directory, user: 0, groups: vec![0] })
    });
    let of = |how: &str| format!("persistence/variable[UV_TOOL_DIR]@{how}");
    let all = Selection::only(AFTER.map(|how| of(how).parse().expect("an id")));
    let planned = planned_by(&committed("uv"), &all, |suite| ["manager", "shells", "rebuild"].contains(&suite));
    let done = carry_out(&planned, &with_script(engine, Script::uv()), &options()).await;
    assert_eq!(done.record.checks().count(), AFTER.len());
    for how in AFTER {
        let is_lost = matches!(done.outcome(&of(how)), Outcome::Failed(_));
        assert_eq!(is_lost, how == "commit", "{how}: {:?}", done.outcome(&of(how)));
    }
}

#[tokio::test]
async fn a_container_that_does_not_come_back_fails_its_phase() {
    let engine = ScriptedEngine::new().when_restarted(|_, _| {
        Some(EngineError::Exited { status: 1, log: "bash: /opt/start: No such file or directory".to_owned() })
    });
    let done = run(&with_script(engine, Script::uv())).await;
    let persistence = done.record.phases.iter().find(|phase| phase.phase == "persistence").expect("a phase");
    assert_eq!((persistence.rate().passed, persistence.restarts.len()), (0, 0));
    assert!(done.red().iter().all(|id| id.starts_with("persistence/")), "{:?}", done.red());
    let Outcome::Failed(failure) = done.outcome("persistence/version@commit") else { panic!("it is not back") };
    assert_eq!(failure.expected, "the container comes back after the restart");
    assert!(failure.actual.contains("/opt/start"), "{}", failure.actual);
    done.assert(Decision::NotStable, "The success rate of phase persistence is 0.0%");
}

#[tokio::test]
async fn checks_after_a_restart_wait_until_process_1_runs_what_it_ran_before() {
    let asked = AtomicUsize::new(0);
    let engine = ScriptedEngine::new().when_asked_in(move |container, _, inquiry| match inquiry {
        Inquiry::Init => {
            let is_it = container == "persistence-restart";
            let is_starting = is_it && matches!(asked.fetch_add(1, Ordering::Relaxed), 1 | 2);
            let command = if is_starting { "sh /start.sh" } else { "bash" };
            Some(Answer::Init { started: 1, command: command.to_owned() })
        }
        _ => None,
    });
    let engine = with_script(engine, Script::uv());
    let done = run(&engine).await;
    let looks = engine.calls().iter().filter(|call| matches!(call, Call::Ask(_, Inquiry::Init))).count();
    let plain = 2 * (AFTER.len() - 1);
    assert_eq!(looks, 1 + 3 + plain, "once before each restart, and until it runs `bash` again");
    assert_eq!(done.verdict.decision, Decision::Stable, "{:#?}", done.verdict);
    assert_eq!(done.record.notices, [""; 0]);
}

#[tokio::test]
async fn a_container_that_ends_in_the_middle_is_the_subjects_failure() {
    let engine = ScriptedEngine::new().when_run_in(|container, invocation| {
        let is_it = container == "main" && invocation.directory.as_deref() == Some("/tmp");
        is_it.then(|| Err(EngineError::Exited { status: 5, log: "out of ideas".to_owned() }))
    });
    let done = run(&with_script(engine, Script::uv())).await;
    assert_eq!(done.red(), [""; 0]);
    done.assert(Decision::NotStable, "it came up, and went in phase shell: container ended by itself with 5");
}

#[tokio::test]
async fn a_container_of_its_own_that_ends_fails_its_check_alone() {
    let engine = ScriptedEngine::new().when_run_in(|container, _| {
        let is_it = container == "errors-unknown-package";
        is_it.then(|| Err(EngineError::Exited { status: 5, log: "out of ideas".to_owned() }))
    });
    let done = run(&with_script(engine, Script::uv())).await;
    assert_eq!(done.red(), ["errors/unknown-package"]);
    done.assert(Decision::NotStable, "Failed: errors/unknown-package.");
}

#[tokio::test]
async fn an_engine_that_dies_leaves_what_was_seen_until_then() {
    let good = engine(Script::uv());
    run(&good).await;
    let is_of_performance = |call: &Call| matches!(call, Call::Ask(_, Inquiry::Usage(_)));
    let call = good.calls().iter().position(is_of_performance).expect("the fifth phase asks for the size");
    let done = run(&engine(Script::uv()).that_dies_at(call + 1)).await;
    assert!(matches!(&done.record.ending, Some(Ending::Broken { reason }) if reason.contains("it died")));
    let concluded: Vec<bool> =
        done.record.phases.iter().map(|phase| phase.checks.iter().all(|check| check.concluded)).collect();
    assert_eq!(concluded, [true, true, true, true, false, false, false]);
    assert_eq!(done.outcome("performance/build[install]"), &Outcome::Passed);
    assert!(done.outcome("performance/home-size").is_unknown());
    assert_eq!(done.red(), [""; 0]);
    done.assert(Decision::Inconclusive, "The engine or the host failed");
}
