//! What runs as process 1 of a subject's containers, decided once for all that are made alike: whether a command ends by
//! itself is seen by waiting, and no container is to be judged by how long somebody waited for it.

use std::sync::{Mutex, PoisonError};

use crate::engine::Occupant;
use crate::model::ContainerSpec;

/// What the first container of each kind turned out to run.
#[derive(Debug, Default)]
pub(super) struct Occupants(Mutex<Vec<(ContainerSpec, Occupant)>>);

impl Occupants {
    /// What containers that are made alike run, where one has been started.
    pub(super) fn known(&self, spec: &ContainerSpec) -> Option<Occupant> {
        let kind = kind(spec);
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.iter().find(|(one, _)| *one == kind).map(|(_, occupant)| *occupant)
    }

    /// Keeps in mind what such a container runs; the first word counts.
    pub(super) fn learn(&self, spec: &ContainerSpec, occupant: Occupant) {
        if self.known(spec).is_none() {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push((kind(spec), occupant));
        }
    }
}

/// All but what the container is for.
fn kind(spec: &ContainerSpec) -> ContainerSpec {
    ContainerSpec { purpose: String::new(), ..spec.clone() }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_is_known_of_one_container_holds_for_those_that_are_made_alike() {
        let of = |image: &str, purpose: &str| ContainerSpec::new(image, purpose, Duration::from_secs(1));
        let occupants = Occupants::default();
        assert_eq!(occupants.known(&of("uv:1", "main")), None);
        occupants.learn(&of("uv:1", "main"), Occupant::HoldByEntrypoint);
        occupants.learn(&of("uv:1", "check"), Occupant::Own);
        assert_eq!(occupants.known(&of("uv:1", "check")), Some(Occupant::HoldByEntrypoint));
        assert_eq!(occupants.known(&of("uv:2", "main")), None);
        let read_only = ContainerSpec { read_only: true, ..of("uv:1", "check") };
        assert_eq!(occupants.known(&read_only), None, "its start may go otherwise");
    }
}
