//! What each counted check adds to the arithmetic.

use crate::model::{CheckId, CheckRecord, Outcome, PhaseRecord, Rate, Record};

/// How a check stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It passed.
    Passed,
    /// The subject failed it, or failed what it needs.
    Failed,
    /// It could not be told.
    Unknown,
    /// It shows, but does not count: advice, or skipped.
    Aside,
}

/// How a check stands in its record. What never came to an end is unknown, whatever it says.
pub(super) fn standing(record: &Record, check: &CheckRecord) -> Standing {
    if !check.ended.counted {
        return Standing::Aside;
    }
    if !check.concluded {
        return Standing::Unknown;
    }
    match &check.ended.outcome {
        Outcome::Passed => Standing::Passed,
        Outcome::Failed(_) | Outcome::TimedOut { .. } => Standing::Failed,
        Outcome::Blocked { by } if is_failed(record, by) => Standing::Failed,
        Outcome::Blocked { .. } | Outcome::Errored { .. } | Outcome::Undecided { .. } => Standing::Unknown,
        Outcome::Skipped { .. } => Standing::Aside,
    }
}

/// Whether what blocked a check is the subject's failure at its root: blocked by an errored or skipped check, by one
/// that there is not or in a circle is not.
fn is_failed(record: &Record, by: &CheckId) -> bool {
    let mut by = by;
    for _ in 0..=record.checks().count() {
        let mut roots = record.checks().filter(|check| by.covers(&check.ended.check) && check.concluded);
        let mut next = None;
        let failed = roots.any(|check| match &check.ended.outcome {
            Outcome::Failed(_) | Outcome::TimedOut { .. } => true,
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
pub(super) fn rate(record: &Record) -> Rate {
    of(record, record.checks())
}

/// The success rate of a phase.
pub(super) fn phase_rate(record: &Record, phase: &PhaseRecord) -> Rate {
    of(record, phase.checks.iter())
}

fn of<'a>(record: &Record, checks: impl Iterator<Item = &'a CheckRecord>) -> Rate {
    checks.fold(Rate::default(), |rate, check| match standing(record, check) {
        Standing::Passed => Rate { passed: rate.passed + 1, counted: rate.counted + 1 },
        Standing::Failed => Rate { counted: rate.counted + 1, ..rate },
        Standing::Unknown | Standing::Aside => rate,
    })
}
