//! The gate's rules, one table a rule, and what must hold for every record.

use std::collections::BTreeMap;

use rstest::rstest;

use super::judge_record;
use crate::model::event::{CheckEnded, PlannedCheck, RunStarted};
use crate::model::record::BuildFailure;
use crate::model::verdict::Threshold;
use crate::model::{
    CheckId, Decision, Ending, Envelope, Event, Failure, Measurement, Outcome, Policy, Priority, Record, Unit,
};

pub(super) fn failed() -> Outcome {
    Outcome::Failed(Failure::default())
}

pub(super) fn errored() -> Outcome {
    Outcome::Errored { reason: "the registry did not answer".to_owned() }
}

pub(super) fn skipped() -> Outcome {
    Outcome::skipped("not built here")
}

pub(super) fn blocked(by: &str) -> Outcome {
    Outcome::Blocked { by: by.parse().expect("a check id") }
}

pub(super) fn ended(id: &str, outcome: Outcome) -> CheckEnded {
    CheckEnded { outcome, attempts: 1, ..CheckEnded::pending(id.parse().expect("a check id"), true) }
}

/// A whole, completed run of these checks.
pub(super) fn record_of(checks: Vec<CheckEnded>) -> Record {
    let planned = |check: &CheckEnded| PlannedCheck {
        id: check.check.clone(),
        priority: Priority::Medium,
        counted: check.counted,
        explains: Vec::new(),
    };
    let start = RunStarted { whole: true, checks: checks.iter().map(planned).collect(), ..RunStarted::default() };
    let mut events = vec![Event::RunStarted(Box::new(start))];
    events.extend(checks.into_iter().map(|check| Event::CheckEnded(Box::new(check))));
    events.push(Event::RunEnded { ending: Ending::Completed, seconds: 1.0 });
    let envelopes: Vec<Envelope> =
        (0..).zip(events).map(|(sequence, event)| Envelope { sequence, at: String::new(), event }).collect();
    Record::of(&envelopes)
}

pub(super) fn run(checks: &[(&str, Outcome)]) -> Record {
    record_of(checks.iter().map(|(id, outcome)| ended(id, outcome.clone())).collect())
}

pub(super) fn above(percent: f64) -> Threshold {
    Threshold { percent, exclusive: true }
}

fn decision(policy: &Policy, record: &Record) -> Decision {
    judge_record(policy, record).decision
}

/// Seven imports of which this many fail.
fn imports(failures: usize) -> Record {
    let checks = (0..7).map(|index| {
        let outcome = if index < failures { failed() } else { Outcome::Passed };
        ended(&format!("packages/import[{index}]"), outcome)
    });
    record_of(checks.collect())
}

#[rstest]
#[case::all_passed(&[("a/b", Outcome::Passed), ("a/c", Outcome::Passed)], Decision::Stable)]
#[case::some_skipped(&[("a/b", Outcome::Passed), ("a/c", skipped())], Decision::Stable)]
#[case::one_failed(&[("a/b", Outcome::Passed), ("a/c", failed())], Decision::NotStable)]
#[case::timed_out(&[("a/b", Outcome::TimedOut { deadline: 1.0, what: "uv".into() })], Decision::NotStable)]
#[case::errored(&[("a/b", Outcome::Passed), ("a/c", errored())], Decision::Inconclusive)]
#[case::undecided(&[("a/b", Outcome::Passed), ("a/c", Outcome::Undecided { reason: "noise".into() })], Decision::Inconclusive)]
#[case::failed_and_errored(&[("a/b", failed()), ("a/c", errored())], Decision::NotStable)]
#[case::all_skipped(&[("a/b", skipped()), ("a/c", skipped())], Decision::Inconclusive)]
#[case::blocked_by_failed(&[("a/b", failed()), ("a/c", blocked("a/b"))], Decision::NotStable)]
#[case::blocked_by_errored(&[("a/b", errored()), ("a/c", blocked("a/b"))], Decision::Inconclusive)]
#[case::blocked_by_blocked_by_errored(&[("a/b", errored()), ("a/c", blocked("a/b")), ("a/d", blocked("a/c"))], Decision::Inconclusive)]
#[case::blocked_by_skipped(&[("a/b", skipped()), ("a/c", blocked("a/b")), ("a/d", Outcome::Passed)], Decision::Inconclusive)]
#[case::blocked_by_nothing_known(&[("a/b", Outcome::Passed), ("a/c", blocked("x/y"))], Decision::Inconclusive)]
#[case::blocked_in_a_circle(&[("a/b", blocked("a/c")), ("a/c", blocked("a/b"))], Decision::Inconclusive)]
#[case::blocked_by_one_of_its_items(&[("a/b[x]", Outcome::Passed), ("a/b[y]", failed()), ("a/c", blocked("a/b"))], Decision::NotStable)]
fn outcomes_decide(#[case] checks: &[(&str, Outcome)], #[case] expected: Decision) {
    let verdict = judge_record(&Policy::default(), &run(checks));
    assert_eq!(verdict.decision, expected, "{:?}", verdict.reasons);
    assert_eq!(verdict.reasons.is_empty(), expected == Decision::Stable, "{:?}", verdict.reasons);
}

