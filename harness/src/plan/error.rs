//! What keeps a plan from being made.

use thiserror::Error;

use super::mistake::Mistake;

/// Something in a suite or a subject that only shows when both are brought together.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{}: {}{}", self.place(), self.mistake.problem, self.suggested())]
pub struct PlanError {
    /// What it is about.
    pub origin: Origin,
    /// What is wrong with it.
    pub mistake: Mistake,
}

/// What a plan's mistake is about, so that it can be found in the files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A check of a suite.
    Check {
        /// Which of the subject's suites, from 0.
        suite: usize,
        /// Its name.
        name: String,
        /// The phase.
        phase: String,
        /// The check, by its name within the phase.
        check: String,
    },
    /// A key of the subject, from the top: `gate`, `phases`, `shell`.
    Subject(Vec<String>),
    /// An option of the command line, `--phase`.
    Option(&'static str),
}

impl Origin {
    /// A key of the subject, from the top.
    pub(super) fn of_subject(keys: &[&str]) -> Self {
        Self::Subject(keys.iter().map(|&key| key.to_owned()).collect())
    }
}

impl PlanError {
    /// What it is about, in words.
    pub fn place(&self) -> String {
        match &self.origin {
            Origin::Check { name, phase, check, .. } => format!("suite {name}, check {phase}/{check}"),
            Origin::Subject(keys) => keys.join("."),
            Origin::Option(option) => (*option).to_owned(),
        }
    }

    fn suggested(&self) -> String {
        let suggestion = self.mistake.suggestion.as_ref();
        suggestion.map_or_else(String::new, |name| format!("; did you mean `{name}`?"))
    }
}
