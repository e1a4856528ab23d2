//! Ending and beginning a container's life anew, and the proof that it happened.

use bollard::query_parameters::{
    KillContainerOptions, RestartContainerOptionsBuilder, StartContainerOptions, StopContainerOptionsBuilder,
    WaitContainerOptions,
};
use futures_util::StreamExt as _;

use super::context::Docker;
use super::engine::DockerEngine;
use super::life;
use super::ready::{Awaited, await_ready};
use super::successor;
use super::trouble::failed;
use crate::engine::{Container, EngineError, Life, Restarted};
use crate::model::{ContainerSpec, Restart};

/// Seconds that process 1 has to end by itself; a shell as process 1 never does.
const GRACE: i32 = 1;

/// Ends a container's life, begins it anew, perhaps as another container, and awaits its readiness again.
pub(super) async fn restart(
    engine: &DockerEngine,
    container: &Container,
    spec: &ContainerSpec,
    how: Restart,
) -> Result<Restarted, EngineError> {
    let before = life::state(&engine.docker, &container.id).await?.life;
    let now = match how {
        Restart::Restart | Restart::StopStart | Restart::Kill => in_place(engine, container, how).await?,
        Restart::Commit => successor::of_commit(engine, container, spec).await?,
        Restart::Recreate | Restart::Rebuild => successor::with_volumes(engine, container, spec).await?,
    };
    let after = life::state(&engine.docker, &now.id).await?.life;
    prove(container, &before, &after)?;
    Ok(Restarted { container: now, before, after })
}

async fn in_place(engine: &DockerEngine, container: &Container, how: Restart) -> Result<Container, EngineError> {
    let docker = &engine.docker;
    let held = engine.held.get(&container.id)?;
    // The streams end with the container; requests from now on must not enter them.
    engine.channels.forget(&container.id, "the container is being restarted");
    carry_out(docker, container, how).await?;
    match await_ready(docker, &engine.channels, &container.id, &held.ready).await? {
        Awaited::Ready => Ok(container.clone()),
        Awaited::Ended(status) => Err(life::exited(docker, &container.id, status).await),
    }
}

async fn carry_out(docker: &Docker, container: &Container, how: Restart) -> Result<(), EngineError> {
    let (client, id, name) = (&docker.client, container.id.as_str(), container.name.as_str());
    match how {
        Restart::Restart => {
            let options = RestartContainerOptionsBuilder::default().t(GRACE).build();
            client.restart_container(id, Some(options)).await.map_err(failed(format!("restart container {name}")))?;
            return Ok(());
        }
        Restart::StopStart => {
            let options = StopContainerOptionsBuilder::default().t(GRACE).build();
            client.stop_container(id, Some(options)).await.map_err(failed(format!("stop container {name}")))?;
        }
        Restart::Kill => {
            let killed = client.kill_container(id, None::<KillContainerOptions>).await;
            killed.map_err(failed(format!("kill container {name}")))?;
            // The engine answers before process 1 is gone. Its exit code comes as an error, and is none of ours.
            let _ = client.wait_container(id, None::<WaitContainerOptions>).next().await;
        }
        Restart::Commit | Restart::Recreate | Restart::Rebuild => {
            let reason = "that makes another container".to_owned();
            return Err(EngineError::Failed { action: format!("{} container {name} in place", how.name()), reason });
        }
    }
    client
        .start_container(id, None::<StartContainerOptions>)
        .await
        .map_err(failed(format!("start container {name} again")))
}

fn prove(container: &Container, before: &Life, after: &Life) -> Result<(), EngineError> {
    if before.started_at != after.started_at && before.process != after.process {
        return Ok(());
    }
    Err(EngineError::Failed {
        action: format!("restart container {}", container.name),
        reason: format!(
            "process 1 is the same as before: {} since {}, then {} since {}",
            before.process, before.started_at, after.process, after.started_at
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_process_1_is_no_restart() {
        let container = Container { id: "1".to_owned(), name: "main".to_owned() };
        let before = Life { started_at: "2026-11-20T12:00:00Z".to_owned(), process: 7 };
        let later = Life { started_at: "2026-11-20T12:00:01Z".to_owned(), process: 8 };
        assert!(prove(&container, &before, &later).is_ok());
        assert!(prove(&container, &before, &before.clone()).is_err());
        assert!(prove(&container, &before, &Life { process: 7, ..later }).is_err());
    }
}