#[test]
fn a_rate_is_said_as_reports_show_it() {
    let record = record_of(
        (0..33)
            .map(|index| ended(&format!("a/b[{index}]"), if index < 4 { failed() } else { Outcome::Passed }))
            .collect(),
    );
    let reasons = judge_record(&Policy::default(), &record).reasons;
    assert_eq!(record.rate().words(), "87.8%", "87.87…%, rounded down");
    assert_eq!(reasons[1], "The success rate is 87.8% (29 of 33 counted checks); 100% is required.");
}

#[rstest]
#[case::one_of_seven_is_too_many_for_95(imports(1), above(95.0), Decision::NotStable)]
#[case::one_of_seven_is_few_enough_for_85(imports(1), above(85.0), Decision::Stable)]
#[case::none_of_seven(imports(0), above(95.0), Decision::Stable)]
#[case::all_of_seven(imports(7), above(0.0), Decision::NotStable)]
#[case::a_threshold_without_bound(imports(7), Threshold { percent: 0.0, exclusive: false }, Decision::Stable)]
#[case::a_threshold_that_is_no_number(imports(0), above(f64::NAN), Decision::Inconclusive)]
fn success_rates_decide(#[case] record: Record, #[case] threshold: Threshold, #[case] expected: Decision) {
    let overall = Policy { success_rate: threshold, ..Policy::default() };
    assert_eq!(decision(&overall, &record), expected);
    let lenient = Threshold { percent: 0.0, exclusive: false };
    let phases = BTreeMap::from([("packages".to_owned(), threshold)]);
    assert_eq!(decision(&Policy { success_rate: lenient, phases, ..Policy::default() }, &record), expected);
}

#[test]
fn exactly_the_threshold_is_too_little_only_where_it_is_exclusive() {
    let of_twenty =
        (0..20).map(|index| ended(&format!("a/b[{index}]"), if index == 0 { failed() } else { Outcome::Passed }));
    let record = record_of(of_twenty.collect());
    assert_eq!(decision(&Policy { success_rate: above(95.0), ..Policy::default() }, &record), Decision::NotStable);
    let inclusive = Threshold { percent: 95.0, exclusive: false };
    assert_eq!(decision(&Policy { success_rate: inclusive, ..Policy::default() }, &record), Decision::Stable);
}

#[rstest]
#[case::skipped("skips")]
#[case::absent("shell")]
fn a_phase_of_which_nothing_was_counted_satisfies_no_gate(#[case] phase: &str) {
    let record = run(&[("a/b", Outcome::Passed), ("skips/x", skipped()), ("skips/y", skipped())]);
    let phases = BTreeMap::from([(phase.to_owned(), Threshold { percent: 0.0, exclusive: false })]);
    assert_eq!(decision(&Policy { phases, ..Policy::default() }, &record), Decision::Inconclusive);
}

