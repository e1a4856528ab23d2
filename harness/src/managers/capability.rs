//! What a manager has and what it lacks, said beforehand, so that a check of what is lacking is skipped with its reason.

use std::fmt;

use super::context::Unsupported;

/// Something that one manager has and another one lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Capability {
    /// Projects: a folder with a manifest and an environment of its own.
    Projects,
    /// Python virtual environments in a folder of the caller's choice.
    VirtualEnvironments,
    /// Environments of the user that go by a name.
    NamedEnvironments,
    /// Programs of a package, installed for the user as a whole.
    Tools,
    /// A Python of a version of one's choice for a new environment.
    PythonVersion,
    /// Sources that are named when a project is made.
    SourcesOfProject,
    /// Sources that are named when something is installed.
    SourcesOfInstall,
    /// Conda channels.
    Channels,
    /// Python package indexes.
    Indexes,
    /// The optional parts of a package, `name[extra]`.
    Extras,
    /// Requirements files.
    RequirementsFiles,
    /// Constraints on versions that install nothing.
    Constraints,
    /// An install that refuses whatever has no known hash.
    RequiredHashes,
    /// An install writes what was asked for into the manifest, a removal takes it out.
    WrittenManifest,
    /// A lock file, and the question whether it is current.
    Lock,
    /// One package can be updated without the others.
    UpdateOfOne,
    /// Everything can be updated at once.
    UpdateOfAll,
    /// A removal takes along what only the removed package needed.
    RemovalOfUnneeded,
    /// Work without a network, from what the cache holds.
    Offline,
    /// Commands run inside the environment.
    Run,
    /// How files come from the cache into an environment can be chosen.
    LinkModes,
}

impl Capability {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 21] = [
        Self::Projects,
        Self::VirtualEnvironments,
        Self::NamedEnvironments,
        Self::Tools,
        Self::PythonVersion,
        Self::SourcesOfProject,
        Self::SourcesOfInstall,
        Self::Channels,
        Self::Indexes,
        Self::Extras,
        Self::RequirementsFiles,
        Self::Constraints,
        Self::RequiredHashes,
        Self::WrittenManifest,
        Self::Lock,
        Self::UpdateOfOne,
        Self::UpdateOfAll,
        Self::RemovalOfUnneeded,
        Self::Offline,
        Self::Run,
        Self::LinkModes,
    ];

    /// Its name in suites and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Projects => "projects",
            Self::VirtualEnvironments => "virtual-environments",
            Self::NamedEnvironments => "named-environments",
            Self::Tools => "tools",
            Self::PythonVersion => "python-version",
            Self::SourcesOfProject => "sources-of-project",
            Self::SourcesOfInstall => "sources-of-install",
            Self::Channels => "channels",
            Self::Indexes => "indexes",
            Self::Extras => "extras",
            Self::RequirementsFiles => "requirements-files",
            Self::Constraints => "constraints",
            Self::RequiredHashes => "required-hashes",
            Self::WrittenManifest => "written-manifest",
            Self::Lock => "lock",
            Self::UpdateOfOne => "update-of-one",
            Self::UpdateOfAll => "update-of-all",
            Self::RemovalOfUnneeded => "removal-of-unneeded",
            Self::Offline => "offline",
            Self::Run => "run",
            Self::LinkModes => "link-modes",
        }
    }

    /// The capability of this name; `None` where there is none.
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|capability| capability.name() == name)
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// Whether a manager has a capability.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Support {
    /// It has it, by these commands, as `pip install --constraints`; each is in the program's own help. Empty: by what
    /// all its commands do.
    By(&'static [&'static str]),
    /// It has not; what follows the manager's name in a sentence, as `has no channels`.
    Lacks(&'static str),
}

impl Support {
    /// That it is there; else the reason, as `uv has no channels`.
    pub fn check(self, manager: &str) -> Result<(), Unsupported> {
        match self {
            Self::By(_) => Ok(()),
            Self::Lacks(_) => Err(self.reason(manager)),
        }
    }

    /// Why it is lacking; of what is there, that it does not fit here.
    pub(super) fn reason(self, manager: &str) -> Unsupported {
        Unsupported(match self {
            Self::By(commands) => format!("{manager} does this by {} alone", commands.join(", ")),
            Self::Lacks(clause) => format!("{manager} {clause}"),
        })
    }
}

#[cfg(test)]
mod tests;
