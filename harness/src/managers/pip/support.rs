//! What pip has, and what it lacks.

use crate::managers::{Capability, Support};

pub(super) fn support(capability: Capability) -> Support {
    match capability {
        Capability::VirtualEnvironments => Support::By(&["--python"]),
        Capability::NamedEnvironments => {
            Support::Lacks("has no named environments: it keeps no list of virtual environments")
        }
        Capability::Tools => Support::Lacks("has no tools: it puts programs into an environment and nowhere else"),
        Capability::PythonVersion | Capability::Run => Support::By(&[]),
        Capability::SourcesOfProject => Support::By(&["config --site"]),
        Capability::SourcesOfInstall | Capability::Indexes => Support::By(&["install --index-url --extra-index-url"]),
        Capability::Channels => Support::Lacks("has no channels: it installs from Python package indexes"),
        Capability::Extras => Support::By(&["install"]),
        Capability::Projects | Capability::RequirementsFiles => Support::By(&["install --requirement"]),
        Capability::Constraints => Support::By(&["install --constraint"]),
        Capability::RequiredHashes => Support::By(&["install --require-hashes"]),
        Capability::WrittenManifest => Support::Lacks("writes no manifest: requirements files are written by people"),
        Capability::Lock => Support::Lacks("has no lock file that it holds against a manifest"),
        Capability::UpdateOfOne => Support::By(&["install --upgrade"]),
        Capability::UpdateOfAll => Support::By(&["install --upgrade --upgrade-strategy --requirement"]),
        Capability::RemovalOfUnneeded => Support::Lacks("removes only what is named, not what that alone needed"),
        Capability::Offline => Support::Lacks("has no offline mode: it asks the index also for what its cache holds"),
        Capability::LinkModes => Support::Lacks("copies all files, there is no other way"),
    }
}
