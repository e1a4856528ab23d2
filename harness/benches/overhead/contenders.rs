//! The programs: shakedown itself and container-structure-test, as their users run them.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{CHECKS, Trouble, child, milliseconds, percentile};

/// The program under test, built for release with this bench.
const SHAKEDOWN: &str = env!("CARGO_BIN_EXE_shakedown");

/// The program that it is held against, and the package that brings it.
const STRUCTURE_TEST: &str = "container-structure-test";

/// How often a run of all checks is repeated; the median counts.
const ROUNDS: usize = 5;

/// How often the help is printed; the median counts.
const HELPS: usize = 50;

/// `shakedown --help`, from start to end, milliseconds.
pub(crate) fn help() -> Result<f64, Trouble> {
    let time = |_| child::time(Command::new(SHAKEDOWN).arg("--help")).map(milliseconds);
    Ok(percentile(&mut (0..HELPS).map(time).collect::<Result<Vec<_>, _>>()?, 50))
}

/// All checks by `shakedown run --use`: the time from start to end in milliseconds, and the most memory in megabytes.
pub(crate) fn shakedown(image: &str) -> Result<(f64, f64), Trouble> {
    let folder = tempfile::tempdir()?;
    let numbers: Vec<String> = (0..CHECKS).map(|number| number.to_string()).collect();
    let suite = format!(
        "suite: overhead\nphases:\n  - phase: installation\n    checks:\n      - id: nothing\n        about: Nothing is done.\n        \
         each: {{number: [{}]}}\n        run: [\"true\"]\n",
        numbers.join(", ")
    );
    fs::write(folder.path().join("overhead.yml"), suite)?;
    let subject = folder.path().join("subject.yml");
    fs::write(
        &subject,
        "subject: overhead\nmanager: uv\nimage: {use: none}\ninstall: {home: /none}\nsuites: [overhead.yml]\n",
    )?;
    let (mut walls, mut memory) = (Vec::new(), 0.0_f64);
    for _ in 0..ROUNDS {
        let mut command = Command::new(SHAKEDOWN);
        command.arg("run").arg(&subject).args(["--use", image, "--report-dir"]).arg(folder.path().join("reports"));
        let measured = child::measure(&mut command)?;
        walls.push(milliseconds(measured.wall));
        memory = memory.max(measured.memory);
    }
    Ok((percentile(&mut walls, 50), memory))
}

/// All checks by container-structure-test, milliseconds; the inner error says why there are none.
pub(crate) fn structure_test(image: &str) -> Result<Result<f64, String>, Trouble> {
    let program = match find()? {
        Ok(program) => program,
        Err(missing) => return Ok(Err(missing)),
    };
    let folder = tempfile::tempdir()?;
    let mut tests = String::from("schemaVersion: 2.0.0\ncommandTests:\n");
    for number in 0..CHECKS {
        writeln!(tests, "  - {{name: \"{number}\", command: \"true\", exitCode: 0}}")?;
    }
    let config = folder.path().join("tests.yaml");
    fs::write(&config, tests)?;
    let mut command = Command::new(program);
    command.args(["test", "--image", image, "--config"]).arg(&config);
    Ok(Ok(milliseconds(child::time(&mut command)?)))
}

/// The program on PATH, or in the folder that `SHAKEDOWN_BENCH_TOOLS` names, where it is installed when it is missing.
fn find() -> Result<Result<PathBuf, String>, Trouble> {
    let Some(folder) = std::env::var_os("SHAKEDOWN_BENCH_TOOLS") else {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let mut programs = std::env::split_paths(&path).map(|folder| folder.join(STRUCTURE_TEST));
        return Ok(programs.find(|program| program.is_file()).ok_or_else(|| {
            format!("{STRUCTURE_TEST} is not on PATH; SHAKEDOWN_BENCH_TOOLS=FOLDER installs it into a folder")
        }));
    };
    let environment = Path::new(&folder).join(STRUCTURE_TEST);
    let program = environment.join("bin").join(STRUCTURE_TEST);
    if !program.is_file() {
        child::time(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
        child::time(Command::new(environment.join("bin/pip")).args(["install", "--quiet", STRUCTURE_TEST]))?;
    }
    Ok(Ok(program))
}
