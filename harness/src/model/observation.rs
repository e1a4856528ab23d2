//! What was seen. Observations carry no judgement.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::fact::Fact;
use super::inquiry::Answer;
use super::measure::Measurement;

/// What one probe saw.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Observation {
    /// A command ended.
    Ran(Box<Ran>),
    /// Several commands that ran at the same time ended, in the order given.
    Together(Vec<Ran>),
    /// The agent answered.
    Answered(Answer),
    /// Something was read from files, as from the records of an environment.
    Known {
        /// What was read.
        fact: Fact,
        /// The files it was read from.
        source: String,
    },
    /// A figure was taken, as the seconds of a build step.
    Measured(Measurement),
    /// The image's metadata.
    Image(super::build::ImageFacts),
    /// A text that is no command's: of the image itself, or a container's log.
    Text(Captured),
    /// A fault was put on or taken off, and that was seen to be so.
    Confirmed(String),
    /// There is nothing to observe here; makes the check skipped.
    NotHere {
        /// Why.
        reason: String,
        /// What would change that, where anything would.
        remedy: Option<String>,
    },
    /// The environment of the test, not the subject, kept it from being observed; makes the check errored.
    Unknown(String),
}

/// How a command ended and what it printed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ran {
    /// How it ended.
    pub status: ExitStatus,
    /// Standard output.
    pub stdout: Captured,
    /// Standard error.
    pub stderr: Captured,
    /// What it used.
    pub usage: Usage,
    /// What the package manager's parser made of the output, when the step asked for it: a fact, or why it could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fact: Option<Result<Fact, String>>,
}

/// How a command ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExitStatus {
    /// It exited with this code.
    Exited(i32),
    /// This signal ended it.
    Signalled(i32),
    /// The deadline passed; the whole tree was killed.
    TimedOut,
    /// shakedown killed it on purpose, as the step asked.
    Killed,
    /// It could not be started: the program is missing (2) or not executable (13), or what else the errno says.
    NotStarted {
        /// The system's error number.
        errno: i32,
        /// In words.
        reason: String,
    },
}

impl ExitStatus {
    /// The status that a shell would give: 127 for a missing program, 126 for one that cannot be run, 128 + n for a signal.
    pub fn code(&self) -> Option<i32> {
        match self {
            Self::Exited(code) => Some(*code),
            Self::Signalled(signal) => Some(128 + signal),
            Self::Killed => Some(137),
            Self::NotStarted { errno: 2, .. } => Some(127),
            Self::NotStarted { errno: 13, .. } => Some(126),
            Self::NotStarted { .. } | Self::TimedOut => None,
        }
    }
}

/// A captured stream.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Captured {
    /// What was kept, invalid UTF-8 replaced.
    pub text: String,
    /// Bytes that were printed in all.
    pub bytes: u64,
    /// Bytes that were dropped beyond the cap.
    pub cut: u64,
    /// Whether something was not UTF-8.
    pub binary: bool,
}

impl Captured {
    /// What a program printed, whole.
    pub fn whole(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { bytes: text.len() as u64, text, cut: 0, binary: false }
    }
}

/// What a command used.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Usage {
    /// From start to end.
    pub wall: Duration,
    /// User and system time of all its processes; absent where the engine's plain exec served.
    pub processor: Option<Duration>,
    /// How long it stood ready and waited for a processor; absent where nothing could tell. It is the first thread's alone,
    /// and counts time that a limit on the container's processors took.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queued: Option<Duration>,
    /// Peak memory, bytes; absent where nothing could measure it.
    pub memory: Option<u64>,
    /// Where the memory figure is from, as "largest process (wait4)" or "tree, sampled".
    pub memory_source: String,
    /// Processes outlived the command and were killed.
    pub left_children: bool,
}

/// All observations of one check, by the name of the step.
pub type Observations = BTreeMap<String, Observation>;
