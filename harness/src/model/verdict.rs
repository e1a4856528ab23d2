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
    /// Worth telling although it decides nothing: quarantined failures, regressions that are only advice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
    /// What it would be if no other platform had to be judged; absent where none is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alone: Option<Decision>,
    /// Platforms that must have a verdict; empty: the one that was judged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub platforms: Vec<String>,
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
    /// A verdict without remarks, on all platforms that are required.
    pub fn new(decision: Decision, reasons: Vec<String>) -> Self {
        Self { decision, reasons, remarks: Vec::new(), alone: None, platforms: Vec::new() }
    }

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
    /// Checks (ids, without item: all items) that must have passed, whatever the success rate, advice included.
    pub must_pass: Vec<String>,
    /// Advice (ids) that may fail; other advice that fails keeps `stable` away. Absent: all may.
    pub allowed_advice: Option<Vec<String>>,
    /// Failures that are known and do not count for a while.
    pub quarantine: Vec<Quarantine>,
    /// What regressions against the baseline mean; absent: they are told.
    pub baseline: Option<BaselinePolicy>,
    /// Platforms that must have a verdict, as `linux/amd64`; empty: the one that was judged.
    pub platforms: Vec<String>,
}

/// A check that is known to fail, and why that is put up with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quarantine {
    /// The check's id, without item: all items.
    pub check: String,
    /// Why.
    pub reason: String,
    /// The last day, `2026-12-31`, of runs whose failure is put up with; in UTC.
    pub until: String,
}

/// What becomes of regressions against a baseline.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BaselinePolicy {
    /// The run folder (or what else names a run); absent: only `--baseline` names one.
    pub run: Option<String>,
    /// Whether they keep `stable` away.
    pub regressions: Regressions,
    /// How much worse a figure may get.
    pub tolerance: Tolerance,
}

/// What regressions mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Regressions {
    /// They make it not stable.
    Fail,
    /// They are told.
    #[default]
    Advise,
}

/// How much worse a figure may be than in the baseline, beyond what the noise explains.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tolerance {
    /// Percent of a duration.
    pub time: f64,
    /// Percent of a size or count.
    pub size: f64,
}

impl Default for Tolerance {
    fn default() -> Self {
        Self { time: 25.0, size: 10.0 }
    }
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
        let verdict = Verdict::new(Decision::NotStable, vec!["it failed".to_owned()]);
        assert_eq!(verdict.exit_code(Some(&Ending::Interrupted)), 130);
        assert_eq!(verdict.exit_code(Some(&Ending::Completed)), 1);
        assert_eq!(verdict.exit_code(None), 1);
    }
}
