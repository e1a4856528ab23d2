//! One step of a suite → steps of the plan: the verb becomes a probe, the context goes into its invocation.

use std::time::Duration;

use crate::config::scalars::Argv;
use crate::config::suite::{ShellName, SuiteStep};
use crate::config::verbs::{Expect, OperationVerb};
use crate::config::{Subject, scalars::Words};
use crate::managers::{PackageManager, Unsupported};
use crate::model::expectation::{Expectation, Quantity};
use crate::model::inquiry::Inquiry;
use crate::model::invocation::Invocation;
use crate::model::plan::{Measure, Probe, Question, Reading, Skip, Step};

use super::expect::{About, lower};
use super::mistake::Mistake;
use super::names::Names;
use super::operation::Environments;
use super::shell::{in_shell, login, skip};

/// Names of entries that come and go by themselves and are no part of a tree.
const PASSING: [&str; 1] = ["__pycache__"];

/// Why a step could not be made.
pub(super) enum Refused {
    /// The manager lacks something: the check is skipped.
    Unsupported(Unsupported),
    /// The image does not hold the manager: the check is skipped.
    Absent,
    /// The subject says nothing of SSH: the check is skipped.
    NoSsh,
    /// The subject sets no limit for a figure that the step is there to hold against one: the check is skipped.
    NoBudget(String),
    /// The suite is wrong.
    Wrong(Mistake),
}

impl From<Mistake> for Refused {
    fn from(mistake: Mistake) -> Self {
        Self::Wrong(mistake)
    }
}

impl From<Unsupported> for Refused {
    fn from(unsupported: Unsupported) -> Self {
        Self::Unsupported(unsupported)
    }
}

/// What steps are made from, but for the step itself.
pub(super) struct Workshop<'a> {
    pub(super) subject: &'a Subject,
    pub(super) manager: &'a dyn PackageManager,
    pub(super) names: Names,
    pub(super) environments: Environments<'a>,
    pub(super) deadline: Duration,
    /// The check's own place at shakedown's index.
    pub(super) place: String,
}

