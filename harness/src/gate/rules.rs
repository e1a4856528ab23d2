//! The rules of the gate.

use std::collections::BTreeSet;

use super::limits::{self, Reasons};
use super::standing::{Standing, standing};
use crate::model::{CheckId, CheckRecord, Decision, Ending, Outcome, Policy, Record, Verdict};

/// Names that a reason lists.
const NAMES: usize = 10;

/// The verdict on one run.
///
/// Stable needs a whole, completed run in which every counted check came to an outcome, every success rate and budget
/// of the policy is kept, and nothing passed only after a retry (but what the policy allows by name). Not stable goes
/// before inconclusive, inconclusive before empty; its reasons follow those of not stable. Of each the causes come
/// first: how the run ended, that it was narrowed, what failed; then the numbers that follow from them.
pub fn judge_record(policy: &Policy, record: &Record) -> Verdict {
    let Reasons { mut against, mut unclear } = ending(record);
    let nothing_planned = record.start.checks.is_empty() && record.checks().next().is_none();
    if nothing_planned && against.is_empty() && unclear.is_empty() {
        return verdict(Decision::Empty, vec!["Nothing was selected, so nothing was checked.".to_owned()]);
    }
    let could_be_told = unclear.is_empty();
    if !record.start.whole {
        unclear.push("The run was narrowed by a selection, so it is not the whole suite.".to_owned());
    }
    if has_results(record) {
        let (rates, budgets) = (limits::rates(policy, record), limits::budgets(policy, record));
        // What failed says more than the rates that come of it; failures that the policy puts up with are no reason.
        if !rates.against.is_empty() {
            against.extend(failures(record));
        }
        against.extend(rates.against.into_iter().chain(budgets.against));
        unclear.extend(died(record));
        unclear.extend(unknown(record));
        unclear.extend(rates.unclear.into_iter().chain(budgets.unclear));
        unclear.extend(flaky(policy, record));
    } else if against.is_empty() && could_be_told {
        unclear.extend(died(record));
        unclear.extend(unknown(record));
        unclear.push("No check came to an outcome.".to_owned());
    }
    let decision = match (against.is_empty(), unclear.is_empty()) {
        (false, _) => Decision::NotStable,
        (true, false) => Decision::Inconclusive,
        (true, true) => Decision::Stable,
    };
    verdict(decision, against.into_iter().chain(unclear).collect())
}

fn verdict(decision: Decision, reasons: Vec<String>) -> Verdict {
    Verdict { decision, reasons }
}

/// Whether any check came to an end: else the ending alone says all there is to say.
fn has_results(record: &Record) -> bool {
    record.checks().any(|check| check.concluded)
}

/// What the way that the run ended says by itself.
fn ending(record: &Record) -> Reasons {
    let mut reasons = Reasons::default();
    let interrupted = matches!(record.ending, Some(Ending::Interrupted | Ending::Broken { .. }));
    match (&record.build_failure, &record.ending) {
        (Some(failure), _) => {
            let step = failure.step.as_ref().map(|step| format!(" at `{step}`")).unwrap_or_default();
            let hint = failure.hint.as_ref().map(|hint| format!(" {}", sentence(hint))).unwrap_or_default();
            let message = sentence(&format!("Stage {} could not be built{step}: {}", failure.stage, failure.message));
            let reason = format!("{message}{hint}");
            if failure.environment || interrupted {
                reasons.unclear.push(reason);
            } else {
                reasons.against.push(reason);
            }
        }
        (None, Some(Ending::NotBuilt)) => {
            reasons.unclear.push("The image could not be built, and the record does not say why.".to_owned());
        }
        _ => {}
    }
    match &record.ending {
        Some(Ending::NotObtained { reason, hint }) => {
            reasons.unclear.push(format!("{} {}", sentence(reason), sentence(hint)).trim().to_owned());
        }
        Some(Ending::NotStarted { reason }) => {
            reasons.against.push(sentence(&format!("The container did not come up: {reason}")));
        }
        Some(Ending::Cut) => {
            reasons.unclear.push("The run was stopped after the first failure, as asked.".to_owned());
        }
        Some(Ending::Interrupted) => reasons.unclear.push("The run was interrupted.".to_owned()),
        Some(Ending::Broken { reason }) => {
            reasons.unclear.push(sentence(&format!("The engine or the host failed: {reason}")));
        }
        Some(Ending::Completed | Ending::NotBuilt) | None => {}
    }
    reasons
}

