//! Carrying out an invocation: through the agent, else by plain exec.

use super::channels::{Channels, Way};
use super::context::Docker;
use super::{life, plain};
use crate::engine::EngineError;
use crate::engine::agent::channel::Lost;
use crate::engine::agent::invoke::{Trouble, not_started, ran, through};
use crate::engine::heard::Heard;
use crate::model::{Invocation, Ran};

/// Carries out an invocation. What it prints is told to `heard` on its way, where the agent carries it out.
pub(super) async fn run(
    docker: &Docker,
    channels: &Channels,
    container: &str,
    invocation: &Invocation,
    heard: Option<&Heard>,
) -> Result<Ran, EngineError> {
    match channels.way(docker, container, invocation.user.as_deref()).await? {
        Way::Plain(reason) => plain::run(docker, container, invocation, &reason).await,
        Way::NoUser(reason) => Ok(not_started(0, reason)),
        Way::Agent(channel) => {
            let finished = match through(&channel, invocation, heard).await {
                // The stream had ended before, as after a restart by somebody else: it is opened anew, once.
                Err(Trouble::Lost(Lost { sent: false, .. })) => {
                    match channels.way(docker, container, invocation.user.as_deref()).await? {
                        Way::Agent(channel) => through(&channel, invocation, heard).await,
                        Way::Plain(reason) => return plain::run(docker, container, invocation, &reason).await,
                        Way::NoUser(reason) => return Ok(not_started(0, reason)),
                    }
                }
                other => other,
            };
            match finished {
                Ok(finished) => ran(finished),
                Err(trouble) => Err(explain(docker, container, trouble).await),
            }
        }
    }
}

/// The error for an agent that gave no end: the container's own end goes before the stream's.
pub(super) async fn explain(docker: &Docker, container: &str, trouble: Trouble) -> EngineError {
    let reason = match trouble {
        Trouble::Silent(patience) => format!("it was silent for {} s", patience.as_secs()),
        Trouble::Lost(lost) => match life::ending(docker, container).await {
            Some(ended) => return ended,
            None => lost.reason,
        },
    };
    EngineError::Failed { action: format!("talk to the agent in container {container}"), reason }
}
