//! What a workflow of GitHub Actions shows of a run: annotations, and the summary of the step.

use std::fs::File;
use std::io::Write;
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

/// A text whose lines are shown as they are: what programs print may look like a workflow command, and is none here.
pub(super) fn inert(text: &str) -> String {
    if is_here() { without_commands(text) } else { text.to_owned() }
}

fn without_commands(text: &str) -> String {
    let is_command = |line: &str| line.trim_start().starts_with("::") || line.trim_start().starts_with("##[");
    let shown = |line: &str| if is_command(line) { format!("| {}", line.trim_start()) } else { line.to_owned() };
    text.split_inclusive('\n').map(shown).collect()
}

/// Writes whole lines on, in which no workflow finds commands.
pub(super) struct Inert<W> {
    inner: W,
}

impl<W: Write> Inert<W> {
    pub(super) fn new(inner: W) -> Self {
        Self { inner }
    }
}

impl<W: Write> Write for Inert<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.inner.write_all(inert(&String::from_utf8_lossy(bytes)).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_programs_print_is_no_workflow_command() {
        let text = "actual\n    ::error::no\n##[add-mask]x\na::b\n";
        assert_eq!(without_commands(text), "actual\n| ::error::no\n| ##[add-mask]x\na::b\n");
    }
}
