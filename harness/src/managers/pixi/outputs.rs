//! What pixi's answers mean. The formats are those of pixi 0.77, as captured in `tests/captured`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::managers::answers::{json, succeeded};
use crate::model::fact::{EnvironmentFact, Fact, Package};
use crate::model::plan::Question;

pub(super) fn read(question: &Question, exit: Option<i32>, stdout: &str, stderr: &str) -> Result<Fact, String> {
    if *question == Question::Refusal {
        return Ok(Fact::Refusal(super::refusals::classify(exit, &format!("{stderr}\n{stdout}"))));
    }
    succeeded(exit, stdout, stderr)?;
    match question {
        Question::Version => version(stdout).map(Fact::Version),
        Question::Installation => installation(stdout).map(Fact::Installation),
        Question::Environments => environments(stdout).map(Fact::Environments),
        // Of a workspace it is asked for JSON, which it does not have for global environments.
        Question::Packages { .. } if stdout.trim_start().starts_with('[') => listed(stdout).map(Fact::Packages),
        Question::Packages { environment } => packages(stdout, environment).map(Fact::Packages),
        Question::UpToDate { .. } => up_to_date(&format!("{stdout}\n{stderr}")),
        Question::Records { .. } | Question::Manifest { .. } | Question::Refusal => {
            Err("expected files to read this from, not the output of a command".to_owned())
        }
    }
}

/// `pixi 0.77.0`
pub(super) fn version(stdout: &str) -> Result<String, String> {
    match stdout.split_whitespace().collect::<Vec<_>>()[..] {
        ["pixi", version] => Ok(version.to_owned()),
        _ => Err(format!("expected `pixi` and a version, got `{}`", stdout.trim())),
    }
}

#[derive(Deserialize)]
struct Info {
    version: String,
    platform: Option<String>,
    cache_dir: Option<String>,
    auth_dir: Option<String>,
    #[serde(rename = "global_info")]
    global: Option<GlobalInfo>,
    #[serde(default)]
    config_locations: Vec<String>,
}

#[derive(Deserialize)]
struct GlobalInfo {
    bin_dir: String,
    env_dir: String,
    manifest: String,
}

/// `pixi info --json`
pub(super) fn installation(stdout: &str) -> Result<BTreeMap<String, String>, String> {
    let info: Info = json("pixi's information", stdout)?;
    let mut entries = BTreeMap::from([("version".to_owned(), info.version)]);
    let mut enter = |name: &str, value: Option<String>| value.map(|value| entries.insert(name.to_owned(), value));
    enter("platform", info.platform);
    enter("cache", info.cache_dir);
    enter("credentials", info.auth_dir);
    enter("configuration", (!info.config_locations.is_empty()).then(|| info.config_locations.join(":")));
    if let Some(global) = info.global {
        // pixi does not name its home; its folder of programs lies right below it.
        enter("home", global.bin_dir.strip_suffix("/bin").map(str::to_owned));
        enter("bin", Some(global.bin_dir));
        enter("environments", Some(global.env_dir));
        enter("manifest", Some(global.manifest));
    }
    Ok(entries)
}

#[derive(Deserialize)]
struct Environment {
    name: String,
    dependencies: Vec<Dependency>,
    exposed: Vec<Exposed>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    /// Absent when it is asked for and not installed.
    version: Option<String>,
}

#[derive(Deserialize)]
struct Exposed {
    #[serde(rename = "exposed_name")]
    name: String,
}

/// `pixi global list --json`
pub(super) fn environments(stdout: &str) -> Result<Vec<EnvironmentFact>, String> {
    let listed: Vec<Environment> = json("a list of pixi's environments", stdout)?;
    let environments = listed.into_iter().map(|environment| {
        let package = |dependency: Dependency| Package {
            name: dependency.name,
            version: dependency.version.unwrap_or_default(),
            build: None,
            source: None,
        };
        EnvironmentFact {
            name: environment.name,
            packages: environment.dependencies.into_iter().map(package).collect(),
            exposes: environment.exposed.into_iter().map(|exposed| exposed.name).collect(),
            channels: Vec::new(),
        }
    });
    Ok(environments.collect())
}

/// `pixi global list --environment NAME`: a sentence with the number of packages, a table, then what it exposes.
pub(super) fn packages(stdout: &str, environment: &str) -> Result<Vec<Package>, String> {
    let mut lines = stdout.lines();
    let sentence = lines.next().unwrap_or_default();
    let count: usize = sentence
        .strip_prefix(&format!("The {environment} environment has "))
        .and_then(|rest| rest.split(' ').next())
        .and_then(|number| number.parse().ok())
        .ok_or_else(|| format!("expected how many packages the {environment} environment has, got `{sentence}`"))?;
    let header = lines.next().unwrap_or_default();
    let columns = ["Package", "Version", "Build", "Size"].map(|title| header.find(title));
    let [Some(name), Some(version), Some(build), Some(size)] = columns else {
        return Err(format!("expected the columns Package, Version, Build and Size, got `{header}`"));
    };
    let packages: Vec<Package> = lines
        .take_while(|line| !line.trim().is_empty())
        .map(|line| {
            let cell = |start: usize, end: usize| line.get(start..end).map(str::trim).filter(|text| !text.is_empty());
            let (Some(name), Some(version)) = (cell(name, version), cell(version, build)) else {
                return Err(format!("expected a package and its version, got `{line}`"));
            };
            let build = cell(build, size).map(str::to_owned);
            Ok(Package { name: name.to_owned(), version: version.to_owned(), build, source: None })
        })
        .collect::<Result<_, _>>()?;
    if packages.len() == count {
        Ok(packages)
    } else {
        Err(format!("expected {count} packages as announced, got {}", packages.len()))
    }
}

#[derive(Deserialize)]
struct Listed {
    name: String,
    version: Option<String>,
    build: Option<String>,
    source: Option<String>,
}

/// `pixi list --json`
pub(super) fn listed(stdout: &str) -> Result<Vec<Package>, String> {
    let listed: Vec<Listed> = json("a list of packages", stdout)?;
    let package = |one: Listed| Package {
        name: one.name,
        version: one.version.unwrap_or_default(),
        build: one.build.filter(|build| !build.is_empty()),
        source: one.source,
    };
    Ok(listed.into_iter().map(package).collect())
}

/// `pixi global sync` or `pixi global update`
fn up_to_date(output: &str) -> Result<Fact, String> {
    const CHANGES: [&str; 7] =
        ["Added ", "Updated ", "Removed ", "Exposed ", "Installed shortcut", "Uninstalled shortcut", "- "];
    let mut lines = output.lines().map(|line| line.trim().trim_start_matches("✔ ")).filter(|line| !line.is_empty());
    let mut any = false;
    let changed = lines.try_fold(false, |changed, line| {
        any = true;
        if line.starts_with("Nothing to do.") || line.ends_with("was already up-to-date.") {
            Ok(changed)
        } else if CHANGES.iter().any(|change| line.starts_with(change)) {
            Ok(true)
        } else {
            Err(format!("expected what was updated or that nothing was to be done, got `{line}`"))
        }
    })?;
    if any { Ok(Fact::UpToDate(!changed)) } else { Err("expected what was updated, got nothing".to_owned()) }
}
