//! Names of phases and checks that the subject's gate and the command line speak of, held against those that there are.

use std::collections::BTreeSet;

use crate::model::id::CheckId;
use crate::model::plan::PhasePlan;
use crate::model::verdict::Policy;

use super::error::{Origin, PlanError};
use super::mistake::Mistake;
use super::phases::Inputs;

/// Names that nothing has. A check that is for each of nothing (`without_items`) is known: the subject may yet come to
/// have what it is for.
pub(super) fn unknown(phases: &[PhasePlan], without_items: &[CheckId], inputs: &Inputs<'_>) -> Vec<PlanError> {
    let gate = &inputs.subject.gate;
    unknown_phases(phases, inputs).into_iter().chain(unknown_checks(phases, without_items, gate)).collect()
}

fn unknown_phases(phases: &[PhasePlan], inputs: &Inputs<'_>) -> Vec<PlanError> {
    let known: Vec<&str> = phases.iter().map(|phase| phase.phase.as_str()).collect();
    let is_unknown = |name: &&String| !known.contains(&name.as_str());
    let error = |origin: Origin, name: &String| PlanError {
        origin,
        mistake: Mistake::unknown(name, format!("no phase is named `{name}`"), "phases", &known),
    };
    let gate = inputs.subject.gate.phases.keys().filter(is_unknown);
    let selected = inputs.selection.phases().iter().filter(is_unknown);
    gate.map(|name| error(Origin::of_subject(&["gate", "phases", name]), name))
        .chain(selected.map(|name| error(Origin::Option("--phase"), name)))
        .collect()
}

/// A check that must pass and is not there would be missed only after the run; leave for one that is misspelt would be
/// leave for none.
fn unknown_checks(phases: &[PhasePlan], without_items: &[CheckId], gate: &Policy) -> Vec<PlanError> {
    let ids: Vec<&CheckId> = phases.iter().flat_map(|phase| &phase.checks).map(|check| &check.id).collect();
    let whole = |id: &&CheckId| id.without_item().to_string();
    let names: BTreeSet<String> = ids.iter().map(whole).chain(without_items.iter().map(ToString::to_string)).collect();
    let all: BTreeSet<String> = ids.iter().map(ToString::to_string).chain(names.iter().cloned()).collect();
    let entries: [(&str, Vec<&String>); 4] = [
        ("must-pass", gate.must_pass.iter().collect()),
        ("allow-flaky", gate.allowed_flaky.iter().collect()),
        ("allow-advice", gate.allowed_advice.iter().flatten().collect()),
        ("quarantine", gate.quarantine.iter().map(|entry| &entry.check).collect()),
    ];
    let mut errors = Vec::new();
    for (key, named) in entries {
        let is_known = |id: &String| {
            let reference = id.parse::<CheckId>();
            all.contains(id) || reference.is_ok_and(|reference| ids.iter().any(|one| reference.covers(one)))
        };
        for id in named.into_iter().filter(|id| !is_known(id)) {
            let mistake = no_such_check(id, &names, &all);
            errors.push(PlanError { origin: Origin::of_subject(&["gate", key]), mistake });
        }
    }
    errors
}

/// Of the checks that there are, those of the same phase are worth listing; of the same check, its items.
fn no_such_check(written: &str, names: &BTreeSet<String>, all: &BTreeSet<String>) -> Mistake {
    let name = written.split('[').next().unwrap_or(written);
    let phase = written.split('/').next().unwrap_or(written);
    let (what, listed): (String, Vec<&str>) = if names.contains(name) {
        let items = all.iter().filter(|id| id.starts_with(&format!("{name}[")));
        (format!("items of `{name}`"), items.map(String::as_str).collect())
    } else {
        let of_phase = names.iter().filter(|id| id.starts_with(&format!("{phase}/")));
        (format!("checks of the phase `{phase}`"), of_phase.map(String::as_str).collect())
    };
    let problem = format!("no check of the subject's suites is named `{written}`");
    let suggestion = crate::config::nearest(written, all.iter().map(String::as_str));
    Mistake { suggestion, ..Mistake::unknown(written, problem, &what, &listed) }
}
