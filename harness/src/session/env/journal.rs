//! The journal of one operation: what is printed, line by line while it goes on.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use crate::journal::{Journal, JournalError, Redactor};
use crate::session::spine::Listener;

/// The same listener, and a journal in this folder that has everything before the listener hears of it. Secrets of the
/// caller's variables are masked in both. A journal that cannot be kept any more is given up, and ends nothing.
pub(super) fn recorded(folder: &Path, listener: Listener) -> Result<Listener, JournalError> {
    let variables: Vec<(String, String)> = std::env::vars().collect();
    let pairs = variables.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let redactor = Redactor::from_variables(pairs);
    let journal = Mutex::new(Some(Journal::create(folder)?));
    Ok(Arc::new(move |envelope| {
        let envelope = redactor.envelope(envelope);
        let mut journal = journal.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Err(error)) = journal.as_mut().map(|journal| journal.append(&envelope)) {
            tracing::warn!("the journal cannot be kept any more: {error}");
            *journal = None;
        }
        listener(&envelope);
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::read;
    use crate::model::event::{Envelope, Event};

    #[test]
    fn what_is_heard_is_recorded_first() {
        let folder = tempfile::tempdir().unwrap();
        let run = folder.path().join("run");
        let (heard, at) = (Arc::new(Mutex::new(0)), run.join("journal.jsonl"));
        let hearing = heard.clone();
        let listener: Listener = Arc::new(move |_| {
            let recorded = std::fs::read_to_string(&at).unwrap().lines().count();
            *hearing.lock().unwrap() = recorded;
        });
        let listener = recorded(&run, listener).unwrap();
        for sequence in 0..2 {
            let event = Event::Notice { text: "waiting".to_owned() };
            listener(&Envelope { sequence, at: String::new(), event });
            assert_eq!(*heard.lock().unwrap(), usize::try_from(sequence).unwrap() + 1);
        }
        assert_eq!(read(&run).unwrap().0.len(), 2);
        assert!(recorded(&run, Arc::new(|_| ())).is_err(), "a journal that is there is not written over");
    }
}
