//! What the success rates of a run are held against, for the record; the gate itself has its policy.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::record::Rate;
use super::verdict::{Policy, Threshold};

/// The success rates that the subject's policy asked for when the run began.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Goals {
    /// Of all counted checks.
    pub success_rate: Threshold,
    /// Of those phases that have a limit of their own.
    pub phases: BTreeMap<String, Threshold>,
}

impl Goals {
    /// Those of a policy.
    pub fn of(policy: &Policy) -> Self {
        Self { success_rate: policy.success_rate, phases: policy.phases.clone() }
    }

    /// The limit that a phase is held against: its own, or that of all checks.
    pub fn of_phase(&self, phase: &str) -> Threshold {
        self.phases.get(phase).copied().unwrap_or(self.success_rate)
    }
}

impl Threshold {
    /// Whether a rate reaches it, compared without dividing; `None` where nothing was counted or the limit is no number.
    pub fn is_reached_by(self, rate: Rate) -> Option<bool> {
        let (reached, needed) = (100.0 * rate.passed as f64, self.percent * rate.counted as f64);
        let told = rate.counted > 0 && !needed.is_nan();
        told.then_some(if self.exclusive { reached > needed } else { reached >= needed })
    }

    /// In words: `100% is required`, `more than 95% is required`.
    pub fn words(self) -> String {
        format!("{}{}% is required", if self.exclusive { "more than " } else { "" }, self.percent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_the_limit_is_enough_only_where_it_is_inclusive() {
        let rate = Rate { passed: 19, counted: 20 };
        let at = |percent, exclusive| Threshold { percent, exclusive };
        assert_eq!(at(95.0, false).is_reached_by(rate), Some(true));
        assert_eq!(at(95.0, true).is_reached_by(rate), Some(false));
        assert_eq!(at(0.0, false).is_reached_by(Rate::default()), None);
        assert_eq!(at(f64::NAN, false).is_reached_by(rate), None);
        assert_eq!(at(95.0, true).words(), "more than 95% is required");
    }

    #[test]
    fn a_phase_without_a_limit_of_its_own_is_held_against_that_of_all() {
        let own = Threshold { percent: 95.0, exclusive: true };
        let goals = Goals { phases: BTreeMap::from([("packages".to_owned(), own)]), ..Goals::default() };
        assert_eq!([goals.of_phase("packages"), goals.of_phase("shell")], [own, Threshold::default()]);
    }
}
