//! What the engine is told of a container that is to be created.

use std::collections::{BTreeMap, HashMap};

use bollard::models::{ContainerCreateBody, HostConfig, Mount, MountType, MountVolumeOptions};

use super::agent_volume::{AGENT_PATH, AgentVolume, BUNDLE_PATH};
use super::build::BUNDLE_VARIABLES;
use super::context::{Docker, name_part};
use super::proxy::proxies;
use crate::engine::Occupant;
use crate::engine::agent::executable::AGENT_FOLDER;
use crate::model::{ContainerSpec, ImageFacts};

/// The body of the request that creates a container, and the names of the volumes that come into being with it.
#[derive(Debug)]
pub(super) struct Creation {
    /// What the engine is told.
    pub(super) body: ContainerCreateBody,
    /// Volumes made for this container alone.
    pub(super) volumes: Vec<String>,
}

/// Describes a container. `volumes_of`: the container whose volumes it gets, itself where these are new.
pub(super) fn creation(
    docker: &Docker,
    agent: &AgentVolume,
    image: &ImageFacts,
    spec: &ContainerSpec,
    occupant: Occupant,
    volumes_of: &str,
) -> Creation {
    let labels = docker.labels(&spec.purpose);
    let (scoped, binds) = volumes(&spec.volumes, volumes_of, &labels);
    let names = scoped.iter().filter_map(|mount| mount.source.clone()).collect();
    let mounts = std::iter::once(agent_mount(agent)).chain(scoped).collect();
    let environment = environment(docker, agent, image, spec);
    let (entrypoint, command) = match occupant {
        Occupant::Own => (None, spec.command.clone()),
        Occupant::HoldByEntrypoint => (None, Some(vec![AGENT_PATH.to_owned(), "hold".to_owned()])),
        Occupant::HoldForNone | Occupant::HoldForEnded => {
            (Some(vec![AGENT_PATH.to_owned()]), Some(vec!["hold".to_owned()]))
        }
    };
    let memory = spec.memory.unwrap_or(docker.facts.memory);
    let memory = i64::try_from(memory).ok().filter(|bytes| *bytes > 0);
    let host_config = HostConfig {
        binds: Some(binds).filter(|binds| !binds.is_empty()),
        mounts: Some(mounts),
        memory,
        memory_swap: memory,
        nano_cpus: spec.processors.and_then(|millionths| i64::try_from(millionths.saturating_mul(1000)).ok()),
        pids_limit: spec.processes,
        network_mode: spec.network.clone(),
        // A container that shares the host's network reaches the host as localhost; none reaches nothing.
        extra_hosts: spec.network.is_none().then(|| vec!["host.docker.internal:host-gateway".to_owned()]),
        tmpfs: Some(spec.tmpfs.clone().into_iter().collect::<HashMap<_, _>>()).filter(|tmpfs| !tmpfs.is_empty()),
        readonly_rootfs: spec.read_only.then_some(true),
        ..HostConfig::default()
    };
    let body = ContainerCreateBody {
        image: Some(spec.image.clone()),
        env: Some(environment.into_iter().map(|(name, value)| format!("{name}={value}")).collect()),
        user: spec.user.clone(),
        entrypoint,
        cmd: command,
        open_stdin: Some(true),
        labels: Some(labels),
        host_config: Some(host_config),
        ..ContainerCreateBody::default()
    };
    Creation { body, volumes: names }
}

/// The agent's volume in a subject: read-only, else the subject could overwrite the agent.
fn agent_mount(agent: &AgentVolume) -> Mount {
    Mount {
        typ: Some(MountType::VOLUME),
        source: Some(agent.volume.clone()),
        target: Some(AGENT_FOLDER.to_owned()),
        read_only: Some(true),
        volume_options: Some(MountVolumeOptions { no_copy: Some(true), ..MountVolumeOptions::default() }),
        ..Mount::default()
    }
}

/// What the subject's author wrote goes before the image's own, and that before the host's.
fn environment(
    docker: &Docker,
    agent: &AgentVolume,
    image: &ImageFacts,
    spec: &ContainerSpec,
) -> BTreeMap<String, String> {
    let mut variables = proxies(&docker.environment);
    if spec.trust_host && agent.has_bundle {
        variables.extend(BUNDLE_VARIABLES.map(|name| (name.to_owned(), BUNDLE_PATH.to_owned())));
    }
    variables.retain(|name, _| !image.environment.contains_key(name));
    variables.extend(spec.environment.clone());
    variables
}

/// Scoped volumes, made by the engine together with the container, and host folders.
fn volumes(volumes: &[String], container: &str, labels: &HashMap<String, String>) -> (Vec<Mount>, Vec<String>) {
    let (binds, scoped): (Vec<&String>, Vec<&String>) = volumes.iter().partition(|volume| volume.starts_with('/'));
    let mounts = scoped.into_iter().map(|volume| {
        let mut parts = volume.split(':');
        let (name, target) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        Mount {
            typ: Some(MountType::VOLUME),
            source: Some(format!("{container}-{}", name_part(name))),
            target: Some(target.to_owned()),
            read_only: Some(parts.next() == Some("ro")),
            volume_options: Some(MountVolumeOptions { labels: Some(labels.clone()), ..MountVolumeOptions::default() }),
            ..Mount::default()
        }
    });
    (mounts.collect(), binds.into_iter().cloned().collect())
}

#[cfg(test)]
#[path = "container_tests.rs"]
mod tests;
