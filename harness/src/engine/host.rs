//! This machine in the place of a container: commands run and questions are answered by the agent, as in one.

use std::net::{IpAddr, Ipv4Addr};
use std::os::unix::fs::OpenOptionsExt as _;
use std::process::Stdio;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, stream};
use shakedown_agent::wire::{Decoder, Question, Reply};
use tempfile::TempDir;
use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, ChildStdout, Command};

use super::agent::ask::{Asker, Teller, Unanswered, send};
use super::agent::channel::{Channel, Finished};
use super::agent::executable::{AGENT, agent_digest};
use super::agent::invoke::{Trouble, ran, through};
use super::{Container, Engine, EngineError, EngineFacts, FailedBuild, Heard, Leftover, Occupant, Progress, Restarted};
use crate::model::{
    Answer, BuildRequest, BuiltStage, Captured, ContainerSpec, Fault, ImageFacts, Inquiry, Invocation, Ran, Restart,
    Ssh,
};

/// How long the agent may take to say hello.
const HELLO_PATIENCE: Duration = Duration::from_secs(20);

/// How often a program that was just written is tried again while another thread's fork still holds it open.
const BUSY_TRIES: u32 = 100;

/// This machine, for the length of one run. When it is dropped the agent ends, and all that it runs is killed.
///
/// It has no images and no faults: what concerns these is refused. Commands run as the caller, in the caller's
/// environment.
pub struct HostEngine {
    channel: Channel,
    _agent: Child,
    _folder: TempDir,
}

impl HostEngine {
    /// Starts the agent on this machine.
    pub async fn open() -> Result<Self, EngineError> {
        let folder = tempfile::tempdir().map_err(|error| cannot_start(&error))?;
        let mut agent = start(&folder).await.map_err(|error| cannot_start(&error))?;
        let (Some(input), Some(output)) = (agent.stdin.take(), agent.stdout.take()) else {
            return Err(failed("start the agent on this machine", "it has no streams"));
        };
        let mut replies = Box::pin(pieces(output));
        let mut decoder = Decoder::new();
        match tokio::time::timeout(HELLO_PATIENCE, greeting(&mut replies, &mut decoder)).await {
            Ok(Ok(())) => {}
            Ok(Err(reason)) => return Err(failed("start the agent on this machine", reason)),
            Err(_) => return Err(failed("start the agent on this machine", "it was silent")),
        }
        Ok(Self { channel: Channel::new(decoder, replies, input), _agent: agent, _folder: folder })
    }

    /// The one place where an engine's methods want a container.
    pub fn place() -> Container {
        Container { id: "host".to_owned(), name: "this machine".to_owned() }
    }

    async fn carry_out(&self, invocation: &Invocation, heard: Option<&Heard>) -> Result<Ran, EngineError> {
        if let Some(user) = &invocation.user {
            return Err(failed("run a command on this machine", format!("as {user}: it runs as its caller only")));
        }
        through(&self.channel, invocation, heard).await.map_err(lost).and_then(ran)
    }
}

async fn start(folder: &TempDir) -> std::io::Result<Child> {
    let path = folder.path().join("shakedown-agent");
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o700).open(&path)?;
    std::io::Write::write_all(&mut file, AGENT)?;
    drop(file);
    let mut command = Command::new(&path);
    command.arg("serve").stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
    for _ in 0..BUSY_TRIES {
        match command.spawn() {
            // A fork of another thread has the file open for writing until it executes its own program.
            Err(error) if error.kind() == std::io::ErrorKind::ExecutableFileBusy => tokio::task::yield_now().await,
            other => return other,
        }
    }
    command.spawn()
}

fn pieces(output: ChildStdout) -> impl Stream<Item = Result<Bytes, String>> + Send {
    stream::unfold(output, |mut output| async move {
        let mut buffer = bytes::BytesMut::with_capacity(64 * 1024);
        match output.read_buf(&mut buffer).await {
            Ok(0) => None,
            Ok(_) => Some((Ok(buffer.freeze()), output)),
            Err(error) => Some((Err(error.to_string()), output)),
        }
    })
}

async fn greeting<R>(replies: &mut R, decoder: &mut Decoder<Reply>) -> Result<(), String>
where
    R: Stream<Item = Result<Bytes, String>> + Unpin,
{
    while let Some(piece) = replies.next().await {
        decoder.push(&piece?);
        match decoder.next_message() {
            Ok(Some(Reply::Hello { hello })) if hello.executable.is_none_or(|digest| digest == *agent_digest()) => {
                return Ok(());
            }
            Ok(Some(_)) => return Err("another program answered".to_owned()),
            Ok(None) => {}
            Err(error) => return Err(error.to_string()),
        }
    }
    Err("it ended without a word".to_owned())
}

