//! Taking single things away. What is not there, or is being taken away by somebody else, is no trouble.

use std::time::Duration;

use bollard::errors::Error;
use bollard::query_parameters::{
    RemoveContainerOptionsBuilder, RemoveImageOptionsBuilder, RemoveVolumeOptionsBuilder, WaitContainerOptionsBuilder,
};
use futures_util::StreamExt;
use tokio::time::timeout;

use super::context::Docker;
use super::trouble::{is_conflict, is_missing, reason};

/// How long somebody else's removal of a container may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Removes a container by name or id, running or not, with its anonymous volumes. The error is the engine's words.
pub(super) async fn remove_container(docker: &Docker, container: &str) -> Result<(), String> {
    let options = RemoveContainerOptionsBuilder::default().force(true).v(true).build();
    match docker.client.remove_container(container, Some(options)).await {
        Err(error) if is_conflict(&error) && reason(&error).contains("already in progress") => {
            until_removed(docker, container).await;
            Ok(())
        }
        other => there(other),
    }
}

/// Waits until somebody else has removed a container, so that what it holds can go, too.
async fn until_removed(docker: &Docker, container: &str) {
    let options = WaitContainerOptionsBuilder::default().condition("removed").build();
    let mut gone = docker.client.wait_container(container, Some(options));
    // Where the engine cannot tell, or does not come to an end, what it holds will say so.
    let _ = timeout(PATIENCE, gone.next()).await;
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
