//! What a policy says of single checks, of platforms and of a baseline.

use rstest::rstest;

use super::judge_record;
use super::tests::{above, blocked, ended, errored, failed, record_of, run, skipped};
use crate::model::event::CheckEnded;
use crate::model::verdict::{BaselinePolicy, Quarantine, Regressions};
use crate::model::{Baseline, Decision, ImageFacts, Measurement, Outcome, Policy, Record, Unit};

fn on(day: &str, record: Record) -> Record {
    Record { started: format!("{day}T12:00:00.000Z"), ..record }
}

fn quarantine(check: &str) -> Policy {
    let entry =
        Quarantine { check: check.to_owned(), reason: "known upstream".to_owned(), until: "2026-11-30".to_owned() };
    Policy { quarantine: vec![entry], ..Policy::default() }
}

#[rstest]
#[case::failed(failed(), "2026-11-30", Decision::Stable)]
#[case::timed_out(Outcome::TimedOut { deadline: 1.0, what: "uv".into() }, "2026-11-01", Decision::Stable)]
#[case::errored(errored(), "2026-11-01", Decision::Stable)]
#[case::expired(failed(), "2026-12-01", Decision::NotStable)]
#[case::expired_and_errored(errored(), "2026-12-01", Decision::Inconclusive)]
fn a_quarantined_failure_does_not_count_until_its_day_is_over(
    #[case] outcome: Outcome,
    #[case] day: &str,
    #[case] expected: Decision,
) {
    let record = on(day, run(&[("a/b", Outcome::Passed), ("a/c[x]", outcome)]));
    let verdict = judge_record(&quarantine("a/c"), &record);
    assert_eq!(verdict.decision, expected, "{verdict:?}");
    let told = verdict.reasons.iter().chain(&verdict.remarks).any(|text| text.contains("known upstream"));
    assert!(told, "{verdict:?}");
    let rate = "The gate goes by the success rate without what is in quarantine: 1 of 1 (100.0%).";
    assert_eq!(verdict.remarks.iter().any(|text| text == rate), expected == Decision::Stable, "{verdict:?}");
}

#[test]
fn an_expired_quarantine_is_named_with_the_failure() {
    let record = on("2026-12-01", run(&[("a/b", Outcome::Passed), ("a/c", failed())]));
    let verdict = judge_record(&quarantine("a/c"), &record);
    assert_eq!(verdict.reasons[1], "The quarantine of a/c expired on 2026-11-30, so it counts (known upstream).");
    let lenient = Policy { success_rate: above(10.0), ..quarantine("a/c") };
    let verdict = judge_record(&lenient, &record);
    // Whatever the rates allow: who put it aside until a day has to look again.
    assert_eq!((verdict.decision, verdict.reasons.len()), (Decision::NotStable, 1), "{verdict:?}");
    assert_eq!(
        verdict.remarks[0],
        "Failed: a/c. The gate allows for it: every rate is as required, and nothing that must pass is among it."
    );
}

#[test]
fn what_a_quarantined_failure_holds_up_is_unknown_and_no_pass() {
    let record = on("2026-11-01", run(&[("a/b", failed()), ("a/c", blocked("a/b")), ("a/d", Outcome::Passed)]));
    assert_eq!(judge_record(&quarantine("a/b"), &record).decision, Decision::Inconclusive);
}

#[rstest]
#[case::passes("a/b", "The quarantine of a/b can go, since nothing of it failed.")]
#[case::is_gone("a/x", "The quarantine of a/x names no check of this run.")]
fn a_quarantine_that_is_needless_is_told(#[case] check: &str, #[case] told: &str) {
    let verdict = judge_record(&quarantine(check), &on("2026-11-01", run(&[("a/b", Outcome::Passed)])));
    assert_eq!((verdict.decision, verdict.remarks), (Decision::Stable, vec![told.to_owned()]));
}

#[test]
fn a_phase_of_which_all_is_in_quarantine_is_not_known() {
    let record = on("2026-11-01", run(&[("a/b", Outcome::Passed), ("c/d", failed())]));
    let verdict = judge_record(&quarantine("c/d"), &record);
    assert_eq!(verdict.decision, Decision::Inconclusive);
    assert!(verdict.reasons[0].ends_with("since all its checks were skipped or in quarantine."), "{verdict:?}");
}

