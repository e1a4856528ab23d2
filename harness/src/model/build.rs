//! Images: what to build, and what came of it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// One stage image to build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildRequest {
    /// The stage's name, as `stage-2`.
    pub stage: String,
    /// The Dockerfile on the host; its folder is the build context.
    pub dockerfile: PathBuf,
    /// Tag of the image to build on, given to the Dockerfile as the argument `BASE`.
    pub base: String,
    /// Tag to give to the result.
    pub tag: String,
    /// Build arguments.
    pub arguments: BTreeMap<String, String>,
    /// Labels for the image; empty for stages that are to stay cached, since a label of the run would make a new image each time.
    pub labels: BTreeMap<String, String>,
    /// What of earlier builds may be used.
    pub cache: Cache,
    /// What the ids of cache mounts are to begin with, so that nobody else has these mounts; absent: they stay.
    pub cache_ids: Option<String>,
    /// Give the host's CA bundle to every RUN step, in no layer.
    pub trust_host: bool,
}

/// What of earlier builds a build may use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cache {
    /// Layers, and what cache mounts hold.
    #[default]
    All,
    /// What cache mounts hold (`RUN --mount=type=cache`), and no layer.
    Mounts,
    /// Nothing.
    Nothing,
}

/// The name of the figure of what a build's steps put into their cache mounts, beside those that subjects measure.
pub const CACHE_MOUNTS: &str = "cache-mounts";

/// What a stage is built of, enough to build it by hand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Recipe {
    /// The stage's name.
    pub stage: String,
    /// The image to build on, given to the Dockerfile as the argument `BASE`.
    pub base: String,
    /// The Dockerfile's path on the host; its folder is the build context.
    pub file: String,
    /// The Dockerfile's text; empty where it could not be read.
    pub text: String,
    /// Build arguments.
    pub arguments: BTreeMap<String, String>,
    /// Small texts that the Dockerfile takes from its folder by name, as scripts that it runs, by their path there.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub files: BTreeMap<String, String>,
}

/// One step of a build, as the builder reports it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BuildStep {
    /// The instruction, as `RUN install-pixi`.
    pub step: String,
    /// Seconds from the build's beginning to the step's; absent for a cached step, and where the builder did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub began: Option<f64>,
    /// Seconds from start to end; 0 for a cached step.
    pub seconds: f64,
    /// Whether the result came from the cache.
    pub cached: bool,
}

/// A built stage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BuiltStage {
    /// The stage's name.
    pub name: String,
    /// Image id, `sha256:…`.
    pub image: String,
    /// The tag it was given.
    pub tag: String,
    /// Seconds for the whole build.
    pub seconds: f64,
    /// Whether every step came from the cache.
    pub cached: bool,
    /// The steps in order, those of the Dockerfile only.
    pub steps: Vec<BuildStep>,
    /// Size of the image with all that it stands on, bytes; absent where the engine did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// Size of what it stands on, bytes; absent where the engine did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_bytes: Option<u64>,
}

/// Metadata of an image.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageFacts {
    /// Image id (the digest of its configuration), `sha256:…`.
    pub id: String,
    /// What it was called by whoever asked for it; absent of one that was built here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Operating system and architecture, `linux/amd64`.
    pub platform: String,
    /// Size of all layers, bytes.
    pub bytes: u64,
    /// Variables that the image sets.
    pub environment: BTreeMap<String, String>,
    /// Entrypoint; empty when there is none.
    pub entrypoint: Vec<String>,
    /// Command; empty when there is none.
    pub command: Vec<String>,
    /// User; empty for root.
    pub user: String,
    /// Working directory; empty for `/`.
    pub directory: String,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// Ports that it says it listens on, as `8080/tcp`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ports: Vec<String>,
    /// Folders that lie on a volume in each of its containers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub volumes: Vec<String>,
    /// The steps that made it, the oldest first, as the engine words them; empty where nobody asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<String>,
    /// Manifest digests by the repositories that it was pushed to or pulled from, `registry.example/uv@sha256:…`.
    #[serde(default)]
    pub digests: Vec<String>,
}

/// What can be looked at of an image itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ImagePart {
    /// The size of all its layers.
    Size,
    /// What it says of itself, as JSON, secrets masked.
    Configuration,
    /// The steps that made it, a line each, the oldest first, secrets masked.
    History,
    /// Where it gives secrets away, a line for each place, the secrets masked.
    Secrets,
}

impl ImagePart {
    /// As suites write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Size => "size",
            Self::Configuration => "configuration",
            Self::History => "history",
            Self::Secrets => "secrets",
        }
    }
}

/// Digits of a digest that tell an image from others.
const DIGITS: usize = 12;

impl ImageFacts {
    /// As people tell it from others: its name, where it has one, and the beginning of its digest.
    pub fn short(&self) -> String {
        let digest = self.id.strip_prefix("sha256:").unwrap_or(&self.id);
        let digest = digest.get(..DIGITS).unwrap_or(digest);
        self.name.as_ref().map_or_else(|| digest.to_owned(), |name| format!("{name}, {digest}"))
    }
}
