//! What was found, and what to do about it: pure conclusions from a record, for every format that gives advice. What stands
//! in backticks is code.

use super::account::{self, Account};
use super::text;
use crate::model::{Cause, CheckRecord, Ending, Outcome, Priority, Record};

/// From this share of its budget, percent, a measurement is near it.
pub(super) const NEAR_BUDGET: f64 = 80.0;

/// From this share of its deadline a step is near it.
const NEAR_DEADLINE: f64 = 0.5;

/// What to do about a figure of which nothing could be told.
const QUIETER: &str = "Run again on a machine that is faster or has less else to do";

/// Something that went wrong, with what to do.
#[derive(Debug)]
pub(super) struct Issue<'a> {
    /// What happened, one sentence without a full stop.
    pub(super) what: String,
    /// What to do, where that is known.
    pub(super) remedy: Option<String>,
    /// Whether nobody foresaw a remedy, so that the one here only tells how to look closer.
    is_open: bool,
    /// The check whose failure may be the reason.
    reason: Option<String>,
    /// What it happened to; empty where that is the run as a whole.
    checks: Vec<&'a CheckRecord>,
}

impl Issue<'_> {
    /// What puts it right, in words; `open` where nobody knows.
    pub(super) fn resolution(&self) -> String {
        match (self.is_open, &self.reason, &self.remedy) {
            (true, _, _) => "open".to_owned(),
            (false, Some(reason), _) => format!("perhaps that of `{reason}`"),
            (false, None, Some(remedy)) => remedy.clone(),
            (false, None, None) => "that of the first issue".to_owned(),
        }
    }
}

/// Everything that went wrong, each cause once, the most important first.
pub(super) fn issues<'a>(record: &'a Record) -> Vec<Issue<'a>> {
    let mut issues: Vec<_> = of_ending(record).into_iter().collect();
    let blocked = account::blocked(record);
    let causes = record.causes();
    let of_cause = |cause: &Cause<'a>| {
        let reason = cause.check.ended.check.to_string();
        let explained = cause.explains.iter().map(|check| (*check, Some(reason.clone()))).collect::<Vec<_>>();
        [vec![(cause.check, None)], explained].concat()
    };
    for (check, reason) in causes.iter().flat_map(of_cause) {
        let id = &check.ended.check;
        let told = Account::of(check);
        let actual = account::gist(check, 200);
        let kind = account::words(check);
        let blocks = blocked
            .get(id)
            .map_or_else(String::new, |checks| format!(" (blocks {})", text::count(checks.len(), "further check")));
        issues.push(Issue {
            what: format!("`{id}` {kind}: {actual}{blocks}"),
            is_open: reason.is_none() && told.hint.is_none(),
            remedy: match reason {
                Some(_) => None,
                None => told.hint.or_else(|| Some(without_hint(check).to_owned())),
            },
            reason,
            checks: vec![check],
        });
    }
    issues.extend(of_unknown(record));
    issues
}

/// Where nobody foresaw a remedy, one can at least look closer.
fn without_hint(check: &CheckRecord) -> &'static str {
    match (&check.ended.outcome, &check.ended.reproduce) {
        (Outcome::TimedOut { .. }, _) => "Find out what it waits for, or give it more by `timeout`",
        (_, Some(_)) => "Look closer by hand, with the command given beside the failure",
        (_, None) => "Compare what was expected with what came instead",
    }
}

fn of_unknown(record: &Record) -> Vec<Issue<'_>> {
    let mut issues = Vec::new();
    let (unknown, not_run): (Vec<_>, Vec<_>) =
        account::checks_that(record, Outcome::is_unknown).into_iter().partition(|check| check.concluded);
    if !not_run.is_empty() {
        // Why is told by how the run ended; one that completed has no excuse.
        let remedy = matches!(record.ending, Some(Ending::Completed)).then(|| "Run again".to_owned());
        issues.push(Issue {
            what: format!("{} did not come to run", quoted(&not_run)),
            is_open: remedy.is_none(),
            remedy,
            reason: None,
            checks: not_run,
        });
    }
    for (reason, checks) in account::by_reason(&unknown) {
        let reason = text::one_line(&reason, 200);
        let what = format!("{} could not be told: {reason}", quoted(&checks));
        let hint = checks.iter().find_map(|check| Account::of(check).hint);
        let is_open = hint.is_none();
        let remedy = Some(match (&checks[0].ended.outcome, hint) {
            // The suite's hint is for a figure that is beyond its budget for sure.
            (Outcome::Undecided { .. }, Some(hint)) => {
                format!("{QUIETER}. If it stays beyond its budget there: {hint}")
            }
            (Outcome::Undecided { .. }, None) => QUIETER.to_owned(),
            (_, hint) => hint.unwrap_or_else(|| "Mend the environment, then run again".to_owned()),
        });
        issues.push(Issue { what, remedy, reason: None, is_open, checks });
    }
    issues
}

