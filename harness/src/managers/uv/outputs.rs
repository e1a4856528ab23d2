//! What uv's answers mean. The formats are those of uv 0.13, as captured in `tests/captured`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::managers::answers::{json, succeeded};
use crate::managers::requirement::name_of;
use crate::managers::{Meaning, Sign};
use crate::model::fact::{EnvironmentFact, Fact, Package};
use crate::model::plan::Question;

/// The lines by which uv tells how far it is. It says of no download that it begins where that is small.
pub(super) const SIGNS: &[Sign] = &[
    ("Resolved * package", Meaning::Solved),
    ("Downloading ", Meaning::Downloading),
    (" Downloaded ", Meaning::Downloaded),
    ("Prepared * package", Meaning::Linking),
    ("Installed * package", Meaning::Linked),
];

pub(super) fn read(question: &Question, exit: Option<i32>, stdout: &str, stderr: &str) -> Result<Fact, String> {
    if *question == Question::Refusal {
        return Ok(Fact::Refusal(super::refusals::classify(exit, &format!("{stderr}\n{stdout}"))));
    }
    succeeded(exit, stdout, stderr)?;
    match question {
        Question::Version => version(stdout).map(Fact::Version),
        Question::Installation => installation(stdout),
        Question::Environments => tools(stdout).map(Fact::Environments),
        Question::Packages { .. } => packages(stdout).map(Fact::Packages),
        Question::UpToDate { .. } => up_to_date(&format!("{stdout}\n{stderr}")),
        Question::Records { .. } | Question::Manifest { .. } | Question::Refusal => {
            Err("expected files to read this from, not the output of a command".to_owned())
        }
    }
}

/// `uv 0.13.8 (x86_64-unknown-linux-gnu)`; what stands in brackets differs by build.
pub(super) fn version(stdout: &str) -> Result<String, String> {
    let mut words = stdout.split_whitespace();
    match (words.next(), words.next()) {
        (Some("uv"), Some(version)) => Ok(version.to_owned()),
        _ => Err(format!("expected `uv` and a version, got `{}`", stdout.trim())),
    }
}

#[derive(Deserialize)]
struct SelfVersion {
    version: String,
    target_triple: Option<String>,
}

/// `uv self version --output-format json`
fn installation(stdout: &str) -> Result<Fact, String> {
    let told: SelfVersion = json("uv's own version", stdout)?;
    let mut entries = BTreeMap::from([("version".to_owned(), told.version)]);
    entries.extend(told.target_triple.map(|platform| ("platform".to_owned(), platform)));
    Ok(Fact::Installation(entries))
}

/// `uv tool list --show-with`: `httpie v3.2.4 [with: attrs]`, then `- http` for each of its programs.
pub(super) fn tools(stdout: &str) -> Result<Vec<EnvironmentFact>, String> {
    let mut tools: Vec<EnvironmentFact> = Vec::new();
    for line in stdout.lines().filter(|line| !line.trim().is_empty()) {
        if let Some(program) = line.strip_prefix("- ") {
            let tool = tools.last_mut().ok_or_else(|| format!("expected a tool before its program, got `{line}`"))?;
            let program = program.split_once(" (").map_or(program, |(program, _)| program);
            tool.exposes.push(program.to_owned());
        } else {
            tools.push(tool(line).ok_or_else(|| format!("expected a tool and its version, got `{line}`"))?);
        }
    }
    Ok(tools)
}

fn tool(line: &str) -> Option<EnvironmentFact> {
    let (name, rest) = line.split_once(" v")?;
    let version = rest.split(' ').next().filter(|version| version.starts_with(|first: char| first.is_ascii_digit()))?;
    let package = |name: &str, version: &str| Package {
        name: name.to_owned(),
        version: version.to_owned(),
        build: None,
        source: None,
    };
    let mut packages = vec![package(name, version)];
    if let Some((with, _)) = rest.split_once("[with: ").and_then(|(_, with)| with.split_once(']')) {
        packages.extend(with.split(',').map(|asked| package(name_of(asked), "")));
    }
    Some(EnvironmentFact { name: name.to_owned(), packages, ..EnvironmentFact::default() })
}

#[derive(Deserialize)]
struct Listed {
    name: String,
    version: String,
}

/// `uv pip list --format json`
pub(super) fn packages(stdout: &str) -> Result<Vec<Package>, String> {
    let listed: Vec<Listed> = json("a list of packages", stdout)?;
    let package = |one: Listed| Package { name: one.name, version: one.version, build: None, source: None };
    Ok(listed.into_iter().map(package).collect())
}

/// An install that is repeated, dry or not, or an upgrade.
fn up_to_date(output: &str) -> Result<Fact, String> {
    const NOTHING: [&str; 2] = ["Would make no changes", "Nothing to upgrade"];
    const CHANGES: [&str; 8] = [
        "Would download ",
        "Would install ",
        "Would uninstall ",
        "Installed ",
        "Uninstalled ",
        "Updated ",
        "Upgraded ",
        "Prepared ",
    ];
    let lines = || output.lines().map(str::trim);
    if lines().any(|line| CHANGES.iter().any(|change| line.starts_with(change))) {
        Ok(Fact::UpToDate(false))
    } else if lines().any(|line| NOTHING.contains(&line) || line.ends_with("is already installed"))
        // An install that only looked.
        || lines().any(|line| line.starts_with("Checked ") || line.starts_with("Audited "))
    {
        Ok(Fact::UpToDate(true))
    } else {
        Err(format!("expected what was changed or that nothing was to be done, got `{}`", output.trim()))
    }
}
