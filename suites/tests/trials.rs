//! What `shakedown::testing::main` makes of a subject: its trials, their outcomes, and one run for many processes.
//!
//! This target starts itself again as the test target of a small subject, the way `cargo nextest` would.

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode, Output};
use std::thread;

use libtest_mimic::{Arguments, Failed, Trial};

/// Set in the processes that stand for the small subject's test target.
const CHILD: &str = "SHAKEDOWN_TRIALS_CHILD";

/// The fixture's files.
const FILES: [&str; 3] = ["tiny.yml", "tiny.Dockerfile", "tiny-suite.yml"];

fn main() -> ExitCode {
    if std::env::var_os(CHILD).is_some() {
        return shakedown::testing::main("tiny.yml");
    }
    let arguments = Arguments::from_args();
    let trials = vec![
        Trial::test("without_an_engine_all_trials_are_ignored_with_the_reason", without_an_engine),
        Trial::test("an_engine_that_is_required_and_missing_is_an_error", required_engine),
        docker("many_processes_share_one_run", many_processes_share_one_run),
        docker("a_filter_narrows_the_run", a_filter_narrows_the_run),
    ];
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// A trial that needs an engine: ignored where there is none, unless `SHAKEDOWN_REQUIRE` names it.
fn docker(name: &str, test: fn() -> Result<(), Failed>) -> Trial {
    let there = Path::new("/var/run/docker.sock").exists() || std::env::var_os("DOCKER_HOST").is_some();
    let required = std::env::var("SHAKEDOWN_REQUIRE").is_ok_and(|names| names.contains("docker"));
    Trial::test(name, test).with_ignored_flag(!there && !required)
}

struct Fixture(tempfile::TempDir);

impl Fixture {
    fn new() -> Result<Self, Failed> {
        let folder = tempfile::tempdir()?;
        for file in FILES {
            fs::copy(
                Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(file),
                folder.path().join(file),
            )?;
        }
        Ok(Self(folder))
    }

    fn command(&self, arguments: &[&str]) -> Result<Command, Failed> {
        let mut command = Command::new(std::env::current_exe()?);
        command.current_dir(self.0.path()).args(arguments).env(CHILD, "1");
        for name in ["NEXTEST", "NEXTEST_RUN_ID", "SHAKEDOWN_REQUIRE"] {
            command.env_remove(name);
        }
        Ok(command)
    }

    /// The journals of all runs that were carried out.
    fn journals(&self) -> Result<Vec<String>, Failed> {
        let runs = fs::read_dir(self.0.path().join("reports/tiny"))?;
        runs.map(|run| Ok(fs::read_to_string(run?.path().join("journal.jsonl"))?)).collect()
    }
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn ensure(holds: bool, said: &str) -> Result<(), Failed> {
    if holds { Ok(()) } else { Err(said.into()) }
}

fn without_an_engine() -> Result<(), Failed> {
    let fixture = Fixture::new()?;
    let output = fixture.command(&[])?.env("DOCKER_HOST", "unix:///nonexistent.sock").output()?;
    let said = text(&output);
    ensure(output.status.success(), &said)?;
    ensure(said.contains("4 ignored") && said.contains("no container engine answers"), &said)
}

fn required_engine() -> Result<(), Failed> {
    let fixture = Fixture::new()?;
    let mut command = fixture.command(&[])?;
    let output = command.env("DOCKER_HOST", "unix:///nonexistent.sock").env("SHAKEDOWN_REQUIRE", "docker").output()?;
    let said = text(&output);
    ensure(
        !output.status.success() && said.contains("4 failed") && said.contains("errored: no container engine"),
        &said,
    )
}

/// As nextest does it: one process a trial, all at the same time, under one run id.
fn many_processes_share_one_run() -> Result<(), Failed> {
    let fixture = Fixture::new()?;
    let names = ["installation/file", "installation/wrong", "installation/after", "verdict"];
    let outputs: Vec<Result<Output, Failed>> = thread::scope(|scope| {
        let run = |name: &'static str| {
            let fixture = &fixture;
            scope.spawn(move || {
                let mut command = fixture.command(&[name, "--exact", "--nocapture"])?;
                Ok(command.env("NEXTEST", "1").env("NEXTEST_RUN_ID", "one").output()?)
            })
        };
        let threads: Vec<_> = names.into_iter().map(run).collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| Err("a thread panicked".into()))).collect()
    });
    let outputs = outputs.into_iter().collect::<Result<Vec<Output>, Failed>>()?;
    let said: Vec<String> = outputs.iter().map(text).collect();
    ensure(outputs[0].status.success(), &said[0])?;
    ensure(!outputs[1].status.success() && said[1].contains("failed: expected"), &said[1])?;
    ensure(said[1].contains("hint: Make it large."), &said[1])?;
    ensure(!outputs[2].status.success() && said[2].contains("blocked by installation/wrong"), &said[2])?;
    ensure(!outputs[3].status.success() && said[3].contains("not stable"), &said[3])?;
    let journals = fixture.journals()?;
    ensure(journals.len() == 1, &format!("{} runs were carried out", journals.len()))?;
    let builds = journals[0].matches(r#""event":"build-started""#).count();
    ensure(builds == 1, &format!("{builds} builds in one run"))
}

fn a_filter_narrows_the_run() -> Result<(), Failed> {
    let fixture = Fixture::new()?;
    let output = fixture.command(&["installation/file"])?.output()?;
    let said = text(&output);
    ensure(output.status.success() && said.contains("1 passed") && said.contains("3 filtered out"), &said)?;
    let journals = fixture.journals()?;
    ensure(journals.len() == 1 && !journals[0].contains(r#""check":"installation/wrong""#), &journals.concat())
}
