//! Opening a stream to an agent: one exec for a user of a container.

use std::pin::Pin;
use std::time::Duration;

use bollard::container::LogOutput;
use bollard::errors::Error;
use bollard::exec::{CreateExecOptions, StartExecOptions, StartExecResults};
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use shakedown_agent::wire::{Decoder, Hello, Reply};

use super::agent_volume::AGENT_PATH;
use super::context::Docker;
use super::trouble::{failed, is_conflict, is_missing, reason};
use crate::engine::EngineError;
use crate::engine::agent::channel::Channel;
use crate::engine::agent::executable::agent_digest;

/// How long an agent may take to say hello; a paused container never does.
const HELLO_PATIENCE: Duration = Duration::from_secs(20);

/// Read at once from the engine's connection.
const CAPACITY: usize = 64 * 1024;

/// What became of the attempt to reach an agent.
#[derive(Debug)]
pub(super) enum Reached {
    /// It answers.
    Agent(Channel),
    /// The container does not run.
    NotRunning,
    /// The image knows no such user, in the engine's words.
    NoUser(String),
    /// The agent on the volume is another one than ours, as while another run is filling the volume.
    Other,
    /// The agent does not come up in this container, with what was seen instead.
    Cannot(String),
}

type Output = Pin<Box<dyn Stream<Item = Result<LogOutput, Error>> + Send>>;

/// Starts an agent in a container as this user (absent: the container's own) and awaits its hello.
pub(super) async fn reach(docker: &Docker, container: &str, user: Option<&str>) -> Result<Reached, EngineError> {
    let options = CreateExecOptions {
        attach_stdin: Some(true),
        attach_stdout: Some(true),
        attach_stderr: Some(true),
        cmd: Some(vec![AGENT_PATH, "serve"]),
        user,
        ..Default::default()
    };
    let exec = match docker.client.create_exec(container, options).await {
        Ok(exec) => exec.id,
        Err(error) if is_conflict(&error) => return Ok(Reached::NotRunning),
        Err(error) => return Err(failed("start the agent")(error)),
    };
    let start = StartExecOptions { output_capacity: Some(CAPACITY), ..Default::default() };
    let (mut output, input) = match docker.client.start_exec(&exec, Some(start)).await {
        Ok(StartExecResults::Attached { output, input }) => (output, input),
        Ok(StartExecResults::Detached) => return Ok(Reached::Cannot("the engine attached no stream".to_owned())),
        Err(error) if is_conflict(&error) || is_missing(&error) => return Ok(Reached::NotRunning),
        Err(error) => return Ok(refusal(&reason(&error))),
    };
    let mut decoder = Decoder::new();
    let greeting = tokio::time::timeout(HELLO_PATIENCE, greeting(&mut output, &mut decoder));
    match greeting.await {
        Ok(Ok(hello)) if hello.executable.is_none_or(|digest| digest == *agent_digest()) => {
            let replies = output.filter_map(|piece| std::future::ready(reply_bytes(piece)));
            Ok(Reached::Agent(Channel::new(decoder, Box::pin(replies), input)))
        }
        Ok(Ok(_)) => Ok(Reached::Other),
        Ok(Err(seen)) => Ok(refusal(&seen)),
        Err(_) => Err(EngineError::Failed {
            action: "start the agent".to_owned(),
            reason: format!("it was silent for {} s", HELLO_PATIENCE.as_secs()),
        }),
    }
}

/// Reads up to the hello; an error holds what came instead.
async fn greeting(output: &mut Output, decoder: &mut Decoder<Reply>) -> Result<Hello, String> {
    let mut seen = Vec::new();
    while let Some(piece) = output.next().await {
        let piece = piece.map_err(|error| reason(&error))?;
        seen.extend_from_slice(piece.as_ref());
        if let LogOutput::StdOut { message } = piece {
            decoder.push(&message);
        }
        // What is no frame is the engine's explanation: read on to its end.
        if let Ok(Some(Reply::Hello { hello })) = decoder.next_message() {
            return Ok(hello);
        }
    }
    Err(String::from_utf8_lossy(&seen).trim().to_owned())
}

fn refusal(seen: &str) -> Reached {
    let said = |phrase: &str| seen.contains(phrase);
    if said("unable to find user") || said("unable to find group") || said("no matching entries") {
        Reached::NoUser(seen.to_owned())
    } else if said("is not running") || said("not running") {
        Reached::NotRunning
    } else {
        Reached::Cannot(if seen.is_empty() { "it ended without a word".to_owned() } else { seen.to_owned() })
    }
}

fn reply_bytes(piece: Result<LogOutput, Error>) -> Option<Result<Bytes, String>> {
    match piece {
        Ok(LogOutput::StdOut { message }) => Some(Ok(message)),
        Ok(LogOutput::StdErr { message }) => {
            tracing::warn!(text = %String::from_utf8_lossy(&message), "the agent complains");
            None
        }
        Ok(_) => None,
        Err(error) => Some(Err(reason(&error))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_engines_words_tell_a_missing_user_from_a_container_that_stopped() {
        let unknown = "unable to find user nosuch: no matching entries in passwd file";
        assert!(matches!(refusal(unknown), Reached::NoUser(_)));
        assert!(matches!(refusal("Container 1a2b is not running"), Reached::NotRunning));
        assert!(matches!(refusal("OCI runtime exec failed: exec format error"), Reached::Cannot(_)));
    }
}
