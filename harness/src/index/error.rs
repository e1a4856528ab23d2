//! Why a local source could not be served.

use std::net::IpAddr;
use std::path::PathBuf;

/// Why a local source could not be served.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// What should be served is not there, or cannot be read.
    #[error("cannot serve `{name}` from {}", path.display())]
    Unreadable {
        /// The mount's name.
        name: String,
        /// What should have been served.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// The name cannot stand in a URL as it is.
    #[error("`{name}` cannot be part of a URL: letters, digits, dots, dashes and underscores only, not empty")]
    Name {
        /// The mount's name.
        name: String,
    },
    /// Two mounts have this name.
    #[error("two things are to be served as `{name}`")]
    Twice {
        /// Their name.
        name: String,
    },
    /// No port could be opened at this address.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address.
        address: IpAddr,
        /// The system's error.
        source: std::io::Error,
    },
}

impl IndexError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "Check the path under `sources`, and that its files may be read.",
            Self::Name { .. } | Self::Twice { .. } => "Give each local source a plain name of its own.",
            Self::Listen { .. } => {
                "Check that the engine's bridge is up and that its gateway is an address of this machine."
            }
        }
    }
}
