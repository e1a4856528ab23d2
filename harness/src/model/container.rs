//! Containers: how they are to run.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::login::Ssh;

/// How a container of the subject runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContainerSpec {
    /// Image tag or id.
    pub image: String,
    /// A word for the container's name: `main`, or the check it is for.
    pub purpose: String,
    /// Extra variables.
    pub environment: BTreeMap<String, String>,
    /// User; absent: the image's own.
    pub user: Option<String>,
    /// Command; absent: the image's own; empty: none at all, shakedown's own keeps the container.
    pub command: Option<Vec<String>>,
    /// `none`, `host`, or absent for the default bridge.
    pub network: Option<String>,
    /// Memory limit, bytes; absent: as much as the host has (always set explicitly, so that it can be changed live).
    pub memory: Option<u64>,
    /// Processor time in millionths of one processor per second (2,000,000 are two processors); absent: all.
    pub processors: Option<u64>,
    /// Limit on the number of processes; absent: none.
    pub processes: Option<i64>,
    /// tmpfs mounts: path to options.
    pub tmpfs: BTreeMap<String, String>,
    /// Volumes, `name:/path` (made fresh for this container) or an absolute host folder `/folder:/path[:ro]`.
    pub volumes: Vec<String>,
    /// Further volumes, `name:/path`, of a container that goes through a transition.
    pub persistent: Vec<String>,
    /// Mount the root file system read-only.
    pub read_only: bool,
    /// Give the host's CA bundle to the container.
    pub trust_host: bool,
    /// How one logs in to it by SSH; absent: not at all.
    pub ssh: Option<Ssh>,
    /// What to await after every start.
    pub ready: Ready,
}

impl ContainerSpec {
    /// A container as the image itself wants it, without limits, that is ready when the agent answers within this time.
    pub fn new(image: impl Into<String>, purpose: impl Into<String>, within: Duration) -> Self {
        Self {
            image: image.into(),
            purpose: purpose.into(),
            environment: BTreeMap::new(),
            user: None,
            command: None,
            network: None,
            memory: None,
            processors: None,
            processes: None,
            tmpfs: BTreeMap::new(),
            volumes: Vec::new(),
            persistent: Vec::new(),
            read_only: false,
            trust_host: false,
            ssh: None,
            ready: Ready { condition: ReadyCondition::Started, within },
        }
    }
}

impl ContainerSpec {
    /// The same for a container that goes through a transition: with the volumes that are to outlive it.
    #[must_use]
    pub fn in_transition(mut self) -> Self {
        self.volumes.append(&mut self.persistent);
        self
    }
}

/// What is otherwise for the container of one check.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContainerChange {
    /// User; absent: as for all.
    pub user: Option<String>,
    /// Memory limit, bytes; absent: as for all.
    pub memory: Option<u64>,
    /// Limit on the number of processes; absent: as for all.
    pub processes: Option<i64>,
    /// Further tmpfs mounts: path to options.
    pub tmpfs: BTreeMap<String, String>,
    /// Mount the root file system read-only.
    pub read_only: bool,
}

impl ContainerSpec {
    /// The same container, but for these changes.
    #[must_use]
    pub fn changed(mut self, change: &ContainerChange) -> Self {
        self.user = change.user.clone().or(self.user);
        self.memory = change.memory.or(self.memory);
        self.processes = change.processes.or(self.processes);
        self.tmpfs.extend(change.tmpfs.clone());
        self.read_only |= change.read_only;
        self
    }
}

/// What tells that a started container is ready.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ready {
    /// The condition.
    pub condition: ReadyCondition,
    /// How long to wait for it.
    pub within: Duration,
}

/// Conditions of readiness.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReadyCondition {
    /// It runs, and the agent answers.
    Started,
    /// A shell command exits with 0 (`sh -c`).
    Run(String),
    /// A path exists.
    File(String),
    /// Something listens on this TCP port inside.
    Port(u16),
    /// The container's log has a line that contains this text.
    Log(String),
    /// The image's own health check says healthy.
    Healthy,
}

/// Ways to end and begin a container's life anew, in place or as another container.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Restart {
    /// `docker restart`.
    Restart,
    /// Stop, then start.
    StopStart,
    /// SIGKILL, then start.
    Kill,
    /// Made an image of it (`docker commit`), and of that another container, with volumes of its own.
    Commit,
    /// Another container of the same image, with the same named volumes: what a layer held of the first is gone.
    Recreate,
    /// The image's last stage is built again without cache, and another container of that one has the same named volumes.
    /// What the package manager keeps in cache mounts (`RUN --mount=type=cache`) is there for that build.
    Rebuild,
}

impl Restart {
    /// All of them.
    const ALL: [Self; 6] = [Self::Restart, Self::StopStart, Self::Kill, Self::Commit, Self::Recreate, Self::Rebuild];

    /// The name in suites and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Restart => "restart",
            Self::StopStart => "stop-start",
            Self::Kill => "kill",
            Self::Commit => "commit",
            Self::Recreate => "recreate",
            Self::Rebuild => "rebuild",
        }
    }

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|how| how.name() == name)
    }

    /// What was done to a container, as reports tell it: `container restarted`.
    pub fn told(self) -> &'static str {
        match self {
            Self::Restart => "restarted",
            Self::StopStart => "stopped and started",
            Self::Kill => "killed and started",
            Self::Commit => "committed, and another one run from that image",
            Self::Recreate => "removed, and made anew of the same image with the same named volumes",
            Self::Rebuild => "removed, and made anew of an image that was built again, with the same named volumes",
        }
    }

    /// Whether another container has the same named volumes afterwards.
    pub fn is_with_volumes(self) -> bool {
        matches!(self, Self::Recreate | Self::Rebuild)
    }

    /// Whether it is the same container afterwards.
    pub fn is_in_place(self) -> bool {
        matches!(self, Self::Restart | Self::StopStart | Self::Kill)
    }
}