/// A run without an end died, or is still under way.
fn died(record: &Record) -> Option<String> {
    record.ending.is_none().then(|| "The run did not come to its end.".to_owned())
}

/// Counted checks that could not be told, with the reason of the first.
fn unknown(record: &Record) -> Option<String> {
    let recorded: BTreeSet<&CheckId> = record.checks().map(|check| &check.ended.check).collect();
    let lost = record.start.checks.iter().filter(|planned| planned.counted && !recorded.contains(&planned.id));
    let unknown: Vec<&CheckRecord> =
        record.checks().filter(|check| standing(record, check) == Standing::Unknown).collect();
    let names: Vec<String> = (unknown.iter().map(|check| check.ended.check.to_string()))
        .chain(lost.map(|planned| planned.id.to_string()))
        .collect();
    let why = unknown.iter().find_map(|check| match &check.ended.outcome {
        Outcome::Errored { reason } | Outcome::Undecided { reason } => {
            Some(format!(" The first: {}", sentence(reason)))
        }
        _ => None,
    });
    let count = names.len();
    (count > 0).then(|| format!("{} could not be told: {}.{}", checks(count), listed(&names), why.unwrap_or_default()))
}

/// Checks that passed only after a retry, without the policy's leave.
fn flaky(policy: &Policy, record: &Record) -> Option<String> {
    let allowed = |id: &CheckId| {
        policy.allowed_flaky.iter().any(|allowed| match allowed.parse::<CheckId>() {
            Ok(reference) => reference.covers(id),
            Err(_) => false,
        })
    };
    let flaky = record.checks().filter(|check| check.ended.counted && check.is_flaky());
    let names: Vec<String> =
        flaky.map(|check| &check.ended.check).filter(|id| !allowed(id)).map(ToString::to_string).collect();
    (!names.is_empty()).then(|| format!("{} passed only after a retry: {}.", checks(names.len()), listed(&names)))
}

/// The failures at the root, those of high priority first, and how many checks they block.
fn failures(record: &Record) -> Option<String> {
    let mut phases: Vec<_> = record.phases.iter().collect();
    phases.sort_by_key(|phase| phase.priority);
    let failed = phases.iter().flat_map(|phase| &phase.checks).filter(|one| standing(record, one) == Standing::Failed);
    let (blocked, roots): (Vec<&CheckRecord>, Vec<&CheckRecord>) =
        failed.partition(|check| matches!(check.ended.outcome, Outcome::Blocked { .. }));
    let names: Vec<String> = roots.iter().map(|check| check.ended.check.to_string()).collect();
    let behind = if blocked.is_empty() { String::new() } else { format!("; {} blocked", checks(blocked.len())) };
    (!names.is_empty()).then(|| format!("Failed: {}{behind}.", listed(&names)))
}

fn checks(count: usize) -> String {
    if count == 1 { "1 counted check".to_owned() } else { format!("{count} counted checks") }
}

fn listed(names: &[String]) -> String {
    let shown = names.iter().take(NAMES).map(String::as_str).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(NAMES) {
        0 => shown,
        more => format!("{shown}, and {more} more"),
    }
}

/// A text with a full stop at its end, where it is one line and has none.
fn sentence(text: &str) -> String {
    let text = text.trim();
    let complete = text.is_empty() || text.contains('\n') || text.ends_with(['.', '!', '?']);
    if complete { text.to_owned() } else { format!("{text}.") }
}
