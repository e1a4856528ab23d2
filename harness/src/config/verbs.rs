//! The verbs of a suite that have parts, and what can be expected. Texts may hold templates.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::scalars::Words;

/// `file: /path`.
pub type FileVerb = String;

/// `ask: {…}`: a question to the package manager.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Ask {
    /// Which question.
    pub what: AskName,
    /// The environment it is about, for `packages` and `up-to-date`.
    #[serde(default)]
    pub environment: Option<String>,
    /// Of its packages only this one.
    #[serde(default)]
    pub package: Option<String>,
}

/// Questions to a package manager.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AskName {
    /// Its version.
    Version,
    /// Its view of its installation.
    Installation,
    /// All its environments.
    Environments,
    /// What is in one environment.
    Packages,
    /// Whether anything is to be done.
    UpToDate,
}

/// `import: {…}`: imports every top-level module that a package brings, in a fresh interpreter, and prints as JSON what it found.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ImportVerb {
    /// The package.
    pub package: String,
    /// The environment whose Python imports it.
    pub environment: String,
}

/// `python: {…}`: code in an environment's Python.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PythonVerb {
    /// The code, given by `-c`.
    pub code: String,
    /// The environment.
    pub environment: String,
}

/// `program: {…}`: a program of an environment, started by the absolute path of its launcher.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ProgramVerb {
    /// The program and its arguments.
    pub run: Vec<String>,
    /// The environment that exposes it: one of the subject, or one that this check made (`operation: {install: …}`).
    pub environment: String,
}

/// `entrypoint: {…}`: a command as `docker run IMAGE COMMAND` starts it, by the image's own entrypoint and as its own user.
/// An entrypoint that is the program itself is given the arguments alone; one that is the package manager is asked for nothing
/// else, and the check skipped.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EntrypointVerb {
    /// The command and its arguments.
    pub run: Vec<String>,
    /// With a terminal (`docker run --tty`), on which both streams are standard output.
    #[serde(default)]
    pub terminal: bool,
}

/// `operation: {install: …}`: exactly one of these.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct OperationVerb {
    /// Make an environment of the manager's kind for programs and install packages into it.
    pub install: Option<OperationTarget>,
    /// Add packages to an environment.
    pub add: Option<OperationTarget>,
    /// Update packages of an environment.
    pub update: Option<OperationTarget>,
    /// Remove packages from an environment.
    pub remove: Option<OperationTarget>,
    /// Remove an environment.
    pub uninstall: Option<OperationTarget>,
    /// Bring an environment into the state its manifest asks for.
    pub repair: Option<OperationTarget>,
    /// `true`: empty the manager's cache.
    pub clear_cache: Option<bool>,
}

/// What an operation is about.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct OperationTarget {
    /// One of the subject's environments, or a new name.
    pub environment: String,
    /// Packages.
    pub packages: Words,
    /// For a new environment: one of the subject's that it is like in kind; default: the first that is made for programs.
    pub like: Option<String>,
    /// Programs that a new environment exposes.
    pub exposes: Words,
    /// For a new environment: the folder of a project whose own environment it is. What is installed into it comes from the
    /// subject's local sources alone.
    pub project: Option<String>,
    /// Of a project: what is installed comes from the cache alone.
    pub offline: bool,
    /// Of a project that is repaired: its lock must be what the manifest asks for, else nothing is done.
    pub locked: bool,
}

/// What should be seen. All that is given must hold.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Expect {
    /// A command's exit code; default 0 for commands.
    pub exit: Option<i32>,
    /// A command ends by itself with another code than 0.
    pub refused: Option<bool>,
    /// An operation is refused for one of these reasons, by the names of error classes.
    pub because: Vec<String>,
    /// An operation succeeds, or is refused for one of these reasons, by the names of error classes.
    pub or_because: Vec<String>,
    /// Standard output.
    pub stdout: Option<ExpectText>,
    /// Standard error.
    pub stderr: Option<ExpectText>,
    /// Both streams.
    pub output: Option<ExpectText>,
    /// The content of a file, the value of a variable, or a text of the image or of a log.
    pub text: Option<ExpectText>,

    /// Kind of file: `file`, `directory`, `symlink`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Some execute bit is set.
    pub executable: Option<bool>,
    /// Permission bits, octal, exactly.
    pub mode: Option<String>,
    /// Permission bits, octal, none of which may be set.
    pub mode_without: Option<String>,
    /// Owner.
    pub owner: Option<String>,
    /// Group.
    pub group: Option<String>,
    /// Nothing is there.
    pub absent: Option<bool>,
    /// More than 0 bytes.
    pub not_empty: Option<bool>,
    /// The path that PATH finds first; of several programs one each, with blanks between.
    pub at: Option<String>,

    /// The version lies in this range.
    pub version: Option<String>,
    /// Entries of the installation and their values.
    pub installation: BTreeMap<String, String>,
    /// Packages that must be there.
    pub packages: Words,
    /// Packages that must not be there.
    pub without: Words,
    /// An environment that must be listed, with its packages and programs.
    pub environment: Option<ExpectEnvironment>,
    /// An environment that must not be listed.
    pub no_environment: Option<String>,
    /// Nothing is to be done.
    pub up_to_date: Option<bool>,
    /// Agrees with what this earlier step found.
    pub agrees_with: Option<String>,
    /// Has the version that this earlier step found.
    pub same_version_as: Option<String>,
    /// Printed each line that this earlier step printed on standard output, and perhaps more.
    pub lines_of: Option<String>,
    /// The same tree as this earlier step saw.
    pub same_tree_as: Option<String>,
    /// Path prefixes that may differ from that tree.
    pub except: Words,
    /// Takes no more room than this earlier step saw, 1 MB aside (a `usage` step).
    pub no_larger_than: Option<String>,
    /// The same as before the transition.
    pub same_as_before: Option<bool>,
    /// A figure lower than before the transition (a `build` step, after `rebuild`).
    pub less_than_before: Option<bool>,
}

/// `environment: {…}` in an `expect`.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ExpectEnvironment {
    /// Its name.
    pub name: String,
    /// Packages it must hold.
    #[serde(default)]
    pub packages: Words,
    /// Programs it must expose.
    #[serde(default)]
    pub exposes: Words,
}

/// What a text should be. All that is given must hold.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct ExpectText {
    /// Exactly this, white space at the ends aside.
    pub equals: Option<String>,
    /// This occurs, to the letter.
    pub contains: Option<String>,
    /// This message occurs, however wrapped.
    pub says: Option<String>,
    /// This regular expression matches somewhere.
    pub matches: Option<String>,
    /// This regular expression matches nowhere; what does is shown.
    pub no_match: Option<String>,
    /// A line that is exactly this.
    pub line: Option<String>,
    /// Each of these is a line of it, to the letter.
    pub lines: Words,
    /// Anything but white space.
    pub something: Option<bool>,
    /// JSON.
    pub json: Option<bool>,
    /// JSON pointer → value as text; an array or object as JSON, as `[]`.
    pub json_at: BTreeMap<String, String>,
    /// The first version in it lies in this range.
    pub version: Option<String>,
    /// A PATH-like list holds this entry.
    pub path_entry: Option<String>,
    /// This does not occur.
    pub without: Option<String>,
}
