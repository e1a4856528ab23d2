//! A selection held against a plan, and applied to it.

use std::collections::BTreeSet;

use crate::model::container::Restart;
use crate::model::id::CheckId;
use crate::model::plan::PhasePlan;

use super::error::{Origin, PlanError};
use super::mistake::Mistake;
use super::selection::Selection;

/// Tags that no check has, and globs that leave out nothing: with a slip of the pen the run would be another one.
pub(super) fn unknown(phases: &[PhasePlan], selection: &Selection) -> Vec<PlanError> {
    let checks = || phases.iter().flat_map(|phase| &phase.checks);
    let tags: BTreeSet<&str> = checks().flat_map(|check| &check.tags).map(String::as_str).collect();
    let tags: Vec<&str> = tags.into_iter().collect();
    let unknown = selection.tags().iter().filter(|tag| !tags.contains(&tag.as_str()));
    let no_tag = unknown.map(|tag| PlanError {
        origin: Origin::Option("--tagged"),
        mistake: Mistake::unknown(tag, format!("no check is tagged `{tag}`"), "tags", &tags),
    });
    let ids: Vec<&CheckId> = checks().map(|check| &check.id).collect();
    let idle = selection.leaving_out_nothing(&ids);
    let names: BTreeSet<String> = ids.iter().map(|id| id.without_item().to_string()).collect();
    let names = &names;
    let no_check = idle.into_iter().map(|glob| PlanError {
        origin: Origin::Option("--skip"),
        mistake: Mistake {
            suggestion: crate::config::nearest(glob, names.iter().map(String::as_str)),
            hint: Some("`shakedown list` prints the ids of all checks.".to_owned()),
            ..format!("no check matches `{glob}`").into()
        },
    });
    no_tag.chain(no_check).collect()
}

/// Leaves out what is not wanted. A need that is left out is not asked for: what it guards then speaks for itself.
pub(super) fn apply(phases: &mut Vec<PhasePlan>, selection: &Selection) {
    for phase in phases.iter_mut() {
        phase.checks.retain(|check| selection.selects(check));
        let is_wanted =
            |how: &Restart| phase.checks.iter().any(|check| check.id.after.is_none_or(|after| after == *how));
        phase.before.retain(is_wanted);
    }
    phases.retain(|phase| !phase.checks.is_empty());
    let left: Vec<_> = phases.iter().flat_map(|phase| &phase.checks).map(|check| check.id.clone()).collect();
    for check in phases.iter_mut().flat_map(|phase| &mut phase.checks) {
        check.needs.retain(|need| left.iter().any(|id| need.covers(id)));
    }
}
