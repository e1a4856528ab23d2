//! The engine's own exec, for containers in which the agent cannot run. It measures nothing, and what it starts
//! outlives its deadline.

use std::time::{Duration, Instant};

use bollard::container::LogOutput;
use bollard::exec::{CreateExecOptions, StartExecResults};
use futures_util::StreamExt as _;
use tokio::io::AsyncWriteExt as _;

use super::context::Docker;
use super::trouble::failed;
use crate::engine::EngineError;
use crate::engine::kept::Kept;
use crate::model::{ExitStatus, Invocation, Ran, Usage};

/// Carries out an invocation by plain exec; `reason` says why the agent cannot.
pub(super) async fn run(
    docker: &Docker,
    container: &str,
    invocation: &Invocation,
    reason: &str,
) -> Result<Ran, EngineError> {
    let impossible = |what: &str| EngineError::Failed {
        action: format!("{what} by plain exec"),
        reason: format!("that needs the agent, which cannot run in this container ({reason})"),
    };
    if invocation.environment.values().any(Option::is_none) {
        return Err(impossible("take a variable away"));
    }
    if !invocation.limits.is_empty() {
        return Err(impossible("set a resource limit"));
    }
    if invocation.kill.is_some() {
        return Err(impossible("kill a command on purpose"));
    }
    let begun = Instant::now();
    let (mut stdout, mut stderr) = (Kept::default(), Kept::default());
    let status = match tokio::time::timeout(
        invocation.deadline,
        attached(docker, container, invocation, &mut stdout, &mut stderr),
    )
    .await
    {
        Ok(status) => status?,
        Err(_) => ExitStatus::TimedOut,
    };
    let usage = Usage {
        wall: begun.elapsed().min(Duration::MAX),
        memory_source: format!("not measured (plain exec, since the agent cannot run here: {reason})"),
        ..Usage::default()
    };
    Ok(Ran { status, stdout: stdout.captured(), stderr: stderr.captured(), usage, fact: None })
}

async fn attached(
    docker: &Docker,
    container: &str,
    invocation: &Invocation,
    stdout: &mut Kept,
    stderr: &mut Kept,
) -> Result<ExitStatus, EngineError> {
    let environment = invocation.environment.iter();
    let options = CreateExecOptions {
        attach_stdin: Some(invocation.stdin.is_some()),
        attach_stdout: Some(true),
        attach_stderr: Some(true),
        cmd: Some(invocation.argv.clone()),
        env: Some(
            environment.map(|(name, value)| format!("{name}={}", value.as_deref().unwrap_or_default())).collect(),
        ),
        user: invocation.user.clone(),
        working_dir: invocation.directory.clone(),
        ..Default::default()
    };
    let action = "run a command by plain exec";
    let exec = docker.client.create_exec(container, options).await.map_err(failed(action))?.id;
    if let StartExecResults::Attached { mut output, mut input } =
        docker.client.start_exec(&exec, None).await.map_err(failed(action))?
    {
        if let Some(text) = &invocation.stdin {
            // A command that reads nothing closes its end early: no error of ours.
            let _ = input.write_all(text.as_bytes()).await;
            let _ = input.shutdown().await;
        }
        while let Some(piece) = output.next().await {
            match piece.map_err(failed(action))? {
                LogOutput::StdErr { message } => stderr.take(&message),
                other => stdout.take(other.as_ref()),
            }
        }
    }
    let inspected = docker.client.inspect_exec(&exec).await.map_err(failed(action))?;
    let code = inspected.exit_code.and_then(|code| i32::try_from(code).ok());
    code.map(ExitStatus::Exited).ok_or_else(|| EngineError::Failed {
        action: action.to_owned(),
        reason: "the engine does not know how it ended".to_owned(),
    })
}
