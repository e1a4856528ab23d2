//! A subject as written. What these types accept is what the JSON schema says.

use schemars::JsonSchema;
use serde::Deserialize;

use super::located::{Located, Ordered, Text};
use super::raw_limits::{RawBudget, RawGate};
use super::raw_manager::RawSubjectManager;
use super::raw_ssh::RawSsh;
use super::suite::SuitePhase;

/// An image with a package manager in it.
///
/// Durations and sizes are human text (`90s`, `100MB`). Paths are relative to this file. In every value `${NAME}` and
/// `${NAME:-default}` read the caller's environment; `$${` is a plain `${`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "Subject")]
pub(super) struct RawSubject {
    /// The subject's name: lower-case letters, digits and dashes.
    pub subject: Text,
    /// The package manager, as `pixi`; or where it is, as `{where: host, path: /usr/bin/uv}`. Absent: that of `--manager`, of
    /// `SHAKEDOWN_MANAGER`, or the default of `shakedown.yml`.
    #[serde(default)]
    pub manager: Option<Located<RawSubjectManager>>,
    /// `false` keeps the subject out of a run that names none.
    #[serde(default = "yes")]
    pub default: bool,
    /// Where the image comes from: `use`, or `base` and `stages`. Absent where the manager is on this machine.
    #[serde(default)]
    pub image: Option<Located<RawImage>>,
    /// What the package manager draws on, and how this machine may stand in for it.
    #[serde(default)]
    pub sources: RawSources,
    /// `host` gives this machine's CA bundle to builds and containers, in no layer; `image` (default) leaves it alone.
    #[serde(default)]
    pub trust: RawTrust,
    /// Where the installation lies.
    pub install: RawInstall,
    /// How containers run; absent: as the image says.
    #[serde(default)]
    pub container: RawContainer,
    /// What is awaited after every start; absent: that it runs.
    #[serde(default)]
    pub ready: Option<Located<RawReady>>,
    /// How one logs in to the containers by SSH; absent: not at all.
    #[serde(default)]
    pub ssh: Option<Located<RawSsh>>,
    /// The users whose shells are looked at, each as in `docker exec --user`; absent: root, nobody, 4711:4711 and 4711:0.
    #[serde(default)]
    pub users: Option<Located<Vec<Text>>>,
    /// The environments by name.
    #[serde(default)]
    pub environments: Ordered<Located<RawEnvironment>>,
    /// Names of suites, or paths of suite files that end with `.yml`.
    pub suites: Located<Vec<Text>>,
    /// Checks of its own, written as in a suite; `${NAME}` is left to shells there.
    #[serde(default)]
    pub phases: Vec<SuitePhase>,
    /// Checks of its suites that it goes without: `phase/check` or `phase/check[item]`, and the reason, which reports show.
    #[serde(default)]
    pub without: Ordered<Text>,
    /// Limits on measurements: durations, sizes or counts; maps may be nested, `memory: {install: 150MB}`.
    #[serde(default)]
    pub budgets: Ordered<Located<RawBudget>>,
    /// What it takes to be stable; absent: a success rate of 100%.
    #[serde(default)]
    pub gate: RawGate,
}

fn yes() -> bool {
    true
}

/// Where the image comes from: `use`, or `base` and `stages`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "Image")]
pub(super) struct RawImage {
    /// An image that exists.
    #[serde(rename = "use", default)]
    pub existing: Option<Text>,
    /// The image below the first stage.
    #[serde(default)]
    pub base: Option<Text>,
    /// What to make the base from where no registry answers.
    #[serde(default)]
    pub bootstrap: Option<RawBootstrap>,
    /// The stages in order.
    #[serde(default)]
    pub stages: Option<Located<Vec<RawStage>>>,
}

/// What to make a base image from where no registry answers.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "Bootstrap")]
pub(super) struct RawBootstrap {
    /// The Debian suite, as `bookworm`.
    pub debian: Text,
}

/// One stage image.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "Stage")]
pub(super) struct RawStage {
    /// Its name, unique.
    pub name: Text,
    /// Its Dockerfile.
    pub dockerfile: Text,
    /// Whether the build cache may serve.
    #[serde(default = "yes")]
    pub cache: bool,
    /// Build arguments; values may be templates.
    #[serde(default)]
    pub args: Ordered<Text>,
    /// Build steps that are measurements: name and a part of exactly one step's text.
    #[serde(default)]
    pub measure: Ordered<Text>,
}

