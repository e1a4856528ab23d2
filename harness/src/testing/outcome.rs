//! A check's outcome as a trial's.

use std::fmt::Write as _;

use libtest_mimic::{Completion, Failed};

use crate::model::event::CheckEnded;
use crate::model::outcome::Outcome;
use crate::model::verdict::Decision;

use super::VERDICT;
use super::session::{Done, Session};

/// The outcome of the trial of this name.
pub(super) fn of(session: &Session, name: &str) -> Result<Completion, Failed> {
    let done = session.done().as_ref().map_err(|problem| Failed::from(format!("errored: {problem}")))?;
    if name == VERDICT { verdict(done) } else { check(done, name) }
}

fn verdict(done: &Done) -> Result<Completion, Failed> {
    if done.verdict.decision == Decision::Stable {
        return Ok(Completion::Completed);
    }
    let reasons: Vec<String> = done.verdict.reasons.iter().map(|reason| format!("\n- {reason}")).collect();
    let report = done.folder.join("report.md");
    Err(format!("{}:{}\nreport: {}", done.verdict.decision.words(), reasons.concat(), report.display()).into())
}

fn check(done: &Done, name: &str) -> Result<Completion, Failed> {
    let id = name.parse().map_err(|error| Failed::from(format!("errored: {error}")))?;
    let found = done.record.check(&id);
    let ended = found.map(|check| &check.ended).ok_or_else(|| Failed::from("errored: it was not in the run's plan"))?;
    message(ended).map_or(Ok(Completion::Completed), |message| match &ended.outcome {
        Outcome::Skipped { reason, .. } => Ok(Completion::ignored_with(reason.clone())),
        _ if !ended.counted => Ok(Completion::ignored_with(format!("advice: {message}"))),
        _ => Err(message.into()),
    })
}

/// What a trial that is no pass says; begins with what became of the check.
fn message(ended: &CheckEnded) -> Option<String> {
    let mut text = match &ended.outcome {
        Outcome::Passed => return None,
        Outcome::Failed(failure) => {
            let diff = failure.diff.as_ref().map_or_else(String::new, |diff| format!("\n{diff}"));
            format!("failed: expected {}\nactual: {}{diff}", failure.expected, failure.actual)
        }
        Outcome::TimedOut { deadline, what } => format!("timed out: {what} took longer than {deadline} s"),
        Outcome::Blocked { by } => format!("blocked by {by}"),
        Outcome::Skipped { reason, .. } => format!("skipped: {reason}"),
        Outcome::Errored { reason } => format!("errored: {reason}"),
        Outcome::Undecided { reason } => format!("undecided: {reason}"),
    };
    for (label, line) in [("hint", &ended.hint), ("reproduce", &ended.reproduce)] {
        if let Some(line) = line {
            let _ = write!(text, "\n{label}: {line}");
        }
    }
    Some(text)
}
