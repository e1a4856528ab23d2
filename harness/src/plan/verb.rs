//! What a step's verb looks at: the probe, and what kind of observation it makes.

use crate::config::scalars::{Argv, Words};
use crate::config::suite::{ImageVerb, SuiteStep};
use crate::config::verbs::{Ask, AskName, OperationVerb};
use crate::managers::{EnvironmentKind, Unsupported, name_of};
use crate::model::build::{CACHE_MOUNTS, ImagePart};
use crate::model::expectation::Quantity;
use crate::model::inquiry::Inquiry;
use crate::model::invocation::Invocation;
use crate::model::plan::{Probe, Question, Reading, Skip};

use super::expect::About;
use super::mistake::Mistake;
use super::path::{absolute, all_absolute};
use super::project::place_of;
use super::python;
use super::step::{Refused, Workshop, tree};

/// A probe, and what kind of observation it makes.
pub(super) struct Made<'a> {
    pub(super) probe: Probe,
    pub(super) about: About<'a>,
    pub(super) quantity: Quantity,
    pub(super) name: &'static str,
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
    /// What the step's verb looks at; `variable` is the name of the variable that it asks for, filled in.
    pub(super) fn verb<'v>(&mut self, step: &SuiteStep, variable: Option<&'v str>) -> Result<Made<'v>, Refused> {
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
            let allowed = self.subject.container.allowed_in_log.clone();
            return Ok(Made::new("log", Probe::Log { allowed }, About::Text, Quantity::Size));
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
}
