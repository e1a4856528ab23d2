//! Package managers behind one trait. Pure: they describe invocations and read outputs; others run them.

mod answers;
mod caller;
mod capability;
#[cfg(test)]
mod captured;
mod causes;
mod context;
mod dist_info;
mod failure;
mod formats;
mod made;
mod mistake;
mod operations;
mod options;
mod pip;
mod pixi;
mod registry;
mod requirement;
mod results;
#[cfg(test)]
mod sample;
mod spec;
mod stages;
mod task;
mod uv;
mod words;

use crate::model::fact::{ErrorClass, Fact};
use crate::model::invocation::Invocation;
use crate::model::plan::Question;

pub use caller::{Caller, Place};
pub use capability::{Capability, Support};
pub use context::{EnvironmentKind, EnvironmentSpec, Install, Installation, Operation, Records, Unsupported};
pub use failure::Failure;
pub use mistake::Mistake;
pub use operations::Operations;
pub use options::{Additions, Init, LinkMode, LockUse, Reach, Removal, Syncing, ToolOperation, Update};
pub use registry::{ALL, find};
pub use requirement::name_of;
pub use results::{Cache, Changes, Dependency, Detected, Kind, Lock, LockState, Manifest};
pub use spec::{InvalidSpec, Spec};
pub use stages::{Meaning, Sign, Stages};
pub use task::{Ended, Seen, Task};

/// A package manager, as far as suites speak to one.
///
/// Implementations are stateless. What the caller knows of the subject's installation comes in as [`Install`], of an
/// environment as [`EnvironmentSpec`]. `ask`, `perform` and the like return what to run; the caller runs it and gives
/// the output of an `ask` to `read`, with the same question. Nothing here knows how a command is run.
pub trait PackageManager: Operations + Sync {
    /// Its name in configurations, `pixi`.
    fn name(&self) -> &'static str;

    /// The kinds of environment it makes.
    fn kinds(&self) -> &'static [EnvironmentKind];

    /// Variables, folders and programs that make up a right installation.
    fn installation(&self, install: &Install) -> Installation;

    /// What of it an image holds: all, or where the manager is absent only the home.
    fn installed(&self, install: &Install) -> Installation {
        let installation = self.installation(install);
        if install.absent {
            let folders = vec![install.home.clone()];
            Installation { binary: installation.binary, folders, ..Installation::default() }
        } else {
            installation
        }
    }

    /// The command that answers a question, where the manager has one.
    fn ask(
        &self,
        question: &Question,
        install: &Install,
        environments: &[EnvironmentSpec],
    ) -> Result<Invocation, Unsupported>;

    /// What the answer to a question means. The error says what was expected and where the text differs.
    ///
    /// For [`Question::Refusal`] `output` is standard error and standard output joined; it always classifies.
    fn read(&self, question: &Question, exit: Option<i32>, stdout: &str, stderr: &str) -> Result<Fact, String>;

    /// The class of an error from its exit code and all that it printed.
    fn classify(&self, exit: Option<i32>, output: &str) -> ErrorClass;

    /// The lines by which it tells how far it is while it is at work; none where it does not.
    fn signs(&self) -> &'static [Sign] {
        &[]
    }

    /// The invocations that carry out an operation, in order; all must succeed.
    fn perform(&self, operation: &Operation, install: &Install) -> Result<Vec<Invocation>, Unsupported>;

    /// The name under which the manager itself lists an environment and keeps it in its manifest; `None` where it
    /// keeps no list of such environments.
    fn listed_as(&self, environment: &EnvironmentSpec) -> Option<String> {
        Some(environment.name.clone())
    }

    /// The folder of an environment.
    fn folder(&self, environment: &EnvironmentSpec, install: &Install) -> String;

    /// The Python of an environment, absolute.
    fn interpreter(&self, environment: &EnvironmentSpec, install: &Install) -> String {
        format!("{}/bin/python", self.folder(environment, install))
    }

    /// Where a program that the environment exposes is started from, absolute.
    fn launcher(&self, environment: &EnvironmentSpec, install: &Install, program: &str) -> String;

    /// Where the files of an environment record what is installed.
    fn records(&self, environment: &EnvironmentSpec, install: &Install) -> Records;

    /// What these record files (path, content) say is installed → `Fact::Packages`.
    fn read_records(&self, files: &[(String, String)]) -> Result<Fact, String>;

    /// The manifest that holds an environment, absolute, where there is one.
    fn manifest(&self, environment: &EnvironmentSpec, install: &Install) -> Result<String, Unsupported>;

    /// What a manifest says of an environment → `Fact::Environments` with that one, or none.
    fn read_manifest(&self, text: &str, environment: &str) -> Result<Fact, String>;
}
