//! The suite `conformance`, by which `shakedown run` judges any image.

use std::process::Command;

use serde_json::Value;

use crate::common::ignore;

/// The subject: this image, with shakedown's own packages served to it.
fn subject(manager: &str, image: &str) -> String {
    let home = if manager == "pixi" { "/hard/image/pixi".to_owned() } else { format!("/opt/{manager}") };
    let channel = if manager == "pixi" { ", channel: {serve: '${PIXI_CHANNEL_DIR:-}'}" } else { "" };
    format!(
        "subject: conformance-of-{manager}\nmanager: {manager}\nimage: {{use: '{image}'}}\ninstall: {{home: {home}}}\n\
         container: {{user: root}}\nsources: {{packages: shakedown{channel}}}\nsuites: [conformance]\n"
    )
}

/// Runs it on an image: every check passes, or is skipped, and that at most this often.
pub(crate) fn judge(manager: &str, image: &str, most_skipped: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("subject.yml"), subject(manager, image)).expect("written");
    let mut run = Command::new(assert_cmd::cargo::cargo_bin!("shakedown"));
    run.args(["run", "subject.yml", "--format", "json"]).current_dir(folder.path());
    let output = run.output().expect("the program starts");
    let said = String::from_utf8_lossy(&output.stderr);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {said}"));
    let phases = report["phases"].as_array().expect("phases");
    let checks: Vec<&Value> = phases.iter().flat_map(|phase| phase["checks"].as_array().expect("checks")).collect();
    let of = |outcome: &str| checks.iter().filter(|check| check["outcome"] == outcome).copied().collect::<Vec<_>>();
    let skipped = of("skipped");
    for check in &skipped {
        ignore(&format!("{}: {}", check["id"], check["reason"]));
    }
    let others: Vec<_> = checks
        .iter()
        .filter(|check| !["passed", "skipped"].contains(&check["outcome"].as_str().expect("an outcome")))
        .collect();
    assert!(others.is_empty(), "{others:#?}");
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(
        !of("passed").is_empty() && skipped.len() <= most_skipped,
        "{manager} skips {}: {skipped:#?}",
        skipped.len()
    );
}
