//! All suites of a subject → the phases of its plan, merged by name, references looked up, selection applied.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::suite::{PriorityName, RestartName, SuitePhase};
use crate::config::{Subject, Suite};
use crate::managers::PackageManager;
use crate::model::container::Restart;
use crate::model::id::CheckId;
use crate::model::plan::{Check, PhasePlan, Plan, Priority};

use super::check::Maker;
use super::error::PlanError;
use super::identity;
use super::names::{Addresses, Names};
use super::selection::Selection;

/// What a plan is made from.
#[derive(Clone, Copy)]
pub struct Inputs<'a> {
    /// The subject.
    pub subject: &'a Subject,
    /// Its suites in order.
    pub suites: &'a [Suite],
    /// Its package manager.
    pub manager: &'a dyn PackageManager,
    /// Which checks are wanted.
    pub selection: &'a Selection,
    /// Where local sources are served.
    pub served: &'a Addresses,
}

/// Makes the plan of a subject, or says everything that is wrong.
pub fn plan(inputs: &Inputs<'_>) -> Result<Plan, Vec<PlanError>> {
    let names = Names::of(inputs.subject, inputs.manager).with_sources(inputs.served);
    let maker = Maker { subject: inputs.subject, manager: inputs.manager, names: &names };
    if let Some(missing) = missing(inputs, &names) {
        // What else is wrong mostly follows from it.
        return Err(vec![missing]);
    }
    let mut phases: Vec<PhasePlan> = Vec::new();
    let (mut errors, mut without_items) = (Vec::new(), Vec::new());
    for suite in inputs.suites {
        for phase in &suite.phases {
            let checks = all_checks(&maker, suite, phase, &mut without_items, &mut errors);
            merge(&mut phases, phase, checks);
        }
    }
    drop_needs(&mut phases, &without_items);
    errors.extend(duplicates(&phases));
    errors.extend(unknown_needs(&phases));
    errors.extend(unknown_phases(&phases, inputs));
    errors.extend(unused_budgets(&phases, inputs.subject));
    if !errors.is_empty() {
        return Err(errors);
    }
    let everything: usize = phases.iter().map(|phase| phase.checks.len()).sum();
    select(&mut phases, inputs.selection);
    let selected: usize = phases.iter().map(|phase| phase.checks.len()).sum();
    Ok(Plan {
        subject: inputs.subject.name.clone(),
        phases,
        whole: selected == everything,
        identity: identity::identity(inputs.subject, inputs.manager),
        diagnosis: identity::diagnosis(inputs.subject, inputs.manager),
        path: inputs.manager.installation(&inputs.subject.install).path,
    })
}

/// What the suites require of a subject and this one does not have.
fn missing(inputs: &Inputs<'_>, names: &Names) -> Option<PlanError> {
    let mut by_path: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for suite in inputs.suites {
        for path in suite.requires.iter().filter(|path| !names.has(path)) {
            by_path.entry(path).or_default().push(&suite.suite);
        }
    }
    let listed: Vec<String> =
        by_path.iter().map(|(path, suites)| format!("{path} (suite {})", suites.join(", "))).collect();
    (!listed.is_empty()).then(|| {
        let problem = format!("not defined or empty, but spoken of by its suites: {}", listed.join("; "));
        PlanError::new(inputs.subject.file.display().to_string(), problem)
            .with_hint("Define these, or take those suites out of `suites`.")
    })
}

fn all_checks(
    maker: &Maker<'_>,
    suite: &Suite,
    phase: &SuitePhase,
    without_items: &mut Vec<CheckId>,
    errors: &mut Vec<PlanError>,
) -> Vec<Check> {
    let mut checks = Vec::new();
    for check in &phase.checks {
        match maker.checks(phase, check) {
            Ok(made) if made.is_empty() => without_items.push(CheckId::new(&phase.phase, &check.id)),
            Ok(made) => checks.extend(made),
            Err(problem) => {
                let place = format!("suite {}, check {}/{}", suite.suite, phase.phase, check.id);
                errors.push(PlanError::new(place, problem));
            }
        }
    }
    checks
}