fn of_ending(record: &Record) -> Option<Issue<'static>> {
    if let Some(failure) = &record.build_failure {
        let step = failure.step.as_ref().map(|step| format!(" at `{}`", text::one_line(step, 120))).unwrap_or_default();
        let whose = if failure.environment { " (the environment's fault)" } else { "" };
        let what =
            format!("{} could not be built{step}: {}{whose}", failure.stage, text::one_line(&failure.message, 200));
        let (is_open, remedy) = (failure.hint.is_none(), failure.hint.clone());
        return Some(Issue { what, is_open, remedy, reason: None, checks: Vec::new() });
    }
    let issue = |what: &str, remedy: &str| Issue {
        what: text::one_line(what, 400),
        remedy: Some(remedy.to_owned()),
        is_open: false,
        reason: None,
        checks: Vec::new(),
    };
    match record.ending.as_ref() {
        Some(Ending::Completed) => None,
        None => Some(issue("the run died before its end", "Run it again")),
        Some(Ending::NotBuilt) => Some(issue("the image could not be built", "See the log of the build")),
        Some(Ending::NotObtained { reason, hint }) => Some(issue(reason, hint)),
        Some(Ending::NotStarted { reason }) => Some(issue(
            &format!("the container did not come up: {reason}"),
            "Look at its entrypoint, its command and what `ready` awaits",
        )),
        Some(Ending::Cut) => {
            Some(issue("the run was cut short after its first failure", "Run without `--fail-fast` to see the rest"))
        }
        Some(Ending::Interrupted) => Some(issue("the run was interrupted", "Run it again to the end")),
        Some(Ending::Broken { reason }) => {
            Some(issue(&format!("the engine or the host failed: {reason}"), "Ask `shakedown doctor` what is amiss"))
        }
    }
}

/// What to do next, most important first: only what somebody can act on, so empty when all is well.
pub(super) fn recommendations(record: &Record) -> Vec<String> {
    let issues = issues(record);
    let (of_run, of_checks): (Vec<_>, Vec<_>) = issues.into_iter().partition(|issue| issue.checks.is_empty());
    let mut advice: Vec<_> = of_run.into_iter().filter_map(|issue| Some(sentence(&issue.remedy?))).collect();
    advice.extend(first_things(record));
    advice.extend(grouped(of_checks.into_iter().filter_map(|issue| Some((issue.remedy?, issue.checks)))));
    if !record.start.whole && !record.start.checks.is_empty() {
        advice.push("Run all checks before a release: this run was narrowed by a selection.".to_owned());
    }
    advice.extend(near_budget(record));
    advice.extend(near_deadline(record));
    advice.extend(record.checks().filter(|check| check.is_flaky()).map(|check| {
        let (id, attempts) = (&check.ended.check, check.ended.attempts);
        format!("`{id}` passed only at try {attempts}: find out why, or allow it by name in the gate's policy.")
    }));
    advice
}

/// What would let more be looked at than this run could: no failure, and nothing that must be done.
pub(super) fn further(record: &Record) -> Vec<String> {
    let skipped = record.checks().filter(|check| matches!(check.ended.outcome, Outcome::Skipped { .. }));
    grouped(skipped.filter_map(|check| Some((Account::of(check).hint?, vec![check]))))
}

/// Failures in important phases, where others failed as well.
fn first_things(record: &Record) -> Option<String> {
    let failures: Vec<_> = record.causes().into_iter().map(|cause| cause.check).collect();
    let important = |check: &&CheckRecord| {
        let phase = record.phases.iter().find(|phase| phase.phase == check.ended.check.phase);
        phase.is_some_and(|phase| phase.priority == Priority::High)
    };
    let first: Vec<_> = failures.iter().copied().filter(important).collect();
    let is_part = !first.is_empty() && first.len() < failures.len();
    is_part.then(|| format!("Mend {} first: what comes later stands on it.", quoted(&first)))
}

