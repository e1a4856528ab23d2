//! Failures that are known and put up with for a while. The day is that of the run, so that judging stays pure.

use super::standing::{self, Case, is_named};
use crate::model::verdict::Quarantine;
use crate::model::{CheckId, CheckRecord};

/// What the quarantine of a policy says of a record.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// Of failed checks whose quarantine is over.
    pub(super) expired: Vec<String>,
    /// All else.
    pub(super) remarks: Vec<String>,
}

/// The entry that puts this check aside on the day of the run.
pub(super) fn in_force<'a>(case: Case<'a>, id: &CheckId) -> Option<&'a Quarantine> {
    case.policy.quarantine.iter().find(|entry| !is_over(case, entry) && is_named([&entry.check], id))
}

/// Says of every entry what became of it: nothing is put aside unsaid.
pub(super) fn tell(case: Case<'_>) -> Told {
    let mut told = Told::default();
    let mut puts_aside = false;
    for entry in &case.policy.quarantine {
        let Quarantine { check, reason, until } = entry;
        let of: Vec<&CheckRecord> = case.record.checks().filter(|one| is_named([check], &one.ended.check)).collect();
        let failed: Vec<&CheckRecord> = of.iter().copied().filter(|one| is_trouble(one)).collect();
        let names = failed.iter().map(|one| one.ended.check.to_string()).collect::<Vec<_>>().join(", ");
        match (is_over(case, entry), of.is_empty(), failed.is_empty()) {
            (_, true, _) if !case.record.start.whole => {}
            (_, true, _) => told.remarks.push(format!("The quarantine of {check} names no check of this run.")),
            (false, false, false) => {
                told.remarks.push(format!("Not counted until {until}, since in quarantine: {names} ({reason})."));
                puts_aside = true;
            }
            (false, false, true) => {
                told.remarks.push(format!("The quarantine of {check} can go, since nothing of it failed."));
            }
            (true, false, false) => {
                let words = format!("The quarantine of {names} expired on {until}, so it counts ({reason}).");
                let is_failure = failed.iter().any(|one| one.ended.outcome.is_subject_failure());
                if is_failure { told.expired.push(words) } else { told.remarks.push(words) }
            }
            (true, false, true) => {
                told.remarks.push(format!("The quarantine of {check} expired on {until} and can go."));
            }
        }
    }
    // Reports have the rate over all that counts in the record; two numbers must not stand side by side unexplained.
    if puts_aside {
        let rate = standing::rate(case);
        let (passed, counted, percent) = (rate.passed, rate.counted, rate.words());
        told.remarks.push(format!(
            "The gate goes by the success rate without what is in quarantine: {passed} of {counted} ({percent})."
        ));
    }
    told
}

/// Neither passed nor skipped.
fn is_trouble(check: &CheckRecord) -> bool {
    check.concluded && (check.ended.outcome.is_subject_failure() || check.ended.outcome.is_unknown())
}

fn is_over(case: Case<'_>, entry: &Quarantine) -> bool {
    // Days as `2026-12-31` sort as texts do.
    case.record.started.get(..10).is_some_and(|day| day > entry.until.as_str())
}
