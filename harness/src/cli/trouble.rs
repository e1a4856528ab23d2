//! What ends a command before its result: one message, one hint, one exit code.

use std::error::Error;

use crate::engine::EngineError;
use crate::engine::provision::ProvisionError;
use crate::journal::JournalError;
use crate::plan::InvalidGlob;
use crate::session::{EnvError, SessionError, TrustError};

use super::USAGE;

/// A message for people, and the exit code that goes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trouble {
    /// What and where.
    pub(super) message: String,
    /// What to do.
    pub(super) hint: Option<String>,
    /// The exit code.
    pub(super) code: u8,
}

impl Trouble {
    /// A mistake in usage.
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, code: USAGE }
    }

    pub(super) fn with_code(self, code: u8) -> Self {
        Self { code, ..self }
    }

    pub(super) fn with_hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

impl Trouble {
    /// The same for programs: `{"error": {"message", "hint", "exit"}}`.
    pub(super) fn json(&self) -> serde_json::Value {
        serde_json::json!({"error": {"message": self.message, "hint": self.hint, "exit": self.code}})
    }
}

impl From<SessionError> for Trouble {
    fn from(error: SessionError) -> Self {
        Self { message: with_causes(&error), hint: error.hint(), code: error.exit_code() }
    }
}

impl From<EnvError> for Trouble {
    fn from(error: EnvError) -> Self {
        Self { message: with_causes(&error), hint: error.hint(), code: error.exit_code() }
    }
}

impl From<TrustError> for Trouble {
    fn from(error: TrustError) -> Self {
        Self { message: with_causes(&error), hint: Some(error.hint()), code: error.exit_code() }
    }
}

impl From<EngineError> for Trouble {
    fn from(error: EngineError) -> Self {
        Self { message: error.to_string(), hint: Some(error.hint().to_owned()), code: 3 }
    }
}

impl From<JournalError> for Trouble {
    fn from(error: JournalError) -> Self {
        Self::new(with_causes(&error)).with_hint(error.hint())
    }
}

impl From<InvalidGlob> for Trouble {
    fn from(error: InvalidGlob) -> Self {
        Self::new(format!("--check: {error}"))
    }
}

/// An error and what caused it, each cause said once.
fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let words = error.to_string();
        if !text.contains(&words) {
            text = format!("{text}: {words}");
        }
        cause = error.source();
    }
    text
}

impl From<ProvisionError> for Trouble {
    fn from(error: ProvisionError) -> Self {
        Self { message: format!("--bootstrap: {error}"), hint: Some(error.hint().to_owned()), code: 3 }
    }
}
