//! What got worse since the baseline.

use super::limits::Reasons;
use super::quarantine;
use super::standing::Case;
use crate::compare::compare;
use crate::model::verdict::Regressions;
use crate::model::{CheckId, RunId};

/// How many regressions are named one by one.
const NAMED: usize = 10;

/// Holds the record against its baseline: reasons where the policy says that regressions fail, else remarks.
pub(super) fn against_baseline(case: Case<'_>) -> (Reasons, Vec<String>) {
    let mut reasons = Reasons::default();
    let policy = case.policy.baseline.clone().unwrap_or_default();
    let fails = policy.regressions == Regressions::Fail;
    let Some(baseline) = &case.record.baseline else {
        if fails {
            let text = "Regressions are to fail, but there is no baseline; name one by `--baseline` or in `gate.baseline.run`.";
            reasons.unclear.push(text.to_owned());
        }
        return (reasons, Vec::new());
    };
    let compared = compare(baseline, case.record, policy.tolerance);
    let is_aside = |id: &CheckId| quarantine::in_force(case, id).is_some();
    let found: Vec<String> = compared.regressions(&is_aside);
    let more = found.len().saturating_sub(NAMED);
    let mut told: Vec<String> = found.into_iter().take(NAMED).collect();
    if more > 0 {
        told.push(format!("And {more} more regressions since {}.", baseline.run));
    }
    let untold = (compared.untold.iter())
        .map(|why| format!("Against the baseline {} not all could be told: {why}.", baseline.run))
        .chain(lost(&compared.losses(&is_aside), &baseline.run));
    if fails {
        reasons.against.extend(told);
        reasons.unclear.extend(untold);
        return (reasons, Vec::new());
    }
    (reasons, told.into_iter().chain(untold).collect())
}

/// Checks that passed in the baseline and that nobody asks for any more: whether the image still keeps them is unknown.
fn lost(checks: &[&CheckId], baseline: &RunId) -> Option<String> {
    let named: Vec<String> = checks.iter().take(NAMED).map(ToString::to_string).collect();
    let more = checks.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(", and {more} more") } else { String::new() };
    let words = if checks.len() == 1 { "this check is" } else { "these checks are" };
    (!checks.is_empty()).then(|| {
        format!(
            "Passed in the baseline {baseline}, but {words} no longer there: {}{more}. Name a newer baseline if that is meant.",
            named.join(", ")
        )
    })
}
