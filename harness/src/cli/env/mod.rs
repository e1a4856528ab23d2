//! `shakedown env`: a package manager's operations for people.

mod arguments;
mod words;

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::model::verdict::INTERRUPTED;
use crate::session::{self, EnvDone, EnvOutcome};

pub(super) use arguments::Env;

use super::terminal::Terminal;
use super::trouble::Trouble;

/// The manager refused, or lacks what was asked for.
const REFUSED: u8 = 1;

pub(super) async fn env(
    given: &Env,
    terminal: &Terminal,
    clock: &Arc<dyn Clock>,
    cancel: &CancellationToken,
) -> Result<u8, Trouble> {
    let done = session::env(&given.request(), clock, terminal.listener(None), cancel).await;
    let done = done.map_err(Trouble::from).inspect_err(|trouble| {
        if given.json {
            Terminal::result(&format!("{:#}\n", trouble.json()));
        }
    })?;
    if given.json {
        let text = serde_json::to_string_pretty(&done).map_err(|error| Trouble::new(error.to_string()))?;
        Terminal::result(&format!("{text}\n"));
        return Ok(code(&done.result));
    }
    tell(&done, terminal)
}

fn code(result: &EnvOutcome) -> u8 {
    match result {
        EnvOutcome::Made(_) | EnvOutcome::Changed(_) | EnvOutcome::Packages(_) | EnvOutcome::Manifest(_) => 0,
        EnvOutcome::Lacking(_) | EnvOutcome::Failed(_) => REFUSED,
        EnvOutcome::Interrupted(_) => INTERRUPTED,
    }
}

/// Results go to standard output; what went wrong is trouble, with all that the manager printed before it.
fn tell(done: &EnvDone, terminal: &Terminal) -> Result<u8, Trouble> {
    let EnvDone { manager, operation, folder, .. } = done;
    match &done.result {
        EnvOutcome::Made(parts) => Terminal::told(&words::made(parts)),
        EnvOutcome::Changed(Some(differences)) => Terminal::told(&words::differences(differences)),
        EnvOutcome::Changed(None) => Terminal::told("done; which packages are different cannot be told\n"),
        EnvOutcome::Packages(packages) => Terminal::told(&words::packages(packages)),
        EnvOutcome::Manifest(manifest) => Terminal::told(&words::manifest(manifest)),
        EnvOutcome::Lacking(reason) => return Err(Trouble::new(reason.clone()).with_code(REFUSED)),
        EnvOutcome::Failed(failed) => {
            for line in failed.output.trim().lines() {
                terminal.message(&format!("| {}", line.replace(char::is_control, " ")));
            }
            let trouble = Trouble::new(format!("{manager} {operation}: {}", failed.message)).with_code(REFUSED);
            return Err(match &failed.hint {
                Some(hint) => trouble.with_hint(hint.clone()),
                None => trouble,
            });
        }
        EnvOutcome::Interrupted(state) => {
            let message = format!(
                "{manager} {operation} was interrupted, and all that it had started was ended. In {folder}: {}",
                words::state(state)
            );
            return Err(Trouble::new(message).with_code(INTERRUPTED).with_hint("Do the same again to complete it."));
        }
    }
    Ok(0)
}
