//! What an operation came to.

use std::collections::BTreeMap;

use crate::model::fact::Package;

/// A manager that was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Detected {
    /// Its program, as it was called.
    pub program: String,
    /// Its version.
    pub version: String,
    /// The folder in which it keeps what it installs for the user, or itself lies, as far as it tells.
    pub home: Option<String>,
    /// The files of its configuration, as far as it tells.
    pub configuration: Vec<String>,
}

/// A manifest, parsed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// The file.
    pub file: String,
    /// The project's name, where it has one.
    pub name: Option<String>,
    /// What it asks for.
    pub dependencies: Vec<Dependency>,
    /// The range of its Python, where it says one.
    pub python: Option<String>,
    /// Channels and indexes, in order of preference.
    pub sources: Vec<String>,
    /// The names of its environments.
    pub environments: Vec<String>,
    /// Tasks by name: the command, or the tasks that one stands for.
    pub tasks: BTreeMap<String, String>,
    /// The text as it is.
    pub text: String,
}

/// What a manifest asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dependency {
    /// The package's name, as written.
    pub name: String,
    /// What its version must be, as the format writes it; empty: any.
    pub constraint: String,
    /// What its build must be, where that is said (conda).
    pub build: Option<String>,
    /// Its extras.
    pub extras: Vec<String>,
    /// The hashes that its archive may have, as `sha256:…`; empty: any.
    pub hashes: Vec<String>,
    /// Which kind of package it is.
    pub kind: Kind,
    /// The extra, dependency group, feature or environment that it belongs to; absent: the project itself.
    pub group: Option<String>,
    /// The channel or index that it comes from, where that is said; an index of uv by its name.
    pub source: Option<String>,
    /// The repository, archive or folder that it comes from instead.
    pub origin: Option<String>,
}

/// Kinds of packages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A Python package.
    #[default]
    Python,
    /// A conda package.
    Conda,
}

/// A lock file, held against its manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock {
    /// Whether it is what the manifest asks for.
    pub state: LockState,
    /// What it holds; a package may be there in several versions, for several platforms.
    pub packages: Vec<Package>,
}

/// Whether a lock file is current.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockState {
    /// It is what the manifest asks for.
    Current,
    /// The manifest asks for something else.
    Outdated,
    /// There is none.
    Missing,
}

/// The cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cache {
    /// Its folder.
    pub folder: String,
    /// Its size, as far as the manager tells it to the byte; else the folder itself has to be measured.
    pub bytes: Option<u64>,
}

/// What differs between two lists of an environment's packages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// What came.
    pub added: Vec<Package>,
    /// What went.
    pub removed: Vec<Package>,
    /// What is there in another version, build or from another source: as it was, and as it is.
    pub changed: Vec<(Package, Package)>,
}

impl Changes {
    /// What is different in the second list.
    pub fn between(before: &[Package], after: &[Package]) -> Self {
        let by_name = |packages: &[Package]| -> BTreeMap<String, Package> {
            packages.iter().map(|package| (Package::normalized(&package.name), package.clone())).collect()
        };
        let (mut before, after) = (by_name(before), by_name(after));
        let mut changes = Self::default();
        for (name, package) in after {
            match before.remove(&name) {
                None => changes.added.push(package),
                Some(old) if differs(&old, &package) => changes.changed.push((old, package)),
                Some(_) => {}
            }
        }
        changes.removed = before.into_values().collect();
        changes
    }

    /// Whether both lists are the same.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Whether it is another version, build or source; a name may be written in another way.
fn differs(old: &Package, new: &Package) -> bool {
    (&old.version, &old.build, &old.source) != (&new.version, &new.build, &new.source)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, version: &str) -> Package {
        Package { name: name.to_owned(), version: version.to_owned(), build: None, source: None }
    }

    #[test]
    fn changes_are_what_came_what_went_and_what_is_different() {
        let before = [package("a", "1"), package("b", "1"), package("c_x", "1")];
        let after = [package("C-x", "1"), package("b", "2"), package("d", "1")];
        let changes = Changes::between(&before, &after);
        assert_eq!(changes.added, [package("d", "1")]);
        assert_eq!(changes.removed, [package("a", "1")]);
        assert_eq!(changes.changed, [(package("b", "1"), package("b", "2"))]);
        assert!(Changes::between(&before, &before).is_empty());
    }
}
