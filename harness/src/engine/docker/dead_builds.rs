//! What the builds of runs that were killed left in the build cache.

use std::collections::{BTreeMap, BTreeSet};

use bollard::query_parameters::InspectContainerOptions;
use jiff::Timestamp;

use super::build::{Begun, EngineSocket, settle_dead};
use super::context::{Docker, lease_name};
use super::inventory::Inventory;
use super::remove::remove_volume;
use super::trouble::is_missing;
use crate::engine::Leftover;

/// The builds of a run that is dead.
pub(super) struct DeadBuilds {
    run: String,
    /// When the run ended: the engine saw its lease end.
    ended: Option<Timestamp>,
    /// The volumes with the builds' notes.
    volumes: Vec<String>,
    /// What the notes say; `None` where one cannot be read.
    begun: Option<Vec<Begun>>,
}

/// The builds of all runs that are not spared; to be asked before the runs' containers are removed.
pub(super) async fn of(docker: &Docker, inventory: &Inventory, spared: &BTreeSet<String>) -> Vec<DeadBuilds> {
    let mut by_run: BTreeMap<&str, (Vec<String>, Option<Vec<Begun>>)> = BTreeMap::new();
    for build in inventory.builds.iter().filter(|build| !spared.contains(&build.run)) {
        let (volumes, begun) = by_run.entry(&build.run).or_insert_with(|| (Vec::new(), Some(Vec::new())));
        volumes.push(build.volume.clone());
        *begun = begun.take().zip(Begun::read(&build.begun)).map(|(mut all, one)| {
            all.push(one);
            all
        });
    }
    let mut dead = Vec::new();
    for (run, (volumes, begun)) in by_run {
        dead.push(DeadBuilds { run: run.to_owned(), ended: ended(docker, run).await, volumes, begun });
    }
    dead
}

async fn ended(docker: &Docker, run: &str) -> Option<Timestamp> {
    let lease = docker.client.inspect_container(&lease_name(run), None::<InspectContainerOptions>).await.ok()?;
    let ended: Timestamp = lease.state?.finished_at?.parse().ok()?;
    // The engine's word for "never" is the year 1.
    (ended > Timestamp::UNIX_EPOCH).then_some(ended)
}

impl DeadBuilds {
    /// Removes the records, then the notes; of records that cannot be told from other people's it is said once that
    /// they may be there.
    pub(super) async fn remove(self, docker: &Docker, socket: Option<&EngineSocket>) -> Vec<Leftover> {
        let mut found = Vec::new();
        let records = |name: String, trouble| Leftover { kind: "build cache", name, trouble };
        match self.ended.zip(self.begun.as_ref()) {
            Some((ended, begun)) => match settle_dead(&docker.client, socket, begun, ended).await {
                Ok(ids) if ids.is_empty() => {}
                Ok(ids) => found.push(records(format!("{} records of {}", ids.len(), self.run), String::new())),
                Err(error) => {
                    // The notes stay, so that the next sweep tries again.
                    return vec![records(format!("records of {}", self.run), error.to_string())];
                }
            },
            // Another sweep was faster: the notes go before the lease does.
            None if self.ended.is_none() && self.notes_are_gone(docker).await => return found,
            None => found.push(records(
                format!("records of {}", self.run),
                "when that run ended, or which they are, is not known; `docker builder prune` removes them".to_owned(),
            )),
        }
        for volume in self.volumes {
            if let Err(trouble) = remove_volume(docker, &volume).await {
                found.push(Leftover { kind: "volume", name: volume, trouble });
            }
        }
        found
    }

    async fn notes_are_gone(&self, docker: &Docker) -> bool {
        for volume in &self.volumes {
            if !matches!(docker.client.inspect_volume(volume).await, Err(error) if is_missing(&error)) {
                return false;
            }
        }
        true
    }
}
