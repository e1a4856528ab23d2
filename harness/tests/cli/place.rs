//! A folder of a test's own with a subject in it, and the program run there.

use std::path::{Path, PathBuf};
use std::process::Command;

use assert_cmd::assert::OutputAssertExt as _;
use regex::Regex;
use serde_json::Value;

/// An address at which no engine answers.
pub(crate) const NO_ENGINE: &str = "unix:///nonexistent.sock";

/// A suite of one check that any image with a shell passes.
pub(crate) const SUITE: &str = "\
suite: own
phases:
  - phase: installation
    checks:
      - {id: works, about: A command works., run: [\"true\"]}
";

/// A folder that a run is made in.
pub(crate) struct Place {
    folder: tempfile::TempDir,
    /// The subject's name, which no other test has.
    pub(crate) name: String,
}

/// What the program said and how it ended.
pub(crate) struct Said {
    /// The exit code; absent when a signal ended it.
    pub(crate) code: Option<i32>,
    /// Standard output, with what differs from run to run replaced.
    pub(crate) stdout: String,
    /// Standard error, likewise.
    pub(crate) stderr: String,
}

impl Place {
    /// A folder with the subject `<name>` in `subject.yml` on this image, and the suite [`SUITE`] in `own.yml`.
    pub(crate) fn new(name: &str, image: &str) -> Self {
        let place = Self { folder: tempfile::tempdir().expect("a folder"), name: format!("cli-{name}") };
        place.write("own.yml", SUITE);
        place.subject(&format!("image: {{use: '{image}'}}\n"));
        place
    }

    /// Writes the subject anew: with these lines after its name, manager, home and suite.
    pub(crate) fn subject(&self, more: &str) {
        let head = format!(
            "subject: {}\nmanager: uv\ninstall: {{home: /opt/uv}}\nsuites: [./own.yml]\ngate: {{success-rate: 100%}}\n",
            self.name
        );
        self.write("subject.yml", &format!("{head}{more}"));
    }

    /// Writes the suite anew: one phase of these checks, one a line.
    pub(crate) fn checks(&self, checks: &[&str]) {
        let checks = checks.join("\n      - ");
        self.write(
            "own.yml",
            &format!("suite: own\nphases:\n  - phase: installation\n    checks:\n      - {checks}\n"),
        );
    }

    /// Writes a file.
    pub(crate) fn write(&self, file: &str, text: &str) {
        std::fs::write(self.path(file), text).expect("written");
    }

    /// A path in the folder.
    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    /// The program in this folder, with nothing of the machine's environment but the way to programs and engine.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        self.command_of(assert_cmd::cargo::cargo_bin!("shakedown"), arguments)
    }

    /// The same with another copy of the program.
    pub(crate) fn command_of(&self, program: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.folder.path()).env_clear();
        let is_kept = |name: &str| matches!(name, "PATH" | "HOME" | "TMPDIR") || name.starts_with("DOCKER_");
        command.envs(std::env::vars().filter(|(name, _)| is_kept(name)));
        command
    }

    /// Runs the program where no engine answers.
    pub(crate) fn shakedown(&self, arguments: &[&str]) -> Said {
        self.said(self.command(arguments).env("DOCKER_HOST", NO_ENGINE))
    }

    /// Runs the program on this machine's engine.
    pub(crate) fn with_engine(&self, arguments: &[&str]) -> Said {
        self.said(&mut self.command(arguments))
    }

    /// What a command of the program said.
    pub(crate) fn said(&self, command: &mut Command) -> Said {
        let output = command.output().expect("the program starts");
        let code = output.status.code();
        let assert = output.assert();
        let text = |bytes: &[u8]| self.redacted(&String::from_utf8_lossy(bytes));
        let (stdout, stderr) = (text(&assert.get_output().stdout), text(&assert.get_output().stderr));
        for phrase in ["panicked at", "RUST_BACKTRACE", "stack backtrace"] {
            assert!(!stderr.contains(phrase), "{stderr}");
        }
        Said { code, stdout, stderr }
    }

    /// The folders of all runs, the oldest first.
    pub(crate) fn runs(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.path("reports").join(&self.name)).into_iter().flatten();
        let mut runs: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        runs.sort();
        runs
    }

    /// The folder of the only run.
    pub(crate) fn run(&self) -> PathBuf {
        let runs = self.runs();
        let [run] = runs.as_slice() else { panic!("not one run: {runs:?}") };
        run.clone()
    }

    /// The only run's `report.json`; that the other reports are there, too, is asserted.
    pub(crate) fn report(&self) -> Value {
        let run = self.run();
        for file in ["report.md", "verdict.json", "journal.jsonl"] {
            assert!(run.join(file).is_file(), "{file} is missing");
        }
        let text = std::fs::read_to_string(run.join("report.json")).expect("report.json");
        serde_json::from_str(&text).expect("JSON")
    }

    /// The verdict's reasons of the only run, with what differs from run to run replaced.
    pub(crate) fn reasons(&self) -> String {
        let report = self.report();
        let reasons = report["verdict"]["reasons"].as_array().expect("a list");
        let lines: Vec<&str> = reasons.iter().filter_map(Value::as_str).collect();
        self.redacted(&lines.join("\n"))
    }

    /// The check of this name in the only run's report.
    pub(crate) fn check(&self, id: &str) -> Value {
        let report = self.report();
        let phases = report["phases"].as_array().expect("a list");
        let mut checks = phases.iter().flat_map(|phase| phase["checks"].as_array().expect("a list"));
        checks.find(|check| check["id"] == id).unwrap_or_else(|| panic!("no {id} in {report}")).clone()
    }

    fn redacted(&self, text: &str) -> String {
        let folder = |path: &Path| path.display().to_string();
        let real = self.folder.path().canonicalize().expect("there");
        let text = text.replace(&folder(&real), "[folder]").replace(&folder(self.folder.path()), "[folder]");
        let patterns = [(r"\d{8}T\d{6}Z-[0-9a-f]{4}", "[run]"), (r"\b\d+(\.\d+)? (ms|s)\b", "[time]")];
        patterns.iter().fold(text, |text, (pattern, with)| {
            Regex::new(pattern).expect("a constant pattern").replace_all(&text, *with).into_owned()
        })
    }
}
