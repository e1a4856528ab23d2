//! An invocation in the agent's words, and its report in those of the model.

use std::io;
use std::time::Duration;

use shakedown_agent::wire::{self, Ended, Report, Request, Status};

use super::channel::{Channel, End, Finished, Lost};
use crate::engine::EngineError;
use crate::engine::heard::{Heard, Lines};
use crate::model::{Captured, ExitStatus, Invocation, Ran, Trigger, Usage};

/// How many bytes of each stream are kept.
pub(in crate::engine) const OUTPUT_CAP: u64 = 1024 * 1024;

/// How long after its deadline an agent may stay silent.
const GRACE: Duration = Duration::from_secs(10);

/// The kernel's numbers for what the environment, not the command, is short of: processes and memory.
const SHORTAGES: [i32; 2] = [11, 12];

/// Why an agent gave no end.
#[derive(Debug)]
pub(in crate::engine) enum Trouble {
    /// The stream ended.
    Lost(Lost),
    /// Nothing came for this long.
    Silent(Duration),
}

/// Has an agent carry out an invocation; what it prints is told to `heard` on its way.
pub(in crate::engine) async fn through(
    channel: &Channel,
    invocation: &Invocation,
    heard: Option<&Heard>,
) -> Result<Finished, Trouble> {
    let spec = spec(invocation);
    let patience = invocation.deadline.saturating_add(GRACE);
    match tokio::time::timeout(patience, channel.request_heard(heard.map(Lines::new), |id| Request::Start { id, spec }))
        .await
    {
        Ok(finished) => finished.map_err(Trouble::Lost),
        Err(_) => Err(Trouble::Silent(patience)),
    }
}

fn spec(invocation: &Invocation) -> wire::Spec {
    let mut spec = wire::Spec::new(invocation.argv.iter().cloned());
    for (name, value) in &invocation.environment {
        match value {
            Some(value) => spec.set.push((name.clone().into(), value.clone().into())),
            None => spec.remove.push(name.clone().into()),
        }
    }
    spec.cwd = invocation.directory.clone().map(Into::into);
    spec.stdin = invocation.stdin.clone().map(Into::into);
    spec.deadline_ms = Some(milliseconds(invocation.deadline));
    spec.output_cap = OUTPUT_CAP;
    spec.limits = wire::Limits { open_files: invocation.limits.open_files, file_size: invocation.limits.file_size };
    if let Some(kill) = &invocation.kill {
        match &kill.trigger {
            Trigger::After(after) => {
                let after_ms = milliseconds(*after);
                spec.kill_after = Some(wire::KillAfter { after_ms, signal: kill.signal });
            }
            Trigger::Appears(path) => {
                let path = path.clone().into();
                spec.kill_when = Some(wire::KillWhen { path, signal: kill.signal });
            }
            // Whoever knows of the index lets a path appear instead.
            Trigger::Met => {}
        }
    }
    spec
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// What the agent reported, in the words of the model.
pub(in crate::engine) fn ran(finished: Finished) -> Result<Ran, EngineError> {
    let End::Exited(report) = finished.end else {
        return Err(unusable("it answered a question that was not asked"));
    };
    let status = status(&report)?;
    Ok(Ran {
        status,
        stdout: captured(&finished.stdout, report.stdout_seen, report.stdout_cut),
        stderr: captured(&finished.stderr, report.stderr_seen, report.stderr_cut),
        usage: usage(&report),
        fact: None,
    })
}

fn status(report: &Report) -> Result<ExitStatus, EngineError> {
    Ok(match &report.status {
        // A signal that could be caught did not kill it: then its own end counts.
        Status::Exited { code } | Status::Killed { ended: Ended::Exited { code }, .. } => ExitStatus::Exited(*code),
        Status::Signalled { signal } => ExitStatus::Signalled(*signal),
        Status::TimedOut => ExitStatus::TimedOut,
        Status::Killed { ended: Ended::Signalled { .. }, .. } => ExitStatus::Killed,
        Status::NotStarted { errno, step } if SHORTAGES.contains(errno) => {
            return Err(EngineError::Failed { action: step.clone(), reason: system_error(*errno) });
        }
        Status::NotStarted { errno, step } => ExitStatus::NotStarted { errno: *errno, reason: described(*errno, step) },
        Status::Lost => return Err(unusable("the process that watched over the invocation was killed")),
    })
}

fn unusable(reason: &str) -> EngineError {
    EngineError::Failed { action: "run a command through the agent".to_owned(), reason: reason.to_owned() }
}

fn usage(report: &Report) -> Usage {
    let largest = report.max_rss_kib.saturating_mul(1024);
    let tree = report.tree_peak_kib.map(|kib| kib.saturating_mul(1024)).filter(|tree| *tree > largest);
    let source = if tree.is_some() { "tree, sampled" } else { "largest process (wait4)" };
    Usage {
        wall: Duration::from_nanos(report.wall_ns),
        processor: Some(Duration::from_micros(report.user_us.saturating_add(report.system_us))),
        queued: report.queued_ns.map(Duration::from_nanos),
        memory: Some(tree.unwrap_or(largest)),
        memory_source: source.to_owned(),
        left_children: report.left_children,
    }
}

/// A stream as text; a character that the cap cut in two is left out and makes nothing binary.
pub(in crate::engine) fn captured(kept: &[u8], bytes: u64, cut: u64) -> Captured {
    let (kept, binary) = match std::str::from_utf8(kept) {
        Ok(_) => (kept, false),
        Err(error) if cut > 0 && error.error_len().is_none() => (&kept[..error.valid_up_to()], false),
        Err(_) => (kept, true),
    };
    Captured { text: String::from_utf8_lossy(kept).into_owned(), bytes, cut, binary }
}

/// What is seen of a command that could not be started.
pub(in crate::engine) fn not_started(errno: i32, reason: String) -> Ran {
    Ran {
        status: ExitStatus::NotStarted { errno, reason },
        stdout: Captured::default(),
        stderr: Captured::default(),
        usage: Usage::default(),
        fact: None,
    }
}

/// A step of the agent and the system's error, as `execute /bin/x: No such file or directory (os error 2)`.
pub(in crate::engine) fn described(errno: i32, step: &str) -> String {
    if errno == 0 { step.to_owned() } else { format!("{step}: {}", system_error(errno)) }
}

fn system_error(errno: i32) -> String {
    io::Error::from_raw_os_error(errno).to_string()
}

#[cfg(test)]
#[path = "invoke_tests.rs"]
mod tests;
