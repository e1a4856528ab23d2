//! Images that are there: their metadata and their tags.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use bollard::models::ImageInspect;
use bollard::query_parameters::TagImageOptionsBuilder;

use super::agent_volume::AGENT_PATH;
use super::build::{self, BuildHost, BuildNote, Counting, counted};
use super::context::{Docker, name_part};
use super::trouble::{failed, is_missing};
use crate::engine::{EngineError, FailedBuild, Progress};
use crate::model::{BuildRequest, BuiltStage, Event, ImageFacts};

/// Metadata of an image by tag or id.
pub(super) async fn facts(docker: &Docker, reference: &str) -> Result<ImageFacts, EngineError> {
    inspect(&docker.client, reference).await
}

/// The same where nothing but a connection is there.
pub(super) async fn inspect(client: &bollard::Docker, reference: &str) -> Result<ImageFacts, EngineError> {
    match client.inspect_image(reference).await {
        Ok(inspected) => Ok(read(inspected)),
        Err(error) if is_missing(&error) => Err(EngineError::NoImage(reference.to_owned())),
        Err(error) => Err(failed(format!("inspect image {reference}"))(error)),
    }
}

/// The steps that made an image, the oldest first.
pub(super) async fn history(docker: &Docker, image: &str) -> Result<Vec<String>, EngineError> {
    match docker.client.image_history(image).await {
        Ok(steps) => Ok(steps.into_iter().rev().map(|step| step.created_by).collect()),
        Err(error) if is_missing(&error) => Err(EngineError::NoImage(image.to_owned())),
        Err(error) => Err(failed(format!("read the history of image {image}"))(error)),
    }
}

/// Gives an image a further tag.
pub(super) async fn tag(docker: &Docker, image: &str, name: &str) -> Result<(), EngineError> {
    let (repository, tag) = split(name);
    let options = TagImageOptionsBuilder::default().repo(repository).tag(tag).build();
    match docker.client.tag_image(image, Some(options)).await {
        Ok(()) => Ok(()),
        Err(error) if is_missing(&error) => Err(EngineError::NoImage(image.to_owned())),
        Err(error) => Err(failed(format!("tag image {image} as {name}"))(error)),
    }
}

/// Builds a stage image; its tag and its build cache are the run's from the beginning.
pub(super) async fn build(
    docker: &Docker,
    host: &BuildHost,
    request: &BuildRequest,
    progress: &Progress,
) -> Result<BuiltStage, FailedBuild> {
    docker.ledger.note_image(&request.tag);
    let volume = format!("shakedown-{}-build-{}", docker.run, name_part(&request.stage));
    docker.ledger.note_build(&volume);
    let note = BuildNote { volume, labels: docker.labels("build") };
    let (mut stage, cache) = build::build(&docker.client, host, request, Some(&note), progress).await?;
    docker.ledger.note_cache(cache);
    stage.bytes = size(docker, &stage.image).await;
    stage.base_bytes = size(docker, &request.base).await;
    Ok(stage)
}

/// Bytes in the cache mounts of a request's Dockerfile.
pub(super) async fn cache_mounts(
    docker: &Docker,
    host: &BuildHost,
    request: &BuildRequest,
    agent: &str,
) -> Result<Option<u64>, FailedBuild> {
    let Some(counting) = Counting::of(request, (agent, AGENT_PATH))? else { return Ok(None) };
    let lines = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&lines);
    let progress: Progress = Arc::new(move |event| {
        if let Event::BuildLine { line, .. } = event {
            heard.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        }
    });
    build(docker, host, &counting.request, &progress).await?;
    let lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
    counted(&lines).map(Some)
}

/// The size of an image for the report; a build is none the worse where it cannot be had.
async fn size(docker: &Docker, reference: &str) -> Option<u64> {
    facts(docker, reference).await.ok().map(|facts| facts.bytes)
}

/// Repository and tag; a colon before a slash belongs to a registry's port.
fn split(name: &str) -> (&str, &str) {
    match name.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => (repository, tag),
        _ => (name, "latest"),
    }
}

fn read(inspected: ImageInspect) -> ImageFacts {
    let config = inspected.config.unwrap_or_default();
    let pair = |text: &String| text.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
    ImageFacts {
        id: inspected.id.unwrap_or_default(),
        name: None,
        platform: format!("{}/{}", inspected.os.unwrap_or_default(), inspected.architecture.unwrap_or_default()),
        bytes: inspected.size.and_then(|bytes| u64::try_from(bytes).ok()).unwrap_or_default(),
        environment: config.env.iter().flatten().filter_map(pair).collect(),
        entrypoint: config.entrypoint.unwrap_or_default(),
        command: config.cmd.unwrap_or_default(),
        user: config.user.unwrap_or_default(),
        directory: config.working_dir.unwrap_or_default(),
        labels: config.labels.unwrap_or_default().into_iter().collect::<BTreeMap<_, _>>(),
        ports: sorted(config.exposed_ports),
        volumes: sorted(config.volumes),
        history: Vec::new(),
        digests: inspected.repo_digests.unwrap_or_default(),
    }
}

/// The engine names them in no order.
fn sorted(names: Option<Vec<String>>) -> Vec<String> {
    let mut names = names.unwrap_or_default();
    names.sort();
    names
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("mine", ("mine", "latest"))]
    #[case("mine/image:1.2", ("mine/image", "1.2"))]
    #[case("registry.example:5000/mine", ("registry.example:5000/mine", "latest"))]
    #[case("registry.example:5000/mine:x", ("registry.example:5000/mine", "x"))]
    fn a_name_is_a_repository_and_a_tag(#[case] name: &str, #[case] parts: (&str, &str)) {
        assert_eq!(split(name), parts);
    }
}
