//! Creating and starting a container of the subject.

use std::sync::Arc;

use bollard::models::ContainerCreateBody;
use bollard::query_parameters::{CreateContainerOptionsBuilder, RemoveContainerOptionsBuilder, StartContainerOptions};
use tokio::time::Instant;

use super::container::{Creation, creation};
use super::context::Docker;
use super::engine::DockerEngine;
use super::held::Held;
use super::ready::{Awaited, await_ready};
use super::remove::remove_volume;
use super::trouble::{failed, is_missing, reason};
use super::{images, life, settle};
use crate::engine::{Container, EngineError, Occupant};
use crate::model::{ContainerSpec, ImageFacts};

/// Creates and starts a container and awaits its readiness.
pub(super) async fn start(engine: &DockerEngine, spec: &ContainerSpec) -> Result<(Container, Occupant), EngineError> {
    let name = engine.held.name(&engine.docker.run.0, &spec.purpose);
    start_as(engine, spec, Names { volumes_of: &name, container: &name }).await
}

/// What is new is called by these names.
#[derive(Clone, Copy)]
pub(super) struct Names<'a> {
    pub(super) container: &'a str,
    /// The container whose named volumes it gets.
    pub(super) volumes_of: &'a str,
}

/// The same, under a given name.
pub(super) async fn start_as(
    engine: &DockerEngine,
    spec: &ContainerSpec,
    names: Names<'_>,
) -> Result<(Container, Occupant), EngineError> {
    // Once teardown has begun the image may be gone already, which is not why.
    drop(engine.docker.ledger.permit().await?);
    let image = images::facts(&engine.docker, &spec.image).await?;
    if let Some(occupant) = engine.occupants.known(spec) {
        return Ok((begin(engine, &image, spec, occupant, names).await?.ready()?, occupant));
    }
    let (container, occupant) = first(engine, &image, spec, names).await?;
    engine.occupants.learn(spec, occupant);
    Ok((container, occupant))
}

/// The first container of its kind: what it runs is what the image has, unless that ends by itself.
async fn first(
    engine: &DockerEngine,
    image: &ImageFacts,
    spec: &ContainerSpec,
    names: Names<'_>,
) -> Result<(Container, Occupant), EngineError> {
    let image_has_own = !image.entrypoint.is_empty() || !image.command.is_empty();
    let has_own = spec.command.as_ref().map_or(image_has_own, |command| !command.is_empty());
    if !has_own {
        let container = begin(engine, image, spec, Occupant::HoldForNone, names).await?.ready()?;
        return Ok((container, Occupant::HoldForNone));
    }
    match begin(engine, image, spec, Occupant::Own, names).await? {
        Begun::Ended { status: 0, .. } => stand_in(engine, image, spec, names).await,
        begun => Ok((begun.ready()?, Occupant::Own)),
    }
}

/// Starts what holds the container instead of the image's own, which ended with 0: by the image's entrypoint, so that
/// what that one does at each start is done; where the entrypoint starts nothing that it is given, without it.
async fn stand_in(
    engine: &DockerEngine,
    image: &ImageFacts,
    spec: &ContainerSpec,
    names: Names<'_>,
) -> Result<(Container, Occupant), EngineError> {
    if !image.entrypoint.is_empty()
        && let Begun::Ready(container) = begin(engine, image, spec, Occupant::HoldByEntrypoint, names).await?
    {
        return Ok((container, Occupant::HoldByEntrypoint));
    }
    let container = begin(engine, image, spec, Occupant::HoldForEnded, names).await?.ready()?;
    Ok((container, Occupant::HoldForEnded))
}

/// What became of a start.
enum Begun {
    Ready(Container),
    /// It ended by itself; it was removed.
    Ended {
        status: i64,
        error: EngineError,
    },
}

impl Begun {
    fn ready(self) -> Result<Container, EngineError> {
        match self {
            Self::Ready(container) => Ok(container),
            Self::Ended { error, .. } => Err(error),
        }
    }
}

