//! Reports on disk: written at the end of a run, or made again from its journal.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::gate;
use crate::journal::{self, Standing, Warning};
use crate::model::record::Record;
use crate::model::verdict::{Policy, Verdict};
use crate::plan::Selection;
use crate::report::{FORMATS, Format};

use super::catalogue::{file_of, prepare};
use super::error::SessionError;
use super::targets::Target;

/// Writes every report of a run into its folder; returns the files. What cannot be written does not keep the others from
/// being written; the error is the first.
pub fn write(folder: &Path, record: &Record, verdict: &Verdict) -> Result<Vec<PathBuf>, SessionError> {
    // The page comes last: a run that dies in between is known by its want of one.
    let (page, others): (Vec<_>, Vec<_>) = FORMATS.iter().partition(|format| format.is_page());
    let written: Vec<_> =
        others.into_iter().chain(page).map(|format| write_one(folder, format, record, verdict)).collect();
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

/// The policy of a record's subject as its file has it now: the file that the run was made from, or where the record does
/// not name one that of its name in `configs/`. `None` where it is not at hand, or has become another subject's.
///
/// Errors: a file that is there and wrong. What was meant to be required must not go unnoticed.
pub fn policy_of(record: &Record) -> Result<Option<Policy>, SessionError> {
    let Some(file) = file_of(record) else { return Ok(None) };
    let prepared = prepare(&[file.display().to_string()], &Selection::default())?;
    Ok(prepared.into_iter().find(|one| one.subject.name == record.start.subject).map(|one| one.subject.gate))
}

/// A recorded run, with what was wrong with its journal. The verdict of a journal that lacks anything is left out: it was
/// given on more than is there.
pub fn read(folder: &Path) -> Result<(Record, Vec<String>), SessionError> {
    let (envelopes, warnings) = journal::read(folder)?;
    let mut record = Record::of(&envelopes);
    if warnings.iter().any(|warning| matches!(warning, Warning::Gap { .. } | Warning::Unreadable { .. })) {
        record.verdict = None;
        record.damaged = true;
    }
    Ok((record, warnings.iter().map(ToString::to_string).collect()))
}

/// Reports made again.
#[derive(Debug)]
pub struct Regenerated {
    /// Everything that the journal holds.
    pub record: Record,
    /// The recorded verdict, or one by the policy of now where the run died before it.
    pub verdict: Verdict,
    /// The files that were written into the run folder; none while the run still goes on.
    pub files: Vec<PathBuf>,
    /// What was wrong with the journal, and that the run still goes on.
    pub warnings: Vec<String>,
}

/// Makes the reports of a run again from its journal, and writes the targets. A run that died before its verdict is
/// judged by the policy of its subject, or where that is not at hand by the strictest one. The folder of a run that
/// still goes on is left to it.
pub fn regenerate(folder: &Path, targets: &[Arc<Target>]) -> Result<Regenerated, SessionError> {
    // Held until everything is written: nobody begins a run here meanwhile.
    let standing = journal::standing(folder);
    let (record, mut warnings) = read(folder)?;
    let verdict = record.verdict.clone().unwrap_or_else(|| {
        // Reports of what was seen are worth having whatever has become of the subject since.
        let policy = policy_of(&record).ok().flatten().unwrap_or_default();
        gate::judge_record(&policy, &record)
    });
    for target in targets {
        target.write(&record, &verdict)?;
    }
    let files = if matches!(standing, Standing::Living) {
        warnings.push(format!("the run still goes on, so {} is left to it", folder.display()));
        Vec::new()
    } else {
        write(folder, &record, &verdict)?
    };
    Ok(Regenerated { record, verdict, files, warnings })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::{JOURNAL_FILE, Journal};
    use crate::model::event::Event;
    use crate::model::sample;
    use crate::report::Format;

    #[test]
    fn a_journal_that_is_cut_off_at_any_byte_still_reports() {
        let root = tempfile::tempdir().unwrap();
        let checks = &sample::mixed_checks()[1..4];
        let mut events = vec![sample::start(checks)];
        events.extend(sample::phases(checks));
        events.push(Event::RunEnded { ending: crate::model::Ending::Completed, seconds: 1.0 });
        let mut journal = Journal::create(root.path()).unwrap();
        for event in sample::envelopes(events) {
            journal.append(&event).unwrap();
        }
        drop(journal);
        let file = std::fs::File::options().write(true).open(root.path().join(JOURNAL_FILE)).unwrap();
        let mut told = Vec::new();
        for length in (1..=file.metadata().unwrap().len()).rev() {
            file.set_len(length).unwrap();
            let Ok((envelopes, _)) = journal::read(root.path()) else { continue };
            if told.last() == Some(&envelopes.len()) {
                continue;
            }
            told.push(envelopes.len());
            let record = Record::of(&envelopes);
            let verdict = gate::judge_record(&Policy::default(), &record);
            for format in Format::all() {
                let text = (format.render)(&record, &verdict).unwrap();
                assert!(!text.is_empty(), "{} of {length} bytes", format.name);
            }
            let died = record.ending.is_none();
            let reasons = verdict.reasons.join("\n");
            assert_eq!(reasons.contains("did not come to its end"), died, "{length} bytes: {reasons}");
        }
        let every: Vec<usize> = (1..=told[0]).rev().collect();
        assert_eq!(told, every, "up to every event there is a report");
    }
}
