//! The agent and the CA bundle on a volume, filled by the engine itself out of a small image; nothing of a subject is needed.

use std::collections::HashMap;
use std::path::Path;

use bollard::query_parameters::{CreateImageOptionsBuilder, ListImagesOptionsBuilder, ListVolumesOptionsBuilder};
use futures_util::StreamExt as _;
use shakedown_agent::hash::{Hasher, hex};

use super::context::{Docker, LABEL_PURPOSE};
use super::remove::{remove_image, remove_volume};
use super::trouble::{failed, is_missing};
use crate::engine::agent::executable::{AGENT, agent_digest};
use crate::engine::{EngineError, Leftover};

/// The agent in a container.
pub(super) const AGENT_PATH: &str = "/.shakedown/agent";
/// The CA bundle in a container.
pub(super) const BUNDLE_PATH: &str = "/.shakedown/ca.crt";

/// Name of the images; the volumes' names begin with it.
const REPOSITORY: &str = "shakedown-agent";

/// Image and volume, named by their content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct AgentVolume {
    /// The image's tag.
    pub(super) image: String,
    /// The volume's name.
    pub(super) volume: String,
    /// Whether there is a CA bundle on it.
    pub(super) has_bundle: bool,
}

/// Makes sure that the agent's image is there. The volume is filled when the first container of the image is created
/// with it: the engine copies what the image has at that place into an empty volume.
pub(super) async fn prepare(docker: &Docker) -> Result<AgentVolume, EngineError> {
    let bundle = docker.bundle.as_deref().map(read_bundle).transpose()?;
    let hash = content_hash(bundle.as_deref());
    let image = format!("{REPOSITORY}:{hash}");
    match docker.client.inspect_image(&image).await {
        Ok(_) => {}
        Err(error) if is_missing(&error) => import(docker, &hash, bundle.as_deref()).await?,
        Err(error) => return Err(failed(format!("look for image {image}"))(error)),
    }
    Ok(AgentVolume { image, volume: format!("{REPOSITORY}-{hash}"), has_bundle: bundle.is_some() })
}

pub(super) fn read_bundle(path: &Path) -> Result<Vec<u8>, EngineError> {
    std::fs::read(path).map_err(|error| EngineError::Failed {
        action: format!("read the CA bundle {}", path.display()),
        reason: error.to_string(),
    })
}

fn content_hash(bundle: Option<&[u8]>) -> String {
    let mut hasher = Hasher::new();
    hasher.update(agent_digest());
    hasher.update(bundle.unwrap_or_default());
    // Half of it tells the few agents on one engine apart.
    hex(&hasher.finish())[..12].to_owned()
}

async fn import(docker: &Docker, hash: &str, bundle: Option<&[u8]>) -> Result<(), EngineError> {
    let _permit = docker.ledger.permit().await?;
    let action = "import the agent's image";
    let tar = archive(bundle)
        .map_err(|error| EngineError::Failed { action: action.to_owned(), reason: error.to_string() })?;
    let changes = vec![format!("LABEL {LABEL_PURPOSE}=agent"), format!("ENTRYPOINT [\"{AGENT_PATH}\"]")];
    let options =
        CreateImageOptionsBuilder::default().from_src("-").repo(REPOSITORY).tag(hash).changes(changes).build();
    let mut progress = docker.client.create_image(Some(options), Some(bollard::body_full(tar.into())), None);
    while let Some(step) = progress.next().await {
        step.map_err(failed(action))?;
    }
    remove_nameless(docker).await
}

/// Removes agent's images without a tag, at most one for each run that imported the same agent at the same time.
pub(super) async fn remove_nameless(docker: &Docker) -> Result<(), EngineError> {
    let filters =
        HashMap::from([("dangling", vec!["true".to_owned()]), ("label", vec![format!("{LABEL_PURPOSE}=agent")])]);
    let options = ListImagesOptionsBuilder::default().filters(&filters).build();
    let images = docker.client.list_images(Some(options)).await.map_err(failed("look for images without a tag"))?;
    for image in images {
        if let Err(reason) = remove_image(docker, &image.id).await {
            // A lease still runs in it; the next sweep takes it.
            tracing::debug!(image = image.id, reason, "an agent's image without a tag stays");
        }
    }
    Ok(())
}

/// Removes the agents that other versions of shakedown, or other CA bundles, left; those in use stay. Returns what went.
pub(super) async fn remove_others(docker: &Docker, own: &AgentVolume) -> Result<Vec<Leftover>, EngineError> {
    let named = HashMap::from([("reference", vec![format!("{REPOSITORY}:*")])]);
    let images = ListImagesOptionsBuilder::default().filters(&named).build();
    let named = HashMap::from([("name", vec![format!("^{REPOSITORY}-[0-9a-f]{{12}}$")])]);
    let volumes = ListVolumesOptionsBuilder::default().filters(&named).build();
    let (images, volumes) =
        tokio::try_join!(docker.client.list_images(Some(images)), docker.client.list_volumes(Some(volumes)))
            .map_err(failed("look for agents of other versions"))?;
    let volumes = volumes.volumes.into_iter().flatten().map(|volume| volume.name);
    let mut gone = Vec::new();
    // What a container uses the engine does not remove, and that is right.
    for name in volumes.filter(|name| *name != own.volume) {
        if remove_volume(docker, &name).await.is_ok() {
            gone.push(Leftover { kind: "volume", name, trouble: String::new() });
        }
    }
    for name in images.into_iter().flat_map(|image| image.repo_tags).filter(|tag| *tag != own.image) {
        if remove_image(docker, &name).await.is_ok() {
            gone.push(Leftover { kind: "image", name, trouble: String::new() });
        }
    }
    Ok(gone)
}

fn archive(bundle: Option<&[u8]>) -> std::io::Result<Vec<u8>> {
    let mut tar = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Directory);
    header.set_mode(0o755);
    header.set_size(0);
    tar.append_data(&mut header, ".shakedown/", std::io::empty())?;
    if let Some(bundle) = bundle {
        append(&mut tar, ".shakedown/ca.crt", bundle, 0o444)?;
    }
    append(&mut tar, ".shakedown/agent", AGENT, 0o555)?;
    tar.into_inner()
}

fn append(tar: &mut tar::Builder<Vec<u8>>, path: &str, content: &[u8], mode: u32) -> std::io::Result<()> {
    let mut header = tar::Header::new_gnu();
    header.set_mode(mode);
    header.set_size(content.len() as u64);
    tar.append_data(&mut header, path, content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_bundle_makes_another_volume() {
        assert_ne!(content_hash(None), content_hash(Some(b"a")));
        assert_eq!(content_hash(Some(b"a")), content_hash(Some(b"a")));
        assert_eq!(content_hash(None).len(), 12);
    }

    #[test]
    fn the_archive_holds_the_agent_executable_for_everybody() {
        let archive = archive(Some(b"certificate")).expect("made in memory");
        let mut tar = tar::Archive::new(archive.as_slice());
        let entries: Vec<(String, u32)> = tar
            .entries()
            .expect("readable")
            .map(|entry| entry.expect("readable"))
            .map(|entry| (entry.path().expect("text").display().to_string(), entry.header().mode().expect("a mode")))
            .collect();
        let expected = [(".shakedown/", 0o755), (".shakedown/ca.crt", 0o444), (".shakedown/agent", 0o555)];
        assert_eq!(entries, expected.map(|(path, mode)| (path.to_owned(), mode)));
    }
}
