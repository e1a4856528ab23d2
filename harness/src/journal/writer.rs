//! Writing: one line an event, complete after each.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::error::JournalError;
use super::{JOURNAL_FILE, OUTPUTS_FOLDER, Redactor, observations, outputs};
use crate::model::{Envelope, Event};

/// Bytes that must fit on the disk for a journal to be begun: a full disk lets files be made, but not filled.
const PROBE_BYTES: usize = 64 * 1024;

/// A run folder that is being written.
#[derive(Debug)]
pub struct Journal {
    folder: PathBuf,
    file: File,
    redactor: Redactor,
    /// Bytes up to the end of the last whole event.
    length: u64,
    /// A failed write may have left half an event behind: the next one starts a line of its own.
    torn: bool,
}

impl Journal {
    /// Makes the run folder and an empty journal in it, and fails at once where it could not be written later: no
    /// permission, a full disk, a journal that is there already.
    pub fn create(folder: &Path) -> Result<Self, JournalError> {
        let outputs = folder.join(OUTPUTS_FOLDER);
        std::fs::create_dir_all(&outputs).map_err(|source| JournalError::Create { path: outputs.clone(), source })?;
        let path = folder.join(JOURNAL_FILE);
        let file = File::options()
            .append(true)
            .create_new(true)
            .open(&path)
            .map_err(|source| JournalError::Create { path, source })?;
        // Whoever looks at it in this moment lets go of it at once. Where there are no locks, nobody can tell.
        let _ = file.lock();
        let probe = outputs.join(".probe");
        let written = std::fs::write(&probe, vec![0; PROBE_BYTES]);
        let removed = std::fs::remove_file(&probe);
        written.and(removed).map_err(|source| JournalError::Write { path: outputs, source })?;
        Ok(Self { folder: folder.to_owned(), file, redactor: Redactor::default(), length: 0, torn: false })
    }

    /// Masks what this redactor knows, too; without it only what is a secret by its form.
    #[must_use]
    pub fn redacting(self, redactor: Redactor) -> Self {
        Self { redactor, ..self }
    }

    /// Where the run is recorded.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Adds an event. After an error the journal stays readable and the next event may be added; the caller warns once.
    pub fn append(&mut self, envelope: &Envelope) -> Result<(), JournalError> {
        let mut envelope = self.redactor.envelope(envelope);
        let stored = match &mut envelope.event {
            Event::CheckEnded(ended) => {
                let stored = outputs::store(&self.folder, ended);
                if stored.is_err() {
                    // The outcome matters more than the output.
                    ended.stdout = None;
                    ended.stderr = None;
                    ended.notes.push("what it printed could not be recorded".to_owned());
                }
                stored
            }
            // Where it cannot be kept, the run can be reported, but not replayed.
            Event::Observed(observed) => observations::store(&self.folder, envelope.sequence, observed),
            _ => Ok(()),
        };
        let line = serde_json::to_vec(&envelope)
            .map_err(|source| JournalError::Encode { sequence: envelope.sequence, source })?;
        self.add(line)?;
        stored
    }

