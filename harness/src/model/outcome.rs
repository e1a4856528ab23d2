//! What an observation means.

use serde::{Deserialize, Serialize};

use super::id::CheckId;

/// What became of a check.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    /// The expectation was met.
    Passed,
    /// It was not.
    Failed(Failure),
    /// The deadline passed before it could be.
    TimedOut {
        /// The deadline, seconds.
        deadline: f64,
        /// What was running.
        what: String,
    },
    /// A check that it needs did not pass, so it was not tried.
    Blocked {
        /// The check at the root of it.
        by: CheckId,
    },
    /// It does not apply, for this reason.
    Skipped {
        /// Why.
        reason: String,
        /// What would make it apply, where anything would.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        remedy: Option<String>,
    },
    /// The environment of the test, not the subject, is at fault.
    Errored {
        /// What happened.
        reason: String,
    },
    /// A measurement too noisy to hold against its budget, after one more round.
    Undecided {
        /// The figures.
        reason: String,
    },
}

/// Expected and actual, in words and figures.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What should have been.
    pub expected: String,
    /// What was.
    pub actual: String,
    /// A unified diff, where both are texts of several lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diff: Option<String>,
    /// What to do about it, when the failure itself tells (as the class of an error does).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// The step of the check that failed, when it has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
}

impl Outcome {
    /// Skipped for good: nothing would make it apply.
    pub fn skipped(reason: impl Into<String>) -> Self {
        Self::Skipped { reason: reason.into(), remedy: None }
    }

    /// The name on the wire: `passed`, `failed`, `timed-out`, `blocked`, `skipped`, `errored`, `undecided`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed(_) => "failed",
            Self::TimedOut { .. } => "timed-out",
            Self::Blocked { .. } => "blocked",
            Self::Skipped { .. } => "skipped",
            Self::Errored { .. } => "errored",
            Self::Undecided { .. } => "undecided",
        }
    }

    /// Whether the subject did what it should.
    pub fn is_passed(&self) -> bool {
        matches!(self, Self::Passed)
    }

    /// Whether the subject is to blame. A blocked check counts with what blocked it, and that is never an errored one.
    pub fn is_subject_failure(&self) -> bool {
        match self {
            Self::Failed(_) | Self::TimedOut { .. } | Self::Blocked { .. } => true,
            Self::Passed | Self::Skipped { .. } | Self::Errored { .. } | Self::Undecided { .. } => false,
        }
    }

    /// Whether it could not be told.
    pub fn is_unknown(&self) -> bool {
        match self {
            Self::Errored { .. } | Self::Undecided { .. } => true,
            Self::Passed | Self::Failed(_) | Self::TimedOut { .. } | Self::Blocked { .. } | Self::Skipped { .. } => {
                false
            }
        }
    }
}
