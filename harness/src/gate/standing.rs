//! What each counted check adds to the arithmetic.

use super::quarantine;
use crate::model::{CheckId, CheckRecord, Outcome, PhaseRecord, Policy, Rate, Record};

/// What is judged, and by which rules.
#[derive(Clone, Copy, Debug)]
pub(super) struct Case<'a> {
    pub(super) policy: &'a Policy,
    pub(super) record: &'a Record,
}

/// How a check stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It passed.
    Passed,
    /// The subject failed it, or failed what it needs.
    Failed,
    /// It could not be told.
    Unknown,
    /// It shows, but does not count: advice, skipped, or in quarantine.
    Aside,
}

/// How a check stands in its record. What never came to an end is unknown, whatever it says.
pub(super) fn standing(case: Case<'_>, check: &CheckRecord) -> Standing {
    if !check.ended.counted {
        return Standing::Aside;
    }
    if !check.concluded {
        return Standing::Unknown;
    }
    match &check.ended.outcome {
        Outcome::Passed => Standing::Passed,
        _ if quarantine::in_force(case, &check.ended.check).is_some() => Standing::Aside,
        Outcome::Failed(_) | Outcome::TimedOut { .. } => Standing::Failed,
        Outcome::Blocked { by } if is_failed(case, by) => Standing::Failed,
        Outcome::Blocked { .. } | Outcome::Errored { .. } | Outcome::Undecided { .. } => Standing::Unknown,
        Outcome::Skipped { .. } => Standing::Aside,
    }
}

/// Whether what blocked a check is the subject's failure at its root: blocked by an errored, skipped or quarantined
/// check, by one that there is not or in a circle is not.
fn is_failed(case: Case<'_>, by: &CheckId) -> bool {
    let mut by = by;
    for _ in 0..=case.record.checks().count() {
        let mut roots = case.record.checks().filter(|check| by.covers(&check.ended.check) && check.concluded);
        let mut next = None;
        let failed = roots.any(|check| match &check.ended.outcome {
            Outcome::Failed(_) | Outcome::TimedOut { .. } => quarantine::in_force(case, &check.ended.check).is_none(),
            Outcome::Blocked { by } => {
                next = Some(by);
                false
            }
            Outcome::Passed | Outcome::Skipped { .. } | Outcome::Errored { .. } | Outcome::Undecided { .. } => false,
        });
        match (failed, next) {
            (true, _) => return true,
            (false, Some(further)) => by = further,
            (false, None) => return false,
        }
    }
    false
}

/// The success rate over all checks.
pub(super) fn rate(case: Case<'_>) -> Rate {
    of(case, case.record.checks())
}

/// The success rate of a phase.
pub(super) fn phase_rate(case: Case<'_>, phase: &PhaseRecord) -> Rate {
    of(case, phase.checks.iter())
}

fn of<'a>(case: Case<'_>, checks: impl Iterator<Item = &'a CheckRecord>) -> Rate {
    checks.fold(Rate::default(), |rate, check| match standing(case, check) {
        Standing::Passed => Rate { passed: rate.passed + 1, counted: rate.counted + 1 },
        Standing::Failed => Rate { counted: rate.counted + 1, ..rate },
        Standing::Unknown | Standing::Aside => rate,
    })
}

/// Whether one of these ids of a policy means this check; what is no id means none.
pub(super) fn is_named<'a>(ids: impl IntoIterator<Item = &'a String>, id: &CheckId) -> bool {
    ids.into_iter().any(|text| text.parse::<CheckId>().is_ok_and(|reference| reference.covers(id)))
}
