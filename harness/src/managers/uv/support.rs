//! What uv has, and what it lacks.

use crate::managers::{Capability, Support};

pub(super) fn support(capability: Capability) -> Support {
    match capability {
        Capability::Projects => Support::By(&["init --bare --no-workspace --name", "add", "remove", "sync"]),
        Capability::VirtualEnvironments => Support::By(&["venv --prompt", "pip install --python"]),
        Capability::NamedEnvironments => {
            Support::Lacks("has no named environments: its tools are one environment for each package")
        }
        Capability::Tools => Support::By(&["tool install --with", "tool upgrade --all", "tool uninstall", "tool list"]),
        Capability::PythonVersion => Support::By(&["init --python", "venv --python"]),
        Capability::SourcesOfProject => Support::By(&["add --frozen --requirements --default-index --index"]),
        Capability::SourcesOfInstall => Support::By(&["add --default-index --index", "pip install --default-index"]),
        Capability::Channels => Support::Lacks("has no channels: it installs from Python package indexes"),
        Capability::Indexes => Support::By(&["sync --default-index --index"]),
        Capability::Extras => Support::By(&["add", "pip install"]),
        Capability::RequirementsFiles => Support::By(&["add --requirements", "pip install --requirements"]),
        Capability::Constraints => Support::By(&["add --constraints", "pip install --constraints"]),
        Capability::RequiredHashes => Support::By(&["pip install --require-hashes"]),
        Capability::WrittenManifest | Capability::RemovalOfUnneeded => Support::By(&["add", "remove"]),
        Capability::Lock => Support::By(&["lock --check", "sync --locked --frozen"]),
        Capability::UpdateOfOne => Support::By(&["sync --upgrade-package"]),
        Capability::UpdateOfAll => Support::By(&["sync --upgrade"]),
        Capability::Offline => Support::By(&["add --offline", "sync --offline", "pip install --offline"]),
        Capability::Run => Support::By(&["run --no-sync --no-project --python"]),
        Capability::LinkModes => Support::By(&["sync --link-mode"]),
    }
}
