//! What the gate says, and by which rules.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::event::Ending;

/// The gate's answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The answer in one word.
    #[serde(rename = "verdict")]
    pub decision: Decision,
    /// Why, most important first; empty only for `stable`.
    pub reasons: Vec<String>,
}

/// The four answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// The image works, as far as the whole suite can tell.
    Stable,
    /// It does not.
    NotStable,
    /// It could not be told.
    Inconclusive,
    /// Nothing was selected.
    Empty,
}

impl Decision {
    /// In words, as people read it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Stable => "stable",
            Self::NotStable => "not stable",
            Self::Inconclusive => "inconclusive",
            Self::Empty => "empty",
        }
    }

    /// The exit code that stands for it: 0, 1, 3, 4.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Stable => 0,
            Self::NotStable => 1,
            Self::Inconclusive => 3,
            Self::Empty => 4,
        }
    }
}

/// The exit code of a run that the user interrupted, whatever the verdict.
pub const INTERRUPTED: u8 = 130;

impl Verdict {
    /// The exit code of a run that ended so: [`INTERRUPTED`] where the user interrupted it, else the decision's own.
    pub fn exit_code(&self, ending: Option<&Ending>) -> u8 {
        if ending == Some(&Ending::Interrupted) { INTERRUPTED } else { self.decision.exit_code() }
    }
}

/// What a subject must reach to be called stable.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    /// Success rate over all counted checks.
    pub success_rate: Threshold,
    /// Success rate per phase; a phase named here must have counted checks.
    pub phases: BTreeMap<String, Threshold>,
    /// Limits on measurements of the build by name, seconds.
    pub budgets: BTreeMap<String, f64>,
    /// Checks (ids, without item: all items) whose passing after a retry does not keep `stable` away.
    pub allowed_flaky: Vec<String>,
}

/// A lower bound on a percentage.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Threshold {
    /// Percent, 0 to 100.
    pub percent: f64,
    /// Whether reaching exactly that is too little (`> 95%`) or enough (`>= 95%`, `100%`).
    pub exclusive: bool,
}

impl Default for Threshold {
    fn default() -> Self {
        Self { percent: 100.0, exclusive: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interrupted_run_has_its_own_code() {
        let verdict = Verdict { decision: Decision::NotStable, reasons: vec!["it failed".to_owned()] };
        assert_eq!(verdict.exit_code(Some(&Ending::Interrupted)), 130);
        assert_eq!(verdict.exit_code(Some(&Ending::Completed)), 1);
        assert_eq!(verdict.exit_code(None), 1);
    }
}
