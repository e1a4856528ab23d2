//! A real uv for the tests of one build folder.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The version that the images have, too.
const VERSION: &str = "0.13.9";

/// uv's program: fetched from `PyPI` by whoever comes first, and there for all tests that follow; or why it cannot be had.
pub(crate) fn uv() -> Result<PathBuf, String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("uv-{VERSION}"));
    let program = folder.join("bin/uv");
    let said = |error: std::io::Error| format!("{}: {error}", folder.display());
    let turn = File::create(folder.with_extension("lock")).map_err(said)?;
    turn.lock().map_err(said)?;
    if !says_its_version(&program) {
        if folder.exists() {
            // Whoever fetched it was ended in the middle.
            fs::remove_dir_all(&folder).map_err(said)?;
        }
        succeed(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
        let install = ["install", "--quiet", "--disable-pip-version-check"];
        succeed(Command::new(folder.join("bin/pip")).args(install).arg(format!("uv=={VERSION}")))?;
    }
    Ok(program)
}

fn says_its_version(program: &Path) -> bool {
    let said = Command::new(program).arg("--version").output();
    said.is_ok_and(|said| said.status.success() && String::from_utf8_lossy(&said.stdout).contains(VERSION))
}

fn succeed(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}