/// Each remedy once, with the checks that it is for.
fn grouped<'a>(remedies: impl Iterator<Item = (String, Vec<&'a CheckRecord>)>) -> Vec<String> {
    let mut groups: Vec<(String, Vec<&CheckRecord>)> = Vec::new();
    for (remedy, checks) in remedies {
        match groups.iter_mut().find(|(known, _)| *known == remedy) {
            Some((_, others)) => others.extend(checks),
            None => groups.push((remedy, checks)),
        }
    }
    let told = |(remedy, checks): (String, Vec<&CheckRecord>)| {
        let remedy = text::one_line(&remedy, 400);
        format!("{} ({}).", remedy.trim_end_matches('.'), quoted(&checks))
    };
    groups.into_iter().map(told).collect()
}

/// Figures that soon will be beyond their budget. Of those that are, the check has said so.
fn near_budget(record: &Record) -> Vec<String> {
    let passed = record.checks().filter(|check| check.ended.outcome.is_passed());
    let figures = passed.flat_map(|check| check.ended.measurements.iter().map(move |figure| (check, figure)));
    let near = figures.filter_map(|(check, figure)| {
        let (used, budget) = (text::used(figure)?, figure.budget?);
        let in_unit = |value: f64| text::figure(value, figure.unit);
        let (name, id) = (&figure.name, &check.ended.check);
        (used >= NEAR_BUDGET).then(|| {
            let (median, budget) = (in_unit(figure.median()), in_unit(budget));
            format!(
                "`{name}` of `{id}` is near its budget, {median} of {budget} ({used:.0}%): find out what grew, or raise \
                 the budget."
            )
        })
    });
    near.collect()
}

/// Steps that passed, but would not on a machine half as fast.
fn near_deadline(record: &Record) -> Vec<String> {
    let passed = record.checks().filter(|check| check.ended.outcome.is_passed());
    let near = passed.filter_map(|check| {
        let nearest = check.ended.nearest.as_ref().filter(|nearest| nearest.share() > NEAR_DEADLINE)?;
        let (took, deadline) = (text::seconds(nearest.seconds), text::seconds(nearest.deadline));
        let (id, step) = (&check.ended.check, text::one_line(&nearest.step, 60));
        Some(format!(
            "`{id}` took {took} of the {deadline} that its step `{step}` may take: find out what makes it slow, or give \
             it more by `timeout`."
        ))
    });
    near.collect()
}

fn sentence(words: &str) -> String {
    format!("{}.", text::one_line(words, 400).trim_end_matches('.'))
}

/// The ids of up to three checks, and how many more.
pub(super) fn named(checks: &[&CheckRecord]) -> String {
    joined(checks, |check| check.ended.check.to_string())
}

fn quoted(checks: &[&CheckRecord]) -> String {
    joined(checks, |check| format!("`{}`", check.ended.check))
}

