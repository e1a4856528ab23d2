//! Reports on disk: written at the end of a run, or made again from its journal.

use std::path::{Path, PathBuf};

use crate::gate;
use crate::journal;
use crate::model::record::Record;
use crate::model::verdict::{Policy, Verdict};
use crate::plan::Selection;
use crate::report::{FORMATS, Format};

use super::catalogue::prepare;
use super::error::SessionError;

/// Writes every report of a run into its folder; returns the files. What cannot be written does not keep the others from
/// being written; the error is the first.
pub fn write(folder: &Path, record: &Record, verdict: &Verdict) -> Result<Vec<PathBuf>, SessionError> {
    let written: Vec<_> = FORMATS.iter().map(|format| write_one(folder, format, record, verdict)).collect();
    written.into_iter().collect()
}

/// Writes one report, whole or not at all.
fn write_one(folder: &Path, format: &Format, record: &Record, verdict: &Verdict) -> Result<PathBuf, SessionError> {
    let path = folder.join(format.file);
    let text = (format.render)(record, verdict)?;
    let unfinished = folder.join(format!(".{}", format.file));
    let written = std::fs::write(&unfinished, text).and_then(|()| std::fs::rename(&unfinished, &path));
    written.map_err(|source| {
        // What is left of it helps nobody; that it cannot be removed either adds nothing to the error.
        let _ = std::fs::remove_file(&unfinished);
        SessionError::Write { path: path.clone(), source }
    })?;
    Ok(path)
}

/// The policy of a record's subject as its file in `configs/` has it now.
pub fn policy_of(record: &Record) -> Result<Policy, SessionError> {
    let name = std::slice::from_ref(&record.start.subject);
    let prepared = prepare(name, &Selection::default())?;
    Ok(prepared.into_iter().next().map(|one| one.subject.gate).unwrap_or_default())
}

/// Reports made again.
#[derive(Debug)]
pub struct Regenerated {
    /// Everything that the journal holds.
    pub record: Record,
    /// The recorded verdict, or one by the policy of now where the run died before it.
    pub verdict: Verdict,
    /// The files that were written.
    pub files: Vec<PathBuf>,
    /// What was wrong with the journal.
    pub warnings: Vec<String>,
}

/// Makes the reports of a run again from its journal. A run that died before its verdict is judged by the policy of its
/// subject, or where that is not at hand by the strictest one.
pub fn regenerate(folder: &Path) -> Result<Regenerated, SessionError> {
    let (envelopes, warnings) = journal::read(folder)?;
    let record = Record::of(&envelopes);
    let verdict = record.verdict.clone().unwrap_or_else(|| {
        let policy = policy_of(&record).unwrap_or_default();
        gate::judge_record(&policy, &record)
    });
    let files = write(folder, &record, &verdict)?;
    let warnings = warnings.iter().map(ToString::to_string).collect();
    Ok(Regenerated { record, verdict, files, warnings })
}
