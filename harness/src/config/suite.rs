//! A suite as written: a catalogue of checks in phases. Texts may hold templates; the plan fills them in.

use std::collections::BTreeMap;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use super::scalars::{Human, Words};
use super::step::RawCheck;
pub use super::step::SuiteStep;
use super::verbs::OperationVerb;

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

/// Which metadata of the image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ImageVerb {
    /// The size of all its layers.
    Size,
}

/// What `kill-when` says where no path is meant, but that what goes wrong at the index was met.
pub const MET: &str = "met";

/// A fault cell. Its parts: refused in time · said why · nothing left · neighbours untouched · works again.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FaultCell {
    /// The fault to put on first; absent: the operation itself is the fault.
    #[serde(default)]
    pub under: Option<FaultName>,
    /// What goes wrong at shakedown's own index while the operation runs; what is installed in a `project` comes from there.
    /// Where nothing met it, nothing can be told.
    #[serde(default)]
    pub index: Option<IndexFault>,
    /// Operations that must succeed before: what the operation is done to.
    #[serde(default)]
    pub first: Vec<OperationVerb>,
    /// The operation.
    pub operation: OperationVerb,
    /// Variables of all operations; an empty value (`~`) takes one away.
    #[serde(default)]
    pub env: BTreeMap<String, Option<String>>,
    /// How the operation ends: `refused` (default) or `succeeds`.
    #[serde(default)]
    pub ends: EndName,
    /// Kill it when this path comes into existence, or when what goes wrong at the index was `met`.
    #[serde(default)]
    pub kill_when: Option<String>,
    /// With which signal: `kill` (default) or `term`.
    #[serde(default)]
    pub kill_with: Option<String>,
    /// Names of error classes, one of which the message must tell; absent (for a kill): nothing is said.
    #[serde(default)]
    pub says: Vec<String>,
    /// Folders in which nothing may be left; an operation that is refused needs some.
    #[serde(default)]
    pub residue: Words,
    /// Path prefixes below these that may change (caches, logs, lock files).
    #[serde(default)]
    pub except: Words,
    /// Operations that must succeed before residue is looked for: what clears up after an interrupted operation is the
    /// manager's own repair, or the same operation again and its undoing.
    #[serde(default)]
    pub then: Vec<OperationVerb>,
    /// An operation that must succeed afterwards; absent: the same one.
    #[serde(default)]
    pub recovers: Option<OperationVerb>,
    /// Packages that can be imported in the operation's environment at the end.
    #[serde(default)]
    pub imports: Words,
    /// Environments whose files must stay as they are and whose Python must still start.
    #[serde(default)]
    pub neighbours: Words,
}

/// What goes wrong at shakedown's own index.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct IndexFault {
    /// What happens to an answer.
    pub does: TroubleName,
    /// With which answers: `files` (default), the packages themselves, or `pages`, which list them.
    #[serde(default)]
    pub of: AnswersName,
    /// How many answers meet it, after which all is well again; absent: all.
    #[serde(default)]
    pub times: Option<u32>,
}

/// Names of what happens to an answer of an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TroubleName {
    /// It is a 404: not found.
    #[serde(rename = "answer-404")]
    NotFound,
    /// It is a 429: too many requests.
    #[serde(rename = "answer-429")]
    TooMany,
    /// It is a 500: the server's own error.
    #[serde(rename = "answer-500")]
    Broken,
    /// The connection is reset in the middle.
    Reset,
    /// Half of it comes, and then nothing more, with the connection left open.
    Stall,
    /// Half of it comes as if it were all.
    Truncate,
    /// It is as long as it should be, with other content.
    Alter,
    /// It comes whole, in small pieces with pauses.
    Trickle,
}

/// Names of the answers of an index.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AnswersName {
    /// The lists of packages and of their files.
    Pages,
    /// The packages themselves.
    #[default]
    Files,
}

/// Names of how an operation ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EndName {
    /// It ends by itself with another code than 0, or is killed as the cell asks.
    #[default]
    Refused,
    /// It does what was asked, whatever goes wrong.
    Succeeds,
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
}

/// Names of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FaultName {
    /// The container is taken off its network.
    Network,
}
