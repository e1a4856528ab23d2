//! What the agent tells shakedown.

use super::PROTOCOL;
use super::answer::Answer;
use super::codec::{Reader, Wire, WireError, wire_enum, wire_struct};
use super::facts::Entry;

/// A message from the agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// The first message of every stream.
    Hello {
        /// Who speaks.
        hello: Hello,
    },
    /// A part of what an invocation wrote.
    Output {
        /// The id of the invocation.
        id: u64,
        /// Where it wrote it.
        stream: Stream,
        /// The part, at most 64 KiB.
        bytes: Vec<u8>,
    },
    /// The last message about an invocation: nothing that it started runs any more.
    Exited {
        /// The id of the invocation.
        id: u64,
        /// How it went.
        report: Report,
    },
    /// The last message about a question.
    Answer {
        /// The id of the question.
        id: u64,
        /// The answer.
        answer: Answer,
    },
    /// A part of what a walk found.
    Entries {
        /// The id of the question.
        id: u64,
        /// The part.
        entries: Vec<Entry>,
    },
}

impl Wire for Reply {
    fn put(&self, out: &mut Vec<u8>) {
        out.push(match self {
            Self::Hello { .. } => 0,
            Self::Output { stream: Stream::Stdout, .. } => 1,
            Self::Output { stream: Stream::Stderr, .. } => 2,
            Self::Exited { .. } => 3,
            Self::Answer { .. } => 4,
            Self::Entries { .. } => 5,
        });
        match self {
            Self::Hello { hello } => hello.put(out),
            Self::Output { id, bytes, .. } => {
                id.put(out);
                bytes.put(out);
            }
            Self::Exited { id, report } => {
                id.put(out);
                report.put(out);
            }
            Self::Answer { id, answer } => {
                id.put(out);
                answer.put(out);
            }
            Self::Entries { id, entries } => {
                id.put(out);
                entries.put(out);
            }
        }
    }

    fn take(reader: &mut Reader<'_>) -> Result<Self, WireError> {
        let [tag] = reader.array()?;
        let stream = if tag == 1 { Stream::Stdout } else { Stream::Stderr };
        if tag == 0 {
            return Ok(Self::Hello { hello: Hello::take(reader)? });
        }
        if tag > 5 {
            return Err(WireError::UnknownTag { what: "Reply", tag });
        }
        let id = u64::take(reader)?;
        Ok(match tag {
            1 | 2 => Self::Output { id, stream, bytes: Vec::take(reader)? },
            3 => Self::Exited { id, report: Report::take(reader)? },
            4 => Self::Answer { id, answer: Answer::take(reader)? },
            _ => Self::Entries { id, entries: Vec::take(reader)? },
        })
    }
}

impl Reply {
    /// Whether a whole frame without its length holds an `Answer`.
    pub(crate) fn is_answer(frame: &[u8]) -> bool {
        frame.first() == Some(&4)
    }
}

/// One of the two output streams of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// Who speaks at the other end. The protocol version goes before it on the wire; another version
/// than [`PROTOCOL`] is the error [`WireError::OtherProtocol`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hello {
    /// The version of the package the agent was built from.
    pub version: String,
    /// The hash of the agent's own executable, as [`crate::hash::digest`] makes it; absent when it
    /// could not be read.
    pub executable: Option<[u8; 16]>,
    /// The agent's process id, as seen in the container.
    pub pid: u32,
    /// The user it runs as.
    pub uid: u32,
    /// The group it runs as.
    pub gid: u32,
}

impl Wire for Hello {
    fn put(&self, out: &mut Vec<u8>) {
        PROTOCOL.put(out);
        self.version.put(out);
        self.executable.put(out);
        self.pid.put(out);
        self.uid.put(out);
        self.gid.put(out);
    }

