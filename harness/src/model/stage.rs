//! How far a package manager at work is.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How far a package manager at work is, as its output tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// It looks for versions that go together.
    Solving,
    /// It has found versions that go together.
    Solved {
        /// Of how many packages, where it says.
        packages: Option<u32>,
    },
    /// It fetches packages.
    Downloading {
        /// How many are there.
        done: u32,
        /// How many it has begun with so far.
        begun: u32,
    },
    /// It puts packages into the environment.
    Linking {
        /// How many, where it says.
        packages: Option<u32>,
    },
    /// The packages are in the environment.
    Linked {
        /// How many, where it says.
        packages: Option<u32>,
    },
}

impl fmt::Display for Stage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (words, packages) = match self {
            Self::Solving => ("solving", &None),
            Self::Downloading { done, begun } => return write!(formatter, "downloading, {done} of {begun}"),
            Self::Solved { packages } => ("solved", packages),
            Self::Linking { packages } => ("linking", packages),
            Self::Linked { packages } => ("linked", packages),
        };
        match packages {
            None => formatter.write_str(words),
            Some(1) => write!(formatter, "{words}, 1 package"),
            Some(count) => write!(formatter, "{words}, {count} packages"),
        }
    }
}
