//! The lease: a container that lives as long as this process holds its standard input. Whoever finds things of a run
//! whose lease is gone may take them away, on whatever machine the run was.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use bollard::container::{AttachContainerResults, LogOutput};
use bollard::errors::Error;
use bollard::models::{ContainerCreateBody, HostConfig, Mount, MountType};
use bollard::query_parameters::{AttachContainerOptionsBuilder, StartContainerOptions};
use futures_util::Stream;
use tokio::io::AsyncWrite;
use tokio::task::JoinHandle;

use super::agent_volume::AgentVolume;
use super::context::{Docker, lease_name};
use super::start::create;
use super::trouble::failed;
use crate::engine::EngineError;
use crate::engine::agent::executable::AGENT_FOLDER;

/// What is said of a lease by its purpose label.
pub(super) const PURPOSE: &str = "lease";

/// Both ends of the attached stream; the engine takes its end for ours when both are gone.
struct Attached {
    _output: Pin<Box<dyn Stream<Item = Result<LogOutput, Error>> + Send>>,
    _input: Pin<Box<dyn AsyncWrite + Send>>,
}

/// A held lease. It ends when this is dropped, or the process dies.
pub(super) struct Lease {
    name: String,
    attached: Mutex<Option<Attached>>,
    starting: tokio::sync::Mutex<Option<JoinHandle<Result<(), EngineError>>>>,
}

impl std::fmt::Debug for Lease {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Lease").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Lease {
    /// Takes out the run's lease. Creating its container also fills the agent's volume, where that is empty; it counts
    /// from its creation, and starts while the run goes on. Its container outlives a process that is killed: when it
    /// ended says when the run did.
    pub(super) async fn take(docker: &Arc<Docker>, agent: &AgentVolume) -> Result<Self, EngineError> {
        let name = lease_name(&docker.run.0);
        let mount = Mount {
            typ: Some(MountType::VOLUME),
            source: Some(agent.volume.clone()),
            target: Some(AGENT_FOLDER.to_owned()),
            ..Mount::default()
        };
        let body = ContainerCreateBody {
            image: Some(agent.image.clone()),
            cmd: Some(vec!["lease".to_owned()]),
            open_stdin: Some(true),
            stdin_once: Some(true),
            attach_stdin: Some(true),
            labels: Some(docker.labels(PURPOSE)),
            host_config: Some(HostConfig {
                network_mode: Some("none".to_owned()),
                mounts: Some(vec![mount]),
                ..HostConfig::default()
            }),
            ..ContainerCreateBody::default()
        };
        let id = create(docker, &name, body).await?;
        let options = AttachContainerOptionsBuilder::default().stdin(true).stream(true).build();
        let AttachContainerResults { output, input } =
            docker.client.attach_container(&id, Some(options)).await.map_err(failed("hold the lease"))?;
        let starting = tokio::spawn({
            let (docker, name) = (Arc::clone(docker), name.clone());
            async move {
                let started = docker.client.start_container(&id, None::<StartContainerOptions>).await;
                started.map_err(failed(format!("start the lease {name}")))
            }
        });
        let attached = Mutex::new(Some(Attached { _output: output, _input: input }));
        Ok(Self { name, attached, starting: tokio::sync::Mutex::new(Some(starting)) })
    }

    /// Waits for the lease to have started; an error when it could not.
    pub(super) async fn confirm(&self) -> Result<(), EngineError> {
        match self.starting.lock().await.take() {
            None => Ok(()),
            Some(starting) => starting.await.unwrap_or_else(|error| {
                Err(EngineError::Failed { action: format!("start the lease {}", self.name), reason: error.to_string() })
            }),
        }
    }

    /// Lets go of the lease.
    pub(super) fn release(&self) {
        self.attached.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}
