//! The ledger of everything a run makes, so that all of it can be removed.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedRwLockReadGuard, RwLock};

use crate::engine::EngineError;

/// What was made. Things are noted before they are made, so that nothing is forgotten when the maker is interrupted.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    made: Mutex<Made>,
    over: Arc<RwLock<bool>>,
}

/// Names and ids by kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Made {
    /// Container names.
    pub(super) containers: BTreeSet<String>,
    /// Volume names.
    pub(super) volumes: BTreeSet<String>,
    /// Image tags.
    pub(super) images: BTreeSet<String>,
    /// Volumes that say how to know the build cache records of the run's builds.
    pub(super) builds: BTreeSet<String>,
    /// Ids of build cache records.
    pub(super) cache: BTreeSet<String>,
}

impl Ledger {
    /// Permission to make something: hold it until the engine has answered. An error when the run is being taken down.
    pub(super) async fn permit(&self) -> Result<OwnedRwLockReadGuard<bool>, EngineError> {
        let permit = Arc::clone(&self.over).read_owned().await;
        if *permit {
            return Err(EngineError::Failed {
                action: "make something new".to_owned(),
                reason: "the run is being taken down".to_owned(),
            });
        }
        Ok(permit)
    }

    /// Waits for whatever is being made, and lets nothing more be made.
    pub(super) async fn close(&self) {
        *self.over.write().await = true;
    }

    /// Notes a container by name.
    pub(super) fn note_container(&self, name: &str) {
        self.made().containers.insert(name.to_owned());
    }

    /// Notes a volume.
    pub(super) fn note_volume(&self, name: &str) {
        self.made().volumes.insert(name.to_owned());
    }

    /// Notes an image tag that the run gave.
    pub(crate) fn note_image(&self, tag: &str) {
        self.made().images.insert(tag.to_owned());
    }

    /// Notes the volume that a build's note is left on.
    pub(crate) fn note_build(&self, volume: &str) {
        self.made().builds.insert(volume.to_owned());
    }

    /// Notes build cache records that are to go with the run.
    pub(crate) fn note_cache(&self, ids: impl IntoIterator<Item = String>) {
        self.made().cache.extend(ids);
    }

    /// Forgets a container that was removed.
    pub(super) fn forget_container(&self, name: &str) {
        self.made().containers.remove(name);
    }

    /// Forgets a volume that was removed.
    pub(super) fn forget_volume(&self, name: &str) {
        self.made().volumes.remove(name);
    }

    /// Everything noted, taken out.
    pub(super) fn take(&self) -> Made {
        std::mem::take(&mut *self.made())
    }

    fn made(&self) -> MutexGuard<'_, Made> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nothing_is_made_once_the_ledger_is_closed() {
        let ledger = Ledger::default();
        drop(ledger.permit().await.expect("open"));
        ledger.close().await;
        assert!(ledger.permit().await.is_err());
    }

    #[tokio::test]
    async fn closing_waits_for_what_is_being_made() {
        let ledger = Arc::new(Ledger::default());
        let permit = ledger.permit().await.expect("open");
        let closing = tokio::spawn({
            let ledger = Arc::clone(&ledger);
            async move { ledger.close().await }
        });
        tokio::task::yield_now().await;
        assert!(!closing.is_finished());
        drop(permit);
        closing.await.expect("closes");
    }

    #[test]
    fn what_was_taken_is_no_longer_in_the_ledger() {
        let ledger = Ledger::default();
        ledger.note_container("a");
        ledger.note_image("shakedown/uv-stage-2:r");
        ledger.note_cache(["id".to_owned()]);
        ledger.note_volume("v");
        ledger.forget_volume("v");
        let made = ledger.take();
        assert_eq!((made.containers.len(), made.images.len(), made.cache.len(), made.volumes.len()), (1, 1, 1, 0));
        assert_eq!(ledger.take(), Made::default());
    }
}
