//! What is asked of a package manager, and what came of it.

use std::path::PathBuf;

use serde::Serialize;

use super::turn::Purpose;
use crate::managers::{Changes, Dependency, Failure, Kind, Manifest};
use crate::model::fact::{ErrorClass, Package};
use crate::session::manager::Wish;

/// Something to do with a project's folder, or with a Python virtual environment.
#[derive(Clone, Debug)]
pub struct Request {
    /// The manager.
    pub wish: Wish,
    /// The user of the container, by name or number, as `1000:1000`; absent: the image's own.
    pub user: Option<String>,
    /// What is done.
    pub verb: Verb,
    /// The folder, as it was typed.
    pub folder: PathBuf,
    /// The folder to record everything in while it goes on, which is not there yet; absent: it is recorded nowhere.
    pub journal: Option<PathBuf>,
}

/// What is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verb {
    /// A project or environment is made.
    Init {
        /// Its name.
        name: Option<String>,
        /// The version of its Python.
        python: Option<String>,
        /// Its channels or indexes.
        sources: Vec<String>,
    },
    /// Packages are installed.
    Install {
        /// Package specifications.
        specs: Vec<String>,
        /// From a Python package index.
        pypi: bool,
        /// Channels or indexes.
        sources: Vec<String>,
        /// From the cache alone.
        offline: bool,
    },
    /// Packages are removed.
    Remove {
        /// Their names.
        names: Vec<String>,
        /// They came from a Python package index.
        pypi: bool,
    },
    /// Packages are updated.
    Update {
        /// Their names; empty: all.
        names: Vec<String>,
        /// Channels or indexes.
        sources: Vec<String>,
        /// From the cache alone.
        offline: bool,
    },
    /// What is installed.
    List,
    /// What the manifest says.
    Manifest,
}

impl Verb {
    /// Its name on the command line.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Init { .. } => "init",
            Self::Install { .. } => "install",
            Self::Remove { .. } => "remove",
            Self::Update { .. } => "update",
            Self::List => "list",
            Self::Manifest => "manifest",
        }
    }

    /// Whether it changes anything.
    pub(super) fn purpose(&self) -> Purpose {
        match self {
            Self::List | Self::Manifest => Purpose::Look,
            Self::Init { .. } | Self::Install { .. } | Self::Remove { .. } | Self::Update { .. } => Purpose::Change,
        }
    }
}

/// What was done, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Done {
    /// The manager.
    pub manager: String,
    /// Its version.
    pub version: String,
    /// Its program.
    pub program: String,
    /// `this machine`, or the image.
    pub place: String,
    /// What was done.
    pub operation: String,
    /// The folder, absolute and without links.
    pub folder: String,
    /// Where the environment was made, where it lies elsewhere now.
    pub moved_from: Option<String>,
    /// What came of it.
    pub result: Outcome,
}

/// What came of an operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// A project or environment was made: the manifest and the environment's folder, as far as they were not there before.
    Made(Vec<String>),
    /// It was carried out; these packages are different now. Absent where they cannot be listed, before it or now.
    Changed(Option<Differences>),
    /// The installed packages.
    Packages(Vec<Package>),
    /// The manifest.
    Manifest(ManifestFacts),
    /// The manager lacks it, for this reason.
    Lacking(String),
    /// It came to nothing.
    Failed(Trouble),
    /// It was ended from outside, with all that it had started; this is the state that it left.
    Interrupted(State),
}

/// What is different in an environment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Differences {
    /// Packages that came.
    pub added: Vec<Package>,
    /// Packages that went.
    pub removed: Vec<Package>,
    /// Packages that are others now.
    pub changed: Vec<Change>,
}

/// A package that is another one now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Change {
    /// As it was.
    pub from: Package,
    /// As it is.
    pub to: Package,
}

/// Why something came to nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Trouble {
    /// The kind of reason.
    pub class: ErrorClass,
    /// The reason.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// All that the manager printed.
    pub output: String,
}

/// The state of an environment after an operation was ended from outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct State {
    /// What is different in the environment; absent where it cannot be listed.
    pub differences: Option<Differences>,
    /// Whether the manifest is another one now; absent where there is none, or it cannot be read.
    pub manifest_changed: Option<bool>,
}

/// A manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ManifestFacts {
    /// The file.
    pub file: String,
    /// The project's name.
    pub name: Option<String>,
    /// The range of its Python.
    pub python: Option<String>,
    /// What it asks for.
    pub dependencies: Vec<DependencyFacts>,
    /// Channels and indexes.
    pub sources: Vec<String>,
    /// The names of its environments.
    pub environments: Vec<String>,
    /// Tasks by name.
    pub tasks: std::collections::BTreeMap<String, String>,
    /// The text.
    pub text: String,
}

/// What a manifest asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct DependencyFacts {
    /// The package.
    pub name: String,
    /// What its version must be; empty: any.
    pub constraint: String,
    /// `python` or `conda`.
    pub kind: &'static str,
    /// Its extras.
    pub extras: Vec<String>,
    /// The extra, group, feature or environment that it belongs to.
    pub group: Option<String>,
}

impl From<Changes> for Differences {
    fn from(Changes { added, removed, changed }: Changes) -> Self {
        Self { added, removed, changed: changed.into_iter().map(|(from, to)| Change { from, to }).collect() }
    }
}

impl Differences {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        let (class, hint) = (failure.class(), failure.hint().map(str::to_owned));
        let (message, output) = match failure {
            Failure::Refused { ref output, .. } => {
                (complaint(output).map_or_else(|| failure.to_string(), str::to_owned), output.clone())
            }
            other => (other.to_string(), String::new()),
        };
        Self { class, message, hint, output }
    }
}

/// The line by which a manager says that it failed, without the word and the mark that it begins with.
fn complaint(output: &str) -> Option<&str> {
    output.lines().find_map(|line| {
        let said = ["error:", "ERROR:", "Error:"].iter().find_map(|word| line.trim_start().strip_prefix(word))?;
        Some(said.trim_start_matches([' ', '×'])).filter(|said| !said.is_empty())
    })
}

impl From<Manifest> for ManifestFacts {
    fn from(manifest: Manifest) -> Self {
        Self {
            file: manifest.file,
            name: manifest.name,
            python: manifest.python,
            dependencies: manifest.dependencies.into_iter().map(DependencyFacts::from).collect(),
            sources: manifest.sources,
            environments: manifest.environments,
            tasks: manifest.tasks,
            text: manifest.text,
        }
    }
}

impl From<Dependency> for DependencyFacts {
    fn from(dependency: Dependency) -> Self {
        let kind = match dependency.kind {
            Kind::Python => "python",
            Kind::Conda => "conda",
        };
        let Dependency { name, constraint, extras, group, .. } = dependency;
        Self { name, constraint, kind, extras, group }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_told_by_the_line_that_complains() {
        let refused = |output: &str| {
            let (class, exit) = (ErrorClass::NotFound, Some(1));
            Trouble::from(Failure::Refused { class, exit, output: output.to_owned() }).message
        };
        assert_eq!(refused("Using CPython 3.11.2\nerror: Failed to add\n  cause: none\n"), "Failed to add");
        assert_eq!(refused("Error:   × could not find pixi.toml\n"), "could not find pixi.toml");
        assert_eq!(refused("it broke\n"), "it broke (exit code 1)");
        assert_eq!(refused(""), "refused without a word (exit code 1)");
    }
}
