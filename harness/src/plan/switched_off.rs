//! Checks that a subject goes without, each with its reason.

use std::collections::BTreeSet;

use crate::config::{Subject, nearest};
use crate::model::id::CheckId;
use crate::model::plan::PhasePlan;

use super::error::{Origin, PlanError};
use super::mistake::Mistake;

/// Checks to go without that there are not.
pub(super) fn unknown(phases: &[PhasePlan], subject: &Subject) -> Vec<PlanError> {
    let ids: Vec<&CheckId> = phases.iter().flat_map(|phase| &phase.checks).map(|check| &check.id).collect();
    let names: BTreeSet<String> = ids.iter().flat_map(|id| [id.to_string(), id.without_item().to_string()]).collect();
    let unknown = subject.without.iter().filter(|(off, _)| !ids.iter().any(|id| off.covers(id)));
    unknown
        .map(|(off, _)| {
            let written = off.to_string();
            let mistake = Mistake {
                suggestion: nearest(&written, names.iter().map(String::as_str)),
                hint: Some("`shakedown list` prints the ids of all checks.".to_owned()),
                ..format!("there is no check `{written}` to go without").into()
            };
            PlanError { origin: Origin::of_subject(&["without", &written]), mistake }
        })
        .collect()
}

/// Skips the checks that the subject goes without. What needs them does not wait for them, as with a selection.
pub(super) fn apply(phases: &mut [PhasePlan], subject: &Subject) {
    if subject.without.is_empty() {
        return;
    }
    let reason = |id: &CheckId| subject.without.iter().find(|(off, _)| off.covers(id)).map(|(_, reason)| reason);
    let ids: Vec<CheckId> = phases.iter().flat_map(|phase| &phase.checks).map(|check| check.id.clone()).collect();
    let left: Vec<&CheckId> = ids.iter().filter(|id| reason(id).is_none()).collect();
    for check in phases.iter_mut().flat_map(|phase| &mut phase.checks) {
        if let Some(reason) = reason(&check.id) {
            check.skip = Some(format!("switched off: {reason}"));
            check.steps.clear();
        }
        let still_there = |need: CheckId| -> Vec<CheckId> {
            let is_whole = ids.iter().filter(|id| need.covers(id)).all(|id| left.contains(&id));
            if is_whole {
                return vec![need];
            }
            left.iter().filter(|id| need.covers(id)).map(|&id| id.clone()).collect()
        };
        check.needs = std::mem::take(&mut check.needs).into_iter().flat_map(still_there).collect();
    }
}
