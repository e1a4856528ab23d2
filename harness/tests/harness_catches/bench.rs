//! The good image, and runs on it and on what sabotages make of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use regex::Regex;
use serde_json::Value;
use tempfile::TempDir;

use crate::outcomes::Outcomes;
use crate::sabotages::Sabotage;

/// Packages enough to break: a smaller image is made, and looked at, in a fraction of the time.
const PACKAGES: &str = "packages: [click, attrs, omegaconf, rich]";

/// The exit code of a run of which nothing can be told, for want of a source or an engine.
const INCONCLUSIVE: i32 = 3;

/// A good image under a name of this process's own, until it is dropped.
pub(crate) struct Bench {
    /// The committed subject that it is made of.
    subject: &'static str,
    folder: TempDir,
    image: String,
}

impl Bench {
    /// Builds the good image of a subject once; nothing where what it is made of cannot be had.
    pub(crate) fn new(subject: &'static str) -> Option<Self> {
        let image = format!("harness-catches/{subject}:{}", std::process::id());
        let bench = Self { subject, folder: tempfile::tempdir().expect("a folder"), image };
        let file = bench.folder.path().join("good.yml");
        let docker = concat!("dockerfile: ", env!("CARGO_MANIFEST_DIR"), "/../docker/");
        fs::write(&file, bench.smaller().replace("dockerfile: ../docker/", docker)).expect("written");
        let built = bench.shakedown(&["build", &file.display().to_string(), "--tag", &bench.image]);
        assert!(
            built.status.success() || built.status.code() == Some(INCONCLUSIVE),
            "the good image is not built: {}",
            String::from_utf8_lossy(&built.stderr)
        );
        built.status.success().then_some(bench)
    }

    /// How those checks of the good image come out that look at any sabotage.
    pub(crate) fn good(&self, looks: &[&str]) -> Outcomes {
        let config = self.config("good", "");
        if is_full() { self.run(&config, &[], &[]) } else { self.run(&config, looks, &[]) }
    }

    /// How the checks come out that look at a sabotage.
    pub(crate) fn sabotaged(&self, sabotage: &Sabotage, left_out: &[&str]) -> Outcomes {
        let config = self.config(sabotage.name, sabotage.line);
        if is_full() { self.run(&config, &[], &[]) } else { self.run(&config, sabotage.looks, left_out) }
    }

    /// A subject that is the configured one but for its image: the good one with one line more.
    fn config(&self, name: &str, line: &str) -> PathBuf {
        let folder = self.folder.path().join(name);
        fs::create_dir(&folder).expect("a folder");
        let user = if line.starts_with("USER ") { "" } else { "USER shakedown\n" };
        let dockerfile = format!("ARG BASE\nFROM ${{BASE}}\nUSER root\n{line}\n{user}");
        fs::write(folder.join("Dockerfile"), dockerfile).expect("written");
        let image = format!(
            "\nimage: {{base: '{}', stages: [{{name: sabotaged, dockerfile: Dockerfile, cache: false}}]}}\n\ntrust:",
            self.image
        );
        let as_built = Regex::new(r"(?s)\nimage:\n.*?\ntrust:").expect("a pattern");
        let mut config = as_built.replace(&self.smaller(), image).into_owned();
        // No step of the good image's build is carried out again, so there is nothing to hold against these.
        for limits in ["\n  install: 60s\n  environment: 120s\n", "\n  environment: 120s\n"] {
            assert!(config.contains(limits), "{config}");
            config = config.replacen(limits, "\n", 1);
        }
        let file = folder.join("subject.yml");
        fs::write(&file, config).expect("written");
        file
    }

    fn run(&self, config: &Path, looks: &[&str], left_out: &[&str]) -> Outcomes {
        let file = config.display().to_string();
        let mut arguments = vec!["run", &file, "--report-dir", "reports", "--format", "json"];
        arguments.extend(looks.iter().flat_map(|glob| ["--check", glob]));
        arguments.extend(left_out.iter().flat_map(|glob| ["--skip", glob]));
        let done = self.shakedown(&arguments);
        let report: Value = serde_json::from_slice(&done.stdout).unwrap_or_else(|error| {
            panic!("no report of {file}: {error}\n{}", String::from_utf8_lossy(&done.stderr));
        });
        assert_eq!(report["ending"], "completed", "{file}: {}", String::from_utf8_lossy(&done.stderr));
        Outcomes::of(&report)
    }

    /// The subject's configuration, with fewer packages, for a file that lies elsewhere.
    fn smaller(&self) -> String {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../configs/{}.yml", self.subject));
        let configured = fs::read_to_string(file).expect("the subject's configuration");
        let all = "packages: [scipy, click, attrs, omegaconf, rich, networkx, ipykernel]";
        assert!(configured.contains(all) || configured.contains(PACKAGES), "{configured}");
        let keys = concat!(env!("CARGO_MANIFEST_DIR"), "/../test-keys/");
        configured.replace(all, PACKAGES).replace("../test-keys/", keys)
    }

    fn shakedown(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_shakedown"));
        command.args(arguments).args(["--progress", "none"]).current_dir(self.folder.path());
        command.output().expect("shakedown starts")
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        let stages = ["-stage-1", "-stage-2"].map(|stage| format!("{}{stage}", self.image));
        for image in [self.image.clone()].into_iter().chain(stages) {
            // Where it was not built there is none to remove.
            let _ = Command::new("docker").args(["image", "rm", &image]).output();
        }
    }
}

/// Whether every check looks at every sabotage.
fn is_full() -> bool {
    std::env::var_os("SHAKEDOWN_FULL").is_some()
}
