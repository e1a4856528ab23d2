//! Whether a container lives, since when, and what its last words were.

use std::time::Duration;

use bollard::container::LogOutput;
use bollard::models::{ContainerState, HealthStatusEnum};
use bollard::query_parameters::{InspectContainerOptions, LogsOptionsBuilder};
use futures_util::StreamExt as _;
use tokio::time::{Instant, sleep};

use super::context::Docker;
use super::trouble::failed;
use crate::engine::kept::Kept;
use crate::engine::{EngineError, Life};
use crate::model::Captured;

/// How many lines of its log an error shows.
const LAST_LINES: usize = 20;

/// How long the engine may show a container as running when its process 1 is gone.
const SETTLING: Duration = Duration::from_secs(1);

/// What the engine says of a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct State {
    /// Process 1 runs.
    pub(super) running: bool,
    /// How it ended, when it does not.
    pub(super) exit_code: i64,
    /// What the image's health check says; absent when it has none.
    pub(super) health: Option<HealthStatusEnum>,
    /// Process 1.
    pub(super) life: Life,
}

/// Looks at a container.
pub(super) async fn state(docker: &Docker, container: &str) -> Result<State, EngineError> {
    let inspected = docker
        .client
        .inspect_container(container, None::<InspectContainerOptions>)
        .await
        .map_err(failed(format!("inspect container {container}")))?;
    Ok(read(inspected.state.unwrap_or_default()))
}

fn read(state: ContainerState) -> State {
    let health = state.health.and_then(|health| health.status);
    State {
        running: state.running.unwrap_or_default(),
        exit_code: state.exit_code.unwrap_or_default(),
        health: health.filter(|status| !matches!(status, HealthStatusEnum::EMPTY | HealthStatusEnum::NONE)),
        life: Life { started_at: state.started_at.unwrap_or_default(), process: state.pid.unwrap_or_default() },
    }
}

/// An error when the container does not run.
pub(super) async fn check(docker: &Docker, container: &str) -> Result<(), EngineError> {
    let state = state(docker, container).await?;
    if state.running { Ok(()) } else { Err(exited(docker, container, state.exit_code).await) }
}

/// The error of a container that is ending, as when a stream into it has just ended: the engine shows the container
/// as running for a moment longer. `None` when it goes on running.
pub(super) async fn ending(docker: &Docker, container: &str) -> Option<EngineError> {
    let deadline = Instant::now() + SETTLING;
    loop {
        match check(docker, container).await {
            Err(error) => return Some(error),
            Ok(()) if Instant::now() > deadline => return None,
            Ok(()) => sleep(Duration::from_millis(10)).await,
        }
    }
}

/// The error for a container that does not run any more.
pub(super) async fn ended(docker: &Docker, container: &str) -> EngineError {
    match state(docker, container).await {
        Ok(state) => exited(docker, container, state.exit_code).await,
        Err(error) => error,
    }
}

/// The error for a container that ended with this status.
pub(super) async fn exited(docker: &Docker, container: &str, status: i64) -> EngineError {
    EngineError::Exited { status, log: last_words(docker, container).await }
}

/// The container's last log lines, joined; why they cannot be had, where they cannot.
pub(super) async fn last_words(docker: &Docker, container: &str) -> String {
    match log(docker, container, LAST_LINES).await {
        Ok(lines) if lines.is_empty() => "(none)".to_owned(),
        Ok(lines) => lines.join("\n"),
        Err(error) => format!("({error})"),
    }
}

/// The last lines of a container's log, standard output and standard error as they came.
pub(super) async fn log(docker: &Docker, container: &str, lines: usize) -> Result<Vec<String>, EngineError> {
    let mut text = Vec::new();
    each_piece(docker, container, &lines.to_string(), |piece| text.extend_from_slice(piece.as_ref())).await?;
    Ok(String::from_utf8_lossy(&text).lines().map(str::to_owned).collect())
}

/// A container's log, both streams as they came.
pub(super) async fn whole_log(docker: &Docker, container: &str) -> Result<Captured, EngineError> {
    let mut text = Kept::default();
    each_piece(docker, container, "all", |piece| text.take(piece.as_ref())).await?;
    Ok(text.captured())
}

/// A container's log by its streams: standard output and standard error. A terminal's is all standard output.
pub(super) async fn streams(docker: &Docker, container: &str) -> Result<(Captured, Captured), EngineError> {
    let (mut stdout, mut stderr) = (Kept::default(), Kept::default());
    each_piece(docker, container, "all", |piece| match piece {
        LogOutput::StdErr { message } => stderr.take(&message),
        other => stdout.take(other.as_ref()),
    })
    .await?;
    Ok((stdout.captured(), stderr.captured()))
}

async fn each_piece(
    docker: &Docker,
    container: &str,
    lines: &str,
    mut take: impl FnMut(LogOutput),
) -> Result<(), EngineError> {
    let options = LogsOptionsBuilder::default().stdout(true).stderr(true).tail(lines).build();
    let mut pieces = docker.client.logs(container, Some(options));
    while let Some(piece) = pieces.next().await {
        take(piece.map_err(failed(format!("read the log of container {container}")))?);
    }
    Ok(())
}
