//! A container in another one's place.

use bollard::models::ContainerConfig;
use bollard::query_parameters::CommitContainerOptionsBuilder;

use super::engine::DockerEngine;
use super::remove::remove_container;
use super::start::{Names, start, start_as};
use super::trouble::failed;
use crate::engine::{Container, Engine as _, EngineError};
use crate::model::ContainerSpec;

/// Makes an image of a container and starts another one of it, as `docker commit` and `docker run` do: what lies on
/// volumes is in no image.
pub(super) async fn of_commit(
    engine: &DockerEngine,
    container: &Container,
    spec: &ContainerSpec,
) -> Result<Container, EngineError> {
    let docker = &engine.docker;
    // Of the form of stages' tags, by which dead runs' are found: `shakedown/<name>:<run>`.
    let repository = format!("shakedown/commit-{}", container.id.get(..12).unwrap_or(&container.id));
    let tag = format!("{repository}:{}", docker.run);
    {
        let _permit = docker.ledger.permit().await?;
        docker.ledger.note_image(&tag);
        let options = CommitContainerOptionsBuilder::default()
            .container(&container.id)
            .repo(&repository)
            .tag(&docker.run.0)
            .pause(true)
            .build();
        let committed = docker.client.commit_container(options, ContainerConfig::default()).await;
        committed.map_err(failed(format!("commit container {}", container.name)))?;
    }
    engine.remove(container).await?;
    Ok(start(engine, &ContainerSpec { image: tag, ..spec.clone() }).await?.0)
}

/// Removes a container, but for its named volumes, and starts another one with them, of the image that `spec` names.
pub(super) async fn with_volumes(
    engine: &DockerEngine,
    container: &Container,
    spec: &ContainerSpec,
) -> Result<Container, EngineError> {
    let docker = &engine.docker;
    let held = engine.held.get(&container.id)?;
    engine.channels.forget(&container.id, "the container is being made anew");
    let removed = remove_container(docker, &container.id).await;
    removed.map_err(|reason| EngineError::Failed { action: format!("remove container {}", container.name), reason })?;
    docker.ledger.forget_container(&container.name);
    engine.held.remove(&container.id);
    let name = engine.held.name(&docker.run.0, &spec.purpose);
    let names = Names { container: &name, volumes_of: &held.volumes_of };
    Ok(start_as(engine, spec, names).await?.0)
}
