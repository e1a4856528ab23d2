//! Adverse conditions that are put on, proven, and taken off again.

use serde::{Deserialize, Serialize};

/// A fault that an engine can put on a running container.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// The container is taken off its network.
    Network,
}

impl Fault {
    /// The name used in suites and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Network => "no network",
        }
    }
}
