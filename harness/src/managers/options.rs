//! What an operation is told, as data.

use super::spec::Spec;

/// How a project or environment is made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Init {
    /// Its name; absent: as the manager chooses.
    pub name: Option<String>,
    /// The version of its Python, as `3.12`; absent: as the manager chooses.
    pub python: Option<String>,
    /// Its channels or indexes, as URLs, in order of preference; empty: as the configuration says.
    pub sources: Vec<String>,
}

/// Where packages may come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// Channels or indexes, as URLs, in order of preference; empty: as manifest and configuration say.
    pub sources: Vec<String>,
    /// Only from the cache.
    pub offline: bool,
}

/// What is installed on top of what is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Additions {
    /// The packages.
    pub specs: Vec<Spec>,
    /// They come from a Python package index, also where the manager's own packages are of another kind.
    pub pypi: bool,
    /// Requirements files, absolute.
    pub requirements: Vec<String>,
    /// Files of constraints, absolute.
    pub constraints: Vec<String>,
    /// Refuses whatever has no known hash.
    pub require_hashes: bool,
    /// Where the packages may come from.
    pub reach: Reach,
}

/// How an environment is brought to what its manifest asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Syncing {
    /// What is done about the lock file.
    pub lock: LockUse,
    /// Leaves out what is only for development.
    pub no_dev: bool,
    /// How files come into the environment.
    pub link: Option<LinkMode>,
    /// Where packages may come from.
    pub reach: Reach,
}

/// What is done about a lock file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LockUse {
    /// It is brought up to date.
    #[default]
    Update,
    /// It must be current, else nothing is done.
    Locked,
    /// It is taken as it is.
    Frozen,
}

/// How files come from the cache into an environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkMode {
    /// A clone, which shares its blocks (copy on write).
    Clone,
    /// A copy.
    Copy,
    /// A hard link.
    Hardlink,
    /// A symbolic link.
    Symlink,
}

impl LinkMode {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Clone => "clone",
            Self::Copy => "copy",
            Self::Hardlink => "hardlink",
            Self::Symlink => "symlink",
        }
    }
}

/// What is removed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Removal {
    /// Names of packages.
    pub names: Vec<String>,
    /// They came from a Python package index, also where the manager's own packages are of another kind.
    pub pypi: bool,
    /// Where packages may come from that take their place.
    pub reach: Reach,
}

/// What is updated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Update {
    /// Names of packages; empty: all.
    pub names: Vec<String>,
    /// Where packages may come from.
    pub reach: Reach,
}

/// Something that is done with programs that are installed for the user as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToolOperation {
    /// Installs the programs of the first package, with the others beside it.
    Install {
        /// The packages; there is at least one.
        specs: Vec<Spec>,
        /// Where packages may come from.
        reach: Reach,
    },
    /// Updates one, or all of them.
    Update {
        /// The tool; absent: all.
        name: Option<String>,
        /// Where packages may come from.
        reach: Reach,
    },
    /// Removes one, with its programs.
    Remove {
        /// The tool.
        name: String,
    },
    /// Only looks.
    List,
}
