//! Taking single things away. What is not there, or is being taken away by somebody else, is no trouble.

use bollard::errors::Error;
use bollard::query_parameters::{RemoveContainerOptionsBuilder, RemoveImageOptionsBuilder, RemoveVolumeOptionsBuilder};

use super::context::Docker;
use super::trouble::{is_conflict, is_missing, reason};

/// Removes a container by name or id, running or not, with its anonymous volumes. The error is the engine's words.
pub(super) async fn remove_container(docker: &Docker, container: &str) -> Result<(), String> {
    let options = RemoveContainerOptionsBuilder::default().force(true).v(true).build();
    match docker.client.remove_container(container, Some(options)).await {
        Err(error) if is_conflict(&error) && reason(&error).contains("already in progress") => Ok(()),
        other => there(other),
    }
}

/// Removes a volume.
pub(super) async fn remove_volume(docker: &Docker, volume: &str) -> Result<(), String> {
    there(docker.client.remove_volume(volume, Some(RemoveVolumeOptionsBuilder::default().build())).await)
}

/// Removes a network.
pub(super) async fn remove_network(docker: &Docker, network: &str) -> Result<(), String> {
    there(docker.client.remove_network(network).await)
}

/// Takes a tag off an image; the image goes when it was the last one.
pub(super) async fn remove_image(docker: &Docker, tag: &str) -> Result<(), String> {
    let options = RemoveImageOptionsBuilder::default().build();
    there(docker.client.remove_image(tag, Some(options), None).await.map(|_| ()))
}

fn there(result: Result<(), Error>) -> Result<(), String> {
    match result {
        Err(error) if is_missing(&error) => Ok(()),
        other => other.map_err(|error| reason(&error)),
    }
}
