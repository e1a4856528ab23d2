//! One check of a suite → checks of the plan, one per item of its `each`.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::config::Subject;
use crate::config::suite::{CheckContainer, IsolationName, SuiteCheck, SuitePhase};
use crate::managers::{Capability, PackageManager, Unsupported};
use crate::model::container::ContainerChange;
use crate::model::id::{CheckId, InvalidCheckId};
use crate::model::invocation::Invocation;
use crate::model::plan::{Check, Isolation, Step};

use super::mistake::Mistake;
use super::names::Names;
use super::operation::Environments;
use super::path::absolute;
use super::step::{Refused, Workshop};

/// How the reason begins of a check that has nothing to hold its figure against; the budget's name follows.
pub(super) const NO_BUDGET: &str = "the subject sets no budget `";

/// Why a check by SSH is skipped where nobody says how to log in.
const NO_SSH: &str = "the subject has no `ssh`, which would say how to log in";

/// The tag of checks that change something.
const DESTRUCTIVE: &str = "destructive";

/// What all checks of a subject are made from.
pub(super) struct Maker<'a> {
    pub(super) subject: &'a Subject,
    pub(super) manager: &'a dyn PackageManager,
    pub(super) names: &'a Names,
}

impl Maker<'_> {
    /// The checks that one check of a suite stands for. The error is without place.
    pub(super) fn checks(&self, phase: &SuitePhase, check: &SuiteCheck) -> Result<Vec<Check>, Mistake> {
        let Some((variable, words)) = check.each.iter().next() else {
            let id = CheckId::new(&phase.phase, &check.id);
            return Ok(vec![self.check(phase, check, id, self.names.clone())?]);
        };
        let items = self.names.words(words)?;
        let make = |item: &String| {
            let id = CheckId::new(&phase.phase, &check.id).with_item(item);
            self.check(phase, check, id, self.names.with(variable, item))
        };
        items.iter().map(make).collect()
    }

    fn check(&self, phase: &SuitePhase, check: &SuiteCheck, id: CheckId, names: Names) -> Result<Check, Mistake> {
        let of_phase = phase.needs.iter().map(|need| reference(need, &names)).collect::<Result<Vec<_>, _>>()?;
        let own = check.needs.iter().map(|need| reference(need, &names)).collect::<Result<Vec<_>, _>>()?;
        if let Some(need) = own.iter().find(|need| need.covers(&id)) {
            return Err(Mistake::from(format!("`{id}` needs itself")).written_as(&need.to_string()));
        }
        let explains = explained(&check.explains, &names)?;
        let about = names.fill(&check.about)?;
        let hint = check.hint.as_ref().map(|hint| names.fill(hint)).transpose()?;
        let container = changed(check.container.as_ref(), &names)?;
        let skipped = |reason: String, advice: bool| (Vec::new(), Some(reason), advice);
        let (steps, skip, advice) = match self.steps(check, names, id.word()) {
            Ok(steps) => (steps, None, check.advice),
            Err(Refused::Unsupported(reason)) => skipped(self.lacking(&reason), check.advice),
            // What a manager that is not there would do is no matter of the image.
            Err(Refused::Absent) => skipped(format!("the image does not hold {}", self.manager.name()), true),
            Err(Refused::NoSsh) => skipped(NO_SSH.to_owned(), check.advice),
            Err(Refused::NoBudget(name)) => skipped(format!("{NO_BUDGET}{name}`"), check.advice),
            Err(Refused::Wrong(mistake)) => return Err(mistake),
        };
        Ok(Check {
            needs: of_phase.into_iter().filter(|need| !need.covers(&id)).chain(own).collect(),
            explains,
            after: check.after.iter().map(|name| name.restart()).collect(),
            id,
            about,
            isolation: isolation(phase, check),
            container,
            advice,
            tags: tags(phase, check),
            hint,
            retries: check.retries,
            repeat: check.repeat.unwrap_or(1).max(1),
            steps,
            skip,
        })
    }

    /// What the manager lacks, as a reason that names it once.
    fn lacking(&self, reason: &Unsupported) -> String {
        let (manager, reason) = (self.manager.name(), reason.to_string());
        let names_it = reason.split([' ', '\'']).next() == Some(manager);
        if names_it { reason } else { format!("{manager}: {reason}") }
    }

    fn steps(&self, check: &SuiteCheck, names: Names, place: String) -> Result<Vec<Step>, Refused> {
        if let Some(capability) = check.capability.as_deref().and_then(Capability::find) {
            self.manager.support(capability).check(self.manager.name())?;
        }
        let deadline = check.timeout.map_or(Invocation::DEADLINE, |timeout| -> Duration { timeout.0 });
        let mut workshop = Workshop {
            subject: self.subject,
            manager: self.manager,
            names,
            environments: Environments::new(self.subject),
            deadline,
            place,
        };
        let mut steps = Vec::new();
        for step in check.step.iter().chain(&check.steps) {
            steps.extend(workshop.steps(step)?);
        }
        if let Some(cell) = &check.cell {
            steps.extend(workshop.cell(cell)?);
        }
        distinct(&mut steps);
        Ok(steps)
    }
}