fn cannot_start(error: &std::io::Error) -> EngineError {
    failed("start the agent on this machine", error.to_string())
}

fn failed(action: &str, reason: impl Into<String>) -> EngineError {
    EngineError::Failed { action: action.to_owned(), reason: reason.into() }
}

fn lost(trouble: Trouble) -> EngineError {
    let reason = match trouble {
        Trouble::Lost(lost) => lost.reason,
        Trouble::Silent(patience) => format!("it was silent for {} s", patience.as_secs()),
    };
    failed("talk to the agent on this machine", reason)
}

/// What this machine, being no container engine, does not do.
fn no_container(action: &str) -> EngineError {
    failed(action, "this machine is no container")
}

#[async_trait]
impl Teller for HostEngine {
    async fn tell(&self, question: Question) -> Result<Finished, Unanswered> {
        send(&self.channel, question).await.map_err(|trouble| Unanswered::Trouble(lost(trouble)))
    }
}

#[async_trait]
impl Engine for HostEngine {
    async fn host_address(&self) -> Result<IpAddr, EngineError> {
        Ok(IpAddr::V4(Ipv4Addr::LOCALHOST))
    }

    async fn facts(&self) -> Result<EngineFacts, EngineError> {
        let processors = std::thread::available_parallelism().map_or(0, |count| count.get() as u64);
        Ok(EngineFacts { name: "host".to_owned(), processors, ..EngineFacts::default() })
    }

    async fn base(&self, _: &str, _: Option<&str>, _: &Progress) -> Result<String, EngineError> {
        Err(no_container("take a base image"))
    }

    async fn build(&self, request: &BuildRequest, _: &Progress) -> Result<BuiltStage, FailedBuild> {
        Err(FailedBuild {
            step: None,
            message: format!("cannot build {} on this machine itself: it is no container engine", request.stage),
            log: Vec::new(),
            clipped: false,
            environment: true,
            hint: None,
        })
    }

    async fn cache_mounts(&self, _: &BuildRequest) -> Result<Option<u64>, FailedBuild> {
        Ok(None)
    }

    async fn image(&self, reference: &str) -> Result<ImageFacts, EngineError> {
        Err(EngineError::NoImage(reference.to_owned()))
    }

    async fn history(&self, image: &str) -> Result<Vec<String>, EngineError> {
        Err(EngineError::NoImage(image.to_owned()))
    }

    async fn traces(&self, image: &str, _: Option<&str>) -> Result<Vec<String>, EngineError> {
        Err(EngineError::NoImage(image.to_owned()))
    }

    async fn tag(&self, _: &str, _: &str) -> Result<(), EngineError> {
        Err(no_container("tag an image"))
    }

    async fn start(&self, _: &ContainerSpec) -> Result<(Container, Occupant), EngineError> {
        Ok((Self::place(), Occupant::Own))
    }

    async fn once(&self, _: &ContainerSpec, _: bool, _: Duration) -> Result<Ran, EngineError> {
        Err(no_container("give a command to an entrypoint"))
    }

    async fn log(&self, _: &Container) -> Result<Captured, EngineError> {
        Err(no_container("read a container's log"))
    }

    async fn restart(&self, _: &Container, _: &ContainerSpec, _: Restart) -> Result<Restarted, EngineError> {
        Err(no_container("restart this machine"))
    }

    async fn run(&self, _: &Container, invocation: &Invocation) -> Result<Ran, EngineError> {
        self.carry_out(invocation, None).await
    }

    async fn follow(&self, _: &Container, invocation: &Invocation, heard: &Heard) -> Result<Ran, EngineError> {
        self.carry_out(invocation, Some(heard)).await
    }

    async fn log_in(&self, _: &Container, _: &Ssh, _: &Invocation) -> Result<Ran, EngineError> {
        Err(no_container("log in by SSH"))
    }

    async fn ask(&self, _: &Container, user: Option<&str>, inquiry: &Inquiry) -> Result<Answer, EngineError> {
        match user {
            None => Asker(self).answer(inquiry).await,
            Some(user) => Err(failed("ask this machine", format!("as {user}: it answers its caller only"))),
        }
    }

    async fn inject(&self, _: &Container, _: Fault) -> Result<String, EngineError> {
        Err(no_container("put a fault on"))
    }

    async fn heal(&self, _: &Container, _: Fault) -> Result<String, EngineError> {
        Err(no_container("take a fault off"))
    }

    async fn remove(&self, _: &Container) -> Result<(), EngineError> {
        Ok(())
    }

    async fn teardown(&self, _: &[Container]) -> Vec<Leftover> {
        Vec::new()
    }

    async fn sweep(&self) -> Result<Vec<Leftover>, EngineError> {
        Ok(Vec::new())
    }
}

#[cfg(test)]
#[path = "host_tests.rs"]
mod tests;
