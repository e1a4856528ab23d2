//! `shakedown report`: reports again from the journal.

use crate::{journal, report, session};

use super::arguments::Report;
use super::terminal::Terminal;
use super::trouble::Trouble;

pub(super) fn report(given: &Report, terminal: &Terminal) -> Result<u8, Trouble> {
    let folder = journal::resolve(&given.report_dir, &given.run)?;
    let again = session::regenerate(&folder)?;
    for warning in &again.warnings {
        terminal.message(warning);
    }
    Terminal::result(&report::summary(&again.record, &again.verdict, terminal.summary_look()));
    for file in &again.files {
        terminal.message(&format!("wrote {}", file.display()));
    }
    Ok(0)
}
