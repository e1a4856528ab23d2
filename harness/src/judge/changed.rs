//! What makes a fact another one than before: what came, what went, what is different.

use std::collections::BTreeSet;

use super::words;
use crate::model::{EnvironmentFact, Fact, Package};

/// How a fact differs from what was known before, a line each difference; `None` where it cannot be told apart in parts.
pub(super) fn facts(before: &Fact, seen: &Fact) -> Option<String> {
    let lines = match (before, seen) {
        (Fact::Packages(before), Fact::Packages(seen)) => packages(before, seen, ""),
        (Fact::Environments(before), Fact::Environments(seen)) => environments(before, seen),
        (Fact::Installation(before), Fact::Installation(seen)) => {
            let names: BTreeSet<&String> = before.keys().chain(seen.keys()).collect();
            let shown = |value: Option<&String>| value.map_or("not known".to_owned(), |value| format!("`{value}`"));
            let differs = |name: &&String| {
                let (old, new) = (before.get(*name), seen.get(*name));
                (old != new).then(|| format!("changed: {name} is {} instead of {}", shown(new), shown(old)))
            };
            names.iter().filter_map(differs).collect()
        }
        _ => Vec::new(),
    };
    (!lines.is_empty()).then(|| words::lines(&lines))
}

fn environments(before: &[EnvironmentFact], seen: &[EnvironmentFact]) -> Vec<String> {
    let of = |all: &[EnvironmentFact], name: &str| all.iter().find(|one| one.name == name).cloned();
    let names: BTreeSet<&String> = before.iter().chain(seen).map(|one| &one.name).collect();
    let differs = |name: &&String| match (of(before, name), of(seen, name)) {
        (Some(before), Some(seen)) => environment(&before, &seen),
        (Some(_), None) => vec![format!("removed: environment {name}")],
        _ => vec![format!("added: environment {name}")],
    };
    names.iter().flat_map(differs).collect()
}

fn environment(before: &EnvironmentFact, seen: &EnvironmentFact) -> Vec<String> {
    let place = format!(" in {}", before.name);
    let mut lines = packages(&before.packages, &seen.packages, &place);
    for (what, old, new) in [("program", &before.exposes, &seen.exposes), ("channel", &before.channels, &seen.channels)]
    {
        let (old, new): (BTreeSet<&String>, BTreeSet<&String>) = (old.iter().collect(), new.iter().collect());
        lines.extend(old.difference(&new).map(|name| format!("removed: {what} {name}{place}")));
        lines.extend(new.difference(&old).map(|name| format!("added: {what} {name}{place}")));
    }
    lines
}

fn packages(before: &[Package], seen: &[Package], place: &str) -> Vec<String> {
    let of = |all: &[Package], name: &str| all.iter().find(|one| Package::normalized(&one.name) == name).cloned();
    let names: BTreeSet<String> = before.iter().chain(seen).map(|one| Package::normalized(&one.name)).collect();
    let differs = |name: &String| match (of(before, name), of(seen, name)) {
        (Some(old), Some(new)) if old == new => None,
        (Some(old), Some(new)) => {
            let (old, new) = (whole(&old), whole(&new));
            Some(format!("changed: {name}{place} is {new} instead of {old}"))
        }
        (Some(old), None) => Some(format!("removed: {name} {}{place}", whole(&old))),
        (None, Some(new)) => Some(format!("added: {name} {}{place}", whole(&new))),
        (None, None) => None,
    };
    names.iter().filter_map(differs).collect()
}

/// Everything but the name: two packages of one version may be of other builds or sources.
fn whole(package: &Package) -> String {
    let build = package.build.iter().map(|build| format!(" ({build})"));
    let source = package.source.iter().map(|source| format!(" from {source}"));
    build.chain(source).fold(package.version.clone(), |told, part| told + &part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, version: &str, build: Option<&str>) -> Package {
        Package { name: name.into(), version: version.into(), build: build.map(str::to_owned), source: None }
    }

    #[test]
    fn packages_that_came_went_or_changed_are_named() {
        let before =
            [package("attrs", "25.1", None), package("rich", "14.0", Some("py_0")), package("Old_one", "1", None)];
        let seen = [package("attrs", "25.1", None), package("rich", "14.0", Some("py_1")), package("new", "2", None)];
        let told = facts(&Fact::Packages(before.into()), &Fact::Packages(seen.into())).expect("they differ");
        insta::assert_snapshot!(told, @r"
        added: new 2
        removed: old-one 1
        changed: rich is 14.0 (py_1) instead of 14.0 (py_0)
        ");
    }

    #[test]
    fn environments_are_told_apart_by_what_they_hold() {
        let common = |exposes: &[&str], version: &str| EnvironmentFact {
            name: "common".into(),
            packages: vec![package("rich", version, None)],
            exposes: exposes.iter().map(|name| (*name).to_owned()).collect(),
            channels: vec!["conda-forge".into()],
        };
        let tools = EnvironmentFact { name: "tools".into(), ..EnvironmentFact::default() };
        let before = Fact::Environments(vec![common(&["rich", "http"], "14"), tools]);
        let told = facts(&before, &Fact::Environments(vec![common(&["rich"], "15")])).expect("they differ");
        insta::assert_snapshot!(told, @r"
        changed: rich in common is 15 instead of 14
        removed: program http in common
        removed: environment tools
        ");
    }

    #[test]
    fn of_an_installation_the_entry_is_named() {
        let of = |home: &str| Fact::Installation([("home".to_owned(), home.to_owned())].into());
        let told = facts(&of("/opt/uv"), &of("/root/.uv"));
        assert_eq!(told.as_deref(), Some("changed: home is `/root/.uv` instead of `/opt/uv`"));
    }

    #[test]
    fn what_has_no_parts_or_no_difference_is_not_told_in_parts() {
        assert_eq!(facts(&Fact::Version("1".into()), &Fact::Version("2".into())), None);
        let same = Fact::Packages(vec![package("rich", "14", None)]);
        assert_eq!(facts(&same, &same.clone()), None);
    }
}
