//! What a configuration says of a package manager's installation, for the record; judged by nobody.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How a subject's package manager is set up, by the subject's own account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Setup {
    /// The subject's file.
    pub file: String,
    /// The range that the manager's version must lie in; empty: any.
    pub version: String,
    /// The manager's program, absolute.
    pub binary: String,
    /// The installation's home, absolute.
    pub home: String,
    /// Variables of the installation and of the subject's containers.
    pub variables: BTreeMap<String, String>,
    /// Folders of the installation, absolute.
    pub folders: Vec<String>,
    /// Folders that PATH must hold.
    pub path: Vec<String>,
    /// Where the build gets the manager and its packages from: URLs, and local files and folders in their place.
    pub sources: Vec<String>,
    /// What was served for the length of the run: `binary`, `channel`, `packages`.
    pub served: Vec<String>,
}

impl Setup {
    /// The folder of downloads that are kept, where a variable names it.
    pub fn cache(&self) -> Option<&str> {
        let named = self.variables.iter().find(|(name, _)| name.ends_with("_CACHE_DIR"));
        named.map(|(_, folder)| folder.as_str())
    }
}
