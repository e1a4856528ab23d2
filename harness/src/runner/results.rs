//! What came of the checks so far, as far as other checks depend on it.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::id::CheckId;
use crate::model::outcome::Outcome;
use crate::model::plan::Check;

/// Outcomes by check.
#[derive(Debug, Default)]
pub(super) struct Results {
    outcomes: BTreeMap<CheckId, Outcome>,
    /// The phases that had a failure that was looked into.
    diagnosed: BTreeSet<String>,
}

impl Results {
    pub(super) fn note(&mut self, id: CheckId, outcome: Outcome) {
        self.outcomes.insert(id, outcome);
    }

    /// Whether a failure is the phase's first; from then on none is.
    pub(super) fn is_first_failure_of(&mut self, phase: &str) -> bool {
        self.diagnosed.insert(phase.to_owned())
    }

    /// What a check becomes without being tried, if what it needs did not pass: blocked by the subject's failure at the
    /// root of it, errored by an errored or undecided one, skipped by a skipped one.
    pub(super) fn verdict_of_needs(&self, check: &Check) -> Option<Outcome> {
        let needed = check.needs.iter().flat_map(|need| self.outcomes.iter().filter(|(id, _)| need.covers(id)));
        let mut unknown = None;
        let mut skipped = None;
        for (id, outcome) in needed {
            match outcome {
                Outcome::Passed => {}
                Outcome::Failed(_) | Outcome::TimedOut { .. } => return Some(Outcome::Blocked { by: id.clone() }),
                Outcome::Blocked { by } => return Some(Outcome::Blocked { by: by.clone() }),
                Outcome::Errored { reason } | Outcome::Undecided { reason } => {
                    unknown.get_or_insert_with(|| Outcome::Errored { reason: format!("needs {id}: {reason}") });
                }
                // What would make the needed check apply is told there.
                Outcome::Skipped { reason, .. } => {
                    skipped.get_or_insert_with(|| Outcome::skipped(format!("needs {id}: {reason}")));
                }
            }
        }
        unknown.or(skipped)
    }
}

/// Whether everything that a check needs has come to an outcome: nothing of it is among the unfinished.
pub(super) fn is_ready(check: &Check, unfinished: &[&Check]) -> bool {
    check.needs.iter().all(|need| unfinished.iter().all(|other| other.id == check.id || !need.covers(&other.id)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::outcome::Failure;
    use crate::model::plan::Isolation;

    fn check(needs: &[&str]) -> Check {
        let needs = needs.iter().map(|need| need.parse().expect("valid")).collect();
        Check { needs, ..Check::bare(CheckId::new("packages", "use"), Isolation::Batch) }
    }

    #[test]
    fn the_root_of_a_chain_of_failures_is_named() {
        let mut results = Results::default();
        results.note(CheckId::new("a", "root"), Outcome::Failed(Failure::default()));
        results.note(CheckId::new("a", "middle"), Outcome::Blocked { by: CheckId::new("a", "root") });
        assert_eq!(
            results.verdict_of_needs(&check(&["a/middle"])),
            Some(Outcome::Blocked { by: CheckId::new("a", "root") })
        );
    }

    #[test]
    fn what_an_errored_check_blocks_is_errored_and_a_failure_goes_before_it() {
        let mut results = Results::default();
        results.note(CheckId::new("a", "gone"), Outcome::Errored { reason: "engine".to_owned() });
        assert!(matches!(results.verdict_of_needs(&check(&["a/gone"])), Some(Outcome::Errored { .. })));
        results.note(CheckId::new("a", "bad"), Outcome::Failed(Failure::default()));
        let both = results.verdict_of_needs(&check(&["a/gone", "a/bad"]));
        assert_eq!(both, Some(Outcome::Blocked { by: CheckId::new("a", "bad") }));
    }

    #[test]
    fn a_need_without_item_means_all_items() {
        let mut results = Results::default();
        results.note(CheckId::new("a", "import").with_item("x"), Outcome::Passed);
        assert_eq!(results.verdict_of_needs(&check(&["a/import"])), None);
        results.note(CheckId::new("a", "import").with_item("y"), Outcome::Failed(Failure::default()));
        assert!(matches!(results.verdict_of_needs(&check(&["a/import"])), Some(Outcome::Blocked { .. })));
    }
}
