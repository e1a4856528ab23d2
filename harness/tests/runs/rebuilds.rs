//! Images that are built again in the middle of a run.

use async_trait::async_trait;
use shakedown::engine::EngineError;
use shakedown::engine::scripted::Call;
use shakedown::model::{Decision, Ending, Outcome};
use shakedown::plan::Selection;
use shakedown::runner::{Again, Anew, NotAnew, Options};

use crate::plans::planned;
use crate::script::Script;
use crate::stage::{Done, anew, carry_out_with, engine, options};

/// Builds the image again, by a function.
struct By<F>(F);

#[async_trait]
impl<F: Fn() -> Result<Anew, NotAnew> + Send + Sync> Again for By<F> {
    async fn again(&self) -> Result<Anew, NotAnew> {
        (self.0)()
    }
}

async fn run(again: Option<&dyn Again>) -> Done {
    carry_out_with(&planned("uv", &Selection::default()), &engine(Script::uv()), &options(), again).await
}

/// The ids of the checks after the rebuild with such an outcome, whether they count or not.
fn after_rebuild(done: &Done, is_so: impl Fn(&Outcome) -> bool) -> (usize, usize) {
    let all = done.record.checks().filter(|check| check.ended.check.to_string().ends_with("@rebuild"));
    all.fold((0, 0), |(so, all), check| (so + usize::from(is_so(&check.ended.outcome)), all + 1))
}

#[tokio::test]
async fn a_cache_that_the_second_build_does_not_find_is_red() {
    let good = run(Some(&By(|| Ok(anew(0.0))))).await;
    assert_eq!(good.outcome("persistence/package-cache@rebuild"), &Outcome::Passed);
    let done = run(Some(&By(|| Ok(anew(1000.0))))).await;
    assert_eq!(done.red(), ["persistence/package-cache@rebuild"]);
    let Outcome::Failed(failure) = done.outcome("persistence/package-cache@rebuild") else { panic!("it is as much") };
    assert_eq!(failure.expected, "less than before");
    assert!(failure.actual.contains("before: "), "{}", failure.actual);
    done.assert(Decision::NotStable, "Failed: persistence/package-cache@rebuild.");
}

#[tokio::test]
async fn checks_after_it_are_about_the_new_image() {
    let engine = engine(Script::uv());
    let again = By(|| Ok(anew(0.0)));
    let done = carry_out_with(&planned("uv", &Selection::default()), &engine, &options(), Some(&again)).await;
    let restarted = |call: &Call| matches!(call, Call::Restart(container, how) if container == "persistence-rebuild" && how.name() == "rebuild");
    assert_eq!(engine.calls().iter().filter(|call| restarted(call)).count(), 1);
    let persistence = done.record.phases.iter().find(|phase| phase.phase == "persistence").expect("a phase");
    let (how, proof) = persistence.restarts.last().expect("it was done");
    assert_eq!(how.name(), "rebuild");
    assert!(proof.ends_with("; the image was built again"), "{proof}");
    let (passed, all) = after_rebuild(&done, Outcome::is_passed);
    assert_eq!(passed, all);
    assert!(all > 15, "{all}");
}

#[tokio::test]
async fn an_image_that_was_not_built_is_not_built_again() {
    let done = run(None).await;
    assert_eq!((done.red(), done.verdict.decision), (Vec::new(), Decision::Stable));
    let (skipped, all) = after_rebuild(&done, |outcome| matches!(outcome, Outcome::Skipped { .. }));
    assert_eq!(skipped, all);
    let Outcome::Skipped { reason, .. } = done.outcome("persistence/version@rebuild") else { panic!("not built") };
    assert_eq!(reason, "the image was not built in this run");
}

#[tokio::test]
async fn a_run_that_stops_at_its_first_failure_does_not_stop_at_what_is_skipped() {
    let options = Options { fail_fast: true, ..options() };
    let planned = planned("uv", &Selection::default());
    let done = carry_out_with(&planned, &engine(Script::uv()), &options, None).await;
    assert_eq!(done.verdict.decision, Decision::Stable, "{:?}", done.verdict.reasons);
    assert_eq!(done.record.ending, Some(Ending::Completed));
}

#[tokio::test]
async fn a_second_build_that_fails_is_the_images_fault_or_the_environments() {
    let failed =
        |environment| move || Err(NotAnew::Failed { environment, message: "RUN make: exit code: 2".to_owned() });
    let done = run(Some(&By(failed(false)))).await;
    let Outcome::Failed(failure) = done.outcome("persistence/version@rebuild") else { panic!("it failed") };
    assert_eq!(failure.expected, "the image can be built a second time");
    assert_eq!(failure.actual, "RUN make: exit code: 2");
    assert_eq!(done.verdict.decision, Decision::NotStable);
    let done = run(Some(&By(failed(true)))).await;
    let (errored, all) = after_rebuild(&done, Outcome::is_unknown);
    assert_eq!(errored, all);
    assert_eq!((done.red(), done.verdict.decision), (Vec::new(), Decision::Inconclusive));
    let gone = || Err(NotAnew::Engine(EngineError::NoImage("uv:again".to_owned())));
    let done = run(Some(&By(gone))).await;
    assert!(done.outcome("persistence/version@rebuild").is_unknown());
}