#[rstest]
#[case::passed(Outcome::Passed, Decision::Stable)]
#[case::failed(failed(), Decision::NotStable)]
#[case::blocked(blocked("a/b"), Decision::NotStable)]
#[case::skipped(skipped(), Decision::Inconclusive)]
#[case::errored(errored(), Decision::Inconclusive)]
fn what_must_pass_decides_even_where_the_rate_would_not(#[case] outcome: Outcome, #[case] expected: Decision) {
    let advice = CheckEnded { counted: false, ..ended("c/d", outcome) };
    let record = record_of(vec![ended("a/b", Outcome::Passed), advice]);
    let policy = Policy { must_pass: vec!["c/d".to_owned()], ..Policy::default() };
    assert_eq!(judge_record(&policy, &record).decision, expected);
}

#[test]
fn a_check_that_must_pass_and_is_not_there_is_missed() {
    let policy = Policy { must_pass: vec!["a/x".to_owned()], ..Policy::default() };
    let verdict = judge_record(&policy, &run(&[("a/b", Outcome::Passed)]));
    assert_eq!(verdict.reasons, ["a/x must pass, but is no check of this run."]);
    assert_eq!(verdict.decision, Decision::Inconclusive);
}

#[test]
fn advice_that_fails_beyond_what_is_allowed_is_not_stable() {
    let advice = |id: &str| CheckEnded { counted: false, ..ended(id, failed()) };
    let record = record_of(vec![ended("a/b", Outcome::Passed), advice("a/c"), advice("a/d")]);
    let verdict = judge_record(&Policy { allowed_advice: Some(vec!["a/c".to_owned()]), ..Policy::default() }, &record);
    assert_eq!(verdict.decision, Decision::NotStable);
    assert_eq!(verdict.reasons, ["Advice failed that the policy does not allow for: a/d."]);
    assert_eq!(judge_record(&Policy::default(), &record).decision, Decision::Stable);
}

#[test]
fn a_required_platform_without_a_verdict_keeps_stable_away_and_nothing_else() {
    let image = ImageFacts { platform: "linux/amd64".to_owned(), ..ImageFacts::default() };
    let record = Record { image: Some(image), ..run(&[("a/b", Outcome::Passed)]) };
    let of = |platforms: &[&str]| {
        let platforms = platforms.iter().map(|&platform| platform.to_owned()).collect();
        judge_record(&Policy { platforms, ..Policy::default() }, &record)
    };
    assert_eq!((of(&["linux/amd64"]).decision, of(&["linux/amd64"]).alone), (Decision::Stable, None));
    let both = of(&["linux/amd64", "linux/arm64"]);
    assert_eq!((both.decision, both.alone), (Decision::Inconclusive, Some(Decision::Stable)));
    assert!(both.reasons[0].starts_with("There is no verdict for linux/arm64, which the policy requires"), "{both:?}");
}

/// A run whose only check took this long, held against one that took as long as the other.
fn timed(now: &[f64], before: &[f64]) -> Record {
    let of = |samples: &[f64]| {
        let figure = Measurement { samples: samples.to_vec(), ..Measurement::once("wall", Unit::Seconds, 0.0) };
        record_of(vec![CheckEnded { measurements: vec![figure], ..ended("a/b", Outcome::Passed) }])
    };
    Record { baseline: Some(Baseline::of(&of(before))), ..of(now) }
}

fn regressions(regressions: Regressions) -> Policy {
    Policy { baseline: Some(BaselinePolicy { regressions, ..BaselinePolicy::default() }), ..Policy::default() }
}

