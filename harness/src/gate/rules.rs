//! The rules of the gate.

use std::collections::BTreeSet;

use super::limits::{self, Reasons};
use super::standing::{Case, Standing, is_named, standing};
use super::{demands, quarantine, regressions};
use crate::model::{CheckId, CheckRecord, Decision, Ending, Outcome, Policy, Record, Verdict};

/// Names that a reason lists.
const NAMES: usize = 10;

/// The verdict on one run.
///
/// Stable needs a whole, completed run in which every counted check came to an outcome, every success rate and budget
/// of the policy is kept, what must pass did, no advice failed that the policy forbids to, nothing passed only after a retry (but what the policy allows by name),
/// and no platform is missing. Not stable goes before inconclusive, inconclusive before empty; its reasons follow those
/// of not stable. Of each the causes come first: how the run ended, that it was narrowed, what failed; then the numbers
/// that follow from them.
pub fn judge_record(policy: &Policy, record: &Record) -> Verdict {
    let case = Case { policy, record };
    let mut reasons = ending(record);
    let mut remarks = Vec::new();
    let nothing_planned = record.start.checks.is_empty() && record.checks().next().is_none();
    if nothing_planned && reasons.against.is_empty() && reasons.unclear.is_empty() {
        return Verdict::new(Decision::Empty, vec!["Nothing was selected, so nothing was checked.".to_owned()]);
    }
    let could_be_told = reasons.unclear.is_empty();
    if !record.start.whole {
        reasons.unclear.push("The run was narrowed by a selection, so it is not the whole suite.".to_owned());
    }
    if has_results(record) {
        remarks = results(case, &mut reasons);
    } else if reasons.against.is_empty() && could_be_told {
        reasons.unclear.extend(died(record));
        reasons.unclear.extend(unknown(case));
        reasons.unclear.push("No check came to an outcome.".to_owned());
    }
    let alone = decision(&reasons);
    let missing = demands::missing_platforms(case);
    if !missing.is_empty() {
        reasons.unclear.push(format!(
            "There is no verdict for {}, which the policy requires: run there, too, and give all verdict files to `shakedown gate`.",
            missing.join(", ")
        ));
    }
    Verdict {
        decision: decision(&reasons),
        reasons: in_order(reasons, record),
        remarks,
        alone: (!missing.is_empty()).then_some(alone),
        platforms: policy.platforms.clone(),
    }
}

/// Adds what the checks say to the reasons; returns what is told although it decides nothing.
fn results(case: Case<'_>, reasons: &mut Reasons) -> Vec<String> {
    let (rates, budgets, quarantine) = (limits::rates(case), limits::budgets(case), quarantine::tell(case));
    let (baseline, mut remarks) = regressions::against_baseline(case);
    remarks.splice(0..0, quarantine.remarks);
    // What failed says more than the rates that come of it; failures that the policy puts up with are no reason.
    if rates.against.is_empty() {
        remarks.extend(failures(case).map(|failed| {
            format!(
                "{failed} The gate allows for it: every rate is as required, and nothing that must pass is among it."
            )
        }));
    } else {
        reasons.against.extend(failures(case));
    }
    // Who lets a day pass decides anew, whatever the rates allow.
    reasons.against.extend(quarantine.expired);
    reasons.add(demands::must_pass(case));
    reasons.against.extend(demands::advice(case));
    reasons.against.extend(rates.against);
    reasons.against.extend(budgets.against);
    reasons.against.extend(baseline.against);
    reasons.unclear.extend(died(case.record));
    if case.record.damaged {
        reasons.unclear.push("A part of the journal was lost, so nobody knows what it does not say.".to_owned());
    }
    reasons.unclear.extend(unknown(case));
    reasons.unclear.extend(rates.unclear.into_iter().chain(budgets.unclear).chain(baseline.unclear));
    reasons.unclear.extend(flaky(case));
    remarks
}

/// Reasons by their weight; that the run did not come to its end comes before all that was seen until then.
fn in_order(reasons: Reasons, record: &Record) -> Vec<String> {
    let died = died(record);
    let (first, others): (Vec<String>, Vec<String>) =
        reasons.against.into_iter().chain(reasons.unclear).partition(|reason| died.as_ref() == Some(reason));
    first.into_iter().chain(others).collect()
}

pub(super) fn decision(reasons: &Reasons) -> Decision {
    match (reasons.against.is_empty(), reasons.unclear.is_empty()) {
        (false, _) => Decision::NotStable,
        (true, false) => Decision::Inconclusive,
        (true, true) => Decision::Stable,
    }
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
    record.ending.is_none().then(|| "The run was interrupted: it did not come to its end.".to_owned())
}

/// Counted checks that could not be told, with the reason of the first.
fn unknown(case: Case<'_>) -> Option<String> {
    let record = case.record;
    let recorded: BTreeSet<&CheckId> = record.checks().map(|check| &check.ended.check).collect();
    let lost = record.start.checks.iter().filter(|planned| planned.counted && !recorded.contains(&planned.id));
    let unknown: Vec<&CheckRecord> =
        record.checks().filter(|check| standing(case, check) == Standing::Unknown).collect();
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
fn flaky(case: Case<'_>) -> Option<String> {
    let is_allowed =
        |id: &CheckId| is_named(&case.policy.allowed_flaky, id) || quarantine::in_force(case, id).is_some();
    let flaky = case.record.checks().filter(|check| check.ended.counted && check.is_flaky());
    let names: Vec<String> =
        flaky.map(|check| &check.ended.check).filter(|id| !is_allowed(id)).map(ToString::to_string).collect();
    (!names.is_empty()).then(|| format!("{} passed only after a retry: {}.", checks(names.len()), listed(&names)))
}

/// The failures at the root, those of high priority first, and how many checks they block.
fn failures(case: Case<'_>) -> Option<String> {
    let failed = |check: &&CheckRecord| standing(case, check) == Standing::Failed;
    let is_blocked = |check: &&CheckRecord| matches!(check.ended.outcome, Outcome::Blocked { .. });
    let blocked: Vec<&CheckRecord> = case.record.checks().filter(failed).filter(is_blocked).collect();
    let causes = case.record.causes();
    let roots = causes.iter().flat_map(|cause| std::iter::once(&cause.check).chain(&cause.explains)).copied();
    let names: Vec<String> = roots.filter(failed).map(|check| check.ended.check.to_string()).collect();
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
