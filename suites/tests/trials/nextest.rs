//! The real `cargo nextest`, where it is installed, on the small subject.

use std::env;
use std::fs;
use std::process::{Command, Output};

use libtest_mimic::Failed;
use serde_json::{Value, json};

use super::{Fixture, NAMES, ensure, text};

/// What nextest exits with when a test has failed.
const FAILED: i32 = 100;

/// The folder of this package in the workspace; the fixture stands in for the workspace, so trials run in it there.
const PACKAGE: &str = "suites";

fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Why nextest cannot be run here.
pub(crate) fn missing() -> Option<String> {
    let version = cargo().args(["nextest", "--version"]).output();
    let is_there = version.is_ok_and(|output| output.status.success());
    (!is_there).then(|| "cargo-nextest is not installed".to_owned())
}

/// The small subject's folder with what nextest needs to run this very target in it, without a build.
fn workspace() -> Result<Fixture, Failed> {
    let fixture = Fixture::within(PACKAGE)?;
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let mut metadata = cargo();
    metadata.args(["metadata", "--format-version", "1", "--no-deps", "--offline", "--manifest-path", manifest]);
    let output = metadata.output()?;
    ensure(output.status.success(), &text(&output))?;
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let packages = metadata["packages"].as_array().ok_or("no packages")?;
    let package = packages.iter().find(|package| package["name"] == env!("CARGO_PKG_NAME")).ok_or("no package")?;
    let binaries = json!({
        "rust-build-meta": {
            "target-directory": metadata["target_directory"],
            "base-output-directories": [],
            "non-test-binaries": {},
            "build-script-out-dirs": {},
            "linked-paths": [],
            "target-platforms": [],
            "target-platform": null,
        },
        "rust-binaries": {
            "shakedown-suites::trials": {
                "binary-id": "shakedown-suites::trials",
                "binary-name": "trials",
                "package-id": package["id"],
                "kind": "test",
                "binary-path": env::current_exe()?,
                "build-platform": "target",
            },
        },
    });
    // nextest asks no more of it than to be there.
    fs::write(fixture.root().join("Cargo.toml"), "")?;
    fs::write(fixture.root().join("cargo.json"), output.stdout)?;
    fs::write(fixture.root().join("binaries.json"), binaries.to_string())?;
    Ok(fixture)
}

/// Runs the small subject's trials.
fn run(fixture: &Fixture, filters: &[&str]) -> Result<Output, Failed> {
    let root = fixture.root();
    let mut command = cargo();
    fixture.prepare(&mut command);
    command.current_dir(root).args(["nextest", "run", "--color", "never", "--no-fail-fast", "--status-level", "all"]);
    command.arg("--cargo-metadata").arg(root.join("cargo.json"));
    command.arg("--binaries-metadata").arg(root.join("binaries.json"));
    command.arg("--workspace-remap").arg(root);
    command.args(["--user-config-file", "none", "--"]).args(filters);
    Ok(command.output()?)
}

/// Whether nextest says that the trial of this name came out so.
fn says(said: &str, outcome: &str, name: &str) -> bool {
    said.lines().any(|line| line.trim_start().starts_with(outcome) && line.trim_end().ends_with(name))
}

pub(crate) fn shares_one_run() -> Result<(), Failed> {
    let fixture = workspace()?;
    let output = run(&fixture, &[])?;
    let said = text(&output);
    ensure(output.status.code() == Some(FAILED), &said)?;
    for (name, outcome) in NAMES.into_iter().zip(["PASS", "FAIL", "FAIL", "FAIL"]) {
        ensure(says(&said, outcome, name), &format!("{name} is no {outcome}: {said}"))?;
    }
    for words in ["failed: expected", "blocked by installation/wrong", "not stable"] {
        ensure(said.contains(words), &format!("nothing says `{words}`: {said}"))?;
    }
    fixture.ensure_one_build()
}

pub(crate) fn selects_by_name() -> Result<(), Failed> {
    let fixture = workspace()?;
    let output = run(&fixture, &["installation/file"])?;
    let said = text(&output);
    ensure(output.status.success() && says(&said, "PASS", "installation/file"), &said)?;
    ensure(said.contains("1 test run: 1 passed, 3 skipped"), &said)?;
    fixture.ensure_one_build()
}
