//! What was found, and what to do about it: pure conclusions from a record, for every format that gives advice.

use super::account::{self, Account};
use super::text;
use crate::model::{CheckRecord, Ending, Outcome, Priority, Record};

/// From this share of its budget, percent, a measurement is near it.
const NEAR_BUDGET: f64 = 80.0;

/// A check is slow that takes at least this long, seconds, …
const SLOW_SECONDS: f64 = 10.0;

/// … and at least this share of the time of all checks.
const SLOW_SHARE: f64 = 0.1;

/// Something that went wrong, with what to do.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Issue {
    /// What happened, one sentence without a full stop.
    pub(super) what: String,
    /// What to do, where that is known.
    pub(super) remedy: Option<String>,
}

/// Everything that went wrong, each cause once, the most important first.
pub(super) fn issues(record: &Record) -> Vec<Issue> {
    let mut issues: Vec<_> = of_ending(record).into_iter().collect();
    let blocked = account::blocked(record);
    for check in account::checks_that(record, account::is_own_failure) {
        let id = &check.ended.check;
        let told = Account::of(check);
        let actual = text::one_line(&told.actual.unwrap_or_default(), 200);
        let kind = account::words(check);
        let blocks = blocked
            .get(id)
            .map_or_else(String::new, |checks| format!(" (blocks {})", text::count(checks.len(), "further check")));
        issues.push(Issue {
            what: format!("{id} {kind}: {actual}{blocks}"),
            remedy: told.hint.or_else(|| by_hand(check)),
        });
    }
    issues.extend(of_unknown(record));
    issues
}

/// Where nobody foresaw a remedy, one can at least look closer.
fn by_hand(check: &CheckRecord) -> Option<String> {
    check.ended.reproduce.as_ref().map(|line| format!("Look closer by hand: {}", text::one_line(line, 200)))
}

fn of_unknown(record: &Record) -> Vec<Issue> {
    let mut issues = Vec::new();
    let (unknown, not_run): (Vec<_>, Vec<_>) =
        account::checks_that(record, Outcome::is_unknown).into_iter().partition(|check| check.concluded);
    if !not_run.is_empty() {
        // Why is told by how the run ended; one that completed has no excuse.
        let remedy = matches!(record.ending, Some(Ending::Completed)).then(|| "Run again".to_owned());
        issues.push(Issue { what: format!("{} did not come to run", named(&not_run)), remedy });
    }
    for (reason, checks) in account::by_reason(&unknown) {
        let reason = text::one_line(&reason, 200);
        let what = format!("{} could not be told: {reason}", named(&checks));
        let general = match checks[0].ended.outcome {
            Outcome::Undecided { .. } => "Run again on a machine with less else to do",
            _ => "Mend the environment, then run again",
        };
        let remedy = checks.iter().find_map(|check| Account::of(check).hint).unwrap_or_else(|| general.to_owned());
        issues.push(Issue { what, remedy: Some(remedy) });
    }
    issues
}

