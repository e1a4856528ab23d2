//! All suites of a subject → the phases of its plan, merged by name, references looked up, selection applied.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::suite::{PriorityName, SuitePhase};
use crate::config::{ImageSource, Subject, Suite};
use crate::managers::PackageManager;
use crate::model::id::CheckId;
use crate::model::plan::{Check, PhasePlan, Plan, Priority, Supported};

use super::check::{Maker, NO_BUDGET};
use super::choice;
use super::error::{Origin, PlanError};
use super::mistake::Mistake;
use super::named;
use super::names::{Addresses, Names};
use super::origin::{of_check, origin};
use super::references;
use super::selection::Selection;
use super::switched_off;
use super::transitions;
use super::{host, identity};

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
    if let Some(missing) = missing(inputs, &names).or_else(|| of_other_managers(inputs)) {
        // What else is wrong mostly follows from it.
        return Err(vec![missing]);
    }
    let mut phases: Vec<PhasePlan> = Vec::new();
    let (mut errors, mut without_items) = (Vec::new(), Vec::new());
    for (index, suite) in inputs.suites.iter().enumerate() {
        for phase in &suite.phases {
            let checks = all_checks(&maker, (inputs.suites, index), phase, &mut without_items, &mut errors);
            merge(&mut phases, phase, checks);
        }
    }
    references::drop_missing(&mut phases, &without_items);
    errors.extend(duplicates(&phases, inputs.suites));
    if errors.is_empty() {
        // A check that could not be made would be missed by all that need it.
        errors.extend(references::unknown(&phases, inputs.suites));
    }
    errors.extend(without_before(&phases, inputs.suites));
    errors.extend(after_nothing(&phases, inputs.suites));
    if inputs.subject.image == ImageSource::ThisMachine {
        host::without_transitions(&mut phases);
    }
    transitions::unfold(&mut phases);
    errors.extend(named::unknown(&phases, &without_items, inputs));
    errors.extend(choice::unknown(&phases, inputs.selection));
    errors.extend(switched_off::unknown(&phases, inputs.subject));
    errors.extend(unused_budgets(&phases, inputs.subject));
    if !errors.is_empty() {
        return Err(errors);
    }
    switched_off::apply(&mut phases, inputs.subject);
    if inputs.subject.image == ImageSource::ThisMachine {
        host::fit(&mut phases);
    }
    let everything: usize = phases.iter().map(|phase| phase.checks.len()).sum();
    choice::apply(&mut phases, inputs.selection);
    let selected: usize = phases.iter().map(|phase| phase.checks.len()).sum();
    Ok(Plan {
        subject: inputs.subject.name.clone(),
        phases,
        whole: selected == everything,
        identity: identity::identity(inputs.subject, inputs.manager),
        diagnosis: identity::diagnosis(inputs.subject, inputs.manager),
        path: inputs.manager.installed(&inputs.subject.install).path,
        supported: supported(inputs),
    })
}

/// The versions of the subject's manager that its suites are made for.
fn supported(inputs: &Inputs<'_>) -> Vec<Supported> {
    let of_manager = |suite: &Suite| {
        let range = suite.supports.get(inputs.manager.name())?.clone();
        Some(Supported { suite: suite.suite.clone(), range })
    };
    inputs.suites.iter().filter_map(of_manager).collect()
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
        let hint = Some("Define these, or take those suites out of `suites`.".to_owned());
        PlanError { origin: Origin::of_subject(&["suites"]), mistake: Mistake { hint, ..problem.into() } }
    })
}

/// Suites that are made for other managers than the subject's: what they ask would be refused, and look like a fault.
fn of_other_managers(inputs: &Inputs<'_>) -> Option<PlanError> {
    let manager = inputs.manager.name();
    let others = |suite: &&Suite| !suite.supports.is_empty() && !suite.supports.contains_key(manager);
    let suite = inputs.suites.iter().find(others)?;
    let made_for = suite.supports.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
    let problem = format!("the suite `{}` is made for {made_for}, not for {manager}", suite.suite);
    let hint = Some(format!("Take it out of `suites`, or name {manager} in its `supports`."));
    let mistake = Mistake { hint, ..problem.into() }.written_as(&suite.suite);
    Some(PlanError { origin: Origin::of_subject(&["suites"]), mistake })
}