#[rstest]
#[case::the_same(&[1.0], &[1.0], Decision::Stable)]
#[case::faster(&[0.2], &[1.0], Decision::Stable)]
#[case::within_the_tolerance(&[1.2], &[1.0], Decision::Stable)]
#[case::beyond_it(&[1.4], &[1.0], Decision::NotStable)]
#[case::explained_by_the_noise(&[0.9, 1.4, 1.9], &[0.6, 1.0, 1.4], Decision::Stable)]
#[case::beyond_the_noise(&[3.9, 4.0, 4.1], &[0.9, 1.0, 1.1], Decision::NotStable)]
#[case::hardly_anything(&[0.02], &[0.01], Decision::Stable)]
fn a_figure_that_got_worse_beyond_noise_and_tolerance_is_a_regression(
    #[case] now: &[f64],
    #[case] before: &[f64],
    #[case] expected: Decision,
) {
    let record = timed(now, before);
    assert_eq!(judge_record(&regressions(Regressions::Fail), &record).decision, expected);
    let advised = judge_record(&regressions(Regressions::Advise), &record);
    assert_eq!(advised.decision, Decision::Stable);
    assert_eq!(advised.remarks.is_empty(), expected == Decision::Stable, "{advised:?}");
}

#[test]
fn a_check_that_passed_before_is_a_regression_even_within_the_success_rate() {
    let before = run(&[("a/b", Outcome::Passed), ("a/c", Outcome::Passed)]);
    let now = run(&[("a/b", Outcome::Passed), ("a/c", failed())]);
    let record = Record { baseline: Some(Baseline::of(&before)), ..now };
    let policy = Policy { success_rate: above(10.0), ..regressions(Regressions::Fail) };
    let verdict = judge_record(&policy, &record);
    assert_eq!(verdict.decision, Decision::NotStable);
    assert_eq!(verdict.reasons, ["a/c passed in the baseline  and is failed now."]);
}

#[rstest]
#[case::skipped(Some(skipped()), Decision::NotStable, "a/c passed in the baseline  and is skipped now.")]
#[case::errored(Some(errored()), Decision::Inconclusive, "1 counted check could not be told: a/c.")]
#[case::gone(None, Decision::Inconclusive, "Passed in the baseline , but this check is no longer there: a/c.")]
fn a_check_that_passed_before_and_is_not_tried_now_does_not_go_unnoticed(
    #[case] now: Option<Outcome>,
    #[case] expected: Decision,
    #[case] told: &str,
) {
    let before = run(&[("a/b", Outcome::Passed), ("a/c", Outcome::Passed)]);
    let still = now.map(|outcome| ("a/c", outcome));
    let now = run(&[("a/b", Outcome::Passed)].into_iter().chain(still).collect::<Vec<_>>());
    let record = Record { baseline: Some(Baseline::of(&before)), ..now };
    let verdict = judge_record(&regressions(Regressions::Fail), &record);
    assert_eq!(verdict.decision, expected, "{verdict:?}");
    assert!(verdict.reasons[0].starts_with(told), "{verdict:?}");
    let advised = judge_record(&regressions(Regressions::Advise), &record);
    assert_ne!(advised.decision, Decision::NotStable, "{advised:?}");
}

#[test]
fn without_a_baseline_or_on_another_machine_regressions_cannot_be_told() {
    let policy = regressions(Regressions::Fail);
    let missing = judge_record(&policy, &run(&[("a/b", Outcome::Passed)]));
    assert_eq!(missing.decision, Decision::Inconclusive);
    let mut elsewhere = timed(&[9.0], &[1.0]);
    elsewhere.start.host.insert("cpus".to_owned(), "64".to_owned());
    let verdict = judge_record(&policy, &elsewhere);
    assert_eq!(verdict.decision, Decision::Inconclusive, "{verdict:?}");
    assert!(verdict.reasons[0].contains("durations of another machine do not compare (cpus differ)"), "{verdict:?}");
}

#[test]
fn of_a_journal_that_lacks_events_nobody_says_that_it_is_stable() {
    let record = Record { damaged: true, ..on("2026-11-01", run(&[("a/b", Outcome::Passed)])) };
    let verdict = judge_record(&Policy::default(), &record);
    assert_eq!(verdict.decision, Decision::Inconclusive, "{verdict:?}");
    assert_eq!(verdict.reasons, ["A part of the journal was lost, so nobody knows what it does not say."]);
}
