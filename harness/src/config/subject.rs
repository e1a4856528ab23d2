//! A subject as validated: everything it says holds, paths are absolute, variables are filled in.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::suite::Suite;
use crate::managers::{EnvironmentSpec, Install};
use crate::model::container::Ready;
use crate::model::id::CheckId;
use crate::model::login::Ssh;
use crate::model::measure::Unit;
use crate::model::verdict::Policy;

/// An image with a package manager in it, as one file in `configs/` describes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Subject {
    /// Its name.
    pub name: String,
    /// The file it was read from.
    pub file: PathBuf,
    /// The package manager's name; one that exists.
    pub manager: String,
    /// Whether a bare `shakedown run` takes it.
    pub default: bool,
    /// Where the image comes from.
    pub image: ImageSource,
    /// What the package manager draws on, and how this machine stands in for it.
    pub sources: Sources,
    /// Whether the host's CA bundle is given to builds and containers.
    pub trust: Trust,
    /// Where the installation lies.
    pub install: Install,
    /// How containers run.
    pub container: ContainerConfig,
    /// What tells that a container is ready.
    pub ready: Ready,
    /// How one logs in to the containers by SSH, where one does.
    pub ssh: Option<SshConfig>,
    /// The users whose shells are looked at, as in `docker exec --user`; never empty, without the one who logs in by SSH.
    pub users: Vec<String>,
    /// The environments in the order of the file.
    pub environments: Vec<EnvironmentSpec>,
    /// Names of the suites, or paths of suite files (absolute).
    pub suites: Vec<String>,
    /// Checks of its own, as a suite of the subject's name; absent where it has none.
    pub own: Option<Suite>,
    /// Checks of its suites that it goes without, and why.
    pub without: Vec<(CheckId, String)>,
    /// Limits by name; those of a nested map are joined with a dot, `memory.install`.
    pub budgets: BTreeMap<String, Budget>,
    /// What it takes to be stable.
    pub gate: Policy,
}

/// Where a subject's image comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImageSource {
    /// It is built in stages.
    Build {
        /// The image below the first stage.
        base: String,
        /// The Debian suite to make it from where no registry answers.
        bootstrap: Option<String>,
        /// The stages, never empty; names are unique.
        stages: Vec<Stage>,
    },
    /// It exists.
    Use(String),
    /// None: the manager is on this machine, which is judged in an image's place.
    ThisMachine,
}

impl ImageSource {
    /// The stages; none of an image that exists.
    pub fn stages(&self) -> &[Stage] {
        match self {
            Self::Build { stages, .. } => stages,
            Self::Use(_) | Self::ThisMachine => &[],
        }
    }
}

/// One stage image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// Its name.
    pub name: String,
    /// Its Dockerfile, absolute.
    pub dockerfile: PathBuf,
    /// Whether the build cache may serve.
    pub cache: bool,
    /// Build arguments; values are templates.
    pub arguments: BTreeMap<String, String>,
    /// Measurement name → a part of exactly one step's text.
    pub measure: BTreeMap<String, String>,
}

/// What stands in for the package manager's sources on this machine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    /// A local executable instead of the installer, absolute; checked when the run begins, not when the file is read.
    pub binary: Option<PathBuf>,
    /// A folder to serve over HTTP as the package source, absolute.
    pub channel: Option<PathBuf>,
    /// Whether shakedown's own packages are served.
    pub packages: bool,
    /// The variables of the caller's environment by which `binary` and `channel` are given, in that order.
    pub variables: Vec<String>,
    /// URLs that the build must reach where no local source stands in: looked at before anything is built.
    pub remote: Vec<Remote>,
}

impl Sources {
    /// What is served for the length of a run: `binary`, `channel`, `packages`.
    pub fn served(&self) -> Vec<&'static str> {
        let kinds =
            [("binary", self.binary.is_some()), ("channel", self.channel.is_some()), ("packages", self.packages)];
        kinds.into_iter().filter(|(_, is_served)| *is_served).map(|(kind, _)| kind).collect()
    }
}

/// Something remote that a build needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remote {
    /// Its URL.
    pub url: String,
    /// The local source (`binary` or `channel`) that makes it needless.
    pub unless: Option<String>,
}

/// Whose certificate authorities builds and containers trust.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Trust {
    /// Those of the host, given from outside, in no layer.
    Host,
    /// Those of the image alone.
    #[default]
    Image,
}

/// How containers of a subject run; absent: as the image says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContainerConfig {
    /// `name:/path`, or `/absolute/folder:/path[:ro]`.
    pub volumes: Vec<String>,
    /// `name:/path`, of containers that go through a transition.
    pub persistent: Vec<String>,
    /// Extra variables.
    pub environment: BTreeMap<String, String>,
    /// User.
    pub user: Option<String>,
    /// Command.
    pub command: Option<Vec<String>>,
    /// `none` or `host`.
    pub network: Option<String>,
    /// Bytes.
    pub memory: Option<u64>,
    /// Millionths of a processor.
    pub processors: Option<u64>,
    /// Number of processes.
    pub processes: Option<i64>,
    /// Path → options.
    pub tmpfs: BTreeMap<String, String>,
    /// Read-only root file system.
    pub read_only: bool,
    /// Regular expression of lines that its log may have, whatever a check says of them → why.
    pub allowed_in_log: BTreeMap<String, String>,
}

/// How one logs in to the containers of a subject by SSH, and what the image must hold for that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SshConfig {
    /// Who logs in, and with what.
    pub ssh: Ssh,
    /// The user's number in the image.
    pub uid: u32,
    /// The public keys, each as a line of `authorized_keys`.
    pub public_keys: Vec<String>,
}

/// A limit on a measurement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Budget {
    /// Seconds, bytes or a count.
    pub value: f64,
    /// Which of them.
    pub unit: Unit,
}

impl Subject {
    /// The budget of this name; for `memory.install` also `memory.default`.
    pub fn budget(&self, name: &str) -> Option<Budget> {
        let fallback = name.split_once('.').map(|(group, _)| format!("{group}.default"));
        self.budgets.get(name).or_else(|| self.budgets.get(&fallback?)).copied()
    }

    /// The environment of this name.
    pub fn environment(&self, name: &str) -> Option<&EnvironmentSpec> {
        self.environments.iter().find(|environment| environment.name == name)
    }
}
