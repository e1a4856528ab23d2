//! `pixi.toml`, and the same tables below `tool.pixi` of a `pyproject.toml`.

use std::collections::BTreeMap;
use std::str::FromStr;

use pep440_rs::VersionSpecifiers;
use rattler_conda_types::{ParseStrictness, VersionSpec};
use serde::Deserialize;
use toml::{Spanned, Table, Value};

use super::tables::{Places, Text, string, strings};
use crate::managers::mistake::Mistake;
use crate::managers::results::{Dependency, Kind, Manifest};

/// The tables of a workspace.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub(super) struct Workspace {
    /// Its older name is `project`.
    #[serde(rename = "workspace", alias = "project")]
    head: Head,
    environments: BTreeMap<String, Spanned<Value>>,
    feature: BTreeMap<String, Feature>,
    // Those of the feature `default`, which are at the root. No `flatten`: it would lose the places.
    channels: Vec<Value>,
    dependencies: Places,
    host_dependencies: Places,
    build_dependencies: Places,
    pypi_dependencies: Places,
    pypi_options: Table,
    tasks: BTreeMap<String, Value>,
    target: BTreeMap<String, Feature>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Head {
    name: Option<String>,
    channels: Vec<Spanned<Value>>,
}

/// A feature, or what holds for one platform.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
struct Feature {
    channels: Vec<Value>,
    dependencies: Places,
    host_dependencies: Places,
    build_dependencies: Places,
    pypi_dependencies: Places,
    tasks: BTreeMap<String, Value>,
    target: BTreeMap<String, Feature>,
}

/// What a `pixi.toml` says.
pub(in crate::managers) fn read(file: &str, text: &str) -> Result<Manifest, Mistake> {
    let place = Text { file, text };
    let workspace: Workspace = place.parse()?;
    let mut manifest = Manifest { file: file.to_owned(), text: text.to_owned(), ..Manifest::default() };
    fill(place, &workspace, &mut manifest)?;
    Ok(manifest)
}

/// Puts what the tables of a workspace say into a manifest.
pub(super) fn fill(place: Text<'_>, workspace: &Workspace, manifest: &mut Manifest) -> Result<(), Mistake> {
    manifest.name.clone_from(&workspace.head.name);
    for one in &workspace.head.channels {
        let channel = channel(one.get_ref());
        manifest.sources.push(channel.ok_or_else(|| place.mistake(one, "expected a channel's name or URL"))?);
    }
    manifest.sources.extend(string(&workspace.pypi_options, "index-url"));
    manifest.sources.extend(strings(&workspace.pypi_options, "extra-index-urls"));
    manifest.environments = vec!["default".to_owned()];
    manifest.environments.extend(workspace.environments.keys().filter(|name| *name != "default").cloned());
    let tables = [
        (Kind::Conda, &workspace.dependencies),
        (Kind::Conda, &workspace.host_dependencies),
        (Kind::Conda, &workspace.build_dependencies),
        (Kind::Python, &workspace.pypi_dependencies),
    ];
    for (kind, table) in tables {
        manifest.dependencies.extend(dependencies(place, table, kind, None)?);
    }
    manifest.sources.extend(workspace.channels.iter().filter_map(channel));
    enter_tasks(&workspace.tasks, manifest);
    for (platform, target) in &workspace.target {
        feature(place, target, Some(platform), manifest)?;
    }
    for (name, of_feature) in &workspace.feature {
        feature(place, of_feature, Some(name), manifest)?;
    }
    Ok(())
}

fn feature(
    place: Text<'_>,
    feature_or_target: &Feature,
    group: Option<&str>,
    manifest: &mut Manifest,
) -> Result<(), Mistake> {
    let tables = [
        (Kind::Conda, &feature_or_target.dependencies),
        (Kind::Conda, &feature_or_target.host_dependencies),
        (Kind::Conda, &feature_or_target.build_dependencies),
        (Kind::Python, &feature_or_target.pypi_dependencies),
    ];
    for (kind, table) in tables {
        manifest.dependencies.extend(dependencies(place, table, kind, group)?);
    }
    manifest.sources.extend(feature_or_target.channels.iter().filter_map(channel));
    enter_tasks(&feature_or_target.tasks, manifest);
    feature_or_target.target.values().try_for_each(|target| feature(place, target, group, manifest))
}

fn dependencies(place: Text<'_>, table: &Places, kind: Kind, group: Option<&str>) -> Result<Vec<Dependency>, Mistake> {
    let read = |(name, asked): (&String, &Spanned<Value>)| {
        dependency(name, asked.get_ref(), kind, group).map_err(|problem| place.mistake(asked, problem))
    };
    table.iter().map(read).collect()
}

