//! What pixi's files mean: the records of conda packages, and the global manifest.

use serde::Deserialize;
use toml::{Table, Value};

use crate::managers::answers::json;
use crate::model::fact::{EnvironmentFact, Fact, Package};

#[derive(Deserialize)]
struct Record {
    name: String,
    version: String,
    build: Option<String>,
    channel: Option<String>,
}

/// `conda-meta/*.json`. The channel comes without the slash at its end, as manifests write it.
pub(super) fn read_records(files: &[(String, String)]) -> Result<Fact, String> {
    let packages = files.iter().map(|(path, content)| {
        let record: Record = json("the record of a package", content).map_err(|error| format!("{path}: {error}"))?;
        let source = record.channel.map(|channel| channel.trim_end_matches('/').to_owned());
        Ok(Package { name: record.name, version: record.version, build: record.build, source })
    });
    Ok(Fact::Packages(packages.collect::<Result<_, String>>()?))
}

/// `manifests/pixi-global.toml`
pub(super) fn read_manifest(text: &str, environment: &str) -> Result<Fact, String> {
    let manifest: Table = text.parse().map_err(|error| format!("expected a manifest in TOML: {error}"))?;
    let Some(environments) = manifest.get("envs") else { return Ok(Fact::Environments(Vec::new())) };
    let environments = environments.as_table().ok_or("expected `envs` to be a table")?;
    let Some(entry) = environments.get(environment) else { return Ok(Fact::Environments(Vec::new())) };
    let entry = entry.as_table().ok_or_else(|| format!("expected `envs.{environment}` to be a table"))?;

    let packages = table(entry, "dependencies", environment)?.map(|(name, asked)| package(name, asked));
    let exposes = table(entry, "exposed", environment)?.map(|(name, _)| name.clone()).collect();
    let channels = match entry.get("channels") {
        None => Vec::new(),
        Some(Value::Array(channels)) => channels.iter().filter_map(channel).collect(),
        Some(_) => return Err(format!("expected `envs.{environment}.channels` to be a list")),
    };
    let packages = packages.collect::<Result<_, _>>()?;
    Ok(Fact::Environments(vec![EnvironmentFact { name: environment.to_owned(), packages, exposes, channels }]))
}

/// The entries of a table within an environment; none where it has no such table.
fn table<'a>(
    entry: &'a Table,
    key: &str,
    environment: &str,
) -> Result<impl Iterator<Item = (&'a String, &'a Value)>, String> {
    let table = match entry.get(key) {
        None => None,
        Some(Value::Table(table)) => Some(table),
        Some(_) => return Err(format!("expected `envs.{environment}.{key}` to be a table")),
    };
    Ok(table.into_iter().flat_map(|table| table.iter()))
}

/// A dependency: a constraint, or a table that may hold one and a channel. What comes from a source has neither.
fn package(name: &str, asked: &Value) -> Result<Package, String> {
    let (version, build, source) = match asked {
        Value::String(version) => (version.clone(), None, None),
        Value::Table(table) => {
            let text = |key: &str| table.get(key).and_then(Value::as_str).map(str::to_owned);
            (text("version").unwrap_or_else(|| "*".to_owned()), text("build"), text("channel"))
        }
        _ => return Err(format!("expected the constraint of `{name}` to be a text or a table")),
    };
    Ok(Package { name: name.to_owned(), version, build, source })
}

/// A channel: a name or URL, or a table that holds one beside its priority.
fn channel(value: &Value) -> Option<String> {
    match value {
        Value::String(channel) => Some(channel.clone()),
        Value::Table(table) => table.get("channel").and_then(Value::as_str).map(str::to_owned),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const MANIFEST: &str = r#"
version = 1

[envs.common]
channels = ["file:///channel", { channel = "extra", priority = 1 }]
dependencies = { click = "*", attrs = { version = ">=20", channel = "extra" }, mine = { path = "/src/mine" } }
exposed = { third-python = "python" }

[envs.bare]
channels = []
"#;

    #[test]
    fn dependencies_may_be_texts_or_tables() {
        let Fact::Environments(environments) = read_manifest(MANIFEST, "common").unwrap() else { panic!() };
        let [common] = &environments[..] else { panic!() };
        let read = |name: &str| {
            let package = common.packages.iter().find(|package| package.name == name).unwrap();
            (package.version.as_str(), package.source.as_deref())
        };
        assert_eq!(read("click"), ("*", None));
        assert_eq!(read("attrs"), (">=20", Some("extra")));
        assert_eq!(read("mine"), ("*", None));
        assert_eq!(common.exposes, ["third-python"]);
        assert_eq!(common.channels, ["file:///channel", "extra"]);
    }

    #[rstest]
    #[case("nope", 0)]
    #[case("bare", 1)]
    fn an_environment_that_is_not_in_the_manifest_is_none(#[case] environment: &str, #[case] count: usize) {
        let Fact::Environments(environments) = read_manifest(MANIFEST, environment).unwrap() else { panic!() };
        assert_eq!(environments.len(), count);
    }

    #[rstest]
    #[case("not toml [", "expected a manifest in TOML")]
    #[case("envs = 1", "`envs` to be a table")]
    #[case("[envs]\ncommon = 1", "`envs.common` to be a table")]
    #[case("[envs.common]\nchannels = 3", "`envs.common.channels` to be a list")]
    #[case("[envs.common]\ndependencies = 3", "`envs.common.dependencies` to be a table")]
    #[case("[envs.common.dependencies]\nclick = 3", "the constraint of `click`")]
    fn a_malformed_manifest_is_an_error_that_names_the_place(#[case] text: &str, #[case] expected: &str) {
        let error = read_manifest(text, "common").unwrap_err();
        assert!(error.contains(expected), "{error}");
    }

    #[test]
    fn a_record_gives_name_version_build_and_channel() {
        let record = r#"{"build": "pyh0_0", "build_number": 0, "name": "cowsay", "version": "6.1",
            "fn": "cowsay-6.1-pyh0_0.conda", "channel": "file:///channel/", "files": ["bin/cowsay"]}"#;
        let files = [("/envs/x/conda-meta/cowsay-6.1-pyh0_0.json".to_owned(), record.to_owned())];
        let cowsay = Package {
            name: "cowsay".into(),
            version: "6.1".into(),
            build: Some("pyh0_0".into()),
            source: Some("file:///channel".into()),
        };
        assert_eq!(read_records(&files), Ok(Fact::Packages(vec![cowsay])));
        let broken = [("/envs/x/conda-meta/cowsay.json".to_owned(), record[..40].to_owned())];
        assert!(read_records(&broken).unwrap_err().starts_with("/envs/x/conda-meta/cowsay.json: expected"));
    }
}
