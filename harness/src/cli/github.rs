//! What a workflow of GitHub Actions shows of a run: annotations, and the summary of the step.

use std::fs::File;
use std::io::Write as _;
use std::path::PathBuf;

use crate::model::record::Record;
use crate::model::verdict::Verdict;
use crate::report;

/// Bytes of a step's summary, of which GitHub shows none that has more than 1 MiB.
const LARGEST: u64 = 1 << 20;

/// Whether a workflow of GitHub runs this.
pub(super) fn is_here() -> bool {
    std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true")
}

/// The workflow commands that annotate what did not pass; nothing elsewhere.
pub(super) fn annotations(record: &Record) -> String {
    if is_here() { report::annotations(record) } else { String::new() }
}

/// Adds the page to the step's summary where there is one, as much of it as there is room for beside what is there.
pub(super) fn append_summary(record: &Record, verdict: &Verdict) -> std::io::Result<()> {
    let Some(path) = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()).map(PathBuf::from) else {
        return Ok(());
    };
    let mut file = File::options().create(true).append(true).open(path)?;
    let room = LARGEST.saturating_sub(file.metadata()?.len());
    let page = report::page_within(record, verdict, usize::try_from(room).unwrap_or(usize::MAX));
    file.write_all(page.as_bytes())
}