impl Workshop<'_> {
    /// The steps that one step of a suite stands for: one, or several where an operation takes several commands.
    pub(super) fn steps(&mut self, step: &SuiteStep) -> Result<Vec<Step>, Refused> {
        if let Some(verb) = &step.operation {
            return self.operation_steps(step, verb);
        }
        if let Some(programs) = &step.which {
            return self.searches(step, &self.names.fill(programs)?);
        }
        let variable = step.variable.as_ref().map(|name| self.names.fill(name)).transpose()?;
        let made = self.verb(step, variable.as_deref())?;
        let mut probe = made.probe;
        self.place(&mut probe, step)?;
        let name = step.name.clone().unwrap_or_else(|| made.name.to_owned());
        let expect = lower(step.expect.as_ref(), made.about, &self.names)?;
        let mut lowered = Step::new(name, probe, expect);
        lowered.measure = self.measure(step, made.quantity)?;
        Ok(vec![lowered])
    }

    /// A search of PATH for each of these programs, which stand with blanks between, as do the paths that are expected.
    fn searches(&self, step: &SuiteStep, programs: &str) -> Result<Vec<Step>, Refused> {
        let programs: Vec<&str> = programs.split_whitespace().collect();
        let at = step.expect.as_ref().and_then(|expect| expect.at.as_ref());
        let at = at.map(|paths| self.names.fill(paths)).transpose()?;
        let paths: Option<Vec<&str>> = at.as_ref().map(|paths| paths.split_whitespace().collect());
        let expected = paths.as_ref().map_or(programs.len(), Vec::len);
        if programs.is_empty() || expected != programs.len() {
            let problem = format!("`which` has {} programs to look for, and `at` {expected} paths", programs.len());
            return Err(Refused::Wrong(problem.into()));
        }
        let mut steps = Vec::new();
        for (index, program) in programs.iter().enumerate() {
            if self.calls_manager(program) {
                self.present()?;
            }
            let at = paths.as_ref().and_then(|paths| paths.get(index)).map(|&path| path.to_owned());
            let expect = step.expect.as_ref().map(|expect| Expect { at, ..expect.clone() });
            let inquiry = Inquiry::Which { name: (*program).to_owned(), path: None };
            let mut probe = Probe::Ask { inquiry, user: None };
            self.place(&mut probe, step)?;
            let name = step.name.clone().unwrap_or_else(|| "which".to_owned());
            let mut lowered = Step::new(name, probe, lower(expect.as_ref(), About::Search, &self.names)?);
            lowered.measure = self.measure(step, Quantity::Size)?;
            steps.push(lowered);
        }
        Ok(steps)
    }

    /// All commands of an operation must succeed; what is expected, and measured, is the last one's.
    fn operation_steps(&mut self, step: &SuiteStep, verb: &OperationVerb) -> Result<Vec<Step>, Refused> {
        let invocations = self.invocations(verb)?;
        let name = step.name.clone().unwrap_or_else(|| "operation".to_owned());
        let last = invocations.len().saturating_sub(1);
        let mut steps = Vec::new();
        for (index, invocation) in invocations.into_iter().enumerate() {
            let read = Some(self.reading(Question::Refusal));
            let mut probe = Probe::Run { invocation, read, skip: Skip::default() };
            self.place(&mut probe, step)?;
            let (name, expect) = if index == last {
                (name.clone(), lower(step.expect.as_ref(), About::Command, &self.names)?)
            } else {
                (format!("{name} ({} of {})", index + 1, last + 1), Expectation::Exit(0))
            };
            steps.push(Step::new(name, probe, expect));
        }
        if let Some(step_made) = steps.last_mut() {
            step_made.measure = self.measure(step, Quantity::Wall)?;
        }
        Ok(steps)
    }

    /// The commands of an operation, with this check's deadline.
    pub(super) fn invocations(&mut self, verb: &OperationVerb) -> Result<Vec<Invocation>, Refused> {
        self.present()?;
        let invocations = if verb.clear_cache == Some(true) {
            self.manager.clear_cache(&self.caller()).invocations
        } else {
            let operation = self.environments.operation(verb, &self.names)?;
            match operation.project() {
                Some(folder) => self.in_project(folder, &operation, verb)?,
                None => self.manager.perform(&operation, &self.subject.install)?,
            }
        };
        Ok(invocations.into_iter().map(|invocation| Invocation { deadline: self.deadline, ..invocation }).collect())
    }

    pub(super) fn python(&self, environment: &str, code: &str, arguments: &[&str]) -> Result<Invocation, Refused> {
        let spec = self.environments.find(&self.names.fill(environment)?)?;
        let interpreter = self.manager.interpreter(&spec, &self.subject.install);
        let argv = [interpreter.as_str(), "-c", code].into_iter().chain(arguments.iter().copied());
        Ok(self.invocation(argv.map(str::to_owned).collect()))
    }

    /// That the image holds the manager.
    pub(super) fn present(&self) -> Result<(), Refused> {
        if self.subject.install.absent { Err(Refused::Absent) } else { Ok(()) }
    }

    /// Whether a word of a command, or a command of a shell, is the manager's name or program.
    pub(super) fn calls_manager(&self, text: &str) -> bool {
        let binary = self.manager.installation(&self.subject.install).binary;
        text.split(|end: char| end.is_whitespace() || ";&|()$'\"".contains(end))
            .any(|word| word == self.manager.name() || word == binary)
    }

    pub(super) fn reading(&self, what: Question) -> Reading {
        Reading { manager: self.manager.name().to_owned(), what, only: None }
    }

    pub(super) fn invocation(&self, argv: Vec<String>) -> Invocation {
        Invocation { deadline: self.deadline, ..Invocation::new(argv) }
    }

    pub(super) fn command(&self, argv: &Argv, step: &SuiteStep) -> Result<Invocation, Refused> {
        let shell = step.shell.unwrap_or(ShellName::Sh);
        let way = step.login.as_ref().map(|way| self.names.fill(way)).transpose()?;
        let argv = match argv {
            Argv::List(list) => self.names.words(&Words::List(list.clone()))?,
            Argv::Shell(text) => in_shell(shell, &self.names.fill(text)?),
        };
        if argv.is_empty() {
            return Err(Refused::Wrong("`run` needs a program to run".into()));
        }
        Ok(Invocation { login: login(shell, way.as_deref(), self.subject)?, ..self.invocation(argv) })
    }

    /// Puts user, folder, variables and the like of the step into what it runs.
    fn place(&self, probe: &mut Probe, step: &SuiteStep) -> Result<(), Mistake> {
        let fill = |text: &Option<String>| text.as_ref().map(|text| self.names.fill(text)).transpose();
        let invocations: &mut [Invocation] = match probe {
            Probe::Run { invocation, skip: nothing_here, .. } => {
                *nothing_here = skip(step.shell, step.skip_exit);
                std::slice::from_mut(invocation)
            }
            Probe::Entrypoint { invocation, .. } => std::slice::from_mut(invocation),
            Probe::Together(invocations) => invocations,
            Probe::Ask { user, .. } => {
                *user = fill(&step.user)?;
                return Ok(());
            }
            _ => return Ok(()),
        };
        for invocation in invocations {
            if step.user.is_some() {
                invocation.user = fill(&step.user)?;
            }
            if step.cwd.is_some() {
                invocation.directory = fill(&step.cwd)?;
            }
            for (name, value) in &step.env {
                invocation.environment.insert(name.clone(), fill(value)?);
            }
        }
        Ok(())
    }

    pub(super) fn measure(&self, step: &SuiteStep, quantity: Quantity) -> Result<Option<Measure>, Refused> {
        let Some(name) = &step.budget else { return Ok(None) };
        let name = self.names.fill(name)?;
        let quantity = if name.starts_with("memory") { Quantity::Memory } else { quantity };
        let Some(budget) = self.subject.budget(&name) else {
            return Err(Refused::NoBudget(name));
        };
        if let Some(unit) = quantity.unit().filter(|unit| *unit != budget.unit) {
            let problem =
                format!("the budget `{name}` limits {}, but this step measures {}", budget.unit.noun(), unit.noun());
            let hint = Some(format!("Correct the subject's `budgets.{name}`: {}.", unit.example()));
            return Err(Refused::Wrong(Mistake { hint, ..problem.into() }.written_as(&name)));
        }
        Ok(Some(Measure { name, quantity, budget: Some(budget.value) }))
    }
}

/// A picture of everything below these paths, contents included.
pub(super) fn tree(paths: Vec<String>) -> Inquiry {
    Inquiry::Tree { paths, hash: true, exclude: PASSING.map(str::to_owned).to_vec() }
}
