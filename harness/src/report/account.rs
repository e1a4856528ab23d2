//! What became of a check, in words that every format uses.

use std::collections::BTreeMap;

use super::text;
use crate::model::{CheckId, CheckRecord, Decision, Ending, Outcome, Record, Verdict};

/// One check that did not simply pass, told in words.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Account {
    /// What was looked at, where no command says it.
    pub(super) looked_at: Option<String>,
    /// What should have been.
    pub(super) expected: Option<String>,
    /// What was.
    pub(super) actual: Option<String>,
    /// A unified diff.
    pub(super) diff: Option<String>,
    /// Why it was not tried, or could not be told.
    pub(super) reason: Option<String>,
    /// What to do.
    pub(super) hint: Option<String>,
}

impl Account {
    /// The account of one check; empty but for the hint when it passed.
    pub(super) fn of(check: &CheckRecord) -> Self {
        let ended = &check.ended;
        let told = match &ended.outcome {
            Outcome::Passed => return Self::default(),
            Outcome::Failed(failure) => Self {
                expected: Some(failure.expected.clone()),
                actual: Some(failure.actual.clone()),
                diff: failure.diff.clone(),
                reason: failure.step.as_ref().map(|step| format!("at the step `{step}`")),
                hint: failure.hint.clone(),
                ..Self::default()
            },
            Outcome::TimedOut { deadline, what } => Self {
                expected: Some(format!("an end within {}", text::seconds(*deadline))),
                actual: Some(format!("still running then: {what}")),
                ..Self::default()
            },
            Outcome::Blocked { by } => Self { reason: Some(format!("blocked by {by}")), ..Self::default() },
            Outcome::Skipped { reason, remedy } => {
                Self { reason: Some(reason.clone()), hint: remedy.clone(), ..Self::default() }
            }
            Outcome::Errored { reason } | Outcome::Undecided { reason } => {
                Self { reason: Some(reason.clone()), ..Self::default() }
            }
        };
        // What the failure itself tells is nearer than what the suite foresaw.
        let hint = told.hint.clone().or_else(|| match ended.outcome {
            Outcome::Skipped { .. } | Outcome::Blocked { .. } => None,
            _ => ended.hint.clone(),
        });
        Self { looked_at: ended.looked_at.clone(), hint, ..told }
    }
}

/// Characters of a telling line.
const LONGEST_LINE: usize = 240;

/// Words of lines that tell of trouble, in lower case.
const TROUBLE: [&str; 12] =
    ["not ", "n't ", "no ", "missing", "error", "fail", "denied", "cannot", "hides", "closed", "outside", "differ"];

/// The one line that says most of why a check failed: the last line of a Python traceback, else the first that tells of
/// trouble, else the first that is no mere exit code or heading.
pub(super) fn telling(check: &CheckRecord) -> Option<String> {
    let actual = Account::of(check).actual?;
    telling_line(&actual).map(|line| text::one_line(line, LONGEST_LINE))
}

/// Headings, and what a shell says of itself where it has no terminal.
const SAYS_LITTLE: [&str; 5] = [
    "standard error:",
    "standard output:",
    OTHER_OUTPUT,
    "cannot set terminal process group",
    "no job control in this shell",
];

/// The heading of an output that is not as it was before; that one follows.
const OTHER_OUTPUT: &str = "other output:";

/// The same line of what came instead, as it is there.
fn telling_line(actual: &str) -> Option<&str> {
    let says_something = |line: &&str| {
        let is_exit = line.strip_prefix("exit ").is_some_and(|code| code.parse::<i32>().is_ok());
        let has_words = line.chars().any(char::is_alphanumeric);
        has_words && !is_exit && !line.starts_with("(…") && !SAYS_LITTLE.iter().any(|words| line.contains(words))
    };
    let is_compared = actual.trim_start().starts_with(OTHER_OUTPUT);
    let now = actual.lines().map(str::trim).take_while(|line| !(is_compared && *line == "before:"));
    let lines: Vec<&str> = now.filter(says_something).collect();
    let is_error =
        |line: &&&str| line.split_once(": ").is_some_and(|(name, _)| name.ends_with("Error") && !name.contains(' '));
    let is_trouble = |line: &&&str| TROUBLE.iter().any(|word| line.to_lowercase().contains(word));
    lines.iter().rfind(is_error).or(lines.iter().find(is_trouble)).or(lines.first()).copied()
}

/// How a failure begins, and the line that says most of it, on one line of about `limit` characters.
pub(super) fn gist(check: &CheckRecord, limit: usize) -> String {
    let actual = Account::of(check).actual.unwrap_or_default();
    let first = actual.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    match telling_line(&actual).filter(|line| *line != first) {
        Some(line) => format!("{} … {}", text::one_line(first, limit / 2), text::one_line(line, limit / 2)),
        None => text::one_line(first, limit),
    }
}

