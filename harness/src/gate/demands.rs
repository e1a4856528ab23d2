//! What a policy demands by name: checks that must pass, advice that may fail, platforms.

use super::limits::Reasons;
use super::standing::{Case, is_named};
use crate::model::{CheckId, CheckRecord, Outcome};

/// Holds the checks that must pass against the record. What a narrowed run left out is not missed.
pub(super) fn must_pass(case: Case<'_>) -> Reasons {
    let mut reasons = Reasons::default();
    for name in &case.policy.must_pass {
        let of: Vec<&CheckRecord> = case.record.checks().filter(|one| is_named([name], &one.ended.check)).collect();
        if of.is_empty() && case.record.start.whole {
            reasons.unclear.push(format!("{name} must pass, but is no check of this run."));
        }
        for check in of {
            let id = &check.ended.check;
            match &check.ended.outcome {
                _ if !check.concluded => reasons.unclear.push(format!("{id} must pass, but did not come to an end.")),
                Outcome::Passed => {}
                outcome @ (Outcome::Failed(_) | Outcome::TimedOut { .. } | Outcome::Blocked { .. }) => {
                    reasons.against.push(format!("{id} must pass, but {}.", words(outcome)));
                }
                outcome @ (Outcome::Skipped { .. } | Outcome::Errored { .. } | Outcome::Undecided { .. }) => {
                    reasons.unclear.push(format!("{id} must pass, but {}.", words(outcome)));
                }
            }
        }
    }
    reasons
}

fn words(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Passed => "passed".to_owned(),
        Outcome::Failed(_) => "failed".to_owned(),
        Outcome::TimedOut { deadline, .. } => format!("timed out after {deadline} s"),
        Outcome::Blocked { by } => format!("is blocked by {by}"),
        Outcome::Skipped { reason, .. } => format!("was skipped: {reason}"),
        Outcome::Errored { reason } | Outcome::Undecided { reason } => format!("could not be told: {reason}"),
    }
}

/// Advice that failed beyond what the policy allows for, where it allows for any by name.
pub(super) fn advice(case: Case<'_>) -> Option<String> {
    let allowed = case.policy.allowed_advice.as_ref()?;
    let failed = case
        .record
        .checks()
        .filter(|check| !check.ended.counted && check.concluded && check.ended.outcome.is_subject_failure());
    let ids = failed.map(|check| &check.ended.check);
    let beyond: Vec<String> = ids.filter(|id| !is_named(allowed, id)).map(CheckId::to_string).collect();
    (!beyond.is_empty()).then(|| format!("Advice failed that the policy does not allow for: {}.", beyond.join(", ")))
}

/// Required platforms other than the one that was judged.
pub(super) fn missing_platforms(case: Case<'_>) -> Vec<String> {
    let own = case.record.image.as_ref().map(|image| image.platform.as_str());
    case.policy.platforms.iter().filter(|platform| Some(platform.as_str()) != own).cloned().collect()
}
