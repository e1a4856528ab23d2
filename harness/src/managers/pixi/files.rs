//! What pixi's files mean: the records of conda packages, and the global manifest.

use serde::Deserialize;

use crate::managers::Dependency;
use crate::managers::answers::json;
use crate::managers::formats::pixi_global;
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
    let mut environments = pixi_global::read("pixi-global.toml", text).map_err(|mistake| mistake.to_string())?;
    let found = environments.remove(environment).map(|found| EnvironmentFact {
        name: environment.to_owned(),
        packages: found.dependencies.into_iter().map(package).collect(),
        exposes: found.exposes,
        channels: found.channels,
    });
    Ok(Fact::Environments(found.into_iter().collect()))
}

fn package(asked: Dependency) -> Package {
    Package { name: asked.name, version: asked.constraint, build: asked.build, source: asked.source }
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
    #[case("not toml [", "pixi-global.toml:1:5: ")]
    #[case("envs = 1", "pixi-global.toml:1:8: ")]
    #[case("[envs]\ncommon = 1", "pixi-global.toml:2:10: ")]
    #[case("[envs.common]\nchannels = 3", "pixi-global.toml:2:12: ")]
    #[case("[envs.common]\nchannels = [3]", "pixi-global.toml:2:13: expected a channel's name or URL")]
    #[case("[envs.common]\ndependencies = 3", "pixi-global.toml:2:16: ")]
    #[case("[envs.common.dependencies]\nclick = 3", "pixi-global.toml:2:9: expected the constraint of `click`")]
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
