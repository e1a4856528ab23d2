//! What a policy demands by name: checks that must pass, advice that may fail, platforms.

use super::limits::Reasons;
use super::quarantine;
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
        // Items that did not pass for the same reason are one line.
        let mut troubles: Vec<(String, bool, Vec<&CheckId>)> = Vec::new();
        for check in of {
            let Some((words, is_against)) = trouble(check) else { continue };
            match troubles.iter_mut().find(|(known, ..)| *known == words) {
                Some((.., ids)) => ids.push(&check.ended.check),
                None => troubles.push((words, is_against, vec![&check.ended.check])),
            }
        }
        for (words, is_against, ids) in troubles {
            let all = if is_against { &mut reasons.against } else { &mut reasons.unclear };
            all.push(format!("{} must pass, but {words}.", listed(&ids)));
        }
    }
    reasons
}

/// Why a check did not pass, and whether that is held against the image; nothing of one that passed.
fn trouble(check: &CheckRecord) -> Option<(String, bool)> {
    match &check.ended.outcome {
        _ if !check.concluded => Some(("did not come to an end".to_owned(), false)),
        Outcome::Passed => None,
        outcome @ (Outcome::Failed(_) | Outcome::TimedOut { .. } | Outcome::Blocked { .. }) => {
            Some((words(outcome), true))
        }
        outcome @ (Outcome::Skipped { .. } | Outcome::Errored { .. } | Outcome::Undecided { .. }) => {
            Some((words(outcome), false))
        }
    }
}

/// The first of them, and how many there are.
fn listed(ids: &[&CheckId]) -> String {
    match ids {
        [] => String::new(),
        [only] => only.to_string(),
        [first, ..] => format!(
            "{} ({} items, the first {})",
            first.without_item(),
            ids.len(),
            first.item.as_deref().unwrap_or_default()
        ),
    }
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

/// Advice that failed beyond what the policy allows for, where it says what may; held against the image.
pub(super) fn advice(case: Case<'_>) -> Option<String> {
    let allowed = case.policy.allowed_advice.as_ref()?;
    let failed = case
        .record
        .checks()
        .filter(|check| !check.ended.counted && check.concluded && check.ended.outcome.is_subject_failure());
    let ids = failed.map(|check| &check.ended.check);
    let is_allowed = |id: &CheckId| is_named(allowed, id) || quarantine::in_force(case, id).is_some();
    let beyond: Vec<String> = ids.filter(|id| !is_allowed(id)).map(CheckId::to_string).collect();
    (!beyond.is_empty()).then(|| format!("Advice failed that the policy does not allow for: {}.", beyond.join(", ")))
}

/// Required platforms other than the one that was judged.
pub(super) fn missing_platforms(case: Case<'_>) -> Vec<String> {
    let own = case.record.image.as_ref().map(|image| image.platform.as_str());
    case.policy.platforms.iter().filter(|platform| Some(platform.as_str()) != own).cloned().collect()
}