#[test]
fn reasons_hold_both_numbers_and_what_failed() {
    let mut checks =
        vec![ended("packages/installed", failed()), ended("packages/import", blocked("packages/installed"))];
    checks.extend((0..5).map(|index| ended(&format!("shell/path[{index}]"), Outcome::Passed)));
    checks.push(ended("shell/ssh", errored()));
    let phases = BTreeMap::from([("packages".to_owned(), above(95.0))]);
    let policy = Policy { success_rate: above(95.0), phases, ..Policy::default() };
    insta::assert_snapshot!(judge_record(&policy, &record_of(checks)).reasons.join("\n"), @r"
    Failed: packages/installed; 1 counted check blocked.
    The success rate is 71.4% (5 of 7 counted checks); more than 95% is required.
    The success rate of phase packages is 0.0% (0 of 2 counted checks); more than 95% is required.
    1 counted check could not be told: shell/ssh. The first: the registry did not answer.
    ");
}

#[test]
fn advice_shows_but_does_not_count() {
    let advice = CheckEnded { counted: false, ..ended("a/c", failed()) };
    assert_eq!(
        decision(&Policy::default(), &record_of(vec![ended("a/b", Outcome::Passed), advice.clone()])),
        Decision::Stable
    );
    assert_eq!(decision(&Policy::default(), &record_of(vec![advice])), Decision::Inconclusive);
}

#[rstest]
#[case::not_allowed(&[], Decision::Inconclusive)]
#[case::allowed(&["shell/ssh[root]"], Decision::Stable)]
#[case::all_its_items_allowed(&["shell/ssh"], Decision::Stable)]
#[case::another_allowed(&["shell/path"], Decision::Inconclusive)]
#[case::no_check_id(&["ssh"], Decision::Inconclusive)]
fn a_pass_after_a_retry_keeps_stable_away(#[case] allowed: &[&str], #[case] expected: Decision) {
    let flaky = CheckEnded { attempts: 2, ..ended("shell/ssh[root]", Outcome::Passed) };
    let policy = Policy { allowed_flaky: allowed.iter().map(ToString::to_string).collect(), ..Policy::default() };
    assert_eq!(decision(&policy, &record_of(vec![flaky])), expected);
}

#[rstest]
#[case::kept(Some((vec![90.0], Unit::Seconds)), Decision::Stable)]
#[case::exactly(Some((vec![120.0], Unit::Seconds)), Decision::Stable)]
#[case::beyond(Some((vec![120.5], Unit::Seconds)), Decision::NotStable)]
#[case::noisy(Some((vec![110.0, 125.0, 140.0], Unit::Seconds)), Decision::Inconclusive)]
#[case::without_samples(Some((vec![], Unit::Seconds)), Decision::Inconclusive)]
#[case::of_another_unit(Some((vec![90.0], Unit::Bytes)), Decision::Inconclusive)]
#[case::not_measured(None, Decision::Inconclusive)]
fn budgets_decide(#[case] figure: Option<(Vec<f64>, Unit)>, #[case] expected: Decision) {
    let of = |(samples, unit)| Measurement { samples, ..Measurement::once("environment", unit, 0.0) };
    let measurements = figure.map(of).into_iter().collect();
    let record = record_of(vec![CheckEnded { measurements, ..ended("performance/build", Outcome::Passed) }]);
    let policy = Policy { budgets: BTreeMap::from([("environment".to_owned(), 120.0)]), ..Policy::default() };
    assert_eq!(decision(&policy, &record), expected);
}

#[rstest]
#[case::not_built(Ending::NotBuilt, Decision::Inconclusive)]
#[case::not_obtained(Ending::NotObtained { reason: "pixi cannot be obtained".into(), hint: "Set PIXI_BINARY.".into() }, Decision::Inconclusive)]
#[case::not_started(Ending::NotStarted { reason: "exit 1".into() }, Decision::NotStable)]
#[case::cut(Ending::Cut, Decision::Inconclusive)]
#[case::interrupted(Ending::Interrupted, Decision::Inconclusive)]
#[case::broken(Ending::Broken { reason: "the engine is gone".into() }, Decision::Inconclusive)]
fn endings_decide_unless_the_subject_failed(#[case] ending: Ending, #[case] expected: Decision) {
    let ended_so = |record: Record| Record { ending: Some(ending.clone()), ..record };
    let passed = ended_so(run(&[("a/b", Outcome::Passed)]));
    assert_eq!(decision(&Policy::default(), &passed), expected);
    let failed = ended_so(run(&[("a/b", failed()), ("a/c", errored())]));
    assert_eq!(decision(&Policy::default(), &failed), Decision::NotStable);
    let nothing_came_to_run = Record { start: passed.start.clone(), ..ended_so(Record::default()) };
    assert_eq!(decision(&Policy::default(), &nothing_came_to_run), expected);
}

#[test]
fn a_subject_that_cannot_be_had_is_told_with_the_way_out() {
    let ending = Ending::NotObtained { reason: "pixi cannot be obtained".into(), hint: "Set PIXI_BINARY.".into() };
    let record = Record { ending: Some(ending), ..Record::default() };
    assert_eq!(judge_record(&Policy::default(), &record).reasons[0], "pixi cannot be obtained. Set PIXI_BINARY.");
}

#[rstest]
#[case::the_subjects(false, Ending::NotBuilt, Decision::NotStable)]
#[case::the_environments(true, Ending::NotBuilt, Decision::Inconclusive)]
#[case::interrupted_meanwhile(false, Ending::Interrupted, Decision::Inconclusive)]
fn a_build_that_fails_is_not_stable_unless_the_environment_is_at_fault(
    #[case] environment: bool,
    #[case] ending: Ending,
    #[case] expected: Decision,
) {
    let failure = BuildFailure {
        stage: "stage-2".into(),
        step: Some("RUN install-pixi".into()),
        message: "exit code 22".into(),
        log: vec![],
        environment,
        hint: Some("Check the URL.".into()),
    };
    let record = Record { build_failure: Some(failure), ending: Some(ending), ..Record::default() };
    let verdict = judge_record(&Policy::default(), &record);
    assert_eq!(verdict.decision, expected);
    assert_eq!(
        verdict.reasons[0],
        "Stage stage-2 could not be built at `RUN install-pixi`: exit code 22. Check the URL."
    );
}

#[test]
fn a_run_that_died_was_narrowed_or_selected_nothing_is_never_stable() {
    let whole = run(&[("a/b", Outcome::Passed)]);
    assert_eq!(decision(&Policy::default(), &Record { ending: None, ..whole.clone() }), Decision::Inconclusive);
    let narrowed = Record { start: RunStarted { whole: false, ..whole.start.clone() }, ..whole.clone() };
    assert_eq!(decision(&Policy::default(), &narrowed), Decision::Inconclusive);
    let lost = Record { phases: vec![], ..whole };
    assert_eq!(decision(&Policy::default(), &lost), Decision::Inconclusive);
    assert_eq!(decision(&Policy::default(), &run(&[])), Decision::Empty);
    assert_eq!(decision(&Policy::default(), &Record::default()), Decision::Empty);
}

#[test]
fn of_a_narrowed_run_that_is_said_first_and_what_it_left_out_is_not_missed() {
    let threshold = Threshold { percent: 0.0, exclusive: false };
    let phases = BTreeMap::from([("a".to_owned(), threshold), ("shell".to_owned(), threshold)]);
    let budgets = BTreeMap::from([("environment".to_owned(), 120.0)]);
    let policy = Policy { phases, budgets, ..Policy::default() };
    let narrowed = |record: Record| Record { start: RunStarted { whole: false, ..record.start.clone() }, ..record };
    let reasons = |record: Record| judge_record(&policy, &narrowed(record)).reasons;
    let first = "The run was narrowed by a selection, so it is not the whole suite.";
    assert_eq!(reasons(run(&[("a/b", Outcome::Passed)])), [first]);
    let errored = reasons(run(&[("a/b", Outcome::Passed), ("a/c", errored())]));
    assert_eq!((errored[0].as_str(), errored.len()), (first, 2), "{errored:?}");
    let failed = reasons(run(&[("a/b", failed())]));
    assert_eq!(failed[0], "Failed: a/b.");
    assert_eq!(failed.last().map(String::as_str), Some(first));
    let skips = reasons(run(&[("a/b", skipped()), ("shell/x", Outcome::Passed)]));
    assert!(skips[1].starts_with("There is no success rate of phase a"), "of what was selected it is said: {skips:?}");
}

#[test]
fn failures_that_the_policy_puts_up_with_are_no_reason() {
    let measurements = vec![Measurement::once("environment", Unit::Seconds, 130.0)];
    let slow = CheckEnded { measurements, ..ended("performance/build", Outcome::Passed) };
    let lenient = Threshold { percent: 50.0, exclusive: false };
    let budgets = BTreeMap::from([("environment".to_owned(), 120.0)]);
    let policy = Policy { success_rate: lenient, budgets, ..Policy::default() };
    let verdict = judge_record(&policy, &record_of(vec![slow, ended("a/b", failed())]));
    assert_eq!(verdict.reasons, ["Measurement environment took 130.000 s; at most 120 s is required."]);
}

#[test]
fn an_image_that_was_not_built_here_has_no_figures_of_its_build_and_that_is_said() {
    let policy = Policy { budgets: BTreeMap::from([("environment".to_owned(), 120.0)]), ..Policy::default() };
    let verdict = judge_record(&policy, &run(&[("a/b", Outcome::Passed)]));
    let reason = "There is no measurement of environment; at most 120 s is required. That is about this run, not about the \
         image: only one that builds the image has it, without --use.";
    assert_eq!(verdict.reasons, [reason]);
}

#[test]
fn an_engine_that_dies_leaves_the_rest_unknown() {
    let mut record = run(&[("a/b", Outcome::Passed), ("e/x", Outcome::Passed)]);
    let last = &mut record.phases[1].checks[0];
    last.ended = CheckEnded::pending(last.ended.check.clone(), true);
    last.concluded = false;
    record.ending = Some(Ending::Broken { reason: "the engine is gone".into() });
    let verdict = judge_record(&Policy::default(), &record);
    assert_eq!(verdict.decision, Decision::Inconclusive);
    assert_eq!(verdict.reasons[0], "The engine or the host failed: the engine is gone.");
    assert!(verdict.reasons[1].contains("e/x"), "{:?}", verdict.reasons);
}

/// Every way to fill three checks, with every ending: what must hold for all of them.
#[test]
fn no_record_with_anything_unknown_or_failed_is_stable() {
    let outcomes = [Outcome::Passed, failed(), errored(), skipped(), blocked("a/b"), blocked("c/d"), blocked("x/y")];
    let endings = [None, Some(Ending::Completed), Some(Ending::Cut), Some(Ending::NotBuilt), Some(Ending::Interrupted)];
    let mut stable = 0;
    for case in 0..(7 * 7 * 7 * 5 * 2 * 2) {
        let (mut rest, mut pick) = (case, Vec::new());
        for base in [7, 7, 7, 5, 2, 2] {
            pick.push(rest % base);
            rest /= base;
        }
        let ids = ["a/b", "c/d", "c/e"];
        let mut record = run(&[0, 1, 2].map(|index| (ids[index], outcomes[pick[index]].clone())));
        record.ending.clone_from(&endings[pick[3]]);
        record.start.whole = pick[4] == 0;
        record.phases[0].checks[0].concluded = pick[5] == 0;
        let verdict = judge_record(&Policy::default(), &record);
        assert_eq!(verdict.reasons.is_empty(), verdict.decision == Decision::Stable, "{record:?}");
        if verdict.decision == Decision::Stable {
            stable += 1;
            let fine = |check: &CheckId| {
                record.check(check).is_some_and(|one| {
                    one.concluded && matches!(one.ended.outcome, Outcome::Passed | Outcome::Skipped { .. })
                })
            };
            assert!(record.start.whole && record.ending == Some(Ending::Completed), "{record:?}");
            assert!(record.start.checks.iter().all(|planned| fine(&planned.id)), "{record:?}");
        }
    }
    assert_eq!(stable, 3, "a/b passed, and of c/d and c/e at least one");
}

#[test]
fn a_phase_of_which_everything_was_skipped_keeps_stable_away_though_no_policy_names_it() {
    let record = run(&[("a/b", Outcome::Passed), ("c/d", skipped()), ("c/e", skipped())]);
    let verdict = judge_record(&Policy::default(), &record);
    assert_eq!(verdict.decision, Decision::Inconclusive);
    assert_eq!(verdict.reasons, ["Nothing is known of phase c, since all its checks were skipped."]);
}

#[test]
fn a_phase_that_the_policy_names_is_said_once_to_be_skipped() {
    let phases = BTreeMap::from([("c".to_owned(), above(95.0))]);
    let verdict =
        judge_record(&Policy { phases, ..Policy::default() }, &run(&[("a/b", Outcome::Passed), ("c/d", skipped())]));
    assert_eq!(verdict.decision, Decision::Inconclusive);
    assert_eq!(verdict.reasons.len(), 1, "{:?}", verdict.reasons);
}

#[test]
fn a_phase_of_advice_alone_keeps_nothing_away() {
    let advice = CheckEnded { counted: false, ..ended("c/d", skipped()) };
    let record = record_of(vec![ended("a/b", Outcome::Passed), advice]);
    assert_eq!(decision(&Policy::default(), &record), Decision::Stable);
}

#[test]
fn a_phase_of_skipped_and_errored_checks_is_told_by_the_errored_ones() {
    let record = run(&[("a/b", Outcome::Passed), ("c/d", skipped()), ("c/e", errored())]);
    let verdict = judge_record(&Policy::default(), &record);
    assert_eq!(verdict.decision, Decision::Inconclusive);
    assert!(verdict.reasons[0].starts_with("1 counted check could not be told: c/e."), "{:?}", verdict.reasons);
}
