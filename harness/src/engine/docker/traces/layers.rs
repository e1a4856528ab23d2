//! The layers that an image has above its base, as the engine keeps them: as folders on its own machine. They are mounted
//! into a container that is never started, and the engine reads them out of it as archives, one by one. Saving the image
//! would make it write all layers, those of the base included, to its disk first.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use bollard::models::{ContainerCreateBody, HostConfig, ImageInspect, Mount, MountType};
use bollard::query_parameters::DownloadFromContainerOptionsBuilder;

use super::marks::Marks;
use super::pieces::look_through;
use crate::engine::EngineError;
use crate::engine::docker::context::Docker;
use crate::engine::docker::remove::remove_container;
use crate::engine::docker::start::create;
use crate::engine::docker::trouble::failed;

/// What is said of the container by its purpose label.
const PURPOSE: &str = "layers";

/// Where the layers are in the container.
const FOLDER: &str = "/layers";

/// A container that holds the layers as folders, `0` being the topmost.
pub(super) struct Layers {
    container: String,
    count: usize,
}

impl Layers {
    /// Lays the layers of an image above its base open; nothing where the engine does not keep them as folders, or does
    /// not mount these.
    pub(super) async fn above(
        docker: &Arc<Docker>,
        image: &str,
        base: Option<&str>,
    ) -> Result<Option<Self>, EngineError> {
        let inspect = async |image: &str| docker.client.inspect_image(image).await;
        let inspected = inspect(image).await.map_err(failed(format!("inspect image {image}")))?;
        let Some(mut layers) = folders(&inspected) else { return Ok(None) };
        if let Some(base) = base
            && let Ok(inspected) = inspect(base).await
        {
            let below = folders(&inspected).unwrap_or_default();
            layers.retain(|folder| !below.contains(folder));
        }
        let container = format!("shakedown-{}-{PURPOSE}", docker.run);
        let count = layers.len();
        match create(docker, &container, body(docker, image, layers)).await {
            Ok(_) => Ok(Some(Self { container, count })),
            Err(error) => {
                tracing::debug!(%error, image, "its layers cannot be mounted");
                Ok(None)
            }
        }
    }

    /// Places in them where something of this machine is.
    pub(super) async fn search(&self, docker: &Docker, marks: &Arc<Marks>) -> Result<BTreeSet<String>, EngineError> {
        let mut found = BTreeSet::new();
        for number in 0..self.count {
            let path = format!("{FOLDER}/{number}");
            let options = DownloadFromContainerOptionsBuilder::default().path(&path).build();
            let layer = docker.client.download_from_container(&self.container, Some(options));
            let marks = Arc::clone(marks);
            // The archive's paths begin with the folder's own name.
            let search = move |layer| marks.search_layer(layer, &number.to_string());
            found.extend(look_through(layer, &format!("look through layer {number} of the image"), search).await?);
        }
        Ok(found)
    }

    /// Takes the container away.
    pub(super) async fn close(self, docker: &Docker) -> Result<(), EngineError> {
        let action = format!("remove container {}", self.container);
        remove_container(docker, &self.container).await.map_err(|reason| EngineError::Failed { action, reason })?;
        docker.ledger.forget_container(&self.container);
        Ok(())
    }
}

fn body(docker: &Docker, image: &str, layers: Vec<String>) -> ContainerCreateBody {
    let mount = |(number, folder): (usize, String)| Mount {
        typ: Some(MountType::BIND),
        source: Some(folder),
        target: Some(format!("{FOLDER}/{number}")),
        read_only: Some(true),
        ..Mount::default()
    };
    ContainerCreateBody {
        image: Some(image.to_owned()),
        // Never carried out, but an image without a command of its own needs one.
        cmd: Some(vec!["nothing".to_owned()]),
        labels: Some(docker.labels(PURPOSE)),
        host_config: Some(HostConfig {
            network_mode: Some("none".to_owned()),
            mounts: Some(layers.into_iter().enumerate().map(mount).collect()),
            ..HostConfig::default()
        }),
        ..ContainerCreateBody::default()
    }
}

/// The folders of an image's layers, the topmost first, as overlay drivers name them; nothing where they are not one for
/// each layer.
fn folders(image: &ImageInspect) -> Option<Vec<String>> {
    let data: &HashMap<String, String> = &image.graph_driver.as_ref()?.data;
    let lower = data.get("LowerDir").into_iter().flat_map(|folders| folders.split(':'));
    let folders: Vec<String> = lower.map(str::to_owned).collect();
    let folders: Vec<String> = std::iter::once(data.get("UpperDir")?.clone()).chain(folders).collect();
    let layers = image.root_fs.as_ref()?.layers.as_ref()?.len();
    (folders.len() == layers).then_some(folders)
}

#[cfg(test)]
mod tests {
    use bollard::models::{DriverData, ImageInspectRootFs};

    use super::*;

    fn image(data: &[(&str, &str)], layers: usize) -> ImageInspect {
        let data = data.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let root_fs = ImageInspectRootFs { layers: Some(vec![String::new(); layers]), ..ImageInspectRootFs::default() };
        let graph_driver = Some(DriverData { name: "overlay2".to_owned(), data });
        ImageInspect { graph_driver, root_fs: Some(root_fs), ..ImageInspect::default() }
    }

    #[test]
    fn layers_are_the_folders_that_the_driver_names_the_topmost_first() {
        let two = [("UpperDir", "/l/c/diff"), ("LowerDir", "/l/b/diff:/l/a/diff"), ("MergedDir", "/l/c/merged")];
        assert_eq!(folders(&image(&two, 3)).expect("named"), ["/l/c/diff", "/l/b/diff", "/l/a/diff"]);
        assert_eq!(folders(&image(&two[..1], 1)).expect("named"), ["/l/c/diff"]);
    }

    #[test]
    fn folders_that_are_not_one_for_each_layer_are_none() {
        let two = [("UpperDir", "/l/c/diff"), ("LowerDir", "/l/b/diff:/l/a/diff")];
        assert_eq!(folders(&image(&two, 4)), None);
        assert_eq!(folders(&image(&[("Dataset", "pool/x")], 1)), None);
        assert_eq!(folders(&ImageInspect::default()), None);
    }
}