fn all_checks(
    maker: &Maker<'_>,
    (suites, suite): (&[Suite], usize),
    phase: &SuitePhase,
    without_items: &mut Vec<CheckId>,
    errors: &mut Vec<PlanError>,
) -> Vec<Check> {
    let mut checks = Vec::new();
    for check in &phase.checks {
        match maker.checks(phase, check) {
            Ok(made) if made.is_empty() => without_items.push(CheckId::new(&phase.phase, &check.id)),
            Ok(made) => checks.extend(made),
            Err(mistake) => {
                errors.push(PlanError { origin: of_check(suites, suite, &phase.phase, &check.id), mistake });
            }
        }
    }
    checks
}

fn merge(phases: &mut Vec<PhasePlan>, phase: &SuitePhase, checks: Vec<Check>) {
    let before = phase.before.iter().map(|name| name.restart());
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

fn duplicates(phases: &[PhasePlan], suites: &[Suite]) -> Vec<PlanError> {
    let mut seen = BTreeSet::new();
    let again = phases.iter().flat_map(|phase| &phase.checks).filter(|check| !seen.insert(&check.id));
    again
        .map(|check| PlanError {
            origin: origin(suites, &check.id),
            mistake: format!("there are two checks `{}`", check.id).into(),
        })
        .collect()
}

/// What is to be as before needs something to happen in between.
fn without_before(phases: &[PhasePlan], suites: &[Suite]) -> Vec<PlanError> {
    let still = phases.iter().filter(|phase| phase.before.is_empty()).flat_map(|phase| &phase.checks);
    let compares = |check: &&Check| check.steps.iter().any(|step| step.expect.compares_with_before());
    let error = |check: &Check| {
        let problem = format!("nothing happens before the phase `{}` that it could be compared across", check.id.phase);
        let hint = Some("Give the phase a `before`, such as `before: [restart]`.".to_owned());
        let mistake = Mistake { hint, ..problem.into() }.written_as("same-as-before");
        PlanError { origin: origin(suites, &check.id), mistake }
    };
    still.filter(compares).map(error).collect()
}

/// What is looked at after some transitions needs one of them: which there are is the suites' matter that a subject names.
fn after_nothing(phases: &[PhasePlan], suites: &[Suite]) -> Vec<PlanError> {
    let checks = phases.iter().flat_map(|phase| phase.checks.iter().map(move |check| (phase, check)));
    let error = |(phase, check): (&PhasePlan, &Check)| {
        let how = check.after.first().filter(|_| !check.after.iter().any(|how| phase.before.contains(how)))?;
        let problem =
            format!("`{}` comes after `{}`, which the phase `{}` does not do", check.id, how.name(), phase.phase);
        let hint = Some(format!("Add `{}` to the phase's `before`.", how.name()));
        let mistake = Mistake { hint, ..problem.into() }.written_as(how.name());
        Some(PlanError { origin: origin(suites, &check.id), mistake })
    };
    checks.filter_map(error).collect()
}

/// A budget that no check uses is a slip of the pen, and would leave the check that was meant without a limit.
fn unused_budgets(phases: &[PhasePlan], subject: &Subject) -> Vec<PlanError> {
    let steps = phases.iter().flat_map(|phase| &phase.checks).flat_map(|check| &check.steps);
    let used: BTreeSet<&str> = steps.filter_map(|step| Some(step.measure.as_ref()?.name.as_str())).collect();
    let group = |name: &str| name.split_once('.').map(|(group, _)| group.to_owned());
    let is_used = |name: &str| {
        used.contains(name) || (name.ends_with(".default") && used.iter().any(|one| group(one) == group(name)))
    };
    let unlimited = phases
        .iter()
        .flat_map(|phase| &phase.checks)
        .filter_map(|check| check.skip.as_ref()?.strip_prefix(NO_BUDGET)?.strip_suffix('`'));
    let by_name: BTreeSet<&str> = used.iter().copied().chain(unlimited).collect();
    let groups = by_name.iter().filter_map(|name| Some(format!("{}.default", group(name)?)));
    let could_be: BTreeSet<String> = by_name.iter().map(|&name| name.to_owned()).chain(groups).collect();
    let unused = subject.budgets.keys().filter(|name| !is_used(name));
    unused
        .map(|name| {
            let problem = format!("no check of the subject's suites uses the budget `{name}`");
            let names: Vec<&str> = could_be.iter().map(String::as_str).collect();
            let mistake = Mistake::unknown(name, problem, "budgets that its checks can use", &names);
            PlanError { origin: Origin::of_subject(&["budgets", name]), mistake }
        })
        .collect()
}
