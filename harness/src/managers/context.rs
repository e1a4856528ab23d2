//! What a package manager is told, and what it answers with.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

/// Where the subject's installation lies and how it is set up, from the subject's `install`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Install {
    /// The installation's home, absolute.
    pub home: String,
    /// The range that the manager's version must lie in, as `>=0.30.0`; empty: any.
    pub version: String,
    /// Variables that belong to the installation beyond those every installation of this manager has, as `UV_TOOL_DIR`.
    pub environment: BTreeMap<String, String>,
    /// The image holds what the manager made, and not the manager itself.
    pub absent: bool,
    /// The manager's program, absolute, where that is not where its installer puts it.
    pub program: Option<String>,
}

impl Install {
    /// The folder of the manager's own program.
    pub(super) fn programs(&self) -> String {
        let named = self.program.as_ref().and_then(|program| Some(program.rsplit_once('/')?.0.to_owned()));
        named.unwrap_or_else(|| format!("{}/bin", self.home))
    }
}

/// Kinds of environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EnvironmentKind {
    /// A named environment of the user (pixi).
    Global,
    /// A Python virtual environment in a folder.
    Venv,
    /// An environment made for the programs of one package (uv).
    Tool,
    /// A project folder.
    Workspace,
}

impl EnvironmentKind {
    /// Its name in configurations.
    pub fn name(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::Venv => "venv",
            Self::Tool => "tool",
            Self::Workspace => "workspace",
        }
    }
}

/// One environment of the subject, from its `environments`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvironmentSpec {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: EnvironmentKind,
    /// Its folder, where the configuration gives one (venv, workspace).
    pub path: Option<String>,
    /// Package specifications, as `scipy` or `cowsay==6.0`.
    pub packages: Vec<String>,
    /// Programs that it puts on PATH (a venv: in its `bin`).
    pub exposes: Vec<String>,
}

/// What makes up a right installation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Installation {
    /// The manager's program, absolute.
    pub binary: String,
    /// Variables that must have these values.
    pub variables: BTreeMap<String, String>,
    /// Folders that must be there, absolute.
    pub folders: Vec<String>,
    /// Entries that PATH must hold.
    pub path: Vec<String>,
}

impl Installation {
    /// The same, with each folder and each entry of PATH once: the home may be the program's own folder.
    pub(super) fn once(mut self) -> Self {
        let mut seen = BTreeSet::new();
        self.folders.retain(|folder| seen.insert(folder.clone()));
        seen.clear();
        self.path.retain(|entry| seen.insert(entry.clone()));
        self
    }
}

/// Where record files lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Records {
    /// Folder, absolute.
    pub folder: String,
    /// How the path of a record file ends, as `.json` or `.dist-info/METADATA`.
    pub suffix: String,
}

/// Something that changes an environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Make the environment if it is not there, and install its packages.
    Install(EnvironmentSpec),
    /// Add these packages to an environment that is there.
    Add {
        /// The environment.
        environment: EnvironmentSpec,
        /// Package specifications.
        packages: Vec<String>,
    },
    /// Update these packages (all when empty).
    Update {
        /// The environment.
        environment: EnvironmentSpec,
        /// Package names.
        packages: Vec<String>,
    },
    /// Remove these packages from it.
    Remove {
        /// The environment.
        environment: EnvironmentSpec,
        /// Package names.
        packages: Vec<String>,
    },
    /// Remove the environment as a whole.
    Uninstall(EnvironmentSpec),
    /// Bring all environments into the state that their manifests ask for (repairs what an interruption left).
    Repair(EnvironmentSpec),
}

impl Operation {
    /// The folder of the project that it is about, where it is about one.
    pub fn project(&self) -> Option<&str> {
        let (Self::Install(environment)
        | Self::Uninstall(environment)
        | Self::Repair(environment)
        | Self::Add { environment, .. }
        | Self::Update { environment, .. }
        | Self::Remove { environment, .. }) = self;
        match environment.kind {
            EnvironmentKind::Workspace => environment.path.as_deref(),
            EnvironmentKind::Global | EnvironmentKind::Venv | EnvironmentKind::Tool => None,
        }
    }
}

impl EnvironmentSpec {
    /// The folder of its project's own environment, where it is that of a project.
    pub(super) fn of_project(&self, below: &str) -> Option<String> {
        let project = self.path.as_ref().filter(|_| self.kind == EnvironmentKind::Workspace)?;
        Some(format!("{project}/{below}"))
    }
}

/// Something a manager does not have: the check is skipped for this reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsupported(pub String);

impl fmt::Display for Unsupported {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Unsupported {}
