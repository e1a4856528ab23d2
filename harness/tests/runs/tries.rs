//! Checks that pass only sometimes, never end, or cannot be carried out.

use std::sync::atomic::{AtomicUsize, Ordering};

use shakedown::engine::EngineError;
use shakedown::engine::scripted::{ScriptedEngine, ran};
use shakedown::model::{Decision, ExitStatus, Outcome, Ran};
use shakedown::plan::Selection;
use shakedown::runner::Options;

use crate::plans::planned;
use crate::script::Script;
use crate::stage::{carry_out, options, run, with_script};

/// An engine on which this command fails the first time.
fn fails_once(command: &'static str) -> ScriptedEngine {
    let times = AtomicUsize::new(0);
    let engine = ScriptedEngine::new().when_run(move |invocation| {
        let is_first = invocation.argv.join(" ") == command && times.fetch_add(1, Ordering::Relaxed) == 0;
        is_first.then(|| ran(1, ""))
    });
    with_script(engine, Script::uv())
}

#[tokio::test]
async fn a_pass_after_a_retry_is_no_stable_image() {
    let options = Options { retries: 1, ..options() };
    let done = carry_out(&planned("uv", &Selection::default()), &fails_once("uv help"), &options).await;
    let help = done.record.check(&"installation/help[help]".parse().expect("an id")).expect("in the plan");
    assert!(help.is_flaky() && help.ended.outcome.is_passed());
    assert_eq!(done.red(), [""; 0]);
    done.assert(Decision::Inconclusive, "1 counted check passed only after a retry: installation/help[help].");
}

#[tokio::test]
async fn where_retries_would_hide_something_there_are_none() {
    let options = Options { retries: 3, ..options() };
    let engine = fails_once("/opt/uv/bin/uv tool install cowsay==99.0");
    let done = carry_out(&planned("uv", &Selection::default()), &engine, &options).await;
    assert_eq!(done.red(), ["errors/impossible-version"]);
    done.assert(Decision::NotStable, "Failed: errors/impossible-version.");
}

#[tokio::test]
async fn a_step_that_never_ends_is_red_and_named_with_its_own_deadline() {
    let hangs = || Ran { status: ExitStatus::TimedOut, ..ran(0, "") };
    let engine =
        ScriptedEngine::new().when_run(move |invocation| (invocation.argv == ["uv", "cache", "dir"]).then(hangs));
    let done = run(&with_script(engine, Script::uv())).await;
    assert_eq!(done.red(), ["installation/info"]);
    let expected = Outcome::TimedOut { deadline: 60.0, what: "cache".to_owned() };
    assert_eq!(done.outcome("installation/info"), &expected);
    done.assert(Decision::NotStable, "The success rate of phase installation is 92.8% (13 of 14 counted checks)");
}

#[tokio::test]
async fn an_error_of_the_engine_in_one_check_leaves_that_check_alone_untold() {
    let trouble = || EngineError::Failed { action: "start uvx".to_owned(), reason: "connection reset".to_owned() };
    let engine = ScriptedEngine::new()
        .when_run_in(move |_, invocation| (invocation.argv == ["uvx", "--version"]).then(|| Err(trouble())));
    let done = run(&with_script(engine, Script::uv())).await;
    assert_eq!(done.names(Outcome::is_unknown), ["installation/uvx"]);
    let expected = Outcome::Errored { reason: "uvx: start uvx: connection reset".to_owned() };
    assert_eq!(done.outcome("installation/uvx"), &expected);
    assert_eq!(done.red(), [""; 0]);
    done.assert(Decision::Inconclusive, "1 counted check could not be told: installation/uvx.");
}
