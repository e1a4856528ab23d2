//! What pixi has, and what it lacks.

use crate::managers::{Capability, Support};

pub(super) fn support(capability: Capability) -> Support {
    match capability {
        Capability::Projects => Support::By(&["init", "add", "remove", "install"]),
        Capability::VirtualEnvironments => {
            Support::Lacks("makes no virtual environments: each of its environments has a Python of its own")
        }
        Capability::NamedEnvironments => Support::By(&[
            "global install --environment --expose --with",
            "global add --environment",
            "global remove --environment",
            "global uninstall",
            "global sync",
        ]),
        Capability::Tools => {
            Support::By(&["global install", "global update", "global uninstall", "global list --json"])
        }
        Capability::PythonVersion => Support::By(&["add"]),
        Capability::SourcesOfProject | Capability::Channels => Support::By(&["init --channel"]),
        Capability::SourcesOfInstall => Support::By(&["workspace channel add --prepend --frozen --no-install"]),
        Capability::Indexes => Support::By(&["add --pypi --index"]),
        Capability::Extras => Support::By(&["add --pypi"]),
        Capability::RequirementsFiles => Support::Lacks("reads no requirements files"),
        Capability::Constraints => Support::Lacks("reads no files of constraints: they are a table of its manifest"),
        Capability::RequiredHashes => {
            Support::Lacks("takes no hashes from elsewhere: those of its lock file always count")
        }
        Capability::WrittenManifest | Capability::RemovalOfUnneeded => Support::By(&["add", "remove"]),
        Capability::Lock => Support::By(&["lock --check --dry-run", "install --locked --frozen"]),
        Capability::UpdateOfOne | Capability::UpdateOfAll => Support::By(&["update"]),
        Capability::Offline => Support::By(&["add --offline", "install --offline", "update --offline"]),
        Capability::Run => Support::By(&["run --executable --as-is"]),
        Capability::LinkModes => Support::By(&["install --no-hard-links --no-ref-links"]),
    }
}