    fn take(reader: &mut Reader<'_>) -> Result<Self, WireError> {
        let theirs = u16::take(reader)?;
        if theirs != PROTOCOL {
            return Err(WireError::OtherProtocol { theirs, ours: PROTOCOL });
        }
        Ok(Self {
            version: Wire::take(reader)?,
            executable: Wire::take(reader)?,
            pid: Wire::take(reader)?,
            uid: Wire::take(reader)?,
            gid: Wire::take(reader)?,
        })
    }
}

/// How an invocation went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// How it ended.
    pub status: Status,
    /// From the start to the end of the main process, in nanoseconds.
    pub wall_ns: u64,
    /// Processor time in user mode of the main process and all it waited for, in microseconds, by
    /// `wait4`. Below 10 ms only the sum of user and system time means something.
    pub user_us: u64,
    /// Processor time in the kernel, likewise.
    pub system_us: u64,
    /// How long the main process stood ready and waited for a processor, in nanoseconds, by the second figure of
    /// `/proc/PID/schedstat`: of its first thread alone. Absent where the kernel keeps no such account.
    pub queued_ns: Option<u64>,
    /// Peak memory of the largest single process, in KiB, by `wait4`. Never below the agent's own,
    /// about 1 MiB.
    pub max_rss_kib: u64,
    /// The highest sum of the resident memory of all processes of the tree, in KiB, sampled every
    /// 25 ms; shared pages count once a process. Absent when it ended before the first sample.
    pub tree_peak_kib: Option<u64>,
    /// Bytes written to standard output.
    pub stdout_seen: u64,
    /// Bytes of these that exceeded the cap and were not sent.
    pub stdout_cut: u64,
    /// Bytes written to standard error.
    pub stderr_seen: u64,
    /// Bytes of these that exceeded the cap and were not sent.
    pub stderr_cut: u64,
    /// Whether processes still ran when the main process had ended. They were killed.
    pub left_children: bool,
    /// Processes that could not be killed, as those of another user; normally 0.
    pub survivors: u32,
}

wire_struct!(Report {
    status,
    wall_ns,
    user_us,
    system_us,
    queued_ns,
    max_rss_kib,
    tree_peak_kib,
    stdout_seen,
    stdout_cut,
    stderr_seen,
    stderr_cut,
    left_children,
    survivors,
});

/// How an invocation ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// By itself, with an exit code.
    Exited {
        /// The code, 0 to 255.
        code: i32,
    },
    /// By a signal that the agent did not send.
    Signalled {
        /// The number of the signal.
        signal: i32,
    },
    /// The deadline had passed, and it was killed.
    TimedOut,
    /// The agent sent a signal, as it had been told.
    Killed {
        /// What set it off.
        by: Killer,
        /// How the main process then ended; it may have caught the signal or been done already.
        ended: Ended,
    },
    /// It never ran.
    NotStarted {
        /// The error number; 0 when the request itself was wrong. 2: not found, 13: not
        /// executable, 11: no more processes (the environment's fault, not the subject's).
        errno: i32,
        /// What the agent was doing, such as `execute /bin/x`.
        step: String,
    },
    /// The process that watched over it was killed, so nothing is known; what it had started was
    /// killed as well.
    Lost,
}

wire_enum!(Status {
    1 => Exited { code },
    2 => Signalled { signal },
    3 => TimedOut,
    4 => Killed { by, ended },
    5 => NotStarted { errno, step },
    6 => Lost,
});

/// What set a killing off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Killer {
    /// `Cancel`.
    Cancel,
    /// The path of `kill_when` appeared.
    Path,
    /// The time of `kill_after` was over.
    Time,
}

wire_enum!(Killer { 1 => Cancel, 2 => Path, 3 => Time });

/// How a process really ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// With an exit code.
    Exited {
        /// The code, 0 to 255.
        code: i32,
    },
    /// By a signal.
    Signalled {
        /// The number of the signal.
        signal: i32,
    },
}

wire_enum!(Ended { 1 => Exited { code }, 2 => Signalled { signal } });
