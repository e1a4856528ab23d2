//! A command that an image's own entrypoint is given, in a container that is there for it alone.

use std::time::{Duration, Instant};

use bollard::errors::Error;
use bollard::query_parameters::WaitContainerOptions;
use futures_util::StreamExt as _;

use super::container::{Creation, creation};
use super::engine::DockerEngine;
use super::start::{create, discard, launch};
use super::trouble::failed;
use super::{images, life};
use crate::engine::{Container, EngineError, Occupant};
use crate::model::{Captured, ContainerSpec, ExitStatus, Ran, Usage};

/// The system's error numbers of what a container cannot run: no such program, one that may not be run, and a user whom
/// the image does not know.
const MISSING: i32 = 2;
const NOT_EXECUTABLE: i32 = 13;
const NO_USER: i32 = 22;

/// Creates a container, awaits its end, reads its log, and removes it.
pub(super) async fn once(
    engine: &DockerEngine,
    spec: &ContainerSpec,
    terminal: bool,
    deadline: Duration,
) -> Result<Ran, EngineError> {
    let docker = &engine.docker;
    // Once teardown has begun the image may be gone already, which is not why.
    drop(docker.ledger.permit().await?);
    let image = images::facts(docker, &spec.image).await?;
    let name = engine.held.name(&docker.run.0, &spec.purpose);
    let Creation { mut body, volumes } = creation(docker, &engine.agent, &image, spec, Occupant::Own, &name);
    body.tty = Some(terminal);
    body.open_stdin = Some(false);
    for volume in &volumes {
        docker.ledger.note_volume(volume);
    }
    let container = Container { id: create(docker, &name, body).await?, name };
    let ran = carry_out(engine, &container, deadline).await;
    discard(engine, &container, &volumes).await?;
    docker.ledger.forget_container(&container.name);
    for volume in &volumes {
        docker.ledger.forget_volume(volume);
    }
    ran
}

async fn carry_out(engine: &DockerEngine, container: &Container, deadline: Duration) -> Result<Ran, EngineError> {
    let docker = &engine.docker;
    let begun = Instant::now();
    match launch(docker, container, Occupant::Own).await {
        Ok(()) => {}
        Err(EngineError::Exited { status, log }) => {
            let errno = if status == 126 { NOT_EXECUTABLE } else { MISSING };
            return Ok(not_started(errno, log));
        }
        Err(EngineError::NoUser { reason }) => return Ok(not_started(NO_USER, reason)),
        Err(error) => return Err(error),
    }
    let mut end = docker.client.wait_container(&container.id, None::<WaitContainerOptions>);
    let status = match tokio::time::timeout(deadline, end.next()).await {
        Err(_) => ExitStatus::TimedOut,
        Ok(Some(Ok(ended))) => exited(ended.status_code),
        Ok(Some(Err(Error::DockerContainerWaitError { code, .. }))) => exited(code),
        Ok(Some(Err(error))) => return Err(failed(format!("await the end of container {}", container.name))(error)),
        Ok(None) => exited(life::state(docker, &container.id).await?.exit_code),
    };
    let wall = begun.elapsed();
    let (stdout, stderr) = life::streams(docker, &container.id).await?;
    let memory_source = "not measured (a container of its own)".to_owned();
    Ok(Ran { status, stdout, stderr, usage: Usage { wall, memory_source, ..Usage::default() }, fact: None })
}

fn exited(code: i64) -> ExitStatus {
    ExitStatus::Exited(i32::try_from(code).unwrap_or(i32::MAX))
}

fn not_started(errno: i32, reason: String) -> Ran {
    Ran {
        status: ExitStatus::NotStarted { errno, reason },
        stdout: Captured::default(),
        stderr: Captured::default(),
        usage: Usage::default(),
        fact: None,
    }
}
