//! One step of a suite → steps of the plan: the verb becomes a probe, the context goes into its invocation.

use std::time::Duration;

use crate::config::scalars::Argv;
use crate::config::suite::{ImageVerb, ShellName, SuiteStep};
use crate::config::verbs::{Ask, AskName, OperationVerb};
use crate::config::{Subject, scalars::Words};
use crate::managers::{EnvironmentKind, PackageManager, Unsupported, name_of};
use crate::model::build::{CACHE_MOUNTS, ImagePart};
use crate::model::expectation::{Expectation, Quantity};
use crate::model::inquiry::Inquiry;
use crate::model::invocation::Invocation;
use crate::model::plan::{Measure, Probe, Question, Reading, Skip, Step};

use super::expect::{About, lower};
use super::mistake::Mistake;
use super::names::Names;
use super::operation::Environments;
use super::path::{absolute, all_absolute};
use super::project::place_of;
use super::python;
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

/// A probe, and what kind of observation it makes.
struct Made<'a> {
    probe: Probe,
    about: About<'a>,
    quantity: Quantity,
    name: &'static str,
}

impl<'a> Made<'a> {
    fn new(name: &'static str, probe: Probe, about: About<'a>, quantity: Quantity) -> Self {
        Self { probe, about, quantity, name }
    }

    fn command(name: &'static str, invocation: Invocation, read: Option<Reading>) -> Self {
        let probe = Probe::Run { invocation, read, skip: Skip::default() };
        Self::new(name, probe, About::Command, Quantity::Wall)
    }

    fn ask(name: &'static str, inquiry: Inquiry, about: About<'a>, quantity: Quantity) -> Self {
        Self::new(name, Probe::Ask { inquiry, user: None }, about, quantity)
    }
}

