//! Which suite a check of the plan is written in.

use crate::config::Suite;
use crate::model::id::CheckId;

use super::error::Origin;

/// Where a check is written: in the last of the suites that have one of its name.
pub(super) fn origin(suites: &[Suite], id: &CheckId) -> Origin {
    let has_it = |suite: &Suite| {
        let mut phases = suite.phases.iter().filter(|phase| phase.phase == id.phase);
        phases.any(|phase| phase.checks.iter().any(|check| check.id == id.name))
    };
    let suite = suites.iter().rposition(has_it).unwrap_or_default();
    of_check(suites, suite, &id.phase, &id.name)
}

/// A check of one suite, by its place in the list.
pub(super) fn of_check(suites: &[Suite], suite: usize, phase: &str, check: &str) -> Origin {
    let name = suites.get(suite).map_or_else(String::new, |suite| suite.suite.clone());
    Origin::Check { suite, name, phase: phase.to_owned(), check: check.to_owned() }
}
