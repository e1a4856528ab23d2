//! What to type for uv to answer or to do something.

use std::time::Duration;

use super::places;
use crate::managers::requirement::name_of;
use crate::managers::{EnvironmentKind, EnvironmentSpec, Install, Operation, Unsupported};
use crate::model::invocation::Invocation;
use crate::model::plan::Question;

/// The deadline of what downloads and installs.
const OPERATION: Duration = Duration::from_mins(5);

pub(super) fn ask(
    question: &Question,
    install: &Install,
    environments: &[EnvironmentSpec],
) -> Result<Invocation, Unsupported> {
    let arguments = match question {
        Question::Version => words(&["--version"]),
        // uv prints its folders one a command only; of itself it tells version and platform.
        Question::Installation => words(&["self", "version", "--output-format", "json"]),
        Question::Environments => words(&["tool", "list", "--show-with"]),
        Question::Packages { environment } => {
            let folder = places::folder(known(environment, environments)?, install);
            words(&["pip", "list", "--python", &folder, "--format", "json"])
        }
        Question::UpToDate { environment } => up_to_date(install, known(environment, environments)?)?,
        Question::Records { .. } | Question::Manifest { .. } => {
            return Err(Unsupported("records and manifests are read from files, no command of uv prints them".into()));
        }
        Question::Refusal => return Err(Unsupported("a refusal is read from the operation that was refused".into())),
    };
    Ok(Invocation::new([places::program(install)].into_iter().chain(arguments)))
}

fn known<'a>(name: &str, environments: &'a [EnvironmentSpec]) -> Result<&'a EnvironmentSpec, Unsupported> {
    let known = environments.iter().find(|known| known.name == name);
    known.ok_or_else(|| Unsupported(format!("uv cannot be asked about `{name}`: no such environment is known")))
}

/// The same install again, which changes nothing where all is there; neither newer releases nor a network matter.
fn up_to_date(install: &Install, environment: &EnvironmentSpec) -> Result<Vec<String>, Unsupported> {
    match environment.kind {
        EnvironmentKind::Tool => Ok(tool_install(environment, &environment.packages, &[])),
        EnvironmentKind::Venv => {
            let mut arguments = in_venv("install", environment, install, &["--dry-run"]);
            arguments.extend(environment.packages.iter().cloned());
            Ok(arguments)
        }
        EnvironmentKind::Global | EnvironmentKind::Workspace => Err(other_kind(environment)),
    }
}

pub(super) fn perform(operation: &Operation, install: &Install) -> Result<Vec<Invocation>, Unsupported> {
    let (Operation::Install(environment)
    | Operation::Uninstall(environment)
    | Operation::Repair(environment)
    | Operation::Add { environment, .. }
    | Operation::Update { environment, .. }
    | Operation::Remove { environment, .. }) = operation;
    match environment.kind {
        EnvironmentKind::Venv => perform_in_venv(operation, install),
        EnvironmentKind::Tool => Ok(vec![changing(install, perform_with_tool(operation)?)]),
        EnvironmentKind::Global | EnvironmentKind::Workspace => Err(other_kind(environment)),
    }
}

fn perform_in_venv(operation: &Operation, install: &Install) -> Result<Vec<Invocation>, Unsupported> {
    let with_packages = |mut arguments: Vec<String>, packages: &[String]| {
        arguments.extend(packages.iter().cloned());
        changing(install, arguments)
    };
    Ok(match operation {
        Operation::Install(environment) => {
            let folder = places::folder(environment, install);
            // On the image's own Python; a venv that is there already keeps what is in it.
            let venv = changing(install, words(&["venv", "--allow-existing", "--python", "python3", &folder]));
            let packages = with_packages(in_venv("install", environment, install, &[]), &environment.packages);
            if environment.packages.is_empty() { vec![venv] } else { vec![venv, packages] }
        }
        Operation::Add { environment, packages } => {
            vec![with_packages(in_venv("install", environment, install, &[]), packages)]
        }
        Operation::Update { environment, packages } => {
            let packages = if packages.is_empty() { &environment.packages } else { packages };
            vec![with_packages(in_venv("install", environment, install, &["--upgrade"]), packages)]
        }
        Operation::Remove { environment, packages } => {
            vec![with_packages(in_venv("uninstall", environment, install, &[]), packages)]
        }
        Operation::Uninstall(environment) => {
            // uv has no command for it: a venv is a folder, and its users remove it as one.
            let mut removal = Invocation::new(["rm", "-rf", "--", &places::folder(environment, install)]);
            removal.deadline = OPERATION;
            vec![removal]
        }
        Operation::Repair(_) => {
            return Err(Unsupported("a venv has no manifest to repair it by; installing again repairs it".to_owned()));
        }
    })
}

/// A tool keeps the packages of its last `uv tool install`, so adding and removing are installs of another list.
fn perform_with_tool(operation: &Operation) -> Result<Vec<String>, Unsupported> {
    Ok(match operation {
        Operation::Install(tool) => tool_install(tool, &tool.packages, &[]),
        Operation::Add { environment, packages } => {
            let all: Vec<String> = environment.packages.iter().chain(packages).cloned().collect();
            tool_install(environment, &all, &[])
        }
        // uv upgrades tools as a whole.
        Operation::Update { environment, .. } => words(&["tool", "upgrade", &places::tool_name(environment)]),
        Operation::Remove { environment, packages } => {
            let goes = |package: &String| packages.iter().any(|gone| name_of(gone) == name_of(package));
            if environment.packages.first().is_some_and(goes) {
                let tool = places::tool_name(environment);
                return Err(Unsupported(format!("`{tool}` cannot be removed from its own environment, only with it")));
            }
            let rest: Vec<String> = environment.packages.iter().filter(|package| !goes(package)).cloned().collect();
            tool_install(environment, &rest, &[])
        }
        Operation::Uninstall(tool) => words(&["tool", "uninstall", &places::tool_name(tool)]),
        Operation::Repair(tool) => tool_install(tool, &tool.packages, &["--reinstall"]),
    })
}

/// The first package is the tool, further ones go in beside it.
fn tool_install(tool: &EnvironmentSpec, packages: &[String], options: &[&str]) -> Vec<String> {
    let mut arguments = words(&["tool", "install"]);
    arguments.extend(words(options));
    arguments.push(packages.first().cloned().unwrap_or_else(|| tool.name.clone()));
    for package in packages.iter().skip(1) {
        arguments.extend(words(&["--with", package]));
    }
    arguments
}

fn in_venv(verb: &str, environment: &EnvironmentSpec, install: &Install, options: &[&str]) -> Vec<String> {
    let mut arguments = words(&["pip", verb, "--python", &places::folder(environment, install)]);
    arguments.extend(words(options));
    arguments
}

fn changing(install: &Install, arguments: Vec<String>) -> Invocation {
    let mut invocation = Invocation::new([places::program(install)].into_iter().chain(arguments));
    invocation.deadline = OPERATION;
    invocation
}

fn other_kind(environment: &EnvironmentSpec) -> Unsupported {
    Unsupported(format!("uv makes no environment of kind {} here", environment.kind.name()))
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

#[cfg(test)]
mod tests;