/// The outcome in words, as people read it. Of errored it says what that means: it could not be told, or was not even
/// tried.
pub(super) fn words(check: &CheckRecord) -> &'static str {
    match &check.ended.outcome {
        Outcome::Passed => "passed",
        Outcome::Failed(_) => "failed",
        Outcome::TimedOut { .. } => "timed out",
        Outcome::Blocked { .. } => "blocked",
        Outcome::Skipped { .. } => "skipped",
        Outcome::Errored { .. } if !check.concluded => "not run",
        Outcome::Errored { .. } => "could not tell",
        Outcome::Undecided { .. } => "undecided",
    }
}

/// Whether the run was broken off, by somebody or by its death, once it had anything to do.
pub(super) fn was_interrupted(record: &Record, verdict: &Verdict) -> bool {
    verdict.decision != Decision::Empty && matches!(record.ending, None | Some(Ending::Interrupted))
}

/// Whether any check came to an end at all.
pub(super) fn anything_ran(checks: &[CheckRecord]) -> bool {
    checks.iter().any(|check| check.concluded)
}

/// The success rate in words, with what it leaves out: a rate over half of the checks is not the whole story.
pub(super) fn rate(record: &Record) -> String {
    let unknown = record.checks().filter(|check| check.ended.counted && check.ended.outcome.is_unknown()).count();
    let rate = text::rate(record.rate());
    if unknown == 0 { rate } else { format!("{rate}, {unknown} could not be told") }
}

/// Why the run ended early, where that takes more than a line: the words of an engine or the last lines of a container.
pub(super) fn long_reason(record: &Record) -> Option<&str> {
    match record.ending.as_ref()? {
        Ending::NotStarted { reason } | Ending::Broken { reason } => {
            (reason.trim().contains('\n') || reason.chars().count() > 200).then_some(reason)
        }
        Ending::Completed | Ending::NotBuilt | Ending::NotObtained { .. } | Ending::Cut | Ending::Interrupted => None,
    }
}

/// What whoever builds the image elsewhere has to know: sources on the machine of the run are served for its length only.
pub(super) fn local_sources(record: &Record) -> Option<String> {
    let local: Vec<&str> =
        record.start.setup.sources.iter().map(String::as_str).filter(|one| one.contains(" (local ")).collect();
    (!local.is_empty()).then(|| {
        format!(
            "The build and the image took what they need from {}, by addresses that ended with the run: build the image \
             again, and keep its sources served, for whatever is installed by hand.",
            local.join(" and ")
        )
    })
}

/// Checks of an outcome that `wanted` says yes to, those of important phases first.
pub(super) fn checks_that(record: &Record, wanted: impl Fn(&Outcome) -> bool) -> Vec<&CheckRecord> {
    let phases = record.by_priority().into_iter();
    phases.flat_map(|phase| &phase.checks).filter(|check| wanted(&check.ended.outcome)).collect()
}

/// The checks that failed by themselves, each cause followed by what it may explain.
pub(super) fn failures(record: &Record) -> Vec<&CheckRecord> {
    record.causes().into_iter().flat_map(|cause| [vec![cause.check], cause.explains].concat()).collect()
}

/// Whether the check itself failed, rather than what it needs.
pub(super) fn is_own_failure(outcome: &Outcome) -> bool {
    outcome.is_subject_failure() && !matches!(outcome, Outcome::Blocked { .. })
}

/// The blocked checks by what blocked them.
pub(super) fn blocked(record: &Record) -> BTreeMap<&CheckId, Vec<&CheckId>> {
    let mut blocked: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for check in record.checks() {
        if let Outcome::Blocked { by } = &check.ended.outcome {
            blocked.entry(by).or_default().push(&check.ended.check);
        }
    }
    blocked
}

/// Outcomes that say the same, as the reason of many checks that never came to run, told once: reason and checks.
pub(super) fn by_reason<'a>(checks: &[&'a CheckRecord]) -> Vec<(String, Vec<&'a CheckRecord>)> {
    let mut groups: Vec<(String, Vec<&CheckRecord>)> = Vec::new();
    for check in checks {
        let reason = Account::of(check).reason.unwrap_or_default();
        match groups.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, group)) => group.push(check),
            None => groups.push((reason, vec![check])),
        }
    }
    groups
}