fn joined(checks: &[&CheckRecord], name: impl Fn(&CheckRecord) -> String) -> String {
    let mut names: Vec<_> = checks.iter().take(3).map(|check| name(check)).collect();
    if checks.len() > 3 {
        names.push(format!("{} more", checks.len() - 3));
    }
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => names.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::event::{CheckEnded, Nearest};
    use crate::model::{Measurement, Unit, sample};

    fn whats(record: &Record) -> Vec<String> {
        issues(record).into_iter().map(|issue| issue.what).collect()
    }

    fn advice_on(checks: &[CheckEnded]) -> Vec<String> {
        recommendations(&Record::of(&sample::run(checks, Ending::Completed)))
    }

    #[test]
    fn a_good_run_has_neither_issues_nor_failures_to_advise_on() {
        let (record, _) = sample::good();
        assert_eq!(whats(&record), [""; 0]);
        assert_eq!(
            recommendations(&record),
            ["`image` of `performance/size` is near its budget, 442 MB of 500 MB (88%): find out what grew, or raise \
              the budget."]
        );
    }

    #[test]
    fn each_cause_is_told_once() {
        let (record, _) = sample::mixed();
        assert_eq!(
            whats(&record),
            [
                "`environments/list` failed: common",
                "`environments/sync` timed out: still running then: uv sync",
                "`packages/import[scipy]` failed: exit 1: ModuleNotFoundError: No module named 'scipy' \
                 (blocks 2 further checks)",
                "`performance/memory` could not be told: the engine did not answer for 30 s",
                "`performance/wall` could not be told: median 1.02 s ± 0.3 s, budget 1 s",
            ]
        );
    }

    #[test]
    fn every_issue_has_its_recommendation_and_equal_ones_are_one() {
        let (record, _) = sample::mixed();
        insta::assert_snapshot!(recommendations(&record).join("\n"));
        let failed = |id: &str| CheckEnded {
            hint: Some("Set HOME.".to_owned()),
            ..sample::with(id, Outcome::Failed(crate::model::Failure::default()))
        };
        assert_eq!(advice_on(&[failed("shell/a"), failed("shell/b")]), ["Set HOME (`shell/a` and `shell/b`)."]);
    }

    #[test]
    fn what_never_ran_is_one_issue_not_many() {
        let (record, _) = sample::interrupted();
        assert_eq!(
            whats(&record),
            [
                "the run was interrupted",
                "`environments/common`, `packages/import[scipy]`, `packages/import[rich]` and 1 more did not come to run",
            ]
        );
        assert_eq!(recommendations(&record), ["Run it again to the end."]);
    }

    #[test]
    fn a_slow_check_is_told_only_where_it_came_near_its_deadline() {
        let slow = |seconds: f64, outcome: Outcome| CheckEnded {
            seconds: 400.0,
            nearest: Some(Nearest { step: "refused".to_owned(), seconds, deadline: 60.0 }),
            ..sample::with("errors/no-network", outcome)
        };
        assert_eq!(advice_on(&[slow(30.0, Outcome::Passed)]), [""; 0], "many quick steps are no trouble");
        assert_eq!(
            advice_on(&[slow(31.0, Outcome::Passed)]),
            [
                "`errors/no-network` took 31.0 s of the 1 min 0 s that its step `refused` may take: find out what makes it \
              slow, or give it more by `timeout`."
            ]
        );
        let failed = advice_on(&[slow(31.0, Outcome::Failed(crate::model::Failure::default()))]);
        assert_eq!(failed, ["Compare what was expected with what came instead (`errors/no-network`)."]);
    }

    #[test]
    fn a_figure_is_near_its_budget_from_four_fifths_on_and_not_where_the_check_says_more() {
        let of = |seconds: f64, outcome: Outcome| {
            let figure = Measurement { budget: Some(1.0), ..Measurement::once("import", Unit::Seconds, seconds) };
            advice_on(&[CheckEnded { measurements: vec![figure], ..sample::with("performance/import", outcome) }])
        };
        assert_eq!(of(0.79, Outcome::Passed), [""; 0]);
        assert!(of(0.8, Outcome::Passed)[0].contains("0.80 s of 1.00 s (80%)"));
        let undecided = of(1.1, Outcome::Undecided { reason: "too noisy".to_owned() });
        assert_eq!(undecided, ["Run again on a machine that is faster or has less else to do (`performance/import`)."]);
        let reason = "this machine is too slow to tell".to_owned();
        let hint = Some("Bytecode saves much of it".to_owned());
        let told =
            advice_on(&[CheckEnded { hint, ..sample::with("performance/import", Outcome::Undecided { reason }) }]);
        assert_eq!(
            told,
            ["Run again on a machine that is faster or has less else to do. If it stays beyond its budget there: \
              Bytecode saves much of it (`performance/import`)."]
        );
    }

    #[test]
    fn of_what_was_skipped_only_that_is_told_which_can_be_changed() {
        let skipped = |id: &str, remedy: Option<&str>| {
            let reason = "not built here".to_owned();
            sample::with(id, Outcome::Skipped { reason, remedy: remedy.map(str::to_owned) })
        };
        let checks = [
            sample::passed("shell/path"),
            skipped("shell/ssh", None),
            skipped("performance/build[a]", Some("Build it")),
            skipped("performance/build[b]", Some("Build it")),
        ];
        assert_eq!(advice_on(&checks), [""; 0]);
        let further = further(&Record::of(&sample::run(&checks, Ending::Completed)));
        assert_eq!(further, ["Build it (`performance/build[a]` and `performance/build[b]`)."]);
    }
}
