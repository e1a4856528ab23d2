//! What checks saw: a file beside the journal, one check a line, which no report reads.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;

use super::OBSERVATIONS_FILE;
use super::error::{JournalError, Warning};
use crate::model::CheckId;
use crate::model::event::Observed;
use crate::model::recording::Recording;

/// Moves what a check saw to the end of the file; the event keeps the check's name.
pub(super) fn store(folder: &Path, sequence: u64, observed: &mut Observed) -> Result<(), JournalError> {
    if observed.recording.is_none() {
        return Ok(());
    }
    let line = serde_json::to_string(observed).map_err(|source| JournalError::Encode { sequence, source });
    observed.recording = None;
    let line = line? + "\n";
    let path = folder.join(OBSERVATIONS_FILE);
    let written =
        File::options().append(true).create(true).open(&path).and_then(|mut file| file.write_all(line.as_bytes()));
    written.map_err(|source| JournalError::Write { path, source })
}

/// What the checks of a run saw, and what could not be read of it. A run that recorded nothing is an error.
pub fn recorded(folder: &Path) -> Result<(BTreeMap<CheckId, Recording>, Vec<Warning>), JournalError> {
    let path = folder.join(OBSERVATIONS_FILE);
    let cannot = |source| JournalError::Read { path: path.clone(), source };
    let file = BufReader::new(File::open(&path).map_err(cannot)?);
    let (mut recordings, mut warnings) = (BTreeMap::new(), Vec::new());
    for (index, line) in file.split(b'\n').enumerate() {
        match serde_json::from_slice::<Observed>(&line.map_err(cannot)?) {
            Ok(Observed { check, recording: Some(recording) }) => {
                recordings.insert(check, recording);
            }
            Ok(_) => {}
            Err(error) => warnings.push(Warning::Unreadable { line: index + 1, reason: error.to_string() }),
        }
    }
    Ok((recordings, warnings))
}

#[cfg(test)]
mod tests {
    use super::super::{Journal, read};
    use super::*;
    use crate::model::{Envelope, Event, Observation};

    #[test]
    fn what_a_check_saw_is_kept_beside_the_journal_and_masked() {
        let root = tempfile::tempdir().unwrap();
        let mut recording = Recording::default();
        let text = "went to https://user:hunter2@host/";
        recording.seen.insert("run".to_owned(), Observation::Unknown(text.to_owned()));
        let check = CheckId::new("shell", "path");
        let observed = Observed { check: check.clone(), recording: Some(recording) };
        let event = Event::Observed(Box::new(observed));
        let mut journal = Journal::create(root.path()).unwrap();
        journal.append(&Envelope { sequence: 0, at: String::new(), event }).unwrap();
        let (events, warnings) = read(root.path()).unwrap();
        assert_eq!(events[0].event, Event::Observed(Box::new(Observed { check: check.clone(), recording: None })));
        assert!(warnings.is_empty());
        let (recordings, warnings) = recorded(root.path()).unwrap();
        assert!(warnings.is_empty());
        assert_eq!(recordings[&check].seen["run"], Observation::Unknown("went to https://***@host/".to_owned()));
        std::fs::write(root.path().join(OBSERVATIONS_FILE), "{\"check\":\"shell/pa").unwrap();
        let (recordings, warnings) = recorded(root.path()).unwrap();
        assert_eq!((recordings.len(), warnings.len()), (0, 1));
        assert!(recorded(&root.path().join("none")).is_err());
    }
}
