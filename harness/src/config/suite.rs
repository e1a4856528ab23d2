//! A suite as written: a catalogue of checks in phases. Texts may hold templates; the plan fills them in.

use std::collections::BTreeMap;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use super::cell::FaultCell;
use super::scalars::{Human, Words};
use super::step::RawCheck;
pub use super::step::SuiteStep;
use crate::model::container::Restart;

/// A catalogue of checks.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Suite {
    /// Its name.
    pub suite: String,
    /// Another suite, by name or by the path of its file, that this one extends: it has all of its checks, and where this
    /// one has a check of the same phase and id, that stands in the other's place.
    #[serde(default)]
    pub extends: Option<String>,
    /// What its checks speak of, by paths as templates write them, `environments.common.packages`: a subject must define
    /// them, and not leave them empty.
    #[serde(default)]
    pub requires: Vec<String>,
    /// The versions of a package manager that it is made for, by the manager's name, as `{uv: '>=0.8'}`: of another version
    /// nothing is checked. Any version will do of a manager that is not named.
    #[serde(default)]
    pub supports: BTreeMap<String, String>,
    /// Its phases in order.
    pub phases: Vec<SuitePhase>,
}

/// One phase of a suite. Phases of the same name in several suites of a subject become one, in the order of first mention.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SuitePhase {
    /// Its name: installation, environments, packages, shell, performance, persistence or errors.
    pub phase: String,
    /// `high`, `medium` (default) or `low`.
    #[serde(default)]
    pub priority: Option<PriorityName>,
    /// Checks that every check of this phase needs.
    #[serde(default)]
    pub needs: Vec<String>,
    /// What is done to the subject's container first.
    #[serde(default)]
    pub before: Vec<RestartName>,
    /// Where its checks run unless they say otherwise: `batch` (default), `shared` or `fresh`.
    #[serde(default)]
    pub isolation: Option<IsolationName>,
    /// Tags of its checks unless they say otherwise.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Its checks in order.
    pub checks: Vec<SuiteCheck>,
}

/// One check: one verb with its `expect`, or `steps`, or a fault `cell`.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(from = "RawCheck")]
pub struct SuiteCheck {
    /// Its name within the phase.
    pub id: String,
    /// What it protects from, in one line.
    pub about: String,
    /// One variable and what it runs over: a list, or the path of one as `environments.common.packages`. One check per item.
    pub each: BTreeMap<String, Words>,
    /// Checks that must have passed, and come earlier; without an item all items are meant. Templates may be used.
    pub needs: Vec<String>,
    /// Checks whose failure this one's failure may be the reason of.
    pub explains: Vec<String>,
    /// After which of its phase's transitions it is there; none named: after each.
    pub after: Vec<RestartName>,
    /// What the manager must have for this check; one that lacks it is not checked, and says why.
    pub capability: Option<String>,
    /// Shows, but does not count.
    pub advice: bool,
    /// By what `--tagged` finds it; absent: the tags of its phase.
    pub tags: Option<Vec<String>>,
    /// What to do when it fails.
    pub hint: Option<String>,
    /// Deadline of each of its commands; default 60 s.
    pub timeout: Option<Human<Duration>>,
    /// How often it may be tried again.
    pub retries: u32,
    /// How often its measuring steps are observed.
    pub repeat: Option<u32>,
    /// It changes something, so it gets a container of its own.
    pub mutates: bool,
    /// Where it runs: `batch`, `shared` or `fresh`.
    pub isolation: Option<IsolationName>,
    /// What is otherwise for its container, which is its own then.
    pub container: Option<CheckContainer>,
    /// Its only step: the verb, context and `expect` that are written on the check itself.
    pub step: Option<SuiteStep>,
    /// Its steps.
    pub steps: Vec<SuiteStep>,
    /// An operation that must be refused, leave nothing behind, spare its neighbours, and work again afterwards.
    pub cell: Option<FaultCell>,
}

/// What is otherwise for the container of one check; the rest is as the subject has it.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct CheckContainer {
    /// User.
    pub user: Option<String>,
    /// Memory limit, as `160MB`.
    pub memory: Option<Human<u64>>,
    /// Limit on the number of processes.
    pub pids: Option<u32>,
    /// Further tmpfs mounts: path to options, as `size=16m,exec`; templates may be used.
    pub tmpfs: BTreeMap<String, String>,
    /// Mount the root file system read-only.
    pub read_only: bool,
}

/// What of the image itself. Secrets in it are masked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ImageVerb {
    /// The size of all its layers.
    Size,
    /// What it says of itself, as JSON: `platform`, `user`, `directory`, `entrypoint`, `command`, `environment`, `labels`,
    /// `ports`, `volumes`.
    Configuration,
    /// The steps that made it, a line each, the oldest first.
    History,
    /// Where it gives secrets away, a line for each place.
    Secrets,
}

/// Which log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LogVerb {
    /// What the container printed since it was made, both streams as they came.
    Container,
}

/// Names of priorities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PriorityName {
    /// Heads the report.
    High,
    /// In between.
    Medium,
    /// Comes last.
    Low,
}

/// Names of transitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RestartName {
    /// `docker restart`.
    Restart,
    /// Stop, then start.
    StopStart,
    /// SIGKILL, then start.
    Kill,
    /// `docker commit`, and another container of that image.
    Commit,
    /// Another container of the same image, with the same named volumes.
    Recreate,
    /// The image's last stage built again without cache, and another container of that, with the same named volumes.
    Rebuild,
}

impl RestartName {
    /// The transition of this name.
    pub fn restart(self) -> Restart {
        match self {
            Self::Restart => Restart::Restart,
            Self::StopStart => Restart::StopStart,
            Self::Kill => Restart::Kill,
            Self::Commit => Restart::Commit,
            Self::Recreate => Restart::Recreate,
            Self::Rebuild => Restart::Rebuild,
        }
    }
}

/// Names of isolations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum IsolationName {
    /// Together with others; only reads.
    Batch,
    /// Alone, in order, in the subject's container.
    Shared,
    /// In a container of its own.
    Fresh,
}

/// Names of shells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ShellName {
    /// No shell.
    None,
    /// `sh -c`.
    Sh,
    /// `bash -lc`.
    Login,
    /// `bash -ic`.
    Interactive,
    /// `bash -lic`.
    LoginInteractive,
    /// `zsh -lc`.
    ZshLogin,
    /// `zsh -ic`.
    ZshInteractive,
    /// `fish -c`.
    Fish,
    /// By SSH, as `ssh HOST COMMAND`: in the shell of the user who logs in.
    Ssh,
    /// By SSH, as `ssh HOST`: the login shell of that user reads it from standard input.
    SshLogin,
    /// By SSH on a terminal, as a person who types it after `ssh HOST`: that user's login shell is interactive there.
    SshTerminal,
}
