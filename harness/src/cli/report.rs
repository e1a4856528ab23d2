//! `shakedown report`: reports again from the journal.

use std::path::PathBuf;

use crate::session;

use super::arguments::Report;
use super::formats;
use super::terminal::Terminal;
use super::trouble::Trouble;

pub(super) fn report(given: &Report, terminal: &Terminal) -> Result<u8, Trouble> {
    let on_output = formats::on_output(&given.formats, 1)?;
    let folder = session::folder_of(&given.recorded.report_dir, &given.recorded.run)?;
    // Runs lie in the folder of their subject.
    let subject = folder.canonicalize().ok().and_then(|folder| Some(folder.parent()?.file_name()?.to_owned()));
    let subject = subject.unwrap_or_default().to_string_lossy().into_owned();
    let targets = formats::open(&given.formats, &[&subject])?.concat();
    let again = session::regenerate(&folder, &targets)?;
    for warning in &again.warnings {
        terminal.message(warning);
    }
    // The summary names the files where they are now, which may be elsewhere than the run put them.
    let mut shown = again.record.clone();
    if on_output.is_none() {
        shown.start.folder = folder.display().to_string();
    }
    formats::show(&shown, &again.verdict, on_output, terminal)?;
    for file in again.files.iter().map(PathBuf::as_path).chain(targets.iter().map(|target| target.path())) {
        terminal.message(&format!("wrote {}", file.display()));
    }
    Ok(0)
}