/// How many checks of a phase did not pass, by kind: `1 failed, 2 blocked`; empty when all passed at the first try.
pub(super) fn not_passed(checks: &[CheckRecord]) -> String {
    let kinds = ["failed", "timed out", "blocked", "could not tell", "not run", "undecided", "skipped"];
    let of_kind = |kind: &str| checks.iter().filter(|check| words(check) == kind).count();
    let flaky = ("flaky", checks.iter().filter(|check| check.is_flaky()).count());
    let is_uncounted = |check: &&CheckRecord| !check.ended.counted && !check.ended.outcome.is_passed();
    let uncounted = ("not counted (advice)", checks.iter().filter(is_uncounted).count());
    let numbers = kinds.map(|kind| (kind, of_kind(kind))).into_iter().chain([flaky, uncounted]);
    let words: Vec<_> =
        numbers.filter(|(_, number)| *number > 0).map(|(kind, number)| format!("{number} {kind}")).collect();
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Failure, sample};

    #[test]
    fn every_outcome_but_a_pass_has_something_to_say() {
        let (record, _) = sample::mixed();
        for check in record.checks() {
            let account = Account::of(check);
            let silent = account.expected.is_none() && account.reason.is_none();
            assert_eq!(silent, check.ended.outcome.is_passed(), "{}", check.ended.check);
        }
    }

    #[test]
    fn the_telling_line_is_the_error_and_else_the_first_that_says_something() {
        let told = |actual: &str| {
            let failure = Failure { actual: actual.to_owned(), ..Failure::default() };
            let check = sample::with("packages/import[x]", Outcome::Failed(failure));
            telling(&Record::of(&sample::run(&[check], Ending::Completed)).phases[0].checks[0])
        };
        assert_eq!(
            told("exit 1\nstandard error:\nlib/x.so of x is missing\n").as_deref(),
            Some("lib/x.so of x is missing")
        );
        let traceback = "exit 1\nstandard error:\n(… 3 lines before)\nTraceback (most recent call last):\n  import yaml\n\
                         ModuleNotFoundError: No module named 'yaml'\n";
        assert_eq!(told(traceback).as_deref(), Some("ModuleNotFoundError: No module named 'yaml'"));
        let checked =
            "exit 1\nstandard error:\nChecked 38 packages\nThe package `x` requires `y`, but it's not installed";
        assert_eq!(told(checked).as_deref(), Some("The package `x` requires `y`, but it's not installed"));
        assert_eq!(told("other output:\na\nbefore:\nno b").as_deref(), Some("a"));
        assert_eq!(told("],\n}\nthe rest").as_deref(), Some("the rest"));
        let shell = "exit 127\nstandard error:\nbash: cannot set terminal process group (-1): Inappropriate ioctl for \
                     device\nbash: no job control in this shell\nbash: line 1: uv: command not found\n";
        assert_eq!(told(shell).as_deref(), Some("bash: line 1: uv: command not found"));
        assert_eq!(told("exit 1"), None);
    }

    #[test]
    fn the_gist_is_how_it_begins_and_the_telling_line() {
        let told = |actual: &str, limit: usize| {
            let failure = Failure { actual: actual.to_owned(), ..Failure::default() };
            let check = sample::with("packages/files[x]", Outcome::Failed(failure));
            gist(&Record::of(&sample::run(&[check], Ending::Completed)).phases[0].checks[0], limit)
        };
        let counted = "exit 1\nstandard error:\n/opt/x.py of x is missing\n1 in all\n";
        assert_eq!(told(counted, 80), "exit 1 … /opt/x.py of x is missing");
        assert_eq!(told("no such file: a b c d e f\n", 12), "no such fil…");
        assert_eq!(told("exit 1\n", 80), "exit 1");
    }

    #[test]
    fn checks_of_important_phases_come_first() {
        let (record, _) = sample::mixed();
        let failures = checks_that(&record, is_own_failure);
        let ids: Vec<_> = failures.iter().map(|check| check.ended.check.to_string()).collect();
        assert_eq!(ids, ["environments/list", "environments/sync", "packages/import[scipy]"]);
    }

    #[test]
    fn a_rate_tells_what_it_leaves_out() {
        assert_eq!(rate(&sample::good().0), "6 of 6 checks passed (100.0%)");
        assert_eq!(rate(&sample::interrupted().0), "2 of 2 checks passed (100.0%), 4 could not be told");
    }

    #[test]
    fn what_did_not_pass_is_counted_by_kind() {
        let (record, _) = sample::mixed();
        let told: Vec<_> = record.phases.iter().map(|phase| not_passed(&phase.checks)).collect();
        assert_eq!(
            told,
            ["", "1 failed, 2 blocked, 1 flaky", "1 failed, 1 timed out", "1 skipped", "1 could not tell, 1 undecided"]
        );
        let advice = |outcome| {
            let check = crate::model::event::CheckEnded { counted: false, ..sample::with("image/size", outcome) };
            not_passed(&Record::of(&sample::run(&[check], Ending::Completed)).phases[0].checks)
        };
        assert_eq!(advice(Outcome::Passed), "");
        assert_eq!(advice(Outcome::Failed(Failure::default())), "1 failed, 1 not counted (advice)");
    }
}
