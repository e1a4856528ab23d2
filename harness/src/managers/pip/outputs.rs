//! What pip's answers mean. The formats are those of pip 23 to 26, as captured in `tests/captured`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::managers::answers::{json, succeeded};
use crate::managers::{Meaning, Sign};
use crate::model::fact::{Fact, Package};
use crate::model::plan::Question;

/// The lines by which pip tells how far it is: of what it downloads for solving it tells indented.
pub(super) const SIGNS: &[Sign] = &[
    ("Collecting ", Meaning::Solving),
    ("Downloading ", Meaning::Next),
    ("Installing collected packages: ", Meaning::Linking),
    ("Successfully installed ", Meaning::Linked),
];

pub(super) fn read(question: &Question, exit: Option<i32>, stdout: &str, stderr: &str) -> Result<Fact, String> {
    if *question == Question::Refusal {
        return Ok(Fact::Refusal(super::refusals::classify(exit, &format!("{stderr}\n{stdout}"))));
    }
    succeeded(exit, stdout, stderr)?;
    match question {
        Question::Version => version(stdout).map(|(version, _)| Fact::Version(version)),
        Question::Installation => installation(stdout).map(Fact::Installation),
        Question::Packages { .. } => packages(stdout).map(Fact::Packages),
        Question::UpToDate { .. } => up_to_date(stdout).map(Fact::UpToDate),
        Question::Environments => Err("expected no list of environments: pip keeps none".to_owned()),
        Question::Records { .. } | Question::Manifest { .. } | Question::Refusal => {
            Err("expected files to read this from, not the output of a command".to_owned())
        }
    }
}

/// `pip 26.3 from /opt/pip/lib/python3.11/site-packages/pip (python 3.11)`: the version, and where pip lies.
pub(super) fn version(stdout: &str) -> Result<(String, String), String> {
    let told = stdout.trim();
    let parts = told.strip_prefix("pip ").and_then(|rest| rest.split_once(" from "));
    let place = parts.and_then(|(version, rest)| Some((version, rest.rsplit_once(" (python ")?.0)));
    match place {
        Some((version, place)) => Ok((version.to_owned(), place.to_owned())),
        None => Err(format!("expected `pip`, a version and where it lies, got `{told}`")),
    }
}

#[derive(Deserialize)]
struct Inspected {
    pip_version: String,
    environment: Markers,
}

#[derive(Deserialize)]
struct Markers {
    platform_machine: String,
    python_full_version: String,
    sys_platform: String,
}

/// `pip inspect`
fn installation(stdout: &str) -> Result<BTreeMap<String, String>, String> {
    let Inspected { pip_version, environment } = json("what pip inspected", stdout)?;
    Ok(BTreeMap::from([
        ("version".to_owned(), pip_version),
        ("platform".to_owned(), format!("{}-{}", environment.sys_platform, environment.platform_machine)),
        ("python".to_owned(), environment.python_full_version),
    ]))
}

#[derive(Deserialize)]
struct Listed {
    name: String,
    version: String,
}

/// `pip list --format json`
pub(super) fn packages(stdout: &str) -> Result<Vec<Package>, String> {
    let listed: Vec<Listed> = json("a list of packages", stdout)?;
    let package = |one: Listed| Package { name: one.name, version: one.version, build: None, source: None };
    Ok(listed.into_iter().map(package).collect())
}

#[derive(Deserialize)]
struct Report {
    install: Vec<IgnoredAny>,
}

/// `pip install --dry-run --quiet --report -`: whether nothing would be installed.
fn up_to_date(stdout: &str) -> Result<bool, String> {
    let report: Report = json("a report of what would be installed", stdout)?;
    Ok(report.install.is_empty())
}

/// `pip config debug`: the files that are there, each as `  /etc/pip.conf, exists: True`.
pub(super) fn configuration(stdout: &str) -> Vec<String> {
    let there = stdout.lines().filter_map(|line| line.trim().strip_suffix(", exists: True"));
    there.map(str::to_owned).collect()
}

/// `pip config --site list`: the indexes among its settings, each as `global.index-url='https://…'`. Settings of
/// variables, as `:env:.index-url`, are none of the environment's own.
pub(super) fn sources(stdout: &str) -> Vec<String> {
    let of = |name: &str| {
        let value = stdout.lines().find_map(|line| line.strip_prefix("global.")?.strip_prefix(name)?.strip_prefix('='));
        value.map(|value| value.trim_matches(['\'', '"']).split(' ')).into_iter().flatten()
    };
    ["index-url", "extra-index-url"].into_iter().flat_map(of).filter(|one| !one.is_empty()).map(str::to_owned).collect()
}
