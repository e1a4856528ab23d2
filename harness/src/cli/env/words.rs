//! What came of an operation, in words.

use std::fmt::Write as _;

use crate::model::fact::Package;
use crate::session::{EnvChange, EnvDifferences, EnvManifest, EnvState};

/// What was made, a line each; one line where all was there.
pub(super) fn made(parts: &[String]) -> String {
    if parts.is_empty() {
        return "nothing is different\n".to_owned();
    }
    parts.iter().fold(String::new(), |text, part| text + "made " + part + "\n")
}

/// Packages that are different, a line each; one line where none is: the manifest may be another one all the same.
pub(super) fn differences(differences: &EnvDifferences) -> String {
    if differences.is_empty() {
        return "no package is different\n".to_owned();
    }
    let mut text = String::new();
    for package in &differences.added {
        let _ = writeln!(text, "+ {}", one(package));
    }
    for EnvChange { from, to } in &differences.changed {
        let _ = writeln!(text, "~ {} -> {}", one(from), one(to));
    }
    for package in &differences.removed {
        let _ = writeln!(text, "- {}", one(package));
    }
    text
}

fn one(package: &Package) -> String {
    match &package.build {
        Some(build) => format!("{} {} {build}", package.name, package.version),
        None => format!("{} {}", package.name, package.version),
    }
}

/// Packages in columns.
pub(super) fn packages(packages: &[Package]) -> String {
    let width = |of: fn(&Package) -> &str| packages.iter().map(|one| of(one).chars().count()).max().unwrap_or(0);
    let build = |package: &Package| package.build.clone().unwrap_or_default();
    let (names, versions) = (width(|one| &one.name), width(|one| &one.version));
    let builds = packages.iter().map(|one| build(one).chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for package in packages {
        let source = package.source.as_deref().unwrap_or_default();
        let line =
            format!("{:names$}  {:versions$}  {:builds$}  {source}", package.name, package.version, build(package));
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}

/// A manifest: what it says, a line each.
pub(super) fn manifest(manifest: &EnvManifest) -> String {
    let mut text = format!("{}\n", manifest.file);
    let mut tell = |what: &str, value: &str| {
        let _ = writeln!(text, "  {what:12} {value}");
    };
    if let Some(name) = &manifest.name {
        tell("name", name);
    }
    if let Some(python) = &manifest.python {
        tell("python", python);
    }
    for dependency in &manifest.dependencies {
        let extras =
            if dependency.extras.is_empty() { String::new() } else { format!("[{}]", dependency.extras.join(",")) };
        let group = dependency.group.as_ref().map(|group| format!(" ({group})")).unwrap_or_default();
        let spec = format!("{}{extras} {}", dependency.name, dependency.constraint);
        tell("requires", &format!("{}{group}", spec.trim_end()));
    }
    for source in &manifest.sources {
        tell("source", source);
    }
    for environment in &manifest.environments {
        tell("environment", environment);
    }
    for (name, command) in &manifest.tasks {
        tell("task", &format!("{name}: {command}"));
    }
    text
}

/// The state that an operation left when it was ended in the middle.
pub(super) fn state(state: &EnvState) -> String {
    let packages = match &state.differences {
        None => "its packages cannot be listed".to_owned(),
        Some(differences) if differences.is_empty() => "its packages are those of before".to_owned(),
        Some(different) => format!("its packages are different:\n{}", differences(different).trim_end()),
    };
    let manifest = match state.manifest_changed {
        None => "",
        Some(false) => "the manifest is that of before; ",
        Some(true) => "the manifest was changed; ",
    };
    format!("{manifest}{packages}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, version: &str, build: Option<&str>) -> Package {
        let (name, version) = (name.to_owned(), version.to_owned());
        Package { name, version, build: build.map(str::to_owned), source: None }
    }

    #[test]
    fn differences_are_told_a_line_each() {
        let different = EnvDifferences {
            added: vec![package("cowsay", "6.1", None)],
            removed: vec![package("rich", "15.0", Some("py_0"))],
            changed: vec![EnvChange { from: package("click", "8.1", None), to: package("click", "8.2", None) }],
        };
        insta::assert_snapshot!(differences(&different), @r"
        + cowsay 6.1
        ~ click 8.1 -> click 8.2
        - rich 15.0 py_0
        ");
        assert_eq!(differences(&EnvDifferences::default()), "no package is different\n");
    }

    #[test]
    fn what_was_made_is_told_by_its_path() {
        assert_eq!(made(&["/demo/pyproject.toml".to_owned()]), "made /demo/pyproject.toml\n");
        assert_eq!(made(&[]), "nothing is different\n");
    }

    #[test]
    fn packages_stand_in_columns() {
        let table = packages(&[package("a", "10.0", Some("py_0")), package("longer", "1", None)]);
        insta::assert_snapshot!(table, @r"
        a       10.0  py_0
        longer  1
        ");
        assert_eq!(packages(&[]), "");
    }

    #[test]
    fn the_state_after_an_interruption_is_told_as_far_as_it_is_known() {
        let unknown = EnvState { differences: None, manifest_changed: None };
        assert_eq!(state(&unknown), "its packages cannot be listed");
        let same = EnvState { differences: Some(EnvDifferences::default()), manifest_changed: Some(false) };
        assert_eq!(state(&same), "the manifest is that of before; its packages are those of before");
        let added = EnvDifferences { added: vec![package("cowsay", "6.1", None)], ..EnvDifferences::default() };
        let other = EnvState { differences: Some(added), manifest_changed: Some(true) };
        assert_eq!(state(&other), "the manifest was changed; its packages are different:\n+ cowsay 6.1");
    }
}