/// A constraint, or a table that may hold one, and extras, and where the package comes from.
pub(super) fn dependency(name: &str, asked: &Value, kind: Kind, group: Option<&str>) -> Result<Dependency, String> {
    let none = Table::new();
    let (constraint, table) = match asked {
        Value::String(constraint) => (constraint.clone(), &none),
        Value::Table(table) => (string(table, "version").unwrap_or_else(|| "*".to_owned()), table),
        _ => return Err(format!("expected the constraint of `{name}` to be a text or a table")),
    };
    check(&constraint, kind).map_err(|problem| format!("`{constraint}`: {problem}"))?;
    Ok(Dependency {
        name: name.to_owned(),
        constraint,
        build: string(table, "build"),
        extras: strings(table, "extras"),
        hashes: Vec::new(),
        kind,
        group: group.map(str::to_owned),
        source: ["channel", "index"].iter().find_map(|key| string(table, key)),
        origin: ["git", "url", "path"].iter().find_map(|key| string(table, key)),
    })
}

/// That a constraint is one, by the rules of its kind of package.
fn check(constraint: &str, kind: Kind) -> Result<(), String> {
    match kind {
        Kind::Conda => {
            let read = VersionSpec::from_str(constraint, ParseStrictness::Lenient);
            read.map(|_| ()).map_err(|error| error.to_string())
        }
        Kind::Python if constraint == "*" => Ok(()),
        Kind::Python => VersionSpecifiers::from_str(constraint).map(|_| ()).map_err(|error| error.to_string()),
    }
}

/// A channel: a name or URL, or a table that holds one beside its priority.
pub(in crate::managers) fn channel(value: &Value) -> Option<String> {
    match value {
        Value::String(channel) => Some(channel.clone()),
        Value::Table(table) => string(table, "channel"),
        _ => None,
    }
}

/// A task: its command, or the tasks that it stands for.
fn enter_tasks(tasks: &BTreeMap<String, Value>, manifest: &mut Manifest) {
    for (name, task) in tasks {
        let told = match task {
            Value::String(command) => command.clone(),
            Value::Table(table) => match table.get("cmd") {
                Some(Value::Array(words)) => words.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "),
                Some(Value::String(command)) => command.clone(),
                _ => strings(table, "depends-on").join(", "),
            },
            Value::Array(others) => {
                let name = |other: &Value| other.as_table().and_then(|table| string(table, "task"));
                others.iter().filter_map(name).collect::<Vec<_>>().join(", ")
            }
            other => other.to_string(),
        };
        manifest.tasks.insert(name.clone(), told);
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const TEXT: &str = r#"
[workspace]
name = "probe"
channels = ["https://channel.example", { channel = "extra", priority = 1 }]
platforms = ["linux-64"]

[dependencies]
python = "3.12.*"
cowsay = { version = ">=6", build = "pyh*", channel = "extra" }

[pypi-dependencies]
rich = { version = "*", extras = ["jupyter"] }
mine = { path = ".", editable = true }

[tasks]
test = "pytest"
all = { depends-on = ["test", "lint"] }
lint = { cmd = ["ruff", "check"] }

[target.linux-64.dependencies]
strace = "*"

[feature.dev.dependencies]
pytest = "*"

[environments]
dev = ["dev"]
"#;

    #[test]
    fn all_that_a_workspace_asks_for_is_read() {
        let manifest = read("/p/pixi.toml", TEXT).unwrap();
        assert_eq!(manifest.name.as_deref(), Some("probe"));
        assert_eq!(manifest.sources, ["https://channel.example", "extra"]);
        assert_eq!(manifest.environments, ["default", "dev"]);
        let tasks: Vec<_> = manifest.tasks.iter().map(|(name, told)| format!("{name}: {told}")).collect();
        assert_eq!(tasks, ["all: test, lint", "lint: ruff check", "test: pytest"]);
        let told = |one: &Dependency| {
            let Dependency { name, constraint, build, extras, kind, group, source, origin, .. } = one;
            format!("{group:?} {kind:?} {name}{extras:?} {constraint} {build:?} {source:?} {origin:?}")
        };
        insta::assert_snapshot!(manifest.dependencies.iter().map(told).collect::<Vec<_>>().join("\n"), @r#"
        None Conda cowsay[] >=6 Some("pyh*") Some("extra") None
        None Conda python[] 3.12.* None None None
        None Python mine[] * None None Some(".")
        None Python rich["jupyter"] * None None None
        Some("linux-64") Conda strace[] * None None None
        Some("dev") Conda pytest[] * None None None
        "#);
    }

    #[rstest]
    #[case("[workspace]\nchannels = [3]\n", "pixi.toml:2:13: expected a channel's name or URL")]
    #[case("[dependencies]\ngood = \"*\"\ncowsay = 6\n", "pixi.toml:3:10: expected the constraint of `cowsay`")]
    #[case("[feature.dev.dependencies]\ncowsay = 6\n", "pixi.toml:2:10: expected the constraint of `cowsay`")]
    #[case("[dependencies\n", "pixi.toml:1:14: ")]
    #[case("[dependencies]\ncowsay = \">=6,,<\"\n", "pixi.toml:2:10: `>=6,,<`")]
    #[case("[pypi-dependencies]\ncowsay = \"six\"\n", "pixi.toml:2:10: `six`")]
    fn a_mistake_is_told_with_its_place(#[case] text: &str, #[case] begins: &str) {
        let mistake = read("pixi.toml", text).unwrap_err().to_string();
        assert!(mistake.starts_with(begins), "{mistake}");
    }
}
