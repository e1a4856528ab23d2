//! The answers to questions.

use super::codec::wire_enum;
use super::facts::{Environment, Group, Memory, Metadata, Process, Reference, Space, Usage, User};

/// The answer to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It could not be answered, or not be done.
    Failed {
        /// The error number; 0 when the question itself was wrong.
        errno: i32,
        /// What the agent was doing, such as `open /etc/shadow`.
        step: String,
    },
    /// Done.
    Done,
    /// To `Stat`.
    Stat {
        /// What is there.
        lookup: Lookup,
    },
    /// To `Read`.
    Read {
        /// The content, up to the cap.
        bytes: Vec<u8>,
        /// Whether there was more than that.
        cut: bool,
    },
    /// To `Which`.
    Which {
        /// All programs of that name in the order of the search; the first is the one that runs.
        matches: Vec<Vec<u8>>,
        /// The search path that was used.
        path: Vec<u8>,
    },
    /// To `Walk`, after all entries.
    Walked {
        /// How many entries there were.
        entries: u64,
        /// How many of these could not be read wholly; they carry an error number.
        errors: u64,
    },
    /// To `Usage`.
    Usage {
        /// The sums.
        usage: Usage,
    },
    /// To `Space`.
    Space {
        /// The room.
        space: Space,
    },
    /// To `Processes`.
    Processes {
        /// All processes that can be seen, the agent's own among them.
        processes: Vec<Process>,
    },
    /// To `Init`.
    Init {
        /// When process 1 started, in clock ticks (100 a second) after the machine did.
        start_ticks: u64,
        /// The identity of this start of the machine; empty where the kernel hides it.
        boot_id: String,
        /// Its arguments.
        cmdline: Vec<Vec<u8>>,
    },
    /// To `Environment`.
    Environment {
        /// What the agent sees.
        environment: Environment,
    },
    /// To `User`.
    User {
        /// The user of that name or number.
        user: Option<User>,
        /// The group of that name or number.
        group: Option<Group>,
        /// The groups that name the user as a member, and its own group first.
        groups: Vec<Group>,
    },
    /// To `Memory`.
    Memory {
        /// The figures.
        memory: Memory,
    },
    /// To `Reference`.
    Reference {
        /// The times.
        reference: Reference,
    },
}

wire_enum!(Answer {
    0 => Failed { errno, step },
    1 => Done,
    2 => Stat { lookup },
    3 => Read { bytes, cut },
    4 => Which { matches, path },
    5 => Walked { entries, errors },
    6 => Usage { usage },
    7 => Space { space },
    8 => Processes { processes },
    9 => Init { start_ticks, boot_id, cmdline },
    10 => Environment { environment },
    11 => User { user, group, groups },
    12 => Memory { memory },
    13 => Reference { reference },
});

/// What is at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup {
    /// Nothing.
    Missing,
    /// A folder on the way may not be searched.
    Denied,
    /// Something.
    Found {
        /// The thing itself, a symbolic link as such.
        itself: Metadata,
        /// What the link leads to; the same as `itself` when it is none, absent when it dangles.
        followed: Option<Metadata>,
        /// What the link says, when it is one.
        target: Option<Vec<u8>>,
        /// The path without any link; absent when it dangles or may not be searched.
        canonical: Option<Vec<u8>>,
    },
}

wire_enum!(Lookup {
    1 => Missing,
    2 => Denied,
    3 => Found { itself, followed, target, canonical },
});
