//! How a command ended and what it printed.

use super::finding::Finding;
use super::{text, words};
use crate::model::expectation::{Stream, Text};
use crate::model::{Captured, ExitStatus, Observation, Ran};

/// Signals that mean a crash when a shell reports them as 128 + n: ILL, ABRT, BUS, FPE, KILL, SEGV.
const CRASHES: [i32; 6] = [4, 6, 7, 8, 9, 11];

/// The commands of an observation; none where it is of another kind.
pub(super) fn runs(seen: &Observation) -> &[Ran] {
    match seen {
        Observation::Ran(ran) => std::slice::from_ref(ran),
        Observation::Together(several) => several,
        _ => &[],
    }
}

/// Every command exited with this code.
pub(super) fn exit(code: i32, seen: &Observation) -> Finding {
    every(seen, |ran| match &ran.status {
        status if status.code() == Some(code) => Finding::Met,
        ExitStatus::NotStarted { .. } | ExitStatus::Signalled(_) => Finding::misfit(words::end_of(ran)),
        _ => Finding::unmet(words::end_of(ran)),
    })
}

/// Every command ended by itself with a code other than 0, or was killed as the step asked.
pub(super) fn refused(seen: &Observation) -> Finding {
    every(seen, refusal)
}

/// Whether one command was a refusal. What is missing, not executable or crashed did not refuse anything.
pub(super) fn refusal(ran: &Ran) -> Finding {
    match ran.status {
        ExitStatus::Exited(0) => Finding::unmet(format!("it succeeded: {}", words::end_of(ran))),
        ExitStatus::Exited(126 | 127) | ExitStatus::NotStarted { .. } => {
            Finding::misfit(format!("it did not run at all: {}", words::end_of(ran)))
        }
        ExitStatus::Exited(code) if CRASHES.contains(&(code - 128)) => {
            Finding::misfit(format!("it crashed: {}", words::end_of(ran)))
        }
        ExitStatus::Killed | ExitStatus::Exited(_) => Finding::Met,
        ExitStatus::Signalled(_) => Finding::misfit(format!("it crashed: {}", words::end_of(ran))),
        ExitStatus::TimedOut => Finding::misfit(words::end_of(ran)),
    }
}

/// Every command printed such a text.
pub(super) fn prints(stream: Stream, wanted: &Text, seen: &Observation) -> Finding {
    every(seen, |ran| {
        if matches!(ran.status, ExitStatus::NotStarted { .. }) {
            return Finding::misfit(words::end_of(ran));
        }
        let both;
        let printed = match stream {
            Stream::Stdout => &ran.stdout,
            Stream::Stderr => &ran.stderr,
            Stream::Output => {
                both = joined(ran);
                &both
            }
        };
        let prefix = match ran.status {
            ExitStatus::Exited(0) => String::new(),
            _ => format!("{}; ", words::status(&ran.status)),
        };
        text::of_captured(wanted, printed).prefixed(&prefix)
    })
}

/// It could be observed: the command was started, and what it printed could be read where that was asked.
pub(super) fn observed(seen: &Observation) -> Finding {
    let runs = runs(seen);
    if runs.is_empty() {
        return match seen {
            Observation::Together(_) => Finding::misfit("no command was run"),
            _ => Finding::Met,
        };
    }
    every(seen, |ran| match (&ran.status, &ran.fact) {
        (ExitStatus::NotStarted { .. }, _) => Finding::misfit(words::end_of(ran)),
        (_, Some(Err(reason))) => Finding::misfit(words::unreadable(reason, ran)),
        _ => Finding::Met,
    })
}

fn joined(ran: &Ran) -> Captured {
    let separator = if ran.stdout.text.is_empty() || ran.stdout.text.ends_with('\n') { "" } else { "\n" };
    Captured {
        text: format!("{}{separator}{}", ran.stdout.text, ran.stderr.text),
        bytes: ran.stdout.bytes + ran.stderr.bytes,
        cut: ran.stdout.cut + ran.stderr.cut,
        binary: ran.stdout.binary || ran.stderr.binary,
    }
}

/// Holds for every command of the observation; which of several did not is said.
fn every(seen: &Observation, check: impl Fn(&Ran) -> Finding) -> Finding {
    let runs = runs(seen);
    if runs.is_empty() {
        return Finding::misfit(format!("a command was expected, but this is {}", words::kind(seen)));
    }
    let findings = runs.iter().enumerate().map(|(index, ran)| {
        let found = check(ran);
        if runs.len() > 1 { found.prefixed(&format!("command {} of {}: ", index + 1, runs.len())) } else { found }
    });
    Finding::all(findings)
}