/// Later steps of the same name get a number, so that each can be told from the others.
fn distinct(steps: &mut [Step]) {
    for index in 1..steps.len() {
        let (earlier, rest) = steps.split_at_mut(index);
        let is_taken = |name: &str| earlier.iter().any(|step| step.name == name);
        let name = rest[0].name.clone();
        let numbered = (2..).map(|number| format!("{name} #{number}"));
        rest[0].name = std::iter::once(name.clone()).chain(numbered).find(|name| !is_taken(name)).unwrap_or(name);
    }
}

/// What a check explains. What a condition in a template leaves empty is not meant.
fn explained(texts: &[String], names: &Names) -> Result<Vec<CheckId>, Mistake> {
    let filled = texts.iter().map(|text| Ok((text, names.fill(text)?)));
    let meant = filled.filter(|one| !matches!(one, Ok((_, filled)) if filled.is_empty()));
    meant.map(|one| one.and_then(|(text, filled)| parsed(text, &filled))).collect()
}

fn reference(text: &str, names: &Names) -> Result<CheckId, Mistake> {
    parsed(text, &names.fill(text)?)
}

fn parsed(written: &str, filled: &str) -> Result<CheckId, Mistake> {
    filled.parse().map_err(|error: InvalidCheckId| Mistake::from(error.to_string()).written_as(written))
}

/// The check's own tags, or else the phase's; that it changes something is told by what it does.
fn tags(phase: &SuitePhase, check: &SuiteCheck) -> Vec<String> {
    let mut tags = check.tags.as_ref().unwrap_or(&phase.tags).clone();
    if check.mutates || check.cell.is_some() {
        tags.push(DESTRUCTIVE.to_owned());
    }
    tags.sort();
    tags.dedup();
    tags
}

/// What is otherwise for a check's container.
fn changed(container: Option<&CheckContainer>, names: &Names) -> Result<ContainerChange, Mistake> {
    let Some(container) = container else { return Ok(ContainerChange::default()) };
    let mut tmpfs = BTreeMap::new();
    for (path, options) in &container.tmpfs {
        tmpfs.insert(absolute(names.fill(path)?)?, names.fill(options)?);
    }
    Ok(ContainerChange {
        user: container.user.as_ref().map(|user| names.fill(user)).transpose()?,
        memory: container.memory.map(|memory| memory.0),
        processes: container.pids.map(i64::from),
        tmpfs,
        read_only: container.read_only,
    })
}

fn isolation(phase: &SuitePhase, check: &SuiteCheck) -> Isolation {
    match check.isolation.or(phase.isolation) {
        _ if check.mutates || check.cell.is_some() || check.container.is_some() => Isolation::Fresh,
        Some(IsolationName::Fresh) => Isolation::Fresh,
        Some(IsolationName::Shared) => Isolation::Shared,
        Some(IsolationName::Batch) | None => Isolation::Batch,
    }
}
