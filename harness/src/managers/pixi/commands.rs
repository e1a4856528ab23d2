//! What to type for pixi to answer or to do something.

use std::time::Duration;

use crate::managers::requirement::name_of;
use crate::managers::{EnvironmentKind, EnvironmentSpec, Install, Operation, Unsupported};
use crate::model::invocation::Invocation;
use crate::model::plan::Question;

/// The deadline of what downloads and installs.
const OPERATION: Duration = Duration::from_mins(5);

/// pixi's program, absolute, so that a broken PATH fails the checks of PATH and no others.
pub(super) fn program(install: &Install) -> String {
    install.program.clone().unwrap_or_else(|| format!("{}/bin/pixi", install.home))
}

pub(super) fn ask(question: &Question, install: &Install) -> Result<Invocation, Unsupported> {
    let arguments: &[&str] = match question {
        Question::Version => &["--version"],
        Question::Installation => &["info", "--json"],
        Question::Environments => &["global", "list", "--json"],
        Question::Packages { environment } => &["global", "list", "--environment", environment],
        // It looks at all environments; what another one lacks shows here, too.
        Question::UpToDate { .. } => &["global", "sync"],
        Question::Records { .. } | Question::Manifest { .. } => {
            return Err(Unsupported(
                "records and manifests are read from files, no command of pixi prints them".into(),
            ));
        }
        Question::Refusal => {
            return Err(Unsupported("a refusal is read from the operation that was refused".into()));
        }
    };
    Ok(Invocation::new([program(install).as_str()].iter().chain(arguments).copied()))
}

pub(super) fn perform(operation: &Operation, install: &Install) -> Result<Vec<Invocation>, Unsupported> {
    let (environment, arguments) = match operation {
        Operation::Install(environment) => (environment, arguments_of_install(environment)),
        Operation::Add { environment, packages } => (environment, within("add", environment, packages)),
        // pixi updates environments as a whole; it cannot be told to update some packages alone.
        Operation::Update { environment, .. } => (environment, words(&["global", "update", &environment.name])),
        Operation::Remove { environment, packages } => (environment, within("remove", environment, packages)),
        Operation::Uninstall(environment) => (environment, words(&["global", "uninstall", &environment.name])),
        Operation::Repair(environment) => (environment, words(&["global", "sync"])),
    };
    if environment.kind != EnvironmentKind::Global {
        return Err(Unsupported(format!("pixi makes no environment of kind {}", environment.kind.name())));
    }
    let mut invocation = Invocation::new([program(install)].into_iter().chain(arguments));
    invocation.deadline = OPERATION;
    Ok(vec![invocation])
}

/// `pixi global install`, so that it exposes what is asked for and takes no name that another environment exposes.
///
/// Without `--expose` pixi exposes every program of the packages named, and refuses the whole install when one of
/// these names is taken. Most environments hold a Python, and one environment only can expose `python`. So where
/// nothing is to be exposed, Python goes in by `--with`, which exposes nothing of it; and alone, since pixi wants a
/// package besides `--with`, it is exposed under a name of its own.
fn arguments_of_install(environment: &EnvironmentSpec) -> Vec<String> {
    let mut arguments = words(&["global", "install", "--environment", &environment.name]);
    let is_python = |specification: &&String| name_of(specification) == "python";
    let (pythons, others): (Vec<&String>, Vec<&String>) = environment.packages.iter().partition(is_python);
    if !environment.exposes.is_empty() {
        for program in &environment.exposes {
            arguments.extend(words(&["--expose", &format!("{program}={program}")]));
        }
        arguments.extend(environment.packages.iter().cloned());
    } else if others.is_empty() {
        arguments.extend(words(&["--expose", &format!("{}-python=python", environment.name)]));
        arguments.extend(pythons.into_iter().cloned());
    } else {
        for python in pythons {
            arguments.extend(words(&["--with", python]));
        }
        arguments.extend(others.into_iter().cloned());
    }
    arguments
}

fn within(verb: &str, environment: &EnvironmentSpec, packages: &[String]) -> Vec<String> {
    let mut arguments = words(&["global", verb, "--environment", &environment.name]);
    arguments.extend(packages.iter().cloned());
    arguments
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn environment(packages: &[&str], exposes: &[&str]) -> EnvironmentSpec {
        EnvironmentSpec {
            name: "crowded".into(),
            kind: EnvironmentKind::Global,
            path: None,
            packages: words(packages),
            exposes: words(exposes),
        }
    }

    fn typed(operation: &Operation) -> String {
        let install = Install { home: "/srv/pixi".into(), ..Install::default() };
        let invocations = perform(operation, &install).unwrap();
        invocations.iter().map(|one| one.argv.join(" ")).collect::<Vec<_>>().join(" && ")
    }

    #[rstest]
    #[case(&["scipy", "click"], &["python"], "--expose python=python scipy click")]
    #[case(&["python", "scipy==1"], &[], "--with python scipy==1")]
    #[case(&["python=3.11"], &[], "--expose crowded-python=python python=3.11")]
    #[case(&["cowsay"], &[], "cowsay")]
    fn an_install_takes_no_name_that_it_was_not_given(
        #[case] packages: &[&str],
        #[case] exposes: &[&str],
        #[case] rest: &str,
    ) {
        let typed = typed(&Operation::Install(environment(packages, exposes)));
        assert_eq!(typed, format!("/srv/pixi/bin/pixi global install --environment crowded {rest}"));
    }

    #[test]
    fn every_operation_is_one_command_of_pixi_global() {
        let crowded = environment(&["rich"], &[]);
        let packages = words(&["cowsay"]);
        let operations = [
            Operation::Add { environment: crowded.clone(), packages: packages.clone() },
            Operation::Update { environment: crowded.clone(), packages: packages.clone() },
            Operation::Remove { environment: crowded.clone(), packages },
            Operation::Uninstall(crowded.clone()),
            Operation::Repair(crowded),
        ];
        insta::assert_snapshot!(operations.iter().map(typed).collect::<Vec<_>>().join("\n"), @r"
        /srv/pixi/bin/pixi global add --environment crowded cowsay
        /srv/pixi/bin/pixi global update crowded
        /srv/pixi/bin/pixi global remove --environment crowded cowsay
        /srv/pixi/bin/pixi global uninstall crowded
        /srv/pixi/bin/pixi global sync
        ");
    }

    #[test]
    fn another_kind_of_environment_is_not_supported() {
        let venv = EnvironmentSpec { kind: EnvironmentKind::Venv, ..environment(&["rich"], &[]) };
        let refusal = perform(&Operation::Install(venv), &Install::default()).unwrap_err();
        assert_eq!(refusal.to_string(), "pixi makes no environment of kind venv");
    }
}
