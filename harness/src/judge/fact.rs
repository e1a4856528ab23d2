//! What is known about a package manager, held against what should be.

use super::finding::Finding;
use super::{command, version, words};
use crate::model::{EnvironmentFact, ErrorClass, ExitStatus, Fact, Observation, Package};

/// The fact of an observation.
///
/// A command that failed tells only why it was refused, or that something is to be done: a list that it may have
/// printed before is not relied upon.
pub(super) fn of(seen: &Observation) -> Result<&Fact, Finding> {
    let ran = match seen {
        Observation::Known { fact, .. } => return Ok(fact),
        Observation::Ran(ran) => ran,
        other => return Err(Finding::misfit(format!("a fact was expected, but this is {}", words::kind(other)))),
    };
    match (&ran.status, &ran.fact) {
        (ExitStatus::NotStarted { .. } | ExitStatus::Signalled(_), _) => Err(Finding::misfit(words::end_of(ran))),
        (_, None) => Err(Finding::misfit("a fact was expected, but this command's output was not to be read")),
        (ExitStatus::Exited(0), Some(Ok(fact))) | (_, Some(Ok(fact @ (Fact::UpToDate(_) | Fact::Refusal(_))))) => {
            Ok(fact)
        }
        (ExitStatus::Exited(0), Some(Err(reason))) => Err(Finding::misfit(words::unreadable(reason, ran))),
        (_, Some(_)) => Err(Finding::misfit(words::end_of(ran))),
    }
}

/// A version within a range.
pub(super) fn version_within(range: &str, seen: &Observation) -> Finding {
    with(seen, |fact| match version_of(fact) {
        Some(found) => version::held(found, range),
        None => misfit("a version", fact),
    })
}

/// The version of a manager or of the only package.
pub(super) fn version_of(fact: &Fact) -> Option<&str> {
    match fact {
        Fact::Version(version) => Some(version),
        Fact::Installation(entries) => entries.get("version").map(String::as_str),
        Fact::Packages(packages) => match packages.as_slice() {
            [only] => Some(&only.version),
            _ => None,
        },
        Fact::Environments(_) | Fact::UpToDate(_) | Fact::Refusal(_) => None,
    }
}

/// An entry of the installation has this value.
pub(super) fn installation(entry: &str, wanted: &str, seen: &Observation) -> Finding {
    with(seen, |fact| match fact {
        Fact::Installation(entries) => match entries.get(entry) {
            Some(value) => Finding::when(value == wanted, || format!("`{value}`")),
            None => Finding::misfit(format!("the installation has no {entry}: {}", words::fact(fact))),
        },
        other => misfit("an installation", other),
    })
}

/// A package is there, with a version.
pub(super) fn has_package(name: &str, seen: &Observation) -> Finding {
    packages(seen, |packages| match find(packages, name) {
        Some(package) => {
            Finding::when(!package.version.trim().is_empty(), || format!("{} without a version", package.name))
        }
        None => Finding::unmet(format!("packages: {}", names(packages))),
    })
}

/// A package is not there.
pub(super) fn lacks_package(name: &str, seen: &Observation) -> Finding {
    packages(seen, |packages| match find(packages, name) {
        Some(package) => Finding::unmet(format!("{} {} is there", package.name, package.version)),
        None => Finding::Met,
    })
}

/// An environment holds these packages and exposes these programs.
pub(super) fn has_environment(name: &str, wanted: &[String], exposes: &[String], seen: &Observation) -> Finding {
    environments(seen, |environments| {
        let Some(environment) = environments.iter().find(|environment| environment.name == name) else {
            let there = words::list(environments.iter().map(|environment| environment.name.clone()));
            return Finding::unmet(format!("environments: {there}"));
        };
        let without = |wanted: &[String], there: &dyn Fn(&str) -> bool| -> Vec<String> {
            wanted.iter().filter(|one| !there(one)).cloned().collect()
        };
        let packages = without(wanted, &|one| find(&environment.packages, one).is_some());
        let programs = without(exposes, &|one| environment.exposes.iter().any(|program| program == one));
        let mut missing = Vec::new();
        if !packages.is_empty() {
            let there = names(&environment.packages);
            missing.push(format!("lacks the packages {} (it holds {there})", words::list(packages)));
        }
        if !programs.is_empty() {
            let there = words::list(environment.exposes.iter().cloned());
            missing.push(format!("does not expose {} (it exposes {there})", words::list(programs)));
        }
        Finding::when(missing.is_empty(), || format!("environment {name} {}", missing.join(", and ")))
    })
}

/// There is no environment of this name.
pub(super) fn lacks_environment(name: &str, seen: &Observation) -> Finding {
    environments(seen, |environments| {
        let found = environments.iter().any(|environment| environment.name == name);
        Finding::when(!found, || format!("environment {name} is there"))
    })
}

/// Nothing is to be done.
pub(super) fn up_to_date(seen: &Observation) -> Finding {
    let shown = |fact: &Fact| match seen {
        Observation::Ran(ran) => format!("{}\n{}", words::fact(fact), words::end_of(ran)),
        _ => words::fact(fact),
    };
    with(seen, |fact| match fact {
        Fact::UpToDate(done) => Finding::when(*done, || shown(fact)),
        other => misfit("whether anything is to be done", other),
    })
}

/// Refused for one of these reasons. What was not refused has no reason.
pub(super) fn because(classes: &[ErrorClass], seen: &Observation) -> Finding {
    if let Observation::Ran(ran) = seen {
        let refusal = command::refusal(ran);
        if refusal != Finding::Met {
            return refusal;
        }
    }
    with(seen, |fact| match (fact, seen) {
        (Fact::Refusal(class), _) if classes.contains(class) => Finding::Met,
        (Fact::Refusal(class), Observation::Ran(ran)) => {
            Finding::unmet(format!("because of {}: {}", words::class(*class), words::end_of(ran)))
        }
        (Fact::Refusal(class), _) => Finding::unmet(format!("because of {}", words::class(*class))),
        (other, _) => misfit("the reason of a refusal", other),
    })
}

/// A package by name, as Python's packaging compares names.
pub(super) fn find<'a>(packages: &'a [Package], name: &str) -> Option<&'a Package> {
    let wanted = Package::normalized(name);
    packages.iter().find(|package| Package::normalized(&package.name) == wanted)
}

fn names(packages: &[Package]) -> String {
    words::list(packages.iter().map(|package| package.name.clone()))
}

fn with(seen: &Observation, check: impl FnOnce(&Fact) -> Finding) -> Finding {
    match of(seen) {
        Ok(fact) => check(fact),
        Err(finding) => finding,
    }
}

fn packages(seen: &Observation, check: impl FnOnce(&[Package]) -> Finding) -> Finding {
    with(seen, |fact| match fact {
        Fact::Packages(packages) => check(packages),
        other => misfit("the packages of an environment", other),
    })
}

fn environments(seen: &Observation, check: impl FnOnce(&[EnvironmentFact]) -> Finding) -> Finding {
    with(seen, |fact| match fact {
        Fact::Environments(environments) => check(environments),
        other => misfit("environments", other),
    })
}

fn misfit(wanted: &str, fact: &Fact) -> Finding {
    Finding::misfit(format!("{wanted} was expected, but known is {}", words::fact(fact)))
}
