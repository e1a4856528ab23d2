//! uv, by its virtual environments and its tools.

mod commands;
mod files;
mod operations;
mod outputs;
mod places;
mod project;
mod refusals;
mod support;
mod tools;

use super::{
    EnvironmentKind, EnvironmentSpec, Install, Installation, Operation, PackageManager, Records, Sign, Unsupported,
    dist_info,
};
use crate::model::fact::{ErrorClass, Fact};
use crate::model::invocation::Invocation;
use crate::model::plan::Question;

/// uv. A venv is a folder; a tool is the environment of its first package, whose programs are linked to one folder.
pub(super) struct Uv;

impl PackageManager for Uv {
    fn name(&self) -> &'static str {
        "uv"
    }

    fn kinds(&self) -> &'static [EnvironmentKind] {
        &[EnvironmentKind::Venv, EnvironmentKind::Tool]
    }

    fn installation(&self, install: &Install) -> Installation {
        places::installation(install)
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

    fn listed_as(&self, environment: &EnvironmentSpec) -> Option<String> {
        (environment.kind == EnvironmentKind::Tool).then(|| places::tool_name(environment))
    }

    fn folder(&self, environment: &EnvironmentSpec, install: &Install) -> String {
        places::folder(environment, install)
    }

    fn launcher(&self, environment: &EnvironmentSpec, install: &Install, program: &str) -> String {
        match environment.kind {
            EnvironmentKind::Tool => format!("{}/{program}", places::tool_programs(install)),
            EnvironmentKind::Venv | EnvironmentKind::Global | EnvironmentKind::Workspace => {
                format!("{}/bin/{program}", self.folder(environment, install))
            }
        }
    }

    fn records(&self, environment: &EnvironmentSpec, install: &Install) -> Records {
        Records { folder: self.folder(environment, install), suffix: dist_info::SUFFIX.to_owned() }
    }

    fn read_records(&self, files: &[(String, String)]) -> Result<Fact, String> {
        dist_info::read(files)
    }

    fn manifest(&self, environment: &EnvironmentSpec, install: &Install) -> Result<String, Unsupported> {
        match environment.kind {
            EnvironmentKind::Tool => Ok(format!("{}/uv-receipt.toml", self.folder(environment, install))),
            EnvironmentKind::Venv | EnvironmentKind::Global | EnvironmentKind::Workspace => {
                Err(Unsupported("a venv has no manifest".to_owned()))
            }
        }
    }

    fn read_manifest(&self, text: &str, environment: &str) -> Result<Fact, String> {
        files::read_manifest(text, environment)
    }
}

#[cfg(test)]
mod tests;
