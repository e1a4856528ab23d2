//! What to type for pip to answer or to do something with a subject's environments.

use super::project::{made, within};
use super::support::support;
use crate::managers::words::Words;
use crate::managers::{Caller, Capability, EnvironmentKind, EnvironmentSpec, Install, Operation, Unsupported};
use crate::model::invocation::Invocation;
use crate::model::plan::Question;

/// pip's program, absolute, so that a broken PATH fails the checks of PATH and no others.
pub(super) fn program(install: &Install) -> String {
    install.program.clone().unwrap_or_else(|| format!("{}/bin/pip", install.home))
}

/// The folder of an environment: where the configuration says, or else below the home.
pub(super) fn folder(environment: &EnvironmentSpec, install: &Install) -> String {
    let own = environment.of_project(".venv").or_else(|| environment.path.clone());
    own.unwrap_or_else(|| format!("{}/{}", install.home, environment.name))
}

/// The installation's variables are set in the image.
fn caller(install: &Install) -> Caller {
    Caller { program: program(install), ..Caller::default() }
}

pub(super) fn ask(
    question: &Question,
    install: &Install,
    environments: &[EnvironmentSpec],
) -> Result<Invocation, Unsupported> {
    let words = match question {
        Question::Version => Words::new(&["--version"]),
        // Of its own environment: what else pip tells of itself is for people.
        Question::Installation => Words::new(&["inspect"]),
        Question::Environments => return Err(support(Capability::NamedEnvironments).reason("pip")),
        Question::Packages { environment } => {
            within(&folder(known(environment, environments)?, install), &["list", "--format", "json"])
        }
        Question::UpToDate { environment } => {
            let environment = known(environment, environments)?;
            let dry = ["install", "--dry-run", "--quiet", "--report", "-"];
            within(&folder(environment, install), &dry).all(&environment.packages)
        }
        Question::Records { .. } | Question::Manifest { .. } => {
            return Err(Unsupported("records and manifests are read from files, no command of pip prints them".into()));
        }
        Question::Refusal => return Err(Unsupported("a refusal is read from the operation that was refused".into())),
    };
    Ok(Invocation { deadline: Invocation::DEADLINE, ..words.anywhere(&caller(install)) })
}

fn known<'a>(name: &str, environments: &'a [EnvironmentSpec]) -> Result<&'a EnvironmentSpec, Unsupported> {
    let known = environments.iter().find(|known| known.name == name);
    known.ok_or_else(|| Unsupported(format!("pip cannot be asked about `{name}`: no such environment is known")))
}

pub(super) fn perform(operation: &Operation, install: &Install) -> Result<Vec<Invocation>, Unsupported> {
    let (Operation::Install(environment)
    | Operation::Uninstall(environment)
    | Operation::Repair(environment)
    | Operation::Add { environment, .. }
    | Operation::Update { environment, .. }
    | Operation::Remove { environment, .. }) = operation;
    if environment.kind != EnvironmentKind::Venv {
        return Err(Unsupported(format!("pip makes no environment of kind {}", environment.kind.name())));
    }
    let (caller, folder) = (caller(install), folder(environment, install));
    let pip = |words: &[&str], packages: &[String]| within(&folder, words).all(packages).anywhere(&caller);
    Ok(match operation {
        Operation::Install(environment) => {
            // A venv that is there already keeps what is in it.
            let venv = made(&caller, &folder, None, None);
            let packages = pip(&["install"], &environment.packages);
            if environment.packages.is_empty() { vec![venv] } else { vec![venv, packages] }
        }
        Operation::Add { packages, .. } => vec![pip(&["install"], packages)],
        Operation::Update { environment, packages } => {
            let packages = if packages.is_empty() { &environment.packages } else { packages };
            vec![pip(&["install", "--upgrade"], packages)]
        }
        Operation::Remove { packages, .. } => vec![pip(&["uninstall", "--yes"], packages)],
        // A virtual environment is a folder, and its users remove it as one.
        Operation::Uninstall(_) => vec![caller.other(["rm", "-rf", "--", &folder])],
        Operation::Repair(_) => {
            return Err(Unsupported(
                "a virtual environment has no manifest to repair it by; installing again repairs it".to_owned(),
            ));
        }
    })
}
