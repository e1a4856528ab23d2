//! What checks say of other checks: which they need, and which they explain.

use std::collections::BTreeSet;

use crate::config::{Suite, nearest};
use crate::model::id::CheckId;
use crate::model::plan::{Check, PhasePlan};

use super::error::PlanError;
use super::mistake::Mistake;
use super::origin::origin;

/// A check for each of nothing holds: whoever needs it need not wait. What is explained may be of a suite that the
/// subject does not use.
pub(super) fn drop_missing(phases: &mut [PhasePlan], without_items: &[CheckId]) {
    let all: Vec<CheckId> = phases.iter().flat_map(|phase| &phase.checks).map(|check| check.id.clone()).collect();
    for check in phases.iter_mut().flat_map(|phase| &mut phase.checks) {
        check.needs.retain(|need| !without_items.contains(need));
        check.explains.retain(|other| all.iter().any(|id| other.covers(id)));
    }
}

/// A need must name a check that comes earlier, and nothing explains itself.
pub(super) fn unknown(phases: &[PhasePlan], suites: &[Suite]) -> Vec<PlanError> {
    let all: Vec<&Check> = phases.iter().flat_map(|phase| &phase.checks).collect();
    let mut errors = Vec::new();
    for (index, check) in all.iter().enumerate() {
        let (earlier, later) = all.split_at(index);
        let needs = check.needs.iter().filter_map(|need| Some((need, mistaken_need(check, need, earlier, later)?)));
        let own = check.explains.iter().filter(|other| other.covers(&check.id));
        let explains = own.map(|other| (other, format!("`{}` explains itself", check.id).into()));
        for (reference, mistake) in needs.chain(explains) {
            let mistake = mistake.written_as(&reference.to_string());
            errors.push(PlanError { origin: origin(suites, &check.id), mistake });
        }
    }
    errors
}

fn mistaken_need(check: &Check, need: &CheckId, earlier: &[&Check], later: &[&Check]) -> Option<Mistake> {
    if earlier.iter().any(|other| need.covers(&other.id)) {
        return None;
    }
    if later.iter().any(|other| need.covers(&other.id)) {
        let hint = Some("What a check needs must stand before it.".to_owned());
        return Some(Mistake { hint, ..format!("`{}` needs `{need}`, which only comes later", check.id).into() });
    }
    let problem = format!("`{}` needs `{need}`, which does not exist", check.id);
    Some(no_such_check(need, problem, earlier))
}

fn no_such_check(written: &CheckId, problem: String, checks: &[&Check]) -> Mistake {
    let names: BTreeSet<String> = checks.iter().map(|check| check.id.without_item().to_string()).collect();
    let of_phase = names.iter().filter(|name| name.starts_with(&format!("{}/", written.phase)));
    let of_phase: Vec<&str> = of_phase.map(String::as_str).collect();
    let what = format!("checks of the phase `{}` that stand before it", written.phase);
    let ids: Vec<String> = checks.iter().map(|check| check.id.to_string()).collect();
    let known = names.iter().chain(&ids).map(String::as_str);
    let suggestion = nearest(&written.to_string(), known);
    Mistake { suggestion, ..Mistake::unknown(&written.to_string(), problem, &what, &of_phase) }
}