async fn begin(
    engine: &DockerEngine,
    image: &ImageFacts,
    spec: &ContainerSpec,
    occupant: Occupant,
    names: Names<'_>,
) -> Result<Begun, EngineError> {
    let docker = &engine.docker;
    let Creation { body, volumes } = creation(docker, &engine.agent, image, spec, occupant, names.volumes_of);
    for volume in &volumes {
        docker.ledger.note_volume(volume);
    }
    // Those that it inherits hold what another container wrote, and whoever starts instead of this one has them, too.
    let own: &[String] = if names.volumes_of == names.container { &volumes } else { &[] };
    let container = Container { id: create(docker, names.container, body).await?, name: names.container.to_owned() };
    let launched = launch(docker, &container, occupant).await;
    let begun = Instant::now();
    let ended = match launched {
        Err(EngineError::Exited { status, log }) => Some((status, EngineError::Exited { status, log })),
        Err(error) => return Err(error),
        Ok(()) => match await_ready(docker, &engine.channels, &container.id, &spec.ready).await {
            Ok(Awaited::Ready) if may_end(occupant) && engine.occupants.known(spec).is_none() => {
                match settle::ended(docker, &engine.channels, &container, begun).await {
                    Some(status) => Some((status, life::exited(docker, &container.id, status).await)),
                    None => None,
                }
            }
            Ok(Awaited::Ready) => None,
            Ok(Awaited::Ended(status)) => Some((status, life::exited(docker, &container.id, status).await)),
            Err(error) => {
                discard(engine, &container, own).await?;
                return Err(error);
            }
        },
    };
    if let Some((status, error)) = ended {
        discard(engine, &container, own).await?;
        return Ok(Begun::Ended { status, error });
    }
    let ready = spec.ready.clone();
    engine.held.insert(
        &container.id,
        Held { ready, volumes, volumes_of: names.volumes_of.to_owned(), cut: tokio::sync::Mutex::default() },
    );
    Ok(Begun::Ready(container))
}

/// Whether the image's own programs decide whether it stays.
fn may_end(occupant: Occupant) -> bool {
    matches!(occupant, Occupant::Own | Occupant::HoldByEntrypoint)
}

/// Creates a container and returns its id. Once asked for it is created, also when nobody waits for it any more: so
/// teardown knows of it.
pub(super) async fn create(docker: &Arc<Docker>, name: &str, body: ContainerCreateBody) -> Result<String, EngineError> {
    let permit = docker.ledger.permit().await?;
    docker.ledger.note_container(name);
    let (docker, name) = (Arc::clone(docker), name.to_owned());
    let creating = tokio::spawn(async move {
        let image = body.image.clone().unwrap_or_default();
        let options = CreateContainerOptionsBuilder::default().name(&name).build();
        let created = docker.client.create_container(Some(options), body).await;
        drop(permit);
        created.map(|created| created.id).map_err(|error| {
            if is_missing(&error) {
                EngineError::NoImage(image)
            } else {
                failed(format!("create container {name}"))(error)
            }
        })
    });
    creating.await.unwrap_or_else(|error| {
        Err(EngineError::Failed { action: "create a container".to_owned(), reason: error.to_string() })
    })
}

/// Starts a created container. [`EngineError::Exited`] when its own program cannot be run: that is the image's fault.
pub(super) async fn launch(docker: &Docker, container: &Container, occupant: Occupant) -> Result<(), EngineError> {
    match docker.client.start_container(&container.id, None::<StartContainerOptions>).await {
        Ok(()) => Ok(()),
        Err(error) if may_end(occupant) && is_bad_program(&reason(&error)) => {
            let status = life::state(docker, &container.id).await?.exit_code;
            Err(EngineError::Exited { status, log: reason(&error) })
        }
        Err(error) if is_missing_user(&reason(&error)) => Err(EngineError::NoUser { reason: reason(&error) }),
        Err(error) => Err(failed(format!("start container {}", container.name))(error)),
    }
}

fn is_missing_user(reason: &str) -> bool {
    ["unable to find user", "unable to find group", "no matching entries in passwd file"]
        .iter()
        .any(|phrase| reason.contains(phrase))
}

fn is_bad_program(reason: &str) -> bool {
    let phrases = ["executable file not found", "exec format error", "permission denied", "no such file or directory"];
    reason.contains("exec") && phrases.iter().any(|phrase| reason.contains(phrase))
}

pub(super) async fn discard(
    engine: &DockerEngine,
    container: &Container,
    volumes: &[String],
) -> Result<(), EngineError> {
    engine.channels.forget(&container.id, "the container was removed");
    let options = RemoveContainerOptionsBuilder::default().force(true).v(true).build();
    let removed = engine.docker.client.remove_container(&container.id, Some(options)).await;
    removed.map_err(failed(format!("remove container {}", container.name)))?;
    for volume in volumes {
        remove_volume(&engine.docker, volume)
            .await
            .map_err(|reason| EngineError::Failed { action: format!("remove volume {volume}"), reason })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_program_is_the_images_fault_and_a_missing_device_is_not() {
        let missing = r#"OCI runtime create failed: exec: "nosuch": executable file not found in $PATH: unknown"#;
        assert!(is_bad_program(missing));
        assert!(is_missing_user("unable to find user nosuch: no matching entries in passwd file"));
        assert!(!is_missing_user(missing));
        assert!(!is_bad_program("error gathering device information: no such device"));
    }
}
