//! Questions that the agent answers itself, without any program of the image.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::reference::ReferenceWork;

/// One question about the inside of a container.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Inquiry {
    /// What lies at this path ([`Answer::File`]).
    File(String),
    /// The first `most` bytes of a file ([`Answer::Content`]).
    Content {
        /// Absolute path.
        path: String,
        /// Bytes at the most.
        most: u64,
    },
    /// Where PATH finds this program ([`Answer::Found`]).
    Which {
        /// The program's name.
        name: String,
        /// PATH to search; absent: the user's own.
        path: Option<String>,
    },
    /// Everything below these paths ([`Answer::Tree`]).
    Tree {
        /// Absolute paths.
        paths: Vec<String>,
        /// Hash the content of files.
        hash: bool,
        /// Names of entries to leave out, as `__pycache__`.
        exclude: Vec<String>,
    },
    /// How much room these paths take ([`Answer::Usage`]).
    Usage(Vec<String>),
    /// How much room is left on the file system of this path ([`Answer::Space`]).
    Space(String),
    /// Which process is number 1 and since when ([`Answer::Init`]).
    Init,
    /// What the user's processes are given ([`Answer::Environment`]).
    Environment,
    /// Write this file ([`Answer::Done`]).
    Write {
        /// Absolute path.
        path: String,
        /// New content.
        content: Vec<u8>,
        /// Mode bits of a file that did not exist.
        mode: u32,
    },
    /// Remove this file or folder with all that is in it ([`Answer::Done`]).
    Remove(String),
    /// The control group's memory figures ([`Answer::Memory`]).
    Memory,
    /// The reference work, done once ([`Answer::Reference`]).
    Reference,
}

/// The answer to an [`Inquiry`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// To [`Inquiry::File`]; `None`: nothing is there.
    File(Option<FileFacts>),
    /// To [`Inquiry::Content`]; `None`: nothing is there.
    Content(Option<Vec<u8>>),
    /// To [`Inquiry::Which`].
    Found {
        /// All matches in PATH order; the first is what runs.
        matches: Vec<String>,
        /// The PATH that was searched.
        path: String,
    },
    /// To [`Inquiry::Tree`].
    Tree(Tree),
    /// To [`Inquiry::Usage`].
    Usage {
        /// Sum of the files' sizes, hard links counted once, bytes.
        bytes: u64,
        /// Number of entries.
        entries: u64,
    },
    /// To [`Inquiry::Space`].
    Space {
        /// Bytes free for this user.
        free: u64,
        /// Bytes in all.
        total: u64,
        /// Inodes free.
        free_inodes: u64,
    },
    /// To [`Inquiry::Init`].
    Init {
        /// Start of process 1 in clock ticks since boot.
        started: u64,
        /// Its command line.
        command: String,
    },
    /// To [`Inquiry::Environment`].
    Environment {
        /// All variables.
        variables: BTreeMap<String, String>,
        /// Working directory.
        directory: String,
        /// Numeric user.
        user: u32,
        /// Numeric groups, the primary one first.
        groups: Vec<u32>,
    },
    /// To [`Inquiry::Memory`].
    Memory {
        /// Highest use so far, bytes, where the kernel says.
        peak: Option<u64>,
        /// How many processes the kernel killed for want of memory.
        kills: u64,
    },
    /// To [`Inquiry::Reference`].
    Reference(ReferenceWork),
    /// To what only does something.
    Done,
    /// It could not be found out: the system's error, as `permission denied (os error 13)`.
    Refused(String),
}

/// What lies at a path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFacts {
    /// What it is, links not followed.
    pub kind: FileKind,
    /// What it is, links followed; absent for a dangling link.
    pub target_kind: Option<FileKind>,
    /// Permission bits (07777) of the target.
    pub mode: u32,
    /// Owner's number.
    pub user: u32,
    /// Owner's name, where the image knows it.
    pub user_name: Option<String>,
    /// Group's number.
    pub group: u32,
    /// Group's name, where the image knows it.
    pub group_name: Option<String>,
    /// Bytes.
    pub size: u64,
    /// Where the link points, as written.
    pub link: Option<String>,
    /// The path with all links resolved, where it resolves.
    pub canonical: Option<String>,
}

/// Kinds of file system entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileKind {
    /// A regular file.
    File,
    /// A folder.
    Directory,
    /// A symbolic link.
    Symlink,
    /// A device, socket or pipe.
    Other,
}

/// A picture of a part of a file system; two of them can be compared.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tree {
    /// Entries by absolute path.
    pub entries: BTreeMap<String, TreeEntry>,
    /// What could not be read, with the error.
    pub unreadable: Vec<String>,
}

/// One entry of a [`Tree`]: what makes it the same entry as before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TreeEntry {
    /// What it is.
    pub kind: FileKind,
    /// Permission bits (07777).
    pub mode: u32,
    /// Owner's number.
    pub user: u32,
    /// Group's number.
    pub group: u32,
    /// Bytes; 0 for folders, whose size means nothing.
    pub size: u64,
    /// Where a link points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Hash of the content, hexadecimal, when it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash: Option<String>,
}
