//! `shakedown replay`: recorded observations judged again by the checks of today.

use std::fmt::Write as _;

use crate::model::Outcome;
use crate::{report, session};

use super::arguments::Replay;
use super::terminal::Terminal;
use super::trouble::Trouble;

pub(super) fn replay(given: &Replay, terminal: &Terminal) -> Result<u8, Trouble> {
    let folder = session::folder_of(&given.report_dir, &given.run)?;
    let again = session::replay(&folder, given.subject.as_deref(), &given.suite)?;
    for warning in &again.warnings {
        terminal.message(warning);
    }
    let mut text = report::summary(&again.record, &again.verdict, terminal.summary_look());
    if again.differing.is_empty() {
        text.push_str("every check ends as it did\n");
    }
    for (check, then, now) in &again.differing {
        let why = match now {
            Outcome::Errored { reason } | Outcome::Undecided { reason } | Outcome::Skipped { reason, .. } => {
                format!(" ({reason})")
            }
            Outcome::Failed(failure) => format!(" ({})", failure.actual.lines().next().unwrap_or_default()),
            Outcome::Passed | Outcome::TimedOut { .. } | Outcome::Blocked { .. } => String::new(),
        };
        let _ = writeln!(text, "{check}: {} → {}{why}", then.name(), now.name());
    }
    Terminal::result(&text);
    Ok(again.verdict.decision.exit_code())
}
