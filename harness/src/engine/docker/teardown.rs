//! Taking away everything a run has made.

use std::collections::BTreeSet;
use std::time::Duration;

use bollard::models::VolumeCreateRequest;
use futures_util::future::join_all;
use tokio::time::{Instant, sleep};

use super::build;
use super::context::{Docker, kept_name, lease_name};
use super::engine::DockerEngine;
use super::inventory::{self, Inventory};
use super::ledger::Made;
use super::remove::{remove_container, remove_image, remove_volume};
use crate::engine::{Container, EngineError, Leftover};

/// How long the engine may take to finish removals that it has begun.
const PATIENCE: Duration = Duration::from_secs(10);

/// Removes everything the run made but `keep` and what these need; returns what could not be removed.
pub(super) async fn teardown(engine: &DockerEngine, keep: &[Container]) -> Vec<Leftover> {
    let docker = &*engine.docker;
    docker.ledger.close().await;
    let made = docker.ledger.take();
    let mut troubles = Vec::new();
    if !keep.is_empty() {
        note(&mut troubles, "volume", &kept_name(&docker.run.0), mark_kept(docker).await);
    }
    for id in engine.held.ids() {
        if !keep.iter().any(|container| container.id == id) {
            engine.channels.forget(&id, "the run is being taken down");
        }
    }
    // Whether it ever started makes no difference to its end.
    let _ = engine.lease.confirm().await;
    let lease = lease_name(&docker.run.0);
    let kept: BTreeSet<&str> = keep.iter().map(|container| container.name.as_str()).collect();
    let gone = made.containers.iter().filter(|name| !kept.contains(name.as_str()) && **name != lease);
    let containers = join_all(gone.map(|name| async move { (name, remove_container(docker, name).await) })).await;
    for (name, removed) in containers {
        note(&mut troubles, "container", name, removed);
    }
    // What kept containers hold the engine refuses to remove, and that is right.
    let mut refused = Vec::new();
    remove_what_containers_held(docker, &made, &mut refused).await;
    // Records that an image still uses are not pruned, so the images go first.
    let pruned = prune(engine, &made).await;
    if keep.is_empty() && pruned.is_ok() {
        for volume in &made.builds {
            note(&mut troubles, "volume", volume, remove_volume(docker, volume).await);
        }
    }
    note(&mut troubles, "build cache", "records of this run", pruned);
    // Until here the run lives: a sweep beside it would take what is left of it for a dead run's.
    engine.lease.release();
    note(&mut troubles, "container", &lease, remove_container(docker, &lease).await);
    if keep.is_empty() {
        troubles.extend(refused);
    }
    troubles.extend(verify(docker, &kept).await);
    troubles.sort();
    troubles.dedup_by(|one, other| one.kind == other.kind && one.name == other.name);
    troubles
}

/// Removes the build cache of the run's stages, and of builds that were broken off.
async fn prune(engine: &DockerEngine, made: &Made) -> Result<(), String> {
    let docker = &*engine.docker;
    let told = |error: EngineError| error.to_string();
    engine.builds.ledger.settle(&docker.client, engine.builds.socket.as_ref()).await.map_err(told)?;
    let ids: Vec<String> = made.cache.iter().cloned().collect();
    build::prune(&docker.client, &ids).await.map(|_| ()).map_err(told)
}

async fn remove_what_containers_held(docker: &Docker, made: &Made, refused: &mut Vec<Leftover>) {
    let volumes = join_all(made.volumes.iter().map(|name| async move { (name, remove_volume(docker, name).await) }));
    let images = async {
        let mut images = Vec::new();
        for tag in &made.images {
            images.push((tag, remove_image(docker, tag).await));
        }
        images
    };
    let (volumes, images) = tokio::join!(volumes, images);
    for (kind, results) in [("volume", volumes), ("image", images)] {
        for (name, removed) in results {
            note(refused, kind, name, removed);
        }
    }
}

/// Marks the run, so that no sweep takes its containers for leftovers.
async fn mark_kept(docker: &Docker) -> Result<(), String> {
    let request = VolumeCreateRequest {
        name: Some(kept_name(&docker.run.0)),
        labels: Some(docker.labels("kept")),
        ..VolumeCreateRequest::default()
    };
    docker.client.create_volume(request).await.map(|_| ()).map_err(|error| error.to_string())
}

/// What the engine still shows of the run once it has finished.
async fn verify(docker: &Docker, kept: &BTreeSet<&str>) -> Vec<Leftover> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let remaining = match inventory::take(docker, Some(&docker.run.0)).await {
            Ok(inventory) => remaining(&inventory, kept),
            Err(error) => {
                return vec![Leftover { kind: "container", name: docker.run.to_string(), trouble: error.to_string() }];
            }
        };
        // A build that was broken off at its end may name its image only now.
        let mut settled = true;
        for leftover in &remaining {
            let is_image = leftover.kind == "image";
            let again = is_image && remove_image(docker, &leftover.name).await.is_ok();
            settled &= leftover.kind != "container" && !again;
        }
        if settled || Instant::now() > deadline {
            return remaining;
        }
        sleep(Duration::from_millis(5)).await;
    }
}

fn remaining(inventory: &Inventory, kept: &BTreeSet<&str>) -> Vec<Leftover> {
    let still = |kind: &'static str, things: &[(String, String)]| -> Vec<Leftover> {
        let names = things.iter().map(|(_, name)| name.clone());
        names.map(|name| Leftover { kind, name, trouble: "it is still there".to_owned() }).collect()
    };
    let mut containers = still("container", &inventory.containers);
    if kept.is_empty() {
        containers.extend(still("volume", &inventory.volumes));
        containers.extend(inventory.builds.iter().map(|build| Leftover {
            kind: "volume",
            name: build.volume.clone(),
            trouble: "it is still there".to_owned(),
        }));
        containers.extend(still("network", &inventory.networks));
        containers.extend(still("image", &inventory.images));
    } else {
        containers.retain(|leftover| !kept.contains(leftover.name.as_str()));
    }
    containers
}

fn note(troubles: &mut Vec<Leftover>, kind: &'static str, name: &str, removed: Result<(), String>) {
    if let Err(trouble) = removed {
        troubles.push(Leftover { kind, name: name.to_owned(), trouble });
    }
}
