//! The spine: gives every event its place and time, and hands it to journal, record and listener.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::clock::Clock;
use crate::journal::{Journal, Redactor};
use crate::model::event::{Envelope, Event};
use crate::model::record::Record;
use crate::report::{self, FORMATS};

use super::error::SessionError;
use super::targets::Target;

/// Somebody who is told every event, as it happens.
pub type Listener = Arc<dyn Fn(&Envelope) + Send + Sync>;

/// Where all events of one run go through.
pub(super) struct Spine {
    clock: Arc<dyn Clock>,
    listener: Listener,
    redactor: Redactor,
    state: Mutex<State>,
    folder: PathBuf,
}

struct State {
    sequence: u64,
    record: Record,
    journal: Journal,
    /// Whether the journal is given up. It stays open all the same: that is how others see that the run lives.
    is_given_up: bool,
    /// Reports that grow with the journal.
    growing: Vec<Arc<Target>>,
}

impl Spine {
    /// Opens the run folder first: a bad one shows before anything starts. The caller's variables and the `configured`
    /// ones may hold secrets.
    pub(super) fn open(
        folder: &Path,
        clock: Arc<dyn Clock>,
        listener: Listener,
        configured: &BTreeMap<String, String>,
        targets: &[Arc<Target>],
    ) -> Result<Self, SessionError> {
        let configured = configured.iter().map(|(name, value)| (name.clone(), value.clone()));
        let variables: Vec<(String, String)> = std::env::vars().chain(configured).collect();
        let pairs = variables.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let redactor = Redactor::from_variables(pairs);
        let journal = Journal::create(folder)?;
        let own = FORMATS.iter().filter(|format| format.grows());
        let own = own.map(|format| Target::create(format, &folder.join(format.file)).map(Arc::new));
        let asked_for = targets.iter().filter(|target| target.grows()).cloned().map(Ok);
        let growing = own.chain(asked_for).collect::<Result<_, SessionError>>()?;
        let state = State { sequence: 0, record: Record::default(), journal, is_given_up: false, growing };
        Ok(Self { clock, listener, redactor, state: Mutex::new(state), folder: folder.to_owned() })
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Takes in one event. A journal that cannot be written any more is told of once, as is a report that grew with it,
    /// and neither ends the run.
    pub(super) fn emit(&self, event: Event) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let mut troubles = self.pass_on(&mut state, event);
        while let Some(text) = troubles.pop() {
            troubles.extend(self.pass_on(&mut state, Event::Notice { text }));
        }
    }

    /// Returns what could not be written, each file's trouble once.
    fn pass_on(&self, state: &mut State, event: Event) -> Vec<String> {
        let at = self.clock.now().strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
        let envelope = self.redactor.envelope(&Envelope { sequence: state.sequence, at, event });
        state.sequence += 1;
        state.record.apply(&envelope);
        let mut troubles = Vec::new();
        // Whatever a listener does, the journal has it first.
        if !state.is_given_up
            && let Err(error) = state.journal.append(&envelope)
        {
            state.is_given_up = true;
            troubles.push(format!("The journal cannot be kept any more: {error}. {}", error.hint()));
        }
        let more = report::grown(&state.record, &envelope);
        state.growing.retain(|target| match target.grow(&more) {
            Ok(()) => true,
            Err(error) => {
                troubles.push(format!("A report does not grow any more: {error}."));
                false
            }
        });
        (self.listener)(&envelope);
        troubles
    }

    /// Everything that is known so far.
    pub(super) fn record(&self) -> Record {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).record.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemClock;

    #[test]
    fn a_secret_of_the_configuration_is_masked_wherever_it_turns_up() {
        let folder = tempfile::tempdir().unwrap();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let hearing = heard.clone();
        let listener: Listener = Arc::new(move |envelope| hearing.lock().unwrap().push(envelope.event.clone()));
        let secret = BTreeMap::from([("UV_INDEX_PASSWORD".to_owned(), "correct-horse".to_owned())]);
        let (run, clock) = (folder.path().join("run"), Arc::new(SystemClock::default()));
        let spine = Spine::open(&run, clock, listener, &secret, &[]).unwrap();
        spine.emit(Event::Notice { text: "the index took correct-horse for an answer".to_owned() });
        let masked = "the index took *** for an answer";
        assert_eq!(*heard.lock().unwrap(), [Event::Notice { text: masked.to_owned() }]);
        assert_eq!(spine.record().notices, [masked]);
        let journal = std::fs::read_to_string(run.join("journal.jsonl")).unwrap();
        assert!(journal.contains(masked) && !journal.contains("correct-horse"), "{journal}");
    }
}
