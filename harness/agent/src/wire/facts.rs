//! What answers are made of.

use super::codec::{wire_enum, wire_list, wire_struct};

/// What kind of thing a path leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A regular file.
    File,
    /// A folder.
    Directory,
    /// A symbolic link.
    Symlink,
    /// A device, pipe or socket.
    Other,
}

wire_enum!(Kind { 1 => File, 2 => Directory, 3 => Symlink, 4 => Other });

/// What the file system records about a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metadata {
    /// Its kind.
    pub kind: Kind,
    /// Its permission bits, with set-user-id, set-group-id and sticky: at most `0o7777`.
    pub mode: u32,
    /// Its owner.
    pub uid: u32,
    /// Its group.
    pub gid: u32,
    /// Its size in bytes.
    pub size: u64,
    /// When its content last changed, in nanoseconds after 1970.
    pub mtime_ns: i64,
}

wire_struct!(Metadata { kind, mode, uid, gid, size, mtime_ns });

/// One thing that a walk found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its path, beginning with one of those asked for.
    pub path: Vec<u8>,
    /// What the file system records about it; symbolic links are not followed. Zeros when even
    /// that could not be read: see `errno`.
    pub metadata: Metadata,
    /// What the link says, when it is one.
    pub target: Option<Vec<u8>>,
    /// The hash of the content of a regular file, when asked for.
    pub hash: Option<[u8; 16]>,
    /// The error number when it, its content or its list could not be read.
    pub errno: Option<i32>,
}

wire_struct!(Entry { path, metadata, target, hash, errno });

/// How much trees hold. A file with several links counts once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// The sum of the sizes of regular files and links, in bytes.
    pub apparent_bytes: u64,
    /// The disk blocks they and the folders take, in bytes.
    pub allocated_bytes: u64,
    /// The number of things, the beginnings included.
    pub entries: u64,
    /// How many could not be read.
    pub errors: u64,
}

wire_struct!(Usage { apparent_bytes, allocated_bytes, entries, errors });

/// The room on a file system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Space {
    /// Its size in bytes.
    pub total_bytes: u64,
    /// What an unprivileged user may still write, in bytes.
    pub free_bytes: u64,
    /// Its inodes; 0 where the file system does not count them.
    pub total_inodes: u64,
    /// Its free inodes.
    pub free_inodes: u64,
}

wire_struct!(Space { total_bytes, free_bytes, total_inodes, free_inodes });

/// A process of the container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    /// Its id.
    pub pid: u32,
    /// Its parent's id; 0 when the parent is outside of the container.
    pub ppid: u32,
    /// The user it runs as.
    pub uid: u32,
    /// Its state, as `R`, `S` or `Z`.
    pub state: u32,
    /// Its short name.
    pub comm: Vec<u8>,
    /// Its arguments; empty for a zombie.
    pub cmdline: Vec<Vec<u8>>,
    /// When it started, in clock ticks (100 a second) after the machine did.
    pub start_ticks: u64,
    /// Whether it is this agent or one of its own helpers.
    pub agent: bool,
}

wire_struct!(Process { pid, ppid, uid, state, comm, cmdline, start_ticks, agent });

/// What the agent sees around it, which is what every process it starts begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    /// Its variables.
    pub variables: Vec<(Vec<u8>, Vec<u8>)>,
    /// Its working directory; empty when that was removed.
    pub cwd: Vec<u8>,
    /// Its user.
    pub uid: u32,
    /// Its group.
    pub gid: u32,
    /// Its further groups.
    pub groups: Vec<u32>,
    /// The permission bits it takes away from what it makes.
    pub umask: u32,
}

wire_struct!(Environment { variables, cwd, uid, gid, groups, umask });

/// A line of `/etc/passwd`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The name.
    pub name: Vec<u8>,
    /// The number.
    pub uid: u32,
    /// The number of its own group.
    pub gid: u32,
    /// The home folder.
    pub home: Vec<u8>,
    /// The login shell.
    pub shell: Vec<u8>,
}

wire_struct!(User { name, uid, gid, home, shell });

/// A line of `/etc/group`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The name.
    pub name: Vec<u8>,
    /// The number.
    pub gid: u32,
}

wire_struct!(Group { name, gid });

/// What the control group says about memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Memory {
    /// The highest use since the container started, in bytes; absent where it is not recorded.
    pub peak_bytes: Option<u64>,
    /// The limit in bytes; absent when there is none.
    pub limit_bytes: Option<u64>,
    /// How many processes were killed for want of memory; absent where it is not recorded.
    pub oom_kills: Option<u64>,
    /// Where the figures are from, such as `cgroup v1 /sys/fs/cgroup/memory`.
    pub source: String,
}

wire_struct!(Memory { peak_bytes, limit_bytes, oom_kills, source });

/// What the reference work took, in nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference {
    /// Hashing 32 MiB.
    pub processor_ns: u64,
    /// Making, reading and removing 32 files of 4 KiB below `/tmp`.
    pub files_ns: u64,
    /// Starting 256 processes and awaiting their end.
    pub processes_ns: u64,
}

wire_struct!(Reference { processor_ns, files_ns, processes_ns });

wire_list!(Entry, Process, Group, u32);