    fn add(&mut self, mut line: Vec<u8>) -> Result<(), JournalError> {
        line.push(b'\n');
        if self.torn {
            line.insert(0, b'\n');
        }
        match self.file.write_all(&line) {
            Ok(()) => {
                self.length += line.len() as u64;
                self.torn = false;
                Ok(())
            }
            Err(source) => {
                self.torn = self.file.set_len(self.length).is_err();
                Err(JournalError::Write { path: self.folder.join(JOURNAL_FILE), source })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;
    use crate::model::CheckId;
    use crate::model::event::CheckEnded;

    fn notice(sequence: u64, text: &str) -> Envelope {
        Envelope { sequence, at: String::new(), event: Event::Notice { text: text.to_owned() } }
    }

    fn printed(sequence: u64, stdout: &str) -> Envelope {
        let ended = CheckEnded {
            stdout: Some(stdout.to_owned()),
            stderr: Some(String::new()),
            ..CheckEnded::pending(CheckId::new("shell", "cwd").with_item("/a b"), true)
        };
        Envelope { sequence, at: String::new(), event: Event::CheckEnded(Box::new(ended)) }
    }

    #[test]
    fn what_is_appended_is_read_again_and_outputs_are_files() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("uv/run");
        let events = [notice(0, "hello"), printed(1, "line 1\nline \u{1b}[31m2\n"), notice(2, "bye\nbye")];
        let mut journal = Journal::create(&folder).unwrap();
        for event in &events {
            journal.append(event).unwrap();
        }
        assert_eq!(
            std::fs::read_to_string(folder.join("outputs/shell.cwd.~2Fa~20b.stdout")).unwrap(),
            "line 1\nline \u{1b}[31m2\n"
        );
        assert!(!folder.join("outputs/shell.cwd.~2Fa~20b.stderr").exists());
        let text = std::fs::read_to_string(folder.join(JOURNAL_FILE)).unwrap();
        assert_eq!(text.lines().count(), 3);
        assert!(text.contains(r#""stdout":"outputs/shell.cwd.~2Fa~20b.stdout""#), "{text}");
        assert_eq!(read(&folder).unwrap(), (events.to_vec(), vec![]));
    }

    #[test]
    fn a_run_is_recorded_once_and_only_where_it_can_be() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("uv/run");
        drop(Journal::create(&folder).unwrap());
        let again = Journal::create(&folder).unwrap_err();
        assert!(again.to_string().contains("journal.jsonl"), "{again}");
        assert!(again.hint().contains("recorded once"), "{}", again.hint());
        let blocked = Journal::create(&folder.join(JOURNAL_FILE).join("below")).unwrap_err();
        assert!(matches!(blocked, JournalError::Create { .. }), "{blocked}");
    }

    #[test]
    fn a_full_disk_is_an_error_of_the_event_and_names_file_and_remedy() {
        let root = tempfile::tempdir().unwrap();
        let mut journal = Journal::create(&root.path().join("run")).unwrap();
        journal.file = File::options().append(true).open("/dev/full").unwrap();
        let error = journal.append(&notice(0, "hello")).unwrap_err();
        assert!(error.to_string().ends_with("run/journal.jsonl"), "{error}");
        assert!(error.hint().starts_with("Make room on the disk"), "{}", error.hint());
    }

    #[test]
    fn half_an_event_left_by_a_failed_write_does_not_spoil_the_next() {
        let root = tempfile::tempdir().unwrap();
        let mut journal = Journal::create(root.path()).unwrap();
        journal.append(&notice(0, "first")).unwrap();
        journal.file.write_all(br#"{"sequence":1,"at"#).unwrap();
        journal.torn = true;
        journal.append(&notice(2, "third")).unwrap();
        let (events, warnings) = read(root.path()).unwrap();
        assert_eq!(events, [notice(0, "first"), notice(2, "third")]);
        assert_eq!(warnings.len(), 2, "{warnings:?}");
    }

    #[test]
    fn an_output_that_cannot_be_written_does_not_lose_the_outcome() {
        let root = tempfile::tempdir().unwrap();
        let mut journal = Journal::create(root.path()).unwrap();
        std::fs::remove_dir(root.path().join(OUTPUTS_FOLDER)).unwrap();
        assert!(journal.append(&printed(0, "text")).is_err());
        let (events, warnings) = read(root.path()).unwrap();
        assert!(warnings.is_empty(), "{warnings:?}");
        let [Envelope { event: Event::CheckEnded(ended), .. }] = &events[..] else { panic!("{events:?}") };
        assert_eq!(ended.notes, ["what it printed could not be recorded"]);
    }

    #[test]
    fn no_secret_reaches_the_disk() {
        let root = tempfile::tempdir().unwrap();
        let redactor = Redactor::from_variables([("INDEX_TOKEN", "correct-horse")]);
        let mut journal = Journal::create(root.path()).unwrap().redacting(redactor);
        journal.append(&notice(0, "the token is correct-horse")).unwrap();
        journal.append(&printed(1, "GET https://user:hunter2@host/ correct-horse\n")).unwrap();
        let output = std::fs::read_to_string(root.path().join("outputs/shell.cwd.~2Fa~20b.stdout")).unwrap();
        assert_eq!(output, "GET https://***@host/ ***\n");
        let text = std::fs::read_to_string(root.path().join(JOURNAL_FILE)).unwrap();
        assert!(!text.contains("correct-horse") && !text.contains("hunter2"), "{text}");
    }
}
