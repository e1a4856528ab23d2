//! What keeps a plan from being made.

use thiserror::Error;

/// Something in a suite or a subject that only shows when both are brought together.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{place}: {problem}")]
pub struct PlanError {
    /// The suite and check (or the subject's key) it is about, as `suite manager, check packages/import`.
    pub place: String,
    /// What is wrong.
    pub problem: String,
    /// What to do, where that is known.
    pub hint: Option<String>,
}

impl PlanError {
    /// An error without a hint.
    pub fn new(place: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { place: place.into(), problem: problem.into(), hint: None }
    }

    /// The same with what to do.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}
