//! A program that is started, waited for, and measured from outside.

use std::fs;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::Trouble;

/// Between two looks at a child's memory. The kernel keeps the peak, so what is missed is what the last of these adds.
const LOOK: Duration = Duration::from_millis(2);

/// What was measured of a child that ended with 0.
pub(crate) struct Measured {
    pub(crate) wall: Duration,
    /// The most memory that it held at once, megabytes.
    pub(crate) memory: f64,
}

/// Runs a program to its end without looking at it meanwhile. Any exit code but 0 is an error that shows what it printed.
pub(crate) fn time(command: &mut Command) -> Result<Duration, Trouble> {
    let begun = Instant::now();
    let output = command.stdin(Stdio::null()).output().map_err(|error| format!("{command:?}: {error}"))?;
    let wall = begun.elapsed();
    if output.status.success() {
        return Ok(wall);
    }
    let printed = [output.stdout, output.stderr].concat();
    Err(format!("{command:?}: {}\n{}", output.status, String::from_utf8_lossy(&printed)).into())
}

/// The same, with the child's peak memory.
pub(crate) fn measure(command: &mut Command) -> Result<Measured, Trouble> {
    let printed = tempfile::NamedTempFile::new()?;
    command.stdin(Stdio::null()).stdout(printed.reopen()?).stderr(printed.reopen()?);
    let begun = Instant::now();
    let mut child = command.spawn().map_err(|error| format!("{command:?}: {error}"))?;
    let mut memory = 0.0_f64;
    let status = loop {
        memory = memory.max(peak(child.id()).unwrap_or_default());
        match child.try_wait()? {
            Some(status) => break status,
            None => thread::sleep(LOOK),
        }
    };
    let wall = begun.elapsed();
    if status.success() {
        return Ok(Measured { wall, memory });
    }
    Err(format!("{command:?}: {status}\n{}", fs::read_to_string(printed.path()).unwrap_or_default()).into())
}

/// The most that a process has held so far, megabytes. Unlike what `wait4` says, it has no floor from the parent's memory.
fn peak(process: u32) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024.0 / 1e6)
}
