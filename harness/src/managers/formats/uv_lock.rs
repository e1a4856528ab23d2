//! `uv.lock`: the packages that are locked.

use serde::Deserialize;

use super::tables::{Text, string};
use crate::managers::mistake::Mistake;
use crate::model::fact::Package;

#[derive(Deserialize)]
struct Locked {
    #[serde(default, rename = "package")]
    packages: Vec<LockedPackage>,
}

#[derive(Deserialize)]
struct LockedPackage {
    name: String,
    /// A project whose version is only known when it is built has none.
    version: Option<String>,
    source: toml::Table,
}

/// The packages of a lock file, without the projects that it was made for.
pub(in crate::managers) fn read(file: &str, content: &str) -> Result<Vec<Package>, Mistake> {
    let locked: Locked = Text { file, text: content }.parse()?;
    let is_own =
        |package: &LockedPackage| ["virtual", "editable"].iter().any(|kind| package.source.contains_key(*kind));
    let packages = locked.packages.into_iter().filter(|package| !is_own(package));
    Ok(packages
        .map(|package| Package {
            name: package.name,
            version: package.version.unwrap_or_default(),
            build: None,
            source: ["registry", "git", "url", "path", "directory"].iter().find_map(|key| string(&package.source, key)),
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"version = 1
revision = 5
requires-python = ">=3.11"

[[package]]
name = "cowsay"
version = "6.0"
source = { registry = "https://packages.example/simple" }

[[package]]
name = "probe"
version = "0.1.0"
source = { virtual = "." }
dependencies = [{ name = "cowsay" }]
"#;

    #[test]
    fn the_packages_are_those_of_others() {
        let cowsay = Package {
            name: "cowsay".into(),
            version: "6.0".into(),
            build: None,
            source: Some("https://packages.example/simple".into()),
        };
        assert_eq!(read("uv.lock", TEXT), Ok(vec![cowsay]));
    }

    #[test]
    fn a_mistake_is_told_with_its_place() {
        let mistake = read("uv.lock", &TEXT.replace("name = \"cowsay\"", "name = 1")).unwrap_err().to_string();
        assert!(mistake.starts_with("uv.lock:6:8: "), "{mistake}");
    }
}
