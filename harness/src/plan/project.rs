//! Projects that a check makes, by the operations that every manager has for them.

use crate::config::verbs::{OperationTarget, OperationVerb};
use crate::managers::{
    Additions, Caller, Capability, EnvironmentKind, EnvironmentSpec, Init, InvalidSpec, LockUse, Operation, Place,
    Reach, Removal, Spec, Syncing, Unsupported, Update,
};
use crate::model::invocation::Invocation;
use crate::model::plan::Question;

use super::mistake::Mistake;
use super::step::{Refused, Workshop};

/// Where everybody finds the conda packages that the subject serves no channel for.
const PUBLIC_CHANNEL: &str = "conda-forge";

/// The place of a project's environment; a subject's own environments are no projects.
pub(super) fn place_of(environment: &EnvironmentSpec) -> Result<Place, Refused> {
    if let (EnvironmentKind::Workspace, Some(folder)) = (environment.kind, &environment.path) {
        return Ok(Place::Project(folder.clone()));
    }
    let problem = format!("`{}` is no project that this check has made", environment.name);
    Err(Refused::Wrong(Mistake::from(problem).written_as(&environment.name)))
}

impl Workshop<'_> {
    /// The subject's manager, as projects call it.
    pub(super) fn caller(&self) -> Caller {
        Caller::of(self.manager, &self.subject.install)
    }

    /// The commands of an operation on the project in this folder.
    pub(super) fn in_project(
        &self,
        folder: &str,
        operation: &Operation,
        verb: &OperationVerb,
    ) -> Result<Vec<Invocation>, Refused> {
        let (manager, caller) = (self.manager, self.caller());
        let place = Place::Project(folder.to_owned());
        let target = [&verb.install, &verb.add, &verb.update, &verb.remove, &verb.repair].into_iter().flatten().next();
        let reach = self.reach(target)?;
        Ok(match operation {
            Operation::Install(environment) => {
                let sources = if self.has(Capability::SourcesOfProject) { self.sources()? } else { Vec::new() };
                let options = Init { sources, ..Init::default() };
                let mut invocations = manager.init(&caller, &place, &options)?.invocations;
                if !environment.packages.is_empty() {
                    let additions = additions(&environment.packages, reach)?;
                    invocations.extend(manager.install(&caller, &place, &additions)?.invocations);
                }
                invocations
            }
            Operation::Add { packages, .. } => {
                manager.install(&caller, &place, &additions(packages, reach)?)?.invocations
            }
            Operation::Update { packages, .. } => {
                manager.update(&caller, &place, &Update { names: packages.clone(), reach })?.invocations
            }
            Operation::Remove { packages, .. } => {
                let removal = Removal { names: packages.clone(), reach, ..Removal::default() };
                manager.remove(&caller, &place, &removal)?.invocations
            }
            Operation::Repair(_) => {
                let is_locked = target.is_some_and(|target| target.locked);
                let lock = if is_locked { LockUse::Locked } else { LockUse::Update };
                manager.sync(&caller, &place, &Syncing { lock, reach, ..Syncing::default() })?.invocations
            }
            Operation::Uninstall(_) => {
                let reason = "a project is a folder: no manager removes it as a whole";
                return Err(Refused::Unsupported(Unsupported(reason.to_owned())));
            }
        })
    }

    /// The command that lists what is in a project's environment, where the question is about that.
    pub(super) fn listed(&self, question: &Question) -> Result<Option<Invocation>, Refused> {
        let Question::Packages { environment } = question else { return Ok(None) };
        let spec = self.environments.find(environment)?;
        match spec.kind {
            EnvironmentKind::Workspace => {
                let task = self.manager.list(&self.caller(), &place_of(&spec)?)?;
                Ok(task.invocations.into_iter().next())
            }
            EnvironmentKind::Global | EnvironmentKind::Venv | EnvironmentKind::Tool => Ok(None),
        }
    }

    /// Where packages come from: sources are named with an operation only where a project does not keep its own.
    fn reach(&self, target: Option<&OperationTarget>) -> Result<Reach, Refused> {
        let offline = target.is_some_and(|target| target.offline);
        let sources = if self.has(Capability::SourcesOfProject) { Vec::new() } else { self.sources()? };
        Ok(Reach { sources, offline })
    }

    fn has(&self, capability: Capability) -> bool {
        self.manager.support(capability).check(self.manager.name()).is_ok()
    }

    /// The subject's local sources, as this manager takes them.
    fn sources(&self) -> Result<Vec<String>, Mistake> {
        let (index, conda) = (self.names.fill("{{ sources.index }}")?, self.names.fill("{{ sources.conda }}")?);
        let channel = self.names.fill("{{ sources.channel }}")?;
        let channel = if channel.is_empty() { PUBLIC_CHANNEL.to_owned() } else { channel };
        let all = if self.has(Capability::Channels) { vec![conda, channel] } else { vec![index] };
        Ok(all.into_iter().filter(|source| !source.is_empty()).collect())
    }
}

fn additions(packages: &[String], reach: Reach) -> Result<Additions, Mistake> {
    let specs = packages.iter().map(|text| text.parse()).collect::<Result<Vec<Spec>, InvalidSpec>>();
    let specs = specs.map_err(|error| Mistake::from(error.to_string()))?;
    Ok(Additions { specs, reach, ..Additions::default() })
}
