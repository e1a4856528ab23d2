//! The containers that a run has started, and what is known of them beyond what the engine knows.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::context::name_part;
use crate::engine::EngineError;
use crate::model::container::Ready;

/// A started container.
#[derive(Debug)]
pub(super) struct Held {
    /// What to await after every start.
    pub(super) ready: Ready,
    /// Volumes made for it alone.
    pub(super) volumes: Vec<String>,
    /// How the names of these begin: the name of the container that they came into being with.
    pub(super) volumes_of: String,
    /// The networks it was taken off, while that fault is on.
    pub(super) cut: tokio::sync::Mutex<Vec<String>>,
}

/// All started containers, by id.
#[derive(Debug, Default)]
pub(super) struct HeldContainers {
    by_id: Mutex<HashMap<String, Arc<Held>>>,
    names: Mutex<HashMap<String, usize>>,
}

impl HeldContainers {
    /// A container name that this run has not used yet: `shakedown-<run>-<purpose>`, and `-2`, `-3` for further ones.
    pub(super) fn name(&self, run: &str, purpose: &str) -> String {
        let part = name_part(purpose);
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        let count = names.entry(part.clone()).or_default();
        *count += 1;
        if *count == 1 { format!("shakedown-{run}-{part}") } else { format!("shakedown-{run}-{part}-{count}") }
    }

    /// Remembers a container.
    pub(super) fn insert(&self, id: &str, held: Held) {
        self.all().insert(id.to_owned(), Arc::new(held));
    }

    /// What is known of a container; an error when this run did not start it.
    pub(super) fn get(&self, id: &str) -> Result<Arc<Held>, EngineError> {
        self.all().get(id).map(Arc::clone).ok_or_else(|| EngineError::Failed {
            action: format!("find container {id}"),
            reason: "this run did not start it, or removed it".to_owned(),
        })
    }

    /// Forgets a container.
    pub(super) fn remove(&self, id: &str) -> Option<Arc<Held>> {
        self.all().remove(id)
    }

    /// The ids of all containers.
    pub(super) fn ids(&self) -> Vec<String> {
        self.all().keys().cloned().collect()
    }

    fn all(&self) -> MutexGuard<'_, HashMap<String, Arc<Held>>> {
        self.by_id.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_containers_of_one_purpose_have_two_names() {
        let held = HeldContainers::default();
        assert_eq!(held.name("r", "main"), "shakedown-r-main");
        assert_eq!(held.name("r", "main"), "shakedown-r-main-2");
        assert_eq!(held.name("r", "errors/x"), "shakedown-r-errors-x");
    }
}
