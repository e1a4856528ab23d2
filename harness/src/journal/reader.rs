//! Reading: every whole event of a journal, however it ended.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use super::error::{JournalError, Warning};
use super::{JOURNAL_FILE, outputs};
use crate::model::{Envelope, Event};

/// The events of a run folder in order, with what its checks printed, and what could not be used.
///
/// A journal that was cut off at any byte reads up to its last whole event.
pub fn read(folder: &Path) -> Result<(Vec<Envelope>, Vec<Warning>), JournalError> {
    let (mut events, mut warnings) = skim(folder)?;
    for envelope in &mut events {
        if let Event::CheckEnded(ended) = &mut envelope.event {
            outputs::restore(folder, ended, &mut warnings);
        }
    }
    Ok((events, warnings))
}

/// The same without what its checks printed: in place of each text stands its path.
pub fn skim(folder: &Path) -> Result<(Vec<Envelope>, Vec<Warning>), JournalError> {
    let path = folder.join(JOURNAL_FILE);
    let cannot = |source| JournalError::Read { path: path.clone(), source };
    let mut reader = BufReader::new(File::open(&path).map_err(cannot)?);
    let mut events = Vec::new();
    let mut warnings = Vec::new();
    let mut bytes = Vec::new();
    let mut line = 0;
    while reader.read_until(b'\n', &mut bytes).map_err(cannot)? > 0 {
        line += 1;
        let whole = bytes.last() == Some(&b'\n');
        if !bytes.trim_ascii().is_empty() {
            match serde_json::from_slice::<Envelope>(&bytes) {
                Ok(envelope) => take(envelope, &mut events, &mut warnings),
                Err(_) if !whole => warnings.push(Warning::CutOff { line }),
                Err(error) => warnings.push(Warning::Unreadable { line, reason: error.to_string() }),
            }
        }
        bytes.clear();
    }
    if events.is_empty() { Err(JournalError::Empty { path }) } else { Ok((events, warnings)) }
}

fn take(envelope: Envelope, events: &mut Vec<Envelope>, warnings: &mut Vec<Warning>) {
    let expected = events.last().map_or(0, |last| last.sequence.saturating_add(1));
    if envelope.sequence > expected {
        warnings.push(Warning::Gap { from: expected, to: envelope.sequence - 1 });
    }
    events.push(envelope);
}

#[cfg(test)]
mod tests {
    use super::super::Journal;
    use super::*;
    use crate::model::sample;

    #[test]
    fn a_journal_cut_off_at_any_byte_reads_up_to_its_last_whole_event() {
        let root = tempfile::tempdir().unwrap();
        let checks = &sample::mixed_checks()[1..4];
        let mut events = vec![sample::start(checks)];
        events.extend(sample::phases(checks));
        let events = sample::envelopes(events);
        let mut journal = Journal::create(root.path()).unwrap();
        let file = File::options().write(true).open(root.path().join(JOURNAL_FILE)).unwrap();
        let mut ends = Vec::new();
        for event in &events {
            journal.append(event).unwrap();
            ends.push(file.metadata().unwrap().len());
        }
        for length in (0..=*ends.last().unwrap()).rev() {
            file.set_len(length).unwrap();
            // Only the line break may be missing of a whole event.
            let whole = ends.iter().filter(|end| **end <= length + 1).count();
            match read(root.path()) {
                Ok((read, warnings)) => {
                    assert_eq!(read, events[..whole], "at byte {length}");
                    let clean = length + 1 == ends[whole - 1] || length == ends[whole - 1];
                    assert_eq!(warnings.is_empty(), clean, "at byte {length}: {warnings:?}");
                }
                Err(error) => {
                    assert!(matches!(error, JournalError::Empty { .. }), "{error}");
                    assert_eq!(whole, 0, "at byte {length}");
                }
            }
        }
    }

    #[test]
    fn lines_that_are_no_events_are_left_out_and_told() {
        let root = tempfile::tempdir().unwrap();
        let text = "{\"sequence\":0,\"at\":\"\",\"event\":\"notice\",\"text\":\"a\"}\n\u{0}garbage\n\n\
                    {\"sequence\":3,\"at\":\"\",\"event\":\"notice\",\"text\":\"d\"}\n";
        std::fs::write(root.path().join(JOURNAL_FILE), text).unwrap();
        let (events, warnings) = read(root.path()).unwrap();
        assert_eq!(events.len(), 2);
        assert!(matches!(warnings[0], Warning::Unreadable { line: 2, .. }), "{warnings:?}");
        assert_eq!(warnings[1], Warning::Gap { from: 1, to: 2 });
    }

    #[test]
    fn a_path_that_leads_out_of_the_folder_is_not_followed() {
        let root = tempfile::tempdir().unwrap();
        let mut event = sample::events().into_iter().find(|event| matches!(event.event, Event::CheckEnded(_))).unwrap();
        let Event::CheckEnded(ended) = &mut event.event else { unreachable!() };
        ended.stdout = Some("../../etc/hostname".to_owned());
        ended.stderr = None;
        std::fs::write(root.path().join(JOURNAL_FILE), serde_json::to_string(&event).unwrap()).unwrap();
        let (events, warnings) = read(root.path()).unwrap();
        let Event::CheckEnded(ended) = &events[0].event else { panic!("{events:?}") };
        assert_eq!(ended.stdout, None);
        assert!(warnings.iter().any(|warning| warning.to_string().contains("out of the run folder")), "{warnings:?}");
    }

    #[test]
    fn a_folder_without_a_journal_is_an_error_with_its_path() {
        let root = tempfile::tempdir().unwrap();
        let error = read(root.path()).unwrap_err();
        assert!(error.to_string().ends_with("journal.jsonl"), "{error}");
    }
}