fn of_ending(record: &Record) -> Option<Issue> {
    if let Some(failure) = &record.build_failure {
        let step = failure.step.as_ref().map(|step| format!(" at `{}`", text::one_line(step, 120))).unwrap_or_default();
        let whose = if failure.environment { " (the environment's fault)" } else { "" };
        let what =
            format!("{} could not be built{step}: {}{whose}", failure.stage, text::one_line(&failure.message, 200));
        return Some(Issue { what, remedy: failure.hint.clone() });
    }
    let issue = |what: &str, remedy: &str| Issue { what: text::one_line(what, 400), remedy: Some(remedy.to_owned()) };
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

/// What to do next, most important first; empty when all is well.
pub(super) fn recommendations(record: &Record) -> Vec<String> {
    let mut advice = of_failures(record);
    for (check, measurement) in record.measurements() {
        let (Some(used), Some(budget)) = (text::used(measurement), measurement.budget) else { continue };
        if used >= NEAR_BUDGET {
            let (median, budget) =
                (text::figure(measurement.median(), measurement.unit), text::figure(budget, measurement.unit));
            let position = if used > 100.0 { "is beyond its budget" } else { "is near its budget" };
            let name = &measurement.name;
            advice.push(format!("`{name}` of {check} {position}: {median} of {budget} ({used:.0}%)."));
        }
    }
    advice.extend(slow(record).into_iter().map(|check| {
        let took = text::seconds(check.ended.seconds);
        format!("{} took {took}: look at what makes it slow, or give it less to do.", check.ended.check)
    }));
    let flaky: Vec<_> = record.checks().filter(|check| check.is_flaky()).collect();
    advice.extend(flaky.into_iter().map(|check| {
        let (id, attempts) = (&check.ended.check, check.ended.attempts);
        format!("{id} passed only at try {attempts}: find out why, or allow it by name in the gate's policy.")
    }));
    advice
}

fn of_failures(record: &Record) -> Vec<String> {
    let mut advice: Vec<_> =
        of_ending(record).and_then(|issue| issue.remedy).map(|remedy| sentence(&remedy)).into_iter().collect();
    let failures = account::checks_that(record, account::is_own_failure);
    let important = |check: &&CheckRecord| {
        let phase = record.phases.iter().find(|phase| phase.phase == check.ended.check.phase);
        phase.is_some_and(|phase| phase.priority == Priority::High)
    };
    let first: Vec<_> = failures.iter().copied().filter(important).collect();
    if !first.is_empty() && first.len() < failures.len() {
        advice.push(format!("Mend {} first: what comes later stands on it.", named(&first)));
    }
    let mut hints: Vec<(String, Vec<&CheckRecord>)> = Vec::new();
    for check in &failures {
        let Some(hint) = Account::of(check).hint else { continue };
        match hints.iter_mut().find(|(known, _)| *known == hint) {
            Some((_, checks)) => checks.push(check),
            None => hints.push((hint, vec![check])),
        }
    }
    advice.extend(hints.into_iter().map(|(hint, checks)| {
        let hint = text::one_line(&hint, 400);
        format!("{} ({}).", hint.trim_end_matches('.'), named(&checks))
    }));
    for (cause, blocked) in account::blocked(record) {
        advice.push(format!("Run again once {cause} is mended: {} never ran.", text::count(blocked.len(), "check")));
    }
    if !record.start.whole && !record.start.checks.is_empty() {
        advice.push("Run all checks before a release: this run was narrowed by a selection.".to_owned());
    }
    advice
}

fn sentence(words: &str) -> String {
    format!("{}.", text::one_line(words, 400).trim_end_matches('.'))
}

/// At most the three slowest of the checks that take a good part of all the time.
fn slow(record: &Record) -> Vec<&CheckRecord> {
    let total: f64 = record.checks().map(|check| check.ended.seconds).sum();
    let mut slow: Vec<_> = record
        .checks()
        .filter(|check| check.ended.seconds >= SLOW_SECONDS && check.ended.seconds >= SLOW_SHARE * total)
        .collect();
    slow.sort_by(|one, other| other.ended.seconds.total_cmp(&one.ended.seconds));
    slow.truncate(3);
    slow
}

/// The ids of up to three checks, and how many more.
pub(super) fn named(checks: &[&CheckRecord]) -> String {
    let mut names: Vec<_> = checks.iter().take(3).map(|check| check.ended.check.to_string()).collect();
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
    use crate::model::sample;

    #[test]
    fn a_good_run_has_neither_issues_nor_failures_to_advise_on() {
        let (record, _) = sample::good();
        assert_eq!(issues(&record), []);
        assert_eq!(
            recommendations(&record),
            ["`image` of performance/size is near its budget: 442 MB of 500 MB (88%)."]
        );
    }

    #[test]
    fn each_cause_is_told_once_with_what_to_do() {
        let (record, _) = sample::mixed();
        let told: Vec<_> = issues(&record).into_iter().map(|issue| issue.what).collect();
        assert_eq!(
            told,
            [
                "environments/list failed: common",
                "environments/sync timed out: still running then: uv sync",
                "packages/import[scipy] failed: exit 1: ModuleNotFoundError: No module named 'scipy' \
                 (blocks 2 further checks)",
                "performance/memory could not be told: the engine did not answer for 30 s",
                "performance/wall could not be told: median 1.02 s ± 0.3 s, budget 1 s",
            ]
        );
    }

    #[test]
    fn what_never_ran_is_one_issue_not_many() {
        let (record, _) = sample::interrupted();
        let told: Vec<_> = issues(&record).into_iter().map(|issue| issue.what).collect();
        assert_eq!(
            told,
            [
                "the run was interrupted",
                "environments/common, packages/import[scipy], packages/import[rich] and 1 more did not come to run",
            ]
        );
    }
}
