//! Operations of a check, and the environments that it makes.

use crate::config::Subject;
use crate::config::verbs::{OperationTarget, OperationVerb};
use crate::managers::{EnvironmentKind, EnvironmentSpec, Operation};

use super::mistake::Mistake;
use super::names::Names;

/// The environments that a check can speak of: the subject's, and those that its own operations make.
pub(super) struct Environments<'a> {
    subject: &'a Subject,
    made: Vec<EnvironmentSpec>,
}

impl<'a> Environments<'a> {
    pub(super) fn new(subject: &'a Subject) -> Self {
        Self { subject, made: Vec::new() }
    }

    /// All of them; what the check made goes before what the subject has of the same name.
    pub(super) fn all(&self) -> Vec<EnvironmentSpec> {
        let is_made = |name: &str| self.made.iter().any(|made| made.name == name);
        let subject = self.subject.environments.iter().filter(|environment| !is_made(&environment.name));
        self.made.iter().chain(subject).cloned().collect()
    }

    pub(super) fn find(&self, name: &str) -> Result<EnvironmentSpec, Mistake> {
        let known = || self.made.iter().chain(&self.subject.environments);
        known().find(|environment| environment.name == name).cloned().ok_or_else(|| {
            let names: Vec<_> = known().map(|environment| environment.name.as_str()).collect();
            Mistake::unknown(name, format!("no environment is named `{name}`"), "environments", &names)
        })
    }

    /// The operation that a verb describes. An environment that is new is remembered for the steps that follow.
    pub(super) fn operation(&mut self, verb: &OperationVerb, names: &Names) -> Result<Operation, Mistake> {
        let given = [&verb.install, &verb.add, &verb.update, &verb.remove, &verb.uninstall, &verb.repair];
        let mut targets = given.iter().filter_map(|target| target.as_ref());
        let (Some(target), None) = (targets.next(), targets.next()) else {
            return Err("an operation is exactly one of install, add, update, remove, uninstall, repair".into());
        };
        let packages = names.words(&target.packages)?;
        let environment = self.environment(target, &packages, names, verb.install.is_some())?;
        Ok(if verb.install.is_some() {
            Operation::Install(environment)
        } else if verb.add.is_some() {
            Operation::Add { environment, packages }
        } else if verb.update.is_some() {
            Operation::Update { environment, packages }
        } else if verb.remove.is_some() {
            Operation::Remove { environment, packages }
        } else if verb.uninstall.is_some() {
            Operation::Uninstall(environment)
        } else {
            Operation::Repair(environment)
        })
    }

    fn environment(
        &mut self,
        target: &OperationTarget,
        packages: &[String],
        names: &Names,
        install: bool,
    ) -> Result<EnvironmentSpec, Mistake> {
        let name = names.fill(&target.environment)?;
        if !install {
            return self.find(&name);
        }
        let mut spec = match self.find(&name) {
            Ok(known) => known,
            Err(_) => self.fresh(&name, target)?,
        };
        if let Some(project) = &target.project {
            spec.path = Some(names.fill(project)?);
        }
        if !packages.is_empty() {
            spec.packages = packages.to_vec();
        }
        let exposes = names.words(&target.exposes)?;
        if !exposes.is_empty() {
            spec.exposes = exposes;
        }
        self.made.retain(|made| made.name != spec.name);
        self.made.push(spec.clone());
        Ok(spec)
    }

    /// A new environment is like another of the subject's; unless one is named, like the first that is made for programs.
    fn fresh(&self, name: &str, target: &OperationTarget) -> Result<EnvironmentSpec, Mistake> {
        let kind = match &target.like {
            _ if target.project.is_some() => EnvironmentKind::Workspace,
            Some(like) => self.find(like)?.kind,
            None => self.program_kind()?,
        };
        let path = match (kind, &target.like) {
            (EnvironmentKind::Venv | EnvironmentKind::Workspace, Some(like)) => self.find(like)?.path.map(|path| {
                let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent).to_owned();
                format!("{parent}/{name}")
            }),
            _ => None,
        };
        Ok(EnvironmentSpec { name: name.to_owned(), kind, path, packages: Vec::new(), exposes: Vec::new() })
    }

    fn program_kind(&self) -> Result<EnvironmentKind, Mistake> {
        let kinds = || self.subject.environments.iter().map(|environment| environment.kind);
        kinds()
            .find(|kind| matches!(kind, EnvironmentKind::Tool | EnvironmentKind::Global))
            .or_else(|| kinds().next())
            .ok_or_else(|| "the subject has no environment to make another like it".into())
    }
}
