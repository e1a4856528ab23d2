//! `pyproject.toml`: the project's own tables, dependency groups, and what uv and pixi have below `tool`.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::{Spanned, Table, Value};

use super::pixi_manifest::{self, Workspace};
use super::python;
use super::tables::{Places, Text, string};
use crate::managers::mistake::Mistake;
use crate::managers::results::{Dependency, Manifest};

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
struct Pyproject {
    project: Option<Project>,
    dependency_groups: BTreeMap<String, Vec<Spanned<Value>>>,
    tool: Tools,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
struct Project {
    name: Option<String>,
    requires_python: Option<Spanned<String>>,
    dependencies: Vec<Spanned<String>>,
    optional_dependencies: BTreeMap<String, Vec<Spanned<String>>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Tools {
    uv: Option<Uv>,
    pixi: Option<Workspace>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
struct Uv {
    index: Vec<Index>,
    sources: Places,
    dev_dependencies: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
struct Index {
    url: String,
}

/// What a `pyproject.toml` says.
pub(in crate::managers) fn read(file: &str, text: &str) -> Result<Manifest, Mistake> {
    let place = Text { file, text };
    let parsed: Pyproject = place.parse()?;
    let mut manifest = Manifest { file: file.to_owned(), text: text.to_owned(), ..Manifest::default() };
    if let Some(workspace) = &parsed.tool.pixi {
        pixi_manifest::fill(place, workspace, &mut manifest)?;
    }
    let project = parsed.project.unwrap_or_default();
    if let Some(python) = project.requires_python {
        let checked: Result<pep440_rs::VersionSpecifiers, _> = python.get_ref().parse();
        checked.map_err(|error| place.mistake(&python, format!("`{}`: {error}", python.get_ref())))?;
        manifest.python = Some(python.into_inner());
    }
    manifest.name = project.name.or(manifest.name);
    manifest.dependencies.extend(requirements(place, &project.dependencies, None)?);
    for (extra, list) in &project.optional_dependencies {
        manifest.dependencies.extend(requirements(place, list, Some(extra))?);
    }
    for (group, list) in &parsed.dependency_groups {
        manifest.dependencies.extend(of_group(place, list, group)?);
    }
    if let Some(uv) = parsed.tool.uv {
        manifest.dependencies.extend(requirements(place, &uv.dev_dependencies, Some("dev"))?);
        manifest.sources.extend(uv.index.into_iter().map(|index| index.url));
        for dependency in &mut manifest.dependencies {
            if let Some(source) = uv.sources.get(&dependency.name).and_then(|source| table_of(source.get_ref())) {
                dependency.source = string(source, "index");
                dependency.origin = ["git", "url", "path"].iter().find_map(|key| string(source, key));
            }
        }
    }
    Ok(manifest)
}

fn requirements(place: Text<'_>, list: &[Spanned<String>], group: Option<&str>) -> Result<Vec<Dependency>, Mistake> {
    let read =
        |one: &Spanned<String>| python::dependency(one.get_ref(), group).map_err(|problem| place.mistake(one, problem));
    list.iter().map(read).collect()
}

/// A group (PEP 735): requirements, and tables that include another group, which is told with that one.
fn of_group(place: Text<'_>, list: &[Spanned<Value>], group: &str) -> Result<Vec<Dependency>, Mistake> {
    let mut dependencies = Vec::new();
    for one in list {
        match one.get_ref() {
            Value::String(requirement) => {
                let dependency = python::dependency(requirement, Some(group));
                dependencies.push(dependency.map_err(|problem| place.mistake(one, problem))?);
            }
            Value::Table(table) if table.contains_key("include-group") => {}
            _ => return Err(place.mistake(one, "expected a requirement, or `{include-group = …}`")),
        }
    }
    Ok(dependencies)
}

/// Where uv takes a package from, by a table; of several, one for each platform, the first.
fn table_of(source: &Value) -> Option<&Table> {
    match source {
        Value::Table(table) => Some(table),
        Value::Array(several) => several.first().and_then(Value::as_table),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::managers::results::Kind;

    const TEXT: &str = r#"
[project]
name = "probe"
requires-python = ">=3.11"
dependencies = ["Cowsay[moo]>=6,<7", "mine"]

[project.optional-dependencies]
plot = ["rich"]

[dependency-groups]
dev = ["pytest>=8", { include-group = "lint" }]
lint = ["ruff"]

[[tool.uv.index]]
url = "https://packages.example/simple"
default = true

[tool.uv.sources]
mine = { git = "https://code.example/mine" }
"#;

    #[test]
    fn all_that_a_project_asks_for_is_read() {
        let manifest = read("/p/pyproject.toml", TEXT).unwrap();
        assert_eq!(manifest.name.as_deref(), Some("probe"));
        assert_eq!(manifest.python.as_deref(), Some(">=3.11"));
        assert_eq!(manifest.sources, ["https://packages.example/simple"]);
        assert_eq!(manifest.text, TEXT);
        let told = |one: &Dependency| {
            format!("{:?} {}{:?}{} {:?}", one.group, one.name, one.extras, one.constraint, one.origin)
        };
        insta::assert_snapshot!(manifest.dependencies.iter().map(told).collect::<Vec<_>>().join("\n"), @r#"
        None Cowsay["moo"]>=6,<7 None
        None mine[] Some("https://code.example/mine")
        Some("plot") rich[] None
        Some("dev") pytest[]>=8 None
        Some("lint") ruff[] None
        "#);
    }

    const PIXI: &str = r#"
[project]
name = "probe"
dependencies = ["rich"]

[tool.pixi.workspace]
name = "other"
channels = ["https://channel.example"]

[tool.pixi.dependencies]
python = "3.12.*"

[tool.pixi.tasks]
test = "pytest"
"#;

    #[test]
    fn the_tables_of_pixi_are_read_beside_those_of_the_project() {
        let manifest = read("pyproject.toml", PIXI).unwrap();
        assert_eq!(manifest.name.as_deref(), Some("probe"));
        assert_eq!(manifest.sources, ["https://channel.example"]);
        assert_eq!(manifest.tasks["test"], "pytest");
        let asked: Vec<_> = manifest.dependencies.iter().map(|one| (one.name.as_str(), one.kind)).collect();
        assert_eq!(asked, [("python", Kind::Conda), ("rich", Kind::Python)]);
        let broken = read("pyproject.toml", &PIXI.replace("\"3.12.*\"", "3")).unwrap_err().to_string();
        assert!(broken.starts_with("pyproject.toml:11:10: "), "{broken}");
    }

    #[rstest]
    #[case(
        "[project]\nname = \"x\"\ndependencies = [\n  \"good\",\n  \"bad name!\",\n]\n",
        "pyproject.toml:5:3: `bad name!`"
    )]
    #[case("[project]\nname = 3\n", "pyproject.toml:2:8: ")]
    #[case("[project]\nname = \"x\"\nrequires-python = \"three\"\n", "pyproject.toml:3:19: `three`")]
    #[case("[dependency-groups]\ndev = [3]\n", "pyproject.toml:2:8: expected a requirement")]
    #[case("[project\n", "pyproject.toml:1:9: ")]
    fn a_mistake_is_told_with_its_place(#[case] text: &str, #[case] begins: &str) {
        let mistake = read("pyproject.toml", text).unwrap_err().to_string();
        assert!(mistake.starts_with(begins), "{mistake}");
    }
}
