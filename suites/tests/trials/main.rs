//! What `shakedown::testing::main` makes of a subject: its trials, their outcomes, and one run for many processes.
//!
//! This target starts itself again as the test target of a small subject, by itself and by the real `cargo nextest`.

mod nextest;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Output};
use std::thread;

use libtest_mimic::{Arguments, Completion, Failed, Trial};
use shakedown::plan::Selection;
use shakedown::session::{prepare, prerequisites};

/// Set in the processes that stand for the small subject's test target.
const CHILD: &str = "SHAKEDOWN_TRIALS_CHILD";

/// The fixture's files.
const FILES: [&str; 3] = ["tiny.yml", "tiny.Dockerfile", "tiny-suite.yml"];

/// The small subject's trials; each name tells what comes of it.
const NAMES: [&str; 4] = ["installation/file", "installation/wrong", "installation/after", "verdict"];

/// What the report says where no base image can be had, which no trial here is about.
const NO_BASE: &str = "cannot be had";

fn main() -> ExitCode {
    if std::env::var_os(CHILD).is_some() {
        return shakedown::testing::main("tiny.yml");
    }
    let arguments = Arguments::from_args();
    let missing = missing();
    let nextest = || missing.clone().or_else(|| nextest::missing().map(|reason| Missing { what: "nextest", reason }));
    let docker = |name: &str, test| needing(name, missing.clone(), test);
    let trials = vec![
        Trial::test("without_an_engine_all_trials_are_ignored_with_the_reason", without_an_engine),
        Trial::test("an_engine_that_is_required_and_missing_is_an_error", required_engine),
        docker("many_processes_share_one_run", many_processes_share_one_run),
        docker("a_filter_narrows_the_run", a_filter_narrows_the_run),
        needing("the_real_nextest_shares_one_run_among_its_processes", nextest(), nextest::shares_one_run),
        needing("the_real_nextest_selects_by_name", nextest(), nextest::selects_by_name),
    ];
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// Something that trials need and that is not here.
#[derive(Clone)]
struct Missing {
    /// As `SHAKEDOWN_REQUIRE` names it.
    what: &'static str,
    reason: String,
}

/// Why the small subject cannot be run here.
fn missing() -> Option<Missing> {
    let look = || -> Result<Option<String>, Failed> {
        let path = fixture("tiny.yml");
        let prepared = prepare(&[path.display().to_string()], &Selection::default())?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let findings = prepared.iter().flat_map(|prepared| runtime.block_on(prerequisites(prepared)));
        Ok(findings.filter_map(|finding| finding.state.err()).map(|(problem, _)| problem).next())
    };
    let reason = look().unwrap_or_else(|failed| Some(failed.message().unwrap_or_default().to_owned()));
    reason.map(|reason| Missing { what: "docker", reason })
}

fn is_required(what: &str) -> bool {
    let required = std::env::var("SHAKEDOWN_REQUIRE").unwrap_or_default();
    required.split(',').any(|name| name.trim() == what)
}

/// A trial that needs what may be missing here: ignored for that reason, known when trials are listed, unless
/// `SHAKEDOWN_REQUIRE` names it.
fn needing(name: &str, missing: Option<Missing>, test: fn() -> Result<(), Failed>) -> Trial {
    let reason = missing.filter(|missing| !is_required(missing.what)).map(|missing| missing.reason);
    let is_ignored = reason.is_some() && std::env::var_os("NEXTEST").is_some();
    let run = move || match reason {
        Some(reason) => Ok(Completion::ignored_with(reason)),
        None => or_ignored(test()),
    };
    Trial::ignorable_test(name, run).with_ignored_flag(is_ignored)
}

/// A trial that could not have its base image is ignored, too.
fn or_ignored(result: Result<(), Failed>) -> Result<Completion, Failed> {
    match result {
        Ok(()) => Ok(Completion::Completed),
        Err(failed) => match failed.message().and_then(|said| said.lines().find(|line| line.contains(NO_BASE))) {
            Some(reason) if !is_required("docker") => Ok(Completion::ignored_with(reason.to_owned())),
            _ => Err(failed),
        },
    }
}

fn fixture(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(file)
}

/// The small subject in a folder of its own.
struct Fixture {
    root: tempfile::TempDir,
    folder: PathBuf,
}

impl Fixture {
    fn new() -> Result<Self, Failed> {
        Self::within("")
    }

    /// In a folder of this name.
    fn within(name: &str) -> Result<Self, Failed> {
        let root = tempfile::tempdir()?;
        let folder = root.path().join(name);
        fs::create_dir_all(&folder)?;
        for file in FILES {
            fs::copy(fixture(file), folder.join(file))?;
        }
        Ok(Self { root, folder })
    }

    fn root(&self) -> &Path {
        self.root.path()
    }

    fn command(&self, arguments: &[&str]) -> Result<Command, Failed> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(arguments);
        self.prepare(&mut command);
        Ok(command)
    }

    /// Has a command, and what it starts, stand for the small subject's test target.
    fn prepare(&self, command: &mut Command) {
        command.current_dir(&self.folder).env(CHILD, "1").env_remove("SHAKEDOWN_REQUIRE");
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("NEXTEST")) {
            command.env_remove(name);
        }
    }

    /// The journals of all runs that were carried out.
    fn journals(&self) -> Result<Vec<String>, Failed> {
        let runs = fs::read_dir(self.folder.join("reports/tiny"))?;
        runs.map(|run| Ok(fs::read_to_string(run?.path().join("journal.jsonl"))?)).collect()
    }

    /// Ensures that one run was carried out, with one build.
    fn ensure_one_build(&self) -> Result<(), Failed> {
        let journals = self.journals()?;
        ensure(journals.len() == 1, &format!("{} runs were carried out", journals.len()))?;
        let builds = journals[0].matches(r#""event":"build-started""#).count();
        ensure(builds == 1, &format!("{builds} builds in one run"))
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
    let outputs: Vec<Result<Output, Failed>> = thread::scope(|scope| {
        let run = |name: &'static str| {
            let fixture = &fixture;
            scope.spawn(move || {
                let mut command = fixture.command(&[name, "--exact", "--nocapture"])?;
                Ok(command.env("NEXTEST", "1").env("NEXTEST_RUN_ID", "one").output()?)
            })
        };
        let threads: Vec<_> = NAMES.into_iter().map(run).collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| Err("a thread panicked".into()))).collect()
    });
    let outputs = outputs.into_iter().collect::<Result<Vec<Output>, Failed>>()?;
    let said: Vec<String> = outputs.iter().map(text).collect();
    ensure(outputs[0].status.success(), &said[0])?;
    ensure(!outputs[1].status.success() && said[1].contains("failed: expected"), &said[1])?;
    ensure(said[1].contains("hint: Make it large."), &said[1])?;
    ensure(!outputs[2].status.success() && said[2].contains("blocked by installation/wrong"), &said[2])?;
    ensure(!outputs[3].status.success() && said[3].contains("not stable"), &said[3])?;
    fixture.ensure_one_build()
}

fn a_filter_narrows_the_run() -> Result<(), Failed> {
    let fixture = Fixture::new()?;
    let output = fixture.command(&["installation/file"])?.output()?;
    let said = text(&output);
    ensure(output.status.success() && said.contains("1 passed") && said.contains("3 filtered out"), &said)?;
    let journals = fixture.journals()?;
    ensure(journals.len() == 1 && !journals[0].contains(r#""check":"installation/wrong""#), &journals.concat())
}
