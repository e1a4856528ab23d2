//! Why an operation came to nothing.

use thiserror::Error;

use super::mistake::Mistake;
use super::task::Ended;
use crate::model::fact::ErrorClass;

/// Why an operation came to nothing.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Failure {
    /// The manager refused.
    #[error("{}", told(*exit, output))]
    Refused {
        /// The kind of reason.
        class: ErrorClass,
        /// Its exit code; `None` where it did not end by itself.
        exit: Option<i32>,
        /// All that it printed.
        output: String,
    },
    /// A manifest or lock file that is malformed.
    #[error(transparent)]
    Malformed(#[from] Mistake),
    /// A file that the operation is about is not there.
    #[error("{0}: no such file")]
    Missing(String),
    /// An answer that cannot be read: what was expected, and what came.
    #[error("{0}")]
    Unreadable(String),
}

impl Failure {
    /// A refusal, by the table of a manager.
    pub(super) fn refused(classify: fn(Option<i32>, &str) -> ErrorClass, ended: &Ended) -> Self {
        let output = ended.output();
        Self::Refused { class: classify(ended.exit, &output), exit: ended.exit, output }
    }

    /// The kind of reason.
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Refused { class, .. } => *class,
            Self::Malformed(_) => ErrorClass::InvalidManifest,
            Self::Missing(_) | Self::Unreadable(_) => ErrorClass::Unknown,
        }
    }

    /// One sentence of what to do about it, where it is known.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Missing(_) => Some("Make the project first, by `init`, or name another folder."),
            Self::Unreadable(_) => None,
            Self::Refused { .. } | Self::Malformed(_) => Some(self.class().hint()),
        }
    }
}

/// The first line that was printed, and how it ended.
fn told(exit: Option<i32>, output: &str) -> String {
    let ended = exit.map_or_else(|| "did not end by itself".to_owned(), |code| format!("exit code {code}"));
    match output.lines().map(str::trim).find(|line| !line.is_empty()) {
        Some(line) => format!("{line} ({ended})"),
        None => format!("refused without a word ({ended})"),
    }
}
