//! Workflow commands of GitHub Actions that put what did not pass beside a change: errors for failures, warnings for what
//! could not be told, notices for what passed only at a later try.

use super::account::{self, Account};
use super::text;
use crate::model::{CheckRecord, Ending, Record};

/// GitHub shows so many of a kind for a step, and drops the rest.
const SHOWN: usize = 10;

/// One line a command; empty where everything passed.
pub fn annotations(record: &Record) -> String {
    let failures = account::failures(record);
    let (failures, advice): (Vec<_>, Vec<_>) = failures.into_iter().partition(|check| check.ended.counted);
    let unknown = account::checks_that(record, crate::model::Outcome::is_unknown);
    let unknown: Vec<_> = unknown.into_iter().filter(|check| check.concluded && check.ended.counted).collect();
    let notices = record.checks().filter(|check| check.is_flaky()).chain(advice).collect::<Vec<_>>();
    let of_run = of_run(record).into_iter();
    let errors = of_run.clone().filter(|(kind, _)| *kind == "error").map(|(_, line)| line);
    let warnings = of_run.filter(|(kind, _)| *kind == "warning").map(|(_, line)| line);
    let errors = at_most(errors.chain(failures.iter().map(|check| of_check("error", check))).collect(), "error");
    let warnings = at_most(warnings.chain(unknown.iter().map(|check| of_check("warning", check))).collect(), "warning");
    let notices = at_most(notices.iter().map(|check| of_check("notice", check)).collect(), "notice");
    [errors, warnings, notices].concat()
}

/// What kept the run from its end.
fn of_run(record: &Record) -> Option<(&'static str, String)> {
    let (kind, title, message) = match (&record.build_failure, record.ending.as_ref()) {
        (Some(failure), _) => {
            let kind = if failure.environment { "warning" } else { "error" };
            let step = failure.step.as_ref().map(|step| format!("{step}: ")).unwrap_or_default();
            let hint = failure.hint.as_ref().map(|hint| format!("\nHint: {hint}")).unwrap_or_default();
            let message = format!("{step}{}{hint}", failure.message);
            (kind, format!("{} could not be built", failure.stage), message)
        }
        (None, Some(Ending::NotStarted { reason })) => {
            ("error", "the container did not come up".to_owned(), reason.clone())
        }
        (None, Some(Ending::NotObtained { reason, hint })) => {
            ("warning", "not obtained".to_owned(), format!("{reason}\nHint: {hint}"))
        }
        (None, Some(Ending::Broken { reason })) => ("warning", "the run broke off".to_owned(), reason.clone()),
        (None, Some(Ending::Interrupted)) => {
            ("warning", "interrupted".to_owned(), "The run was interrupted.".to_owned())
        }
        (None, None) => ("warning", "died".to_owned(), "The run died before its end.".to_owned()),
        (None, Some(Ending::Completed | Ending::NotBuilt | Ending::Cut)) => return None,
    };
    Some((kind, command(kind, &format!("{}: {title}", record.start.subject), &message)))
}

fn of_check(kind: &str, check: &CheckRecord) -> String {
    let told = Account::of(check);
    let what = if check.is_flaky() { "flaky" } else { account::words(check) };
    let mut lines = Vec::new();
    if !check.ended.about.is_empty() {
        lines.push(check.ended.about.clone());
    }
    let fields = [
        ("Looked at", &told.looked_at),
        ("Expected", &told.expected),
        ("Actual", &told.actual),
        ("Because", &told.reason),
        ("Hint", &told.hint),
    ];
    let told = |(name, value): (&str, &Option<String>)| {
        let value = value.as_ref()?;
        let words = if name == "Actual" { account::gist(check, 600) } else { text::gist(value, 600) };
        Some(format!("{name}: {words}"))
    };
    lines.extend(fields.into_iter().filter_map(told));
    if check.is_flaky() {
        lines.push(format!("It passed only at try {}.", check.ended.attempts));
    }
    let advice = if check.ended.counted { "" } else { " (advice only)" };
    command(kind, &format!("{} {what}{advice}", check.ended.check), &lines.join("\n"))
}

/// As many as are shown, the last of which tells how many there are more.
fn at_most(mut lines: Vec<String>, kind: &str) -> String {
    if lines.len() > SHOWN {
        let rest = lines.split_off(SHOWN - 1).len();
        lines.push(command(kind, &format!("{rest} more"), "See the report of the run for all of them."));
    }
    lines.concat()
}

/// A workflow command, which a text of others can neither end nor add to.
fn command(kind: &str, title: &str, message: &str) -> String {
    let data = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let title = data(&text::one_line(title, 200)).replace(':', "%3A").replace(',', "%2C");
    format!("::{kind} title={title}::{}\n", data(&text::visible(message)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Failure, Outcome, sample};

    #[test]
    fn what_did_not_pass_is_annotated() {
        let runs = [sample::mixed().0, sample::not_built().0, sample::not_obtained().0, sample::interrupted().0];
        insta::assert_snapshot!(runs.each_ref().map(annotations).join("\n"));
        assert_eq!(annotations(&sample::good().0), "");
    }

    #[test]
    fn words_of_others_end_no_command_and_begin_none() {
        let line = command("error", "a,b:c\n::warning::x", "100%\r\n::error::y");
        assert_eq!(line, "::error title=a%2Cb%3Ac %3A%3Awarning%3A%3Ax::100%25%0A::error::y\n");
    }

    #[test]
    fn more_than_are_shown_are_counted() {
        let failed = |number| sample::with(&format!("shell/a[{number}]"), Outcome::Failed(Failure::default()));
        let checks: Vec<_> = (0..15).map(failed).collect();
        let told = annotations(&Record::of(&sample::run(&checks, Ending::Completed)));
        assert_eq!(told.lines().count(), 10);
        assert!(told.lines().last().unwrap().starts_with("::error title=6 more::"), "{told}");
    }
}
