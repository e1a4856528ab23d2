//! Which manager is meant, and where.

use std::process::Command;

use serde_json::Value;

use crate::bench::{Bench, said, stderr};

#[tokio::test(flavor = "multi_thread")]
async fn the_manager_is_the_one_that_is_typed_or_that_of_the_variable_or_of_the_project() {
    let Some(bench) = Bench::new().await else { return };
    std::fs::create_dir_all(bench.path("deep/my tools")).expect("folders");
    std::os::unix::fs::symlink(&bench.uv, bench.path("deep/my tools/uv")).expect("a link");
    std::fs::write(
        bench.path("shakedown.yml"),
        "package-manager: {default: uv, uv: {where: host, path: './deep/my tools/uv'}}\n",
    )
    .expect("written");
    let init = |bench: &Bench, arguments: &[&str], variable: Option<&str>| {
        let mut command = bench.env(&[&["--json", "init", "project"], arguments].concat());
        command.env_remove("SHAKEDOWN_MANAGER").current_dir(bench.path("deep"));
        if let Some(variable) = variable {
            command.env("SHAKEDOWN_MANAGER", variable);
        }
        command.output().expect("the program starts")
    };
    let made = init(&bench, &["--name", "demo"], None);
    let done: Value = serde_json::from_slice(&made.stdout).unwrap_or_else(|error| panic!("{error}: {}", said(&made)));
    assert_eq!(done["program"], bench.path("deep/my tools/uv").display().to_string());
    assert!(bench.path("deep/project/pyproject.toml").is_file());
    let unknown = init(&bench, &[], Some("conda"));
    assert_eq!(unknown.status.code(), Some(2));
    assert!(stderr(&unknown).contains("there is no package manager `conda`; there are: "), "{}", said(&unknown));
    let typed = init(&bench, &["--manager", "uv=nowhere/uv"], Some("conda"));
    assert!(stderr(&typed).contains("the program of uv, "), "{}", said(&typed));
    std::fs::remove_file(bench.path("deep/my tools/uv")).expect("gone");
    let moved = init(&bench, &[], None);
    assert_eq!(moved.status.code(), Some(2));
    assert!(stderr(&moved).contains("deep/my tools/uv, is not there"), "{}", said(&moved));
}

/// `where: host` from end to end: no engine answers, the manager is the one that the caller names, and what would change
/// this machine is left alone.
#[tokio::test]
async fn a_subject_of_this_machine_is_judged_here_by_the_default_manager() {
    let Some(bench) = Bench::new().await else { return };
    let home = bench.uv.parent().expect("a folder").display().to_string();
    let touched = bench.path("touched");
    let suite = format!(
        "suite: own\nphases:\n  - phase: installation\n    checks:\n      \
         - {{id: version, about: It tells its version., ask: {{what: version}}, expect: {{version: '>=0.8'}}}}\n      \
         - {{id: changes, about: It changes something., mutates: true, run: [touch, '{}']}}\n",
        touched.display()
    );
    std::fs::write(bench.path("own.yml"), suite).expect("written");
    let subject =
        format!("subject: here\nmanager: {{where: host}}\ninstall: {{home: '{home}'}}\nsuites: [./own.yml]\n");
    std::fs::write(bench.path("here.yml"), subject).expect("written");
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("shakedown"));
    command.args(["run", "here.yml", "--format", "json"]).current_dir(bench.folder.path());
    command.env("DOCKER_HOST", "unix:///nowhere/docker.sock");
    command.env("SHAKEDOWN_MANAGER", format!("uv={}", bench.uv.display()));
    let output = command.output().expect("the program starts");
    let report: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", said(&output)));
    let outcome = |id: &str| {
        let checks = report["phases"].as_array().expect("phases").iter().filter_map(|phase| phase["checks"].as_array());
        checks.flatten().find(|check| check["id"] == id).unwrap_or_else(|| panic!("{id}: {report}"))["outcome"].clone()
    };
    assert_eq!([outcome("installation/version"), outcome("installation/changes")], ["passed", "skipped"]);
    assert!(!touched.exists());
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let run = std::fs::read_dir(bench.path("reports/here")).expect("runs").next().expect("a run").expect("a folder");
    let journal = std::fs::read_to_string(run.path().join("journal.jsonl")).expect("a journal");
    assert!(!journal.contains("surveyed"), "a whole machine is not looked over: that takes longer than all checks");
}