impl Workshop<'_> {
    /// The steps that one step of a suite stands for: one, or several where an operation takes several commands.
    pub(super) fn steps(&mut self, step: &SuiteStep) -> Result<Vec<Step>, Refused> {
        if let Some(verb) = &step.operation {
            return self.operation_steps(step, verb);
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

    fn verb<'v>(&mut self, step: &SuiteStep, variable: Option<&'v str>) -> Result<Made<'v>, Refused> {
        if let Some(argv) = &step.run {
            let invocation = self.command(argv, step)?;
            if invocation.argv.iter().any(|word| self.calls_manager(word)) {
                self.present()?;
            }
            return Ok(Made::command("run", invocation, None));
        }
        if let Some(path) = &step.file {
            let path = absolute(self.names.fill(path)?)?;
            if self.calls_manager(&path) {
                self.present()?;
            }
            return Ok(Made::ask("file", Inquiry::File(path), About::File, Quantity::Size));
        }
        if let Some(path) = &step.content {
            let inquiry = Inquiry::Content { path: absolute(self.names.fill(path)?)?, most: 1 << 20 };
            return Ok(Made::ask("content", inquiry, About::Content, Quantity::Size));
        }
        if let Some(name) = &step.which {
            let name = self.names.fill(name)?;
            if self.calls_manager(&name) {
                self.present()?;
            }
            return Ok(Made::ask("which", Inquiry::Which { name, path: None }, About::Search, Quantity::Size));
        }
        if let Some(name) = variable {
            return Ok(Made::ask("variable", Inquiry::Environment, About::Variable(name), Quantity::Size));
        }
        if let Some(paths) = &step.tree {
            return Ok(Made::ask("tree", tree(all_absolute(self.names.words(paths)?)?), About::Other, Quantity::Size));
        }
        if let Some(paths) = &step.usage {
            return Ok(Made::ask(
                "usage",
                Inquiry::Usage(all_absolute(self.names.words(paths)?)?),
                About::Other,
                Quantity::Size,
            ));
        }
        if let Some(verb) = step.image {
            let (part, about) = match verb {
                ImageVerb::Size => (ImagePart::Size, About::Other),
                ImageVerb::Configuration => (ImagePart::Configuration, About::Text),
                ImageVerb::History => (ImagePart::History, About::Text),
                ImageVerb::Secrets => (ImagePart::Secrets, About::Text),
            };
            return Ok(Made::new("image", Probe::Image(part), about, Quantity::Size));
        }
        if step.log.is_some() {
            return Ok(Made::new("log", Probe::Log, About::Text, Quantity::Size));
        }
        if let Some(verb) = &step.entrypoint {
            let invocation = self.command(&Argv::List(verb.run.clone()), step)?;
            if invocation.argv.iter().any(|word| self.calls_manager(word)) {
                self.present()?;
            }
            let manager = self.manager.name().to_owned();
            let probe = Probe::Entrypoint { invocation, terminal: verb.terminal, manager };
            return Ok(Made::new("entrypoint", probe, About::Command, Quantity::Wall));
        }
        if let Some(name) = &step.build {
            // Without a limit there is nothing to hold it against, measured or not.
            self.measure(step, Quantity::Value)?;
            let probe = Probe::BuildStep(self.build_step(self.names.fill(name)?)?);
            return Ok(Made::new("build", probe, About::Other, Quantity::Value));
        }
        self.manager_verb(step)
    }

    /// The name of a build step that one of the stages measures. An image that is not built has none to hold it against.
    fn build_step(&self, name: String) -> Result<String, Mistake> {
        let stages = self.subject.image.stages();
        let known: Vec<&str> = stages.iter().flat_map(|stage| stage.measure.keys()).map(String::as_str).collect();
        if stages.is_empty() || name == CACHE_MOUNTS || known.contains(&name.as_str()) {
            return Ok(name);
        }
        let problem = format!("no stage measures a build step `{name}`");
        Err(Mistake::unknown(&name, problem, "measured build steps", &known))
    }

    fn manager_verb<'v>(&mut self, step: &SuiteStep) -> Result<Made<'v>, Refused> {
        if let Some(ask) = &step.ask {
            return self.ask(ask);
        }
        if let Some(environment) = &step.records {
            let probe = self.records(&self.names.fill(environment)?)?;
            return Ok(Made::new("records", probe, About::Other, Quantity::Size));
        }
        if let Some(environment) = &step.manifest {
            let probe = self.manifest(&self.names.fill(environment)?)?;
            return Ok(Made::new("manifest", probe, About::Other, Quantity::Size));
        }
        if let Some(import) = &step.import {
            let package = name_of(&self.names.fill(&import.package)?).to_owned();
            let invocation = self.python(&import.environment, python::IMPORT, &[&package])?;
            return Ok(Made::command("import", invocation, None));
        }
        if let Some(code) = &step.python {
            let text = self.names.fill(&code.code)?;
            let invocation = self.python(&code.environment, &text, &[])?;
            return Ok(Made::command("python", invocation, None));
        }
        if let Some(inside) = &step.inside {
            self.present()?;
            let environment = self.environments.find(&self.names.fill(&inside.environment)?)?;
            let argv = self.names.words(&Words::List(inside.run.clone()))?;
            let invocation = self.manager.run(&self.caller(), &place_of(&environment)?, &argv)?;
            let invocation = Invocation { deadline: self.deadline, ..invocation };
            return Ok(Made::command("inside", invocation, None));
        }
        if let Some(program) = &step.program {
            let environment = self.environments.find(&self.names.fill(&program.environment)?)?;
            let mut argv = self.names.words(&Words::List(program.run.clone()))?;
            let first = argv.first_mut().ok_or_else(|| Mistake::from("`program` needs a program to run"))?;
            *first = self.manager.launcher(&environment, &self.subject.install, first);
            return Ok(Made::command("program", self.invocation(argv), None));
        }
        if !step.together.is_empty() {
            return self.together(&step.together);
        }
        Err(Refused::Wrong("a step needs a verb".into()))
    }

    fn together<'v>(&mut self, verbs: &[OperationVerb]) -> Result<Made<'v>, Refused> {
        let mut all = Vec::new();
        for verb in verbs {
            let mut invocations = self.invocations(verb)?;
            match (invocations.pop(), invocations.is_empty()) {
                (Some(only), true) => all.push(only),
                _ => return Err(Refused::Wrong("operations at the same time must be one command each".into())),
            }
        }
        Ok(Made::new("together", Probe::Together(all), About::Command, Quantity::Wall))
    }

    fn ask<'v>(&mut self, ask: &Ask) -> Result<Made<'v>, Refused> {
        let environment = |workshop: &Self| -> Result<String, Mistake> {
            let name = ask.environment.as_ref().ok_or("this question is about an environment: name it")?;
            let name = workshop.names.fill(name)?;
            workshop.environments.find(&name).map(|spec| spec.name)
        };
        let what = match ask.what {
            AskName::Version => Question::Version,
            AskName::Installation => Question::Installation,
            AskName::Environments => Question::Environments,
            AskName::Packages => Question::Packages { environment: environment(self)? },
            AskName::UpToDate => Question::UpToDate { environment: environment(self)? },
        };
        self.present()?;
        let invocation = match self.listed(&what)? {
            Some(invocation) => invocation,
            None => self.manager.ask(&what, &self.subject.install, &self.environments.all())?,
        };
        let mut reading = self.reading(what);
        reading.only = ask.package.as_ref().map(|package| self.names.fill(package)).transpose()?;
        Ok(Made::command("ask", Invocation { deadline: self.deadline, ..invocation }, Some(reading)))
    }

    pub(super) fn records(&self, environment: &str) -> Result<Probe, Refused> {
        let spec = self.environments.find(environment)?;
        let records = self.manager.records(&spec, &self.subject.install);
        let reading = self.reading(Question::Records { environment: spec.name });
        Ok(Probe::Records { folder: records.folder, suffix: records.suffix, reading })
    }

    fn manifest(&self, environment: &str) -> Result<Probe, Refused> {
        let spec = self.environments.find(environment)?;
        if spec.kind == EnvironmentKind::Workspace {
            let reason = "what is in a project's manifest is seen in its text";
            return Err(Refused::Unsupported(Unsupported(reason.to_owned())));
        }
        let path = self.manager.manifest(&spec, &self.subject.install)?;
        Ok(Probe::Manifest { path, reading: self.reading(Question::Manifest { environment: spec.name }) })
    }

    pub(super) fn python(&self, environment: &str, code: &str, arguments: &[&str]) -> Result<Invocation, Refused> {
        let spec = self.environments.find(&self.names.fill(environment)?)?;
        let interpreter = self.manager.interpreter(&spec, &self.subject.install);
        let argv = [interpreter.as_str(), "-c", code].into_iter().chain(arguments.iter().copied());
        Ok(self.invocation(argv.map(str::to_owned).collect()))
    }

    /// That the image holds the manager.
    fn present(&self) -> Result<(), Refused> {
        if self.subject.install.absent { Err(Refused::Absent) } else { Ok(()) }
    }

    /// Whether a word of a command, or a command of a shell, is the manager's name or program.
    fn calls_manager(&self, text: &str) -> bool {
        let binary = self.manager.installation(&self.subject.install).binary;
        text.split(|end: char| end.is_whitespace() || ";&|()$'\"".contains(end))
            .any(|word| word == self.manager.name() || word == binary)
    }

    pub(super) fn reading(&self, what: Question) -> Reading {
        Reading { manager: self.manager.name().to_owned(), what, only: None }
    }

    fn invocation(&self, argv: Vec<String>) -> Invocation {
        Invocation { deadline: self.deadline, ..Invocation::new(argv) }
    }

    fn command(&self, argv: &Argv, step: &SuiteStep) -> Result<Invocation, Refused> {
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

    fn measure(&self, step: &SuiteStep, quantity: Quantity) -> Result<Option<Measure>, Refused> {
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
