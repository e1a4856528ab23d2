//! What a package manager's output means, once parsed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Something known about a package manager, read by its parser from its output or its files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fact {
    /// The manager's version.
    Version(String),
    /// The manager's view of its own installation: keys as the manager's implementation names them
    /// (`version`, `home`, `bin`, `environments`, `manifest`, `cache`), where known.
    Installation(BTreeMap<String, String>),
    /// Packages of one environment.
    Packages(Vec<Package>),
    /// Environments.
    Environments(Vec<EnvironmentFact>),
    /// Nothing is to be done (`true`), or something was or would be (`false`).
    UpToDate(bool),
    /// Why an operation was refused.
    Refusal(ErrorClass),
}

/// One installed package.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Package {
    /// Name as the manager writes it.
    pub name: String,
    /// Version as the manager writes it.
    pub version: String,
    /// Build string (conda).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build: Option<String>,
    /// Channel or index it came from, where the record says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

impl Package {
    /// The name as Python's packaging compares it: lower case, runs of `-`, `_` and `.` are one dash (PEP 503).
    pub fn normalized(name: &str) -> String {
        let mut normalized = String::with_capacity(name.len());
        for character in name.chars() {
            if matches!(character, '-' | '_' | '.') {
                if !normalized.ends_with('-') {
                    normalized.push('-');
                }
            } else {
                normalized.extend(character.to_lowercase());
            }
        }
        normalized
    }
}

/// One environment, as listed by the manager or written in its manifest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnvironmentFact {
    /// Its name.
    pub name: String,
    /// Packages asked for; in a manifest the version is the constraint.
    pub packages: Vec<Package>,
    /// Programs it puts on PATH.
    pub exposes: Vec<String>,
    /// Channels or indexes, where it names them.
    pub channels: Vec<String>,
}

/// Why an operation was refused, as its exit code and output tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorClass {
    /// No such package.
    NotFound,
    /// The package exists, but not in such a version.
    VersionUnsatisfiable,
    /// Requirements exclude each other.
    Conflict,
    /// No route, connection refused or reset.
    NetworkUnreachable,
    /// The manager was told to do without the network.
    Offline,
    /// A host name could not be resolved.
    NameResolution,
    /// A certificate was not accepted.
    Tls,
    /// Credentials missing or refused.
    Authentication,
    /// Content does not have the announced checksum.
    HashMismatch,
    /// The manager's own time-out.
    Timeout,
    /// No space or no inodes left.
    DiskFull,
    /// A file may not be written or run.
    PermissionDenied,
    /// A file system is read-only.
    ReadOnly,
    /// The request itself is malformed.
    InvalidSpec,
    /// A manifest or configuration file is malformed.
    InvalidManifest,
    /// Another process holds the lock.
    Locked,
    /// A signal ended it.
    Interrupted,
    /// The thing operated on is not installed.
    NotInstalled,
    /// None of these.
    Unknown,
}

impl ErrorClass {
    /// What keeps a manager from whatever it does: failures of one of these classes have one reason, as far as one knows.
    pub const SURROUNDINGS: [Self; 8] = [
        Self::NetworkUnreachable,
        Self::Offline,
        Self::NameResolution,
        Self::Tls,
        Self::Authentication,
        Self::DiskFull,
        Self::ReadOnly,
        Self::Timeout,
    ];

    /// One sentence of what to do about it, used as the hint in reports.
    pub fn hint(self) -> &'static str {
        match self {
            Self::NotFound => {
                "Check the name of the package or file, and that the channel or index carries the package for this platform."
            }
            Self::VersionUnsatisfiable => {
                "Relax the version constraint, or check that the channel or index carries that version."
            }
            Self::Conflict => "Relax one of the requirements named in the message; they exclude each other.",
            Self::NetworkUnreachable => {
                "Check the network, whether the channel or index is up, and the proxy variables."
            }
            Self::Offline => {
                "The manager is told to do without the network: look for a variable such as UV_OFFLINE in the image, and at its configuration."
            }
            Self::NameResolution => "Check the host name, DNS (/etc/resolv.conf) and the proxy variables.",
            Self::Tls => "Have the CA bundle of this network trusted; a container gets it by `trust: host`.",
            Self::Authentication => "Check the credentials of the channel or index.",
            Self::HashMismatch => "Clear the package cache; if it stays, the channel or index is damaged.",
            Self::Timeout => "Check the connection to the channel or index; it is too slow or silent.",
            Self::DiskFull => "Free space or inodes on the file system named in the message.",
            Self::PermissionDenied => "Check owner and mode of the files named in the message.",
            Self::ReadOnly => "Put the named folder on a writable volume, or make the root file system writable.",
            Self::InvalidSpec => "Correct the package specification named in the message.",
            Self::InvalidManifest => {
                "Correct the manifest at the place named in the message, or make it where there is none."
            }
            Self::Locked => "Wait for the other process, or remove its stale lock file.",
            Self::Interrupted => "Run the operation again; it was interrupted.",
            Self::NotInstalled => "Check its name, or install it first.",
            Self::Unknown => "Read the output; its cause is not one that shakedown knows.",
        }
    }
}
