//! Reports that cannot be written, and package managers that cannot be had.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;
use std::process::Command;

use crate::common::{ignore, ignore_or_fail};
use crate::machine::on_engine;
use crate::place::Place;

/// A subject whose package manager comes from where nobody answers.
const UNOBTAINABLE: &str = "\
image:
  base: any:latest
  stages: [{name: stage-1, dockerfile: Dockerfile, args: {BINARY: '{{ sources.binary }}'}}]
sources:
  binary: ${PIXI_BINARY:-}
  remote: [{url: 'https://localhost:1/install.sh', unless: binary}]
";

fn place() -> Place {
    let place = Place::new("output", "any:latest");
    place.write("Dockerfile", "ARG BASE\nFROM ${BASE}\n");
    place
}

#[test]
fn a_file_in_the_place_of_the_report_folder_is_named() {
    let place = place();
    place.write("reports", "");
    let said = place.shakedown(&["run", "subject.yml"]);
    assert_eq!(said.code, Some(2));
    insta::assert_snapshot!(said.stderr, @r"
        error: cannot create reports/cli-output/[run]/outputs: Not a directory (os error 20)
        hint: Make reports/cli-output/[run]/outputs writable, or name another folder by `--report-dir`
        ");
}

/// A file system of this size, as long as this lives.
struct SmallDisk<'a>(&'a Path);

impl<'a> SmallDisk<'a> {
    /// Nothing where this user may mount none.
    fn mount(path: &'a Path, size: &str) -> Option<Self> {
        std::fs::create_dir_all(path).expect("made");
        let is_root = std::fs::metadata("/proc/self").expect("a process").uid() == 0;
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"]).arg(path);
        if is_root && mount.output().is_ok_and(|output| output.status.success()) {
            return Some(Self(path));
        }
        ignore("this user may not mount a file system");
        None
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.0).output();
    }
}

#[test]
fn a_full_disk_is_told_before_anything_starts() {
    let place = place();
    let path = place.path("reports");
    let Some(_disk) = SmallDisk::mount(&path, "32k") else { return };
    let said = place.shakedown(&["run", "subject.yml"]);
    assert_eq!(said.code, Some(2), "{}", said.stderr);
    insta::assert_snapshot!(said.stderr, @r"
        error: cannot write reports/cli-output/[run]/outputs: No space left on device (os error 28)
        hint: Make room on the disk that holds reports/cli-output/[run]/outputs, or name another folder by `--report-dir`
        ");
}

#[test]
fn a_disk_that_fills_up_meanwhile_is_told_and_the_result_is_shown_all_the_same() {
    on_engine("filling", |_, place| {
        let path = place.path("reports");
        let Some(_disk) = SmallDisk::mount(&path, "96k") else { return };
        place.checks(&["{id: long, about: A command prints much., run: 'head -c 400000 /dev/zero | tr \"\\0\" x'}"]);
        let said = place.with_engine(&["run", "subject.yml"]);
        assert_eq!(said.code, Some(3), "{}", said.stderr);
        assert!(said.stdout.contains("installation"), "{}", said.stdout);
        assert!(said.stdout.contains("is inconclusive") && !said.stdout.contains("is stable"), "{}", said.stdout);
        assert!(said.stderr.contains("The journal cannot be kept any more"), "{}", said.stderr);
        assert!(!place.run().join(".report.json").exists());
    });
}

#[test]
fn a_manager_that_cannot_be_obtained_is_inconclusive_at_once_and_the_next_subject_has_its_turn() {
    on_engine("obtain", |machine, place| {
        place.write("Dockerfile", "ARG BASE\nFROM ${BASE}\n");
        place.subject(UNOBTAINABLE);
        let other = Place::new("obtain-next", &machine.image);
        let next = other.path("subject.yml").display().to_string();
        let said = place.with_engine(&["run", "subject.yml", &next]);
        assert_eq!(said.code, Some(3), "{}", said.stderr);
        assert!(place.path("reports/cli-obtain-next").is_dir(), "the next subject did not have its turn");
        // Nobody listens there, on any machine.
        insta::assert_snapshot!(place.reasons(), @"uv cannot be obtained (https://localhost:1/install.sh: Connection refused (os error 111)). Give this machine a way there, or local stand-ins by PIXI_BINARY (`sources` of [folder]/subject.yml).");
    });
}

#[test]
fn a_machine_without_a_way_out_is_told_before_anything_is_built() {
    on_engine("way", |machine, place| {
        let isolated = ["--net", "--"];
        if !Command::new("unshare").args(isolated).arg("true").status().is_ok_and(|status| status.success()) {
            return ignore_or_fail("this process may not have a network of its own (`unshare --net`)");
        }
        place.write("Dockerfile", "ARG BASE\nFROM ${BASE}\n");
        let stage = "{name: stage-1, dockerfile: Dockerfile, cache: false}";
        place.subject(&format!("image: {{base: '{}', stages: [{stage}]}}\n", machine.image));
        let there = place.with_engine(&["run", "subject.yml"]);
        assert_eq!(there.code, Some(0), "{}", there.stderr);
        std::fs::remove_dir_all(place.path("reports")).expect("removed");
        let program = place.command(&[]);
        let mut command = Command::new("unshare");
        command.args(isolated).arg(program.get_program()).args(["run", "subject.yml"]);
        command.current_dir(place.path("."));
        for (name, _) in program.get_envs() {
            command.env_remove(name);
        }
        let said = place.said(&mut command);
        assert_eq!(said.code, Some(3), "{}", said.stderr);
        insta::assert_snapshot!(place.reasons(), @"uv cannot be obtained (this machine has no way out). Give this machine a default route or a proxy, or name what the build needs by `sources` of [folder]/subject.yml.");
    });
}

#[test]
fn a_local_binary_that_is_not_there_or_no_program_is_a_mistake() {
    let place = place();
    place.subject(UNOBTAINABLE);
    place.write("text", "");
    for binary in ["nowhere", "text", "."] {
        let said = place.said(place.command(&["run", "subject.yml"]).env("PIXI_BINARY", place.path(binary)));
        assert_eq!(said.code, Some(2), "{binary}");
        assert!(place.runs().is_empty(), "{binary}");
        match binary {
            "nowhere" => insta::assert_snapshot!(said.stderr, @r"
                error: sources.binary: [folder]/nowhere is not there
                hint: Correct the path, or leave it empty to use the remote source.
                "),
            "text" => insta::assert_snapshot!(said.stderr, @r"
                error: sources.binary: [folder]/text is not executable
                hint: Correct the path, or leave it empty to use the remote source.
                "),
            _ => insta::assert_snapshot!(said.stderr, @r"
                error: sources.binary: [folder] is not a file
                hint: Correct the path, or leave it empty to use the remote source.
                "),
        }
    }
    let text = place.path("text");
    std::fs::set_permissions(&text, std::fs::Permissions::from_mode(0o755)).expect("set");
    let mut command = place.command(&["run", "subject.yml"]);
    let said = place.said(command.env("PIXI_BINARY", text).env("DOCKER_HOST", crate::place::NO_ENGINE));
    assert_eq!(said.code, Some(3), "a program is accepted: {}", said.stderr);
}
