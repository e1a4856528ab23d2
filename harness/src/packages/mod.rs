//! shakedown's own tiny packages: the same content as wheel and as `.conda`, and the pages of an index and a channel
//! that carry them. Pure: the same bytes wherever and whenever they are made.
//!
//! A test that installs these needs no network and takes milliseconds, and means the same for every package manager.

mod archive;
mod catalogue;
mod conda;
mod content;
mod error;
mod recipe;
mod record;
mod repodata;
mod simple;
mod site;
mod wheel;

pub use catalogue::catalogue;
pub use conda::conda;
pub use error::PackageError;
pub use recipe::{Extra, Recipe, Requirement};
pub use site::{Page, Site, site};
pub use wheel::wheel;

/// A package as a file that a package manager downloads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// The file's name, which tells name, version and platform.
    pub name: String,
    /// The file.
    pub bytes: Vec<u8>,
}

#[cfg(test)]
mod tests;
