//! What every manager's Dockerfile keeps to, as CONTRIBUTING.md says.

use std::fs;
use std::path::Path;

use rstest::rstest;
use shakedown::managers;

/// The instructions of a Dockerfile, continued lines joined, without comments.
fn instructions(text: &str) -> Vec<String> {
    let lines = text.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join("\n");
    lines.replace("\\\n", " ").lines().map(str::to_owned).filter(|line| !line.is_empty()).collect()
}

/// What the last instruction of this name says.
fn last<'a>(instructions: &'a [String], name: &str) -> Option<&'a str> {
    instructions.iter().rev().find_map(|instruction| instruction.strip_prefix(name)?.strip_prefix(' '))
}

#[test]
fn every_manager_has_a_config_and_a_dockerfile() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for manager in managers::ALL {
        for file in [format!("configs/{}.yml", manager.name()), format!("docker/{}.Dockerfile", manager.name())] {
            assert!(root.join(&file).is_file(), "{file} is missing");
        }
    }
}

#[rstest]
fn a_manager_s_dockerfile_pins_versions_and_ends_as_an_unprivileged_user_with_a_look(
    #[files("../docker/*.Dockerfile")]
    #[exclude("stage-1|ssh")] // no manager comes with these
    path: std::path::PathBuf,
) {
    let text = fs::read_to_string(&path).expect("a Dockerfile");
    assert!(!text.to_lowercase().contains("# syntax"), "BuildKit would pull a frontend");
    let instructions = instructions(&text);
    assert_eq!(instructions[0], "ARG BASE");
    assert!(instructions[1].starts_with("FROM ${BASE}"), "{}", instructions[1]);
    let pinned = |instruction: &String| {
        let version = instruction.strip_prefix("ARG ").and_then(|argument| argument.split_once('='));
        version.is_some_and(|(_, value)| value.contains('.') && value.ends_with(|last: char| last.is_ascii_digit()))
    };
    assert!(instructions.iter().any(pinned), "no version is pinned by an ARG");
    assert!(last(&instructions, "USER").is_some_and(|user| user != "root" && user != "0"), "it ends as root");
    assert!(last(&instructions, "WORKDIR").is_some_and(|folder| folder != "/"), "it has no working folder");
    let ends = instructions.last().expect("an instruction");
    assert!(ends.starts_with("RUN ") && !ends.contains("/setup/"), "it ends without a look: {ends}");
}
