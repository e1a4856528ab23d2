//! pip, by Python's virtual environments.

mod commands;
mod operations;
mod outputs;
mod project;
mod refusals;
mod support;

use super::{
    EnvironmentKind, EnvironmentSpec, Install, Installation, Operation, PackageManager, Records, Sign, Unsupported,
    dist_info,
};
use crate::model::fact::{ErrorClass, Fact};
use crate::model::invocation::Invocation;
use crate::model::plan::Question;

/// pip. It stands apart from the environments that it works on, which Python's own `venv` makes: so all of them have
/// one pip, and it is none of their packages.
pub(super) struct Pip;

impl PackageManager for Pip {
    fn name(&self) -> &'static str {
        "pip"
    }

    fn kinds(&self) -> &'static [EnvironmentKind] {
        &[EnvironmentKind::Venv]
    }

    fn installation(&self, install: &Install) -> Installation {
        let (home, programs) = (install.home.clone(), install.programs());
        Installation {
            binary: commands::program(install),
            variables: install.environment.clone(),
            folders: vec![home, programs.clone()],
            path: vec![programs],
        }
        .once()
    }

    fn ask(
        &self,
        question: &Question,
        install: &Install,
        environments: &[EnvironmentSpec],
    ) -> Result<Invocation, Unsupported> {
        commands::ask(question, install, environments)
    }

    fn read(&self, question: &Question, exit: Option<i32>, stdout: &str, stderr: &str) -> Result<Fact, String> {
        outputs::read(question, exit, stdout, stderr)
    }

    fn classify(&self, exit: Option<i32>, output: &str) -> ErrorClass {
        refusals::classify(exit, output)
    }

    fn signs(&self) -> &'static [Sign] {
        outputs::SIGNS
    }

    fn perform(&self, operation: &Operation, install: &Install) -> Result<Vec<Invocation>, Unsupported> {
        commands::perform(operation, install)
    }

    fn listed_as(&self, _environment: &EnvironmentSpec) -> Option<String> {
        None
    }

    fn folder(&self, environment: &EnvironmentSpec, install: &Install) -> String {
        commands::folder(environment, install)
    }

    fn launcher(&self, environment: &EnvironmentSpec, install: &Install, program: &str) -> String {
        format!("{}/bin/{program}", commands::folder(environment, install))
    }

    fn records(&self, environment: &EnvironmentSpec, install: &Install) -> Records {
        Records { folder: commands::folder(environment, install), suffix: dist_info::SUFFIX.to_owned() }
    }

    fn read_records(&self, files: &[(String, String)]) -> Result<Fact, String> {
        dist_info::read(files)
    }

    fn manifest(&self, _environment: &EnvironmentSpec, _install: &Install) -> Result<String, Unsupported> {
        Err(Unsupported("a virtual environment has no manifest".to_owned()))
    }

    fn read_manifest(&self, _text: &str, _environment: &str) -> Result<Fact, String> {
        Err("expected no manifest: a virtual environment has none".to_owned())
    }
}

#[cfg(test)]
mod tests;