fn merge(phases: &mut Vec<PhasePlan>, phase: &SuitePhase, checks: Vec<Check>) {
    let before = phase.before.iter().map(|name| match name {
        RestartName::Restart => Restart::Restart,
        RestartName::StopStart => Restart::StopStart,
        RestartName::Kill => Restart::Kill,
    });
    let priority = phase.priority.map(|name| match name {
        PriorityName::High => Priority::High,
        PriorityName::Medium => Priority::Medium,
        PriorityName::Low => Priority::Low,
    });
    if let Some(known) = phases.iter_mut().find(|known| known.phase == phase.phase) {
        known.checks.extend(checks);
        for restart in before {
            if !known.before.contains(&restart) {
                known.before.push(restart);
            }
        }
        known.priority = priority.map_or(known.priority, |priority| priority.min(known.priority));
    } else {
        let priority = priority.unwrap_or_default();
        phases.push(PhasePlan { phase: phase.phase.clone(), priority, before: before.collect(), checks });
    }
}

fn duplicates(phases: &[PhasePlan]) -> Vec<PlanError> {
    let mut seen = BTreeSet::new();
    let again = phases.iter().flat_map(|phase| &phase.checks).filter(|check| !seen.insert(&check.id));
    again.map(|check| PlanError::new(format!("check {}", check.id), "there are two checks of this id")).collect()
}

/// A check for each of nothing holds: whoever needs it need not wait.
fn drop_needs(phases: &mut [PhasePlan], without_items: &[CheckId]) {
    for check in phases.iter_mut().flat_map(|phase| &mut phase.checks) {
        check.needs.retain(|need| !without_items.contains(need));
    }
}

/// A need must name a check that comes earlier.
fn unknown_needs(phases: &[PhasePlan]) -> Vec<PlanError> {
    let all: Vec<&Check> = phases.iter().flat_map(|phase| &phase.checks).collect();
    let mut errors = Vec::new();
    for (index, check) in all.iter().enumerate() {
        for need in &check.needs {
            if all[..index].iter().any(|earlier| need.covers(&earlier.id)) {
                continue;
            }
            let place = format!("check {}", check.id);
            let later = all[index..].iter().any(|later| need.covers(&later.id));
            let problem = if later {
                format!("needs {need}, which only comes later")
            } else {
                format!("needs {need}, which does not exist")
            };
            errors.push(PlanError::new(place, problem));
        }
    }
    errors
}

fn unknown_phases(phases: &[PhasePlan], inputs: &Inputs<'_>) -> Vec<PlanError> {
    let known: Vec<&str> = phases.iter().map(|phase| phase.phase.as_str()).collect();
    let is_unknown = |name: &&String| !known.contains(&name.as_str());
    let error = |place: &str, name: &String| {
        PlanError::new(place, format!("no phase `{name}`; there are: {}", known.join(", ")))
    };
    let gate = inputs.subject.gate.phases.keys().filter(is_unknown);
    let selected = inputs.selection.phases().iter().filter(is_unknown);
    gate.map(|name| error("gate.phases", name)).chain(selected.map(|name| error("--phase", name))).collect()
}

/// A budget that no check uses is a slip of the pen, and would leave the check that was meant without a limit.
fn unused_budgets(phases: &[PhasePlan], subject: &Subject) -> Vec<PlanError> {
    let steps = phases.iter().flat_map(|phase| &phase.checks).flat_map(|check| &check.steps);
    let used: BTreeSet<&str> = steps.filter_map(|step| Some(step.measure.as_ref()?.name.as_str())).collect();
    let group = |name: &str| name.split_once('.').map(|(group, _)| group.to_owned());
    let is_used = |name: &str| {
        used.contains(name) || (name.ends_with(".default") && used.iter().any(|one| group(one) == group(name)))
    };
    let unused = subject.budgets.keys().filter(|name| !is_used(name));
    unused
        .map(|name| {
            let names: Vec<&str> = used.iter().copied().collect();
            PlanError::new(format!("budgets.{name}"), "no check of the subject's suites uses this budget")
                .with_hint(format!("Budgets in use that have a limit: {}.", names.join(", ")))
        })
        .collect()
}

/// Leaves out what is not wanted. A need that is left out is not asked for: what it guards then speaks for itself.
fn select(phases: &mut Vec<PhasePlan>, selection: &Selection) {
    for phase in phases.iter_mut() {
        phase.checks.retain(|check| selection.selects(&check.id));
    }
    phases.retain(|phase| !phase.checks.is_empty());
    let left: Vec<_> = phases.iter().flat_map(|phase| &phase.checks).map(|check| check.id.clone()).collect();
    for check in phases.iter_mut().flat_map(|phase| &mut phase.checks) {
        check.needs.retain(|need| left.iter().any(|id| need.covers(id)));
    }
}
