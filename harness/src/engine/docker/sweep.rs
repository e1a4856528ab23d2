//! Taking away what dead runs left behind.

use std::collections::BTreeSet;

use futures_util::future::join_all;

use super::agent_volume::remove_nameless;
use super::build::EngineSocket;
use super::context::{Docker, lease_name};
use super::dead_builds;
use super::inventory::{self, Inventory};
use super::remove::{remove_container, remove_image, remove_network, remove_volume};
use crate::clock::Clock;
use crate::engine::{EngineError, Leftover};

/// Removes everything of runs that neither live nor are kept; returns what was found.
pub(super) async fn sweep(
    docker: &Docker,
    socket: Option<&EngineSocket>,
    clock: &dyn Clock,
) -> Result<Vec<Leftover>, EngineError> {
    let mut inventory = inventory::take(docker, None).await?;
    // In this order: whoever made what was just seen has, if alive, a lease by now.
    let mut spared = inventory::living(docker, clock.now().as_second()).await?;
    spared.extend(inventory.kept());
    let builds = dead_builds::of(docker, &inventory, &spared).await;
    // Its lease tells when a run ended: it stays until the notes of the run's builds are gone.
    let leases: Vec<(String, String)> =
        inventory.containers.extract_if(.., |(run, name)| *name == lease_name(run)).collect();
    let mut found = remove_all(docker, &inventory, &spared).await;
    // Records that an image still uses are not pruned, so the images went first.
    for build in builds {
        found.extend(build.remove(docker, socket).await);
    }
    found.extend(remove_containers(docker, &dead(&leases, &spared)).await);
    remove_nameless(docker).await?;
    without_vanished(docker, found).await
}

/// What somebody else has removed meanwhile is no trouble: two sweeps at once get in each other's way.
async fn without_vanished(docker: &Docker, mut found: Vec<Leftover>) -> Result<Vec<Leftover>, EngineError> {
    if found.iter().any(|leftover| !leftover.trouble.is_empty()) {
        let there = inventory::take(docker, None).await?;
        found.retain(|leftover| leftover.trouble.is_empty() || there.may_hold(leftover.kind, &leftover.name));
    }
    Ok(found)
}

async fn remove_all(docker: &Docker, inventory: &Inventory, spared: &BTreeSet<String>) -> Vec<Leftover> {
    let dead = |things: &[(String, String)]| dead(things, spared);
    // A volume or network can only go when no container holds it.
    let mut found = remove_containers(docker, &dead(&inventory.containers)).await;
    let volumes = dead(&inventory.volumes)
        .into_iter()
        .map(|name| async move { leftover("volume", remove_volume(docker, &name).await, name) });
    let networks = dead(&inventory.networks)
        .into_iter()
        .map(|name| async move { leftover("network", remove_network(docker, &name).await, name) });
    let (volumes, networks) = tokio::join!(join_all(volumes), join_all(networks));
    found.extend(volumes);
    found.extend(networks);
    for tag in dead(&inventory.images) {
        found.push(leftover("image", remove_image(docker, &tag).await, tag));
    }
    found
}

fn dead(things: &[(String, String)], spared: &BTreeSet<String>) -> Vec<String> {
    things.iter().filter(|(run, _)| !spared.contains(run)).map(|(_, name)| name.clone()).collect()
}

async fn remove_containers(docker: &Docker, names: &[String]) -> Vec<Leftover> {
    let removed = names
        .iter()
        .map(|name| async move { leftover("container", remove_container(docker, name).await, name.clone()) });
    join_all(removed).await
}

fn leftover(kind: &'static str, removed: Result<(), String>, name: String) -> Leftover {
    Leftover { kind, name, trouble: removed.err().unwrap_or_default() }
}
