//! What shakedown asks of the agent.

use super::codec::{wire_enum, wire_list, wire_struct};

/// A message to the agent. Ids are the host's choice; one must not be used again while in flight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Starts a process; output and one `Exited` follow under the same id.
    Start {
        /// The id of the invocation.
        id: u64,
        /// What to start, and how.
        spec: Spec,
    },
    /// Kills the whole tree of an invocation, or gives up a question that is still being answered.
    ///
    /// The invocation's `Exited` follows as ever. An unknown id is ignored: it may just have ended.
    Cancel {
        /// The id of the invocation or question.
        id: u64,
    },
    /// Asks a question; one `Answer` follows under the same id.
    Ask {
        /// The id of the question.
        id: u64,
        /// The question.
        question: Question,
    },
}

wire_enum!(Request {
    1 => Start { id, spec },
    2 => Cancel { id },
    3 => Ask { id, question },
});

/// A process to start, as `docker exec` would have, in the agent's own environment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spec {
    /// Program and arguments. A program without a slash is looked up in the `PATH` of the
    /// resulting environment.
    pub argv: Vec<Vec<u8>>,
    /// Variables to set on top of the agent's own environment, in order.
    pub set: Vec<(Vec<u8>, Vec<u8>)>,
    /// Variables to take out of the agent's own environment, before `set`.
    pub remove: Vec<Vec<u8>>,
    /// The working directory; the agent's own when absent.
    pub cwd: Option<Vec<u8>>,
    /// What to feed to standard input; `/dev/null` when absent.
    pub stdin: Option<Vec<u8>>,
    /// After this many milliseconds the whole tree is killed; never when absent.
    pub deadline_ms: Option<u64>,
    /// How many bytes of each stream are sent on; what exceeds it is counted only.
    pub output_cap: u64,
    /// Resource limits of the process.
    pub limits: Limits,
    /// Kills the tree when a path comes into existence.
    pub kill_when: Option<KillWhen>,
    /// Kills the tree after a time.
    pub kill_after: Option<KillAfter>,
}

impl Spec {
    /// A process with nothing but its command line, a cap of 1 MiB a stream, and no deadline.
    pub fn new<T: Into<Vec<u8>>>(argv: impl IntoIterator<Item = T>) -> Self {
        Self { argv: argv.into_iter().map(Into::into).collect(), output_cap: 1024 * 1024, ..Self::default() }
    }
}

wire_struct!(Spec { argv, set, remove, cwd, stdin, deadline_ms, output_cap, limits, kill_when, kill_after });

/// Limits that the agent sets on a process before it starts; absent means inherited.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limits {
    /// The highest number of open files.
    pub open_files: Option<u64>,
    /// The largest file that may be written, in bytes.
    pub file_size: Option<u64>,
}

wire_struct!(Limits { open_files, file_size });

/// A killing that waits for a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KillWhen {
    /// The path, absolute; looked at every millisecond, symbolic links not followed.
    pub path: Vec<u8>,
    /// The signal that every process of the tree gets; 9 is SIGKILL.
    pub signal: i32,
}

wire_struct!(KillWhen { path, signal });

/// A killing that waits for a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KillAfter {
    /// How long after the start, in milliseconds.
    pub after_ms: u64,
    /// The signal that every process of the tree gets; 9 is SIGKILL.
    pub signal: i32,
}

wire_struct!(KillAfter { after_ms, signal });

/// A question that the agent answers itself, without any program of the image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// What is at a path? Answered by `Stat`.
    Stat {
        /// The path.
        path: Vec<u8>,
    },
    /// What does a regular file hold? Answered by `Read`.
    Read {
        /// The path; symbolic links are followed.
        path: Vec<u8>,
        /// How many bytes to return at most; never more than 32 MiB.
        cap: u64,
    },
    /// Which programs would a name start? Answered by `Which`.
    Which {
        /// The name.
        name: Vec<u8>,
        /// The search path; the agent's own `PATH` when absent.
        path: Option<Vec<u8>>,
    },
    /// What is in these trees? Answered by any number of `Entries` and then `Walked`.
    Walk {
        /// Where to begin; each is an entry itself.
        paths: Vec<Vec<u8>>,
        /// Whether to hash the content of regular files.
        hash: bool,
        /// What to leave out: a name wherever it occurs, or an absolute path.
        exclude: Vec<Vec<u8>>,
        /// Whether to go down into other file systems mounted below. Kernel file systems such as
        /// `/proc` are never entered from above.
        cross: bool,
    },
    /// How much do these trees hold? Answered by `Usage`.
    Usage {
        /// Where to begin.
        paths: Vec<Vec<u8>>,
        /// As for `Walk`.
        cross: bool,
    },
    /// How much room is on the file system of a path? Answered by `Space`.
    Space {
        /// The path.
        path: Vec<u8>,
    },
    /// Which processes are there? Answered by `Processes`.
    Processes,
    /// What is process 1, and when did it start? Answered by `Init`.
    Init,
    /// What does the agent itself see around it? Answered by `Environment`.
    Environment,
    /// Makes a file or replaces its content. Answered by `Done`.
    Write {
        /// The path; the folder must exist.
        path: Vec<u8>,
        /// The whole content.
        bytes: Vec<u8>,
        /// The permission bits it has afterwards.
        mode: u32,
    },
    /// Removes a file, a symbolic link or a whole tree. Answered by `Done`, also when nothing was
    /// there.
    Remove {
        /// The path: absolute, not the root and without `..`.
        path: Vec<u8>,
    },
    /// Who is a user, by name or number? Answered by `User` out of `/etc/passwd` and `/etc/group`.
    User {
        /// The name of a user or group, or a number.
        name: Vec<u8>,
    },
    /// What does the control group say about memory? Answered by `Memory`.
    Memory,
    /// Makes an empty file of a size whose blocks are really allocated, to take room on a disk.
    /// Answered by `Done`.
    Allocate {
        /// The path; the folder must exist.
        path: Vec<u8>,
        /// The size in bytes.
        size: u64,
    },
    /// How long does the reference work take? Answered by `Reference`.
    Reference,
}

wire_enum!(Question {
    1 => Stat { path },
    2 => Read { path, cap },
    3 => Which { name, path },
    4 => Walk { paths, hash, exclude, cross },
    5 => Usage { paths, cross },
    6 => Space { path },
    7 => Processes,
    8 => Init,
    9 => Environment,
    10 => Write { path, bytes, mode },
    11 => Remove { path },
    12 => User { name },
    13 => Memory,
    14 => Allocate { path, size },
    15 => Reference,
});

wire_list!(Vec<u8>, (Vec<u8>, Vec<u8>));
