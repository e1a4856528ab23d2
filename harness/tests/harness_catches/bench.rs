//! The good image, and runs on it and on what sabotages make of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use regex::{Captures, Regex};
use serde_json::Value;
use tempfile::TempDir;

use crate::outcomes::Outcomes;
use crate::sabotages::Sabotage;

/// Packages enough to break: a smaller image is made, and looked at, in a fraction of the time.
const PACKAGES: &str = "packages: [click, attrs, omegaconf, rich]";

/// The exit code of a run of which nothing can be told, for want of a source or an engine.
const INCONCLUSIVE: i32 = 3;

/// The good image of a subject, and what sabotages make of it, until it is dropped.
pub(crate) struct Bench {
    /// The committed subject that it is made of.
    subject: &'static str,
    folder: TempDir,
    /// The good image, under a name of this process's own; absent where each run builds it with its sabotage.
    image: Option<String>,
}

impl Bench {
    /// Builds the good image of a subject once; nothing where what it is made of cannot be had.
    pub(crate) fn new(subject: &'static str) -> Option<Self> {
        let image = format!("harness-catches/{subject}:{}", std::process::id());
        let mut bench = Self::of_runs(subject);
        bench.image = Some(image.clone());
        let file = bench.folder.path().join("good.yml");
        fs::write(&file, bench.smaller()).expect("written");
        let built = bench.shakedown(&["build", &file.display().to_string(), "--tag", &image]);
        assert!(
            built.status.success() || built.status.code() == Some(INCONCLUSIVE),
            "the good image is not built: {}",
            String::from_utf8_lossy(&built.stderr)
        );
        built.status.success().then_some(bench)
    }

    /// A bench of which each run builds the image whole: one of a manager that goes on drawing on what its run serves.
    pub(crate) fn of_runs(subject: &'static str) -> Self {
        Self { subject, folder: tempfile::tempdir().expect("a folder"), image: None }
    }

    pub(crate) fn subject(&self) -> &'static str {
        self.subject
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
        let file = folder.join("subject.yml");
        fs::write(&file, self.sabotage_of_image("{name: sabotaged, dockerfile: Dockerfile, cache: false}"))
            .expect("written");
        file
    }

    /// The subject's configuration with this stage as its last one.
    fn sabotage_of_image(&self, stage: &str) -> String {
        let smaller = self.smaller();
        let Some(image) = &self.image else {
            let last = Regex::new(r"(?m)^      measure: .*$").expect("a pattern");
            assert_eq!(last.find_iter(&smaller).count(), 1, "{smaller}");
            return last.replace(&smaller, |found: &Captures<'_>| format!("{}\n    - {stage}", &found[0])).into_owned();
        };
        let image = format!("\nimage: {{base: '{image}', stages: [{stage}]}}\n\ntrust:");
        let as_built = Regex::new(r"(?s)\nimage:\n.*?\ntrust:").expect("a pattern");
        let mut config = as_built.replace(&smaller, image).into_owned();
        // No step of the good image's build is carried out again, so there is nothing to hold against these.
        for limits in ["\n  install: 60s\n  environment: 120s\n", "\n  environment: 120s\n"] {
            assert!(config.contains(limits), "{config}");
            config = config.replacen(limits, "\n", 1);
        }
        config
    }

    fn run(&self, config: &Path, looks: &[&str], left_out: &[&str]) -> Outcomes {
        let file = config.display().to_string();
        // A folder of its own: no run has to read those of all that went before.
        let reports = config.with_file_name("reports").display().to_string();
        let mut arguments = vec!["run", &file, "--report-dir", &reports, "--format", "json"];
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
        let docker = concat!("dockerfile: ", env!("CARGO_MANIFEST_DIR"), "/../docker/");
        let configured = configured.replace("dockerfile: ../docker/", docker);
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
        let Some(image) = &self.image else { return };
        for stage in ["", "-stage-1", "-stage-2"] {
            let image = format!("{image}{stage}");
            // Where it was not built there is none to remove.
            let _ = Command::new("docker").args(["image", "rm", &image]).output();
        }
    }
}

/// Whether every check looks at every sabotage.
fn is_full() -> bool {
    std::env::var_os("SHAKEDOWN_FULL").is_some()
}
