//! A fault cell as written: an operation, what goes wrong meanwhile, and what must hold afterwards.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::scalars::Words;
use super::verbs::OperationVerb;

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
    /// How many answers come whole before the first that meets it, as text, so that templates may be used; absent: none.
    #[serde(default)]
    pub after: Option<String>,
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

/// Names of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FaultName {
    /// The container is taken off its network.
    Network,
}
