//! pixi, by its global environments.

mod commands;
mod files;
mod operations;
mod outputs;
mod project;
mod refusals;
mod support;
mod tools;

use std::collections::BTreeMap;

use super::{EnvironmentKind, EnvironmentSpec, Install, Installation, Operation, PackageManager, Records, Unsupported};
use crate::model::fact::{ErrorClass, Fact};
use crate::model::invocation::Invocation;
use crate::model::plan::Question;

/// pixi. An environment is a global one: a folder below `envs` of its home and an entry of its one global manifest.
pub(super) struct Pixi;

impl PackageManager for Pixi {
    fn name(&self) -> &'static str {
        "pixi"
    }

    fn kinds(&self) -> &'static [EnvironmentKind] {
        &[EnvironmentKind::Global]
    }

    fn installation(&self, install: &Install) -> Installation {
        let home = &install.home;
        let mut variables = BTreeMap::from([("PIXI_HOME".to_owned(), home.clone())]);
        variables.extend(install.environment.clone());
        Installation {
            binary: commands::program(install),
            variables,
            folders: vec![home.clone(), format!("{home}/bin"), format!("{home}/envs"), format!("{home}/manifests")],
            path: vec![install.programs(), format!("{home}/bin")],
        }
        .once()
    }

    fn ask(
        &self,
        question: &Question,
        install: &Install,
        _environments: &[EnvironmentSpec],
    ) -> Result<Invocation, Unsupported> {
        commands::ask(question, install)
    }

    fn read(&self, question: &Question, exit: Option<i32>, stdout: &str, stderr: &str) -> Result<Fact, String> {
        outputs::read(question, exit, stdout, stderr)
    }

    fn classify(&self, exit: Option<i32>, output: &str) -> ErrorClass {
        refusals::classify(exit, output)
    }

    fn perform(&self, operation: &Operation, install: &Install) -> Result<Vec<Invocation>, Unsupported> {
        commands::perform(operation, install)
    }

    fn folder(&self, environment: &EnvironmentSpec, install: &Install) -> String {
        let own = environment.of_project(".pixi/envs/default");
        own.unwrap_or_else(|| format!("{}/envs/{}", install.home, environment.name))
    }

    fn launcher(&self, environment: &EnvironmentSpec, install: &Install, program: &str) -> String {
        let own = environment.of_project(&format!(".pixi/envs/default/bin/{program}"));
        own.unwrap_or_else(|| format!("{}/bin/{program}", install.home))
    }

    fn records(&self, environment: &EnvironmentSpec, install: &Install) -> Records {
        let folder = format!("{}/conda-meta", self.folder(environment, install));
        Records { folder, suffix: ".json".to_owned() }
    }

    fn read_records(&self, files: &[(String, String)]) -> Result<Fact, String> {
        files::read_records(files)
    }

    fn manifest(&self, _environment: &EnvironmentSpec, install: &Install) -> Result<String, Unsupported> {
        Ok(format!("{}/manifests/pixi-global.toml", install.home))
    }

    fn read_manifest(&self, text: &str, environment: &str) -> Result<Fact, String> {
        files::read_manifest(text, environment)
    }
}

#[cfg(test)]
mod tests;