/// What the package manager draws on, and how this machine may stand in for it. An empty text counts as absent.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[schemars(rename = "Sources")]
pub(super) struct RawSources {
    /// A local executable instead of the installer.
    pub binary: Option<Text>,
    /// A local package source.
    pub channel: Option<RawChannel>,
    /// `shakedown`: its own packages for tests, served as a simple index and as a conda channel.
    pub packages: Option<Text>,
    /// What the build must reach.
    pub remote: Vec<RawRemote>,
}

/// A local package source.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "Channel")]
pub(super) struct RawChannel {
    /// The folder to serve over HTTP.
    #[serde(default)]
    pub serve: Option<Text>,
}

/// Something remote that the build needs.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "Remote")]
pub(super) struct RawRemote {
    /// Its URL, `http://` or `https://`.
    pub url: Text,
    /// The local source that makes it needless: `binary` or `channel`.
    #[serde(default)]
    pub unless: Option<Text>,
}

/// Whose certificate authorities builds and containers trust.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "Trust")]
pub(super) enum RawTrust {
    /// The host's, given from outside.
    Host,
    /// The image's alone.
    #[default]
    Image,
}

/// Where the installation lies.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "Install")]
pub(super) struct RawInstall {
    /// The installation's home, absolute in the image.
    pub home: Text,
    /// The range that the manager's version must lie in, as `>=0.30.0`; absent: any.
    #[serde(default)]
    pub version: Option<Text>,
    /// Variables that belong to the installation.
    #[serde(default)]
    pub env: Ordered<Text>,
    /// `false` where the image holds environments that the manager made elsewhere, and not the manager: they are
    /// checked by files and imports.
    #[serde(default = "yes")]
    pub present: bool,
}

/// How containers of the subject run.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[schemars(rename = "Container")]
pub(super) struct RawContainer {
    /// `name:/path` (a fresh copy for each container), or `./folder:/path[:ro]`.
    pub volumes: Vec<Text>,
    /// `name:/path`, mounted where a container goes through a transition, as a restart; what is made of it then has them,
    /// too, but for an image that is made of the container.
    pub persistent: Vec<Text>,
    /// Extra variables.
    pub env: Ordered<Text>,
    /// User; absent: the image's own.
    pub user: Option<Text>,
    /// Command; absent: the image's own.
    pub command: Option<Vec<Text>>,
    /// `none`, `host` or `bridge` (default).
    pub network: Option<RawNetwork>,
    /// Memory limit, as `2GiB`; absent: none.
    pub memory: Option<Text>,
    /// Processors, as `1.5`; absent: all.
    pub cpus: Option<Text>,
    /// Limit on the number of processes; absent: none.
    pub pids: Option<Text>,
    /// Path and mount options of each tmpfs.
    pub tmpfs: Ordered<Text>,
    /// Mount the root file system read-only.
    pub read_only: bool,
    /// Lines of its log that are meant to be there, however they begin: a regular expression, and the reason.
    pub allow_log: Ordered<Text>,
}

/// Networks of a container.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "Network")]
pub(super) enum RawNetwork {
    /// No network.
    None,
    /// The host's own.
    Host,
    /// The engine's default.
    Bridge,
}

/// What is awaited after every start: exactly one condition.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "Ready")]
pub(super) struct RawReady {
    /// A shell command exits with 0.
    #[serde(default)]
    pub run: Option<Text>,
    /// A path exists.
    #[serde(default)]
    pub file: Option<Text>,
    /// Something listens on this TCP port in the container.
    #[serde(default)]
    pub port: Option<Text>,
    /// The container's log has a line that contains this text.
    #[serde(default)]
    pub log: Option<Text>,
    /// `true`: the image's own health check says healthy.
    #[serde(default)]
    pub healthy: Option<bool>,
    /// How long to wait; absent: 30s.
    #[serde(default)]
    pub within: Option<Text>,
}

/// One environment.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "Environment")]
pub(super) struct RawEnvironment {
    /// `global`, `venv`, `tool` or `workspace`, as far as the manager has it.
    pub kind: Text,
    /// Its folder in the image, absolute; needed for `venv` and `workspace`, and only for those.
    #[serde(default)]
    pub path: Option<Text>,
    /// Package specifications, as `scipy` or `cowsay==6.0`.
    #[serde(default)]
    pub packages: Vec<Text>,
    /// Further packages by the name of their set; `set` says which set is meant.
    #[serde(default)]
    pub sets: Ordered<Vec<Text>>,
    /// The set that is added to `packages`, as `${SIZE:-small}`; needed where there are `sets`.
    #[serde(default)]
    pub set: Option<Text>,
    /// Programs that it puts on PATH (a venv: in its `bin`).
    #[serde(default)]
    pub exposes: Vec<Text>,
}
