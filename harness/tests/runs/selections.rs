//! Runs that do not tell of everything.

use shakedown::engine::scripted::{ScriptedEngine, ran};
use shakedown::model::{Decision, Ending, Outcome};
use shakedown::plan::Selection;
use shakedown::runner::Options;

use crate::plans::planned;
use crate::script::Script;
use crate::stage::{carry_out, engine, options, run, with_script};

#[tokio::test]
async fn a_run_of_one_check_is_inconclusive() {
    let one = Selection::only(["packages/import[scipy]".parse().expect("an id")]);
    let done = carry_out(&planned("uv", &one), &engine(Script::uv()), &options()).await;
    assert_eq!(done.record.checks().count(), 1);
    assert_eq!(done.outcome("packages/import[scipy]"), &Outcome::Passed);
    done.assert(Decision::Inconclusive, "The run was narrowed by a selection");
    assert_eq!(done.verdict.reasons.len(), 1, "phases that were not selected are not missed: {:?}", done.verdict);
}

#[tokio::test]
async fn a_phase_whose_checks_are_all_skipped_is_inconclusive() {
    let mut planned = planned("uv", &Selection::default());
    let shell = planned.plan.phases.iter_mut().find(|phase| phase.phase == "shell").expect("a phase");
    for check in &mut shell.checks {
        check.skip = Some("there is no shell".to_owned());
    }
    let done = carry_out(&planned, &engine(Script::uv()), &options()).await;
    assert_eq!(done.red(), [""; 0]);
    done.assert(Decision::Inconclusive, "There is no success rate of phase shell");
    planned.subject.gate.phases.remove("shell");
    let done = carry_out(&planned, &engine(Script::uv()), &options()).await;
    done.assert(Decision::Inconclusive, "Nothing is known of phase shell");
}

#[tokio::test]
async fn failing_fast_ends_the_run_at_the_first_failure() {
    let options = Options { fail_fast: true, ..options() };
    let script = Script::uv().without("/opt/uv/common");
    let done = carry_out(&planned("uv", &Selection::default()), &engine(script), &options).await;
    assert_eq!(done.record.ending, Some(Ending::Cut));
    assert_eq!(done.red(), ["environments/folder[common]"]);
    assert!(done.record.phases[2].checks.iter().all(|check| !check.concluded));
    done.assert(Decision::NotStable, "Failed: environments/folder[common]");
    done.assert(Decision::NotStable, "The run was stopped after the first failure, as asked.");
}

#[tokio::test]
async fn a_check_that_skips_itself_says_why_and_what_would_change_that() {
    let engine = ScriptedEngine::new().when_run(move |invocation| {
        let is_use = invocation.argv.iter().any(|word| word.contains("print(\"rich works\")"));
        is_use.then(|| ran(77, "no piece of work is known for rich\nAdd one\n"))
    });
    let done = run(&with_script(engine, Script::uv())).await;
    let (reason, remedy) = ("no piece of work is known for rich".to_owned(), Some("Add one".to_owned()));
    assert_eq!(done.outcome("packages/use[rich]"), &Outcome::Skipped { reason, remedy });
    let for_good = Outcome::skipped("the package brings no program");
    assert_eq!(done.outcome("packages/programs[rich]"), &for_good);
}
