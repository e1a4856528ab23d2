//! The engine itself: what it holds, and the trait by which the rest of shakedown knows it.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Semaphore;

use super::agent_volume::{self, AgentVolume};
use super::ask::Inside;
use super::base;
use super::build::{BuildHost, bundle_path};
use super::channels::Channels;
use super::context::{Docker, OpenOptions};
use super::held::HeldContainers;
use super::lease::Lease;
use super::ledger::Ledger;
use super::occupants::Occupants;
use super::remove::{remove_container, remove_volume};
use super::{connect, fault, gateway, images, invoke, life, login, once, restart, start, sweep, teardown, traces};
use crate::clock::SystemClock;
use crate::engine::agent::ask::Asker;
use crate::engine::{
    Container, Engine, EngineError, EngineFacts, FailedBuild, Heard, Leftover, Occupant, Progress, Restarted,
};
use crate::model::{
    Answer, BuildRequest, BuiltStage, Captured, ContainerSpec, Fault, ImageFacts, Inquiry, Invocation, Ran, Restart,
    Ssh,
};

/// Docker Engine, or Podman behind the same API, for the length of one run.
///
/// What a run makes is removed by [`Engine::teardown`]. When the engine is dropped without it, its lease ends, and
/// [`Engine::sweep`] of any later run finds what is left.
#[derive(Debug)]
pub struct DockerEngine {
    pub(super) docker: Arc<Docker>,
    pub(super) agent: AgentVolume,
    pub(super) channels: Channels,
    pub(super) held: HeldContainers,
    pub(super) occupants: Occupants,
    pub(super) lease: Lease,
    pub(super) builds: BuildHost,
    /// A turn for each who may log in by SSH at the same time.
    pub(super) logins: Semaphore,
}

impl DockerEngine {
    /// Whether the engine that the environment names answers, and what it is; makes nothing there.
    ///
    /// Errors: as of [`DockerEngine::open`].
    pub async fn greet(options: &OpenOptions) -> Result<EngineFacts, EngineError> {
        let host = options.environment.get("DOCKER_HOST").map(String::as_str);
        connect::connect(host).await.map(|(_, facts)| facts)
    }

    /// Metadata of an image at the engine that the environment names; makes nothing there, and pulls nothing.
    pub async fn look_up(options: &OpenOptions, reference: &str) -> Result<ImageFacts, EngineError> {
        let host = options.environment.get("DOCKER_HOST").map(String::as_str);
        let (client, _) = connect::connect(host).await?;
        images::inspect(&client, reference).await
    }

    /// Connects to the engine that the environment names, makes the agent ready there and takes out the run's lease.
    ///
    /// Errors: [`EngineError::NoEngine`], [`EngineError::NoPermission`], [`EngineError::TooOld`], or what the engine
    /// refused.
    pub async fn open(options: OpenOptions) -> Result<Self, EngineError> {
        let OpenOptions { run, subject, environment, plain_exec } = options;
        let (client, facts) = connect::connect(environment.get("DOCKER_HOST").map(String::as_str)).await?;
        let bundle = bundle_path();
        let ledger = Ledger::default();
        let docker = Arc::new(Docker { client, facts, run, subject, environment, bundle, ledger });
        let agent = agent_volume::prepare(&docker).await?;
        let lease = Lease::take(&docker, &agent).await?;
        let (channels, held) = (Channels::new(plain_exec), HeldContainers::default());
        let (builds, logins) = (BuildHost::of_environment(), Semaphore::new(login::LOGINS));
        Ok(Self { docker, agent, channels, held, occupants: Occupants::default(), lease, builds, logins })
    }

    /// Removes the agents of other versions of shakedown that no container uses; returns what was removed.
    pub async fn remove_other_agents(&self) -> Result<Vec<Leftover>, EngineError> {
        agent_volume::remove_others(&self.docker, &self.agent).await
    }
}

#[async_trait]
impl Engine for DockerEngine {
    async fn host_address(&self) -> Result<IpAddr, EngineError> {
        gateway::address(&self.docker).await
    }

    async fn facts(&self) -> Result<EngineFacts, EngineError> {
        connect::ping(&self.docker.client).await?;
        Ok(self.docker.facts.clone())
    }

    async fn base(&self, reference: &str, bootstrap: Option<&str>, progress: &Progress) -> Result<String, EngineError> {
        let _permit = self.docker.ledger.permit().await?;
        base::base(&self.docker.client, reference, bootstrap, progress).await
    }

    async fn build(&self, request: &BuildRequest, progress: &Progress) -> Result<BuiltStage, FailedBuild> {
        images::build(&self.docker, &self.builds, request, progress).await
    }

    async fn cache_mounts(&self, request: &BuildRequest) -> Result<Option<u64>, FailedBuild> {
        images::cache_mounts(&self.docker, &self.builds, request, &self.agent.image).await
    }

    async fn image(&self, reference: &str) -> Result<ImageFacts, EngineError> {
        images::facts(&self.docker, reference).await
    }

    async fn history(&self, image: &str) -> Result<Vec<String>, EngineError> {
        images::history(&self.docker, image).await
    }

    async fn traces(&self, image: &str, base: Option<&str>) -> Result<Vec<String>, EngineError> {
        traces::traces(&self.docker, image, base).await
    }

    async fn tag(&self, image: &str, name: &str) -> Result<(), EngineError> {
        images::tag(&self.docker, image, name).await
    }

    async fn start(&self, spec: &ContainerSpec) -> Result<(Container, Occupant), EngineError> {
        let (started, held) = tokio::join!(start::start(self, spec), self.lease.confirm());
        held.and(started)
    }

    async fn once(&self, spec: &ContainerSpec, terminal: bool, deadline: Duration) -> Result<Ran, EngineError> {
        once::once(self, spec, terminal, deadline).await
    }

    async fn log(&self, container: &Container) -> Result<Captured, EngineError> {
        life::whole_log(&self.docker, &container.id).await
    }

    async fn restart(
        &self,
        container: &Container,
        spec: &ContainerSpec,
        how: Restart,
    ) -> Result<Restarted, EngineError> {
        restart::restart(self, container, spec, how).await
    }

    async fn run(&self, container: &Container, invocation: &Invocation) -> Result<Ran, EngineError> {
        invoke::run(&self.docker, &self.channels, &container.id, invocation, None).await
    }

    async fn follow(&self, container: &Container, invocation: &Invocation, heard: &Heard) -> Result<Ran, EngineError> {
        invoke::run(&self.docker, &self.channels, &container.id, invocation, Some(heard)).await
    }

    async fn log_in(&self, container: &Container, ssh: &Ssh, invocation: &Invocation) -> Result<Ran, EngineError> {
        login::log_in(self, container, ssh, invocation).await
    }

    async fn ask(&self, container: &Container, user: Option<&str>, inquiry: &Inquiry) -> Result<Answer, EngineError> {
        let inside = Inside { docker: &self.docker, channels: &self.channels, container: &container.id, user };
        Asker(&inside).answer(inquiry).await
    }

    async fn inject(&self, container: &Container, fault: Fault) -> Result<String, EngineError> {
        fault::inject(self, container, fault).await
    }

    async fn heal(&self, container: &Container, fault: Fault) -> Result<String, EngineError> {
        fault::heal(self, container, fault).await
    }

    async fn remove(&self, container: &Container) -> Result<(), EngineError> {
        let refused = |what: String| move |reason| EngineError::Failed { action: format!("remove {what}"), reason };
        self.channels.forget(&container.id, "the container was removed");
        let removed = remove_container(&self.docker, &container.id).await;
        removed.map_err(refused(format!("container {}", container.name)))?;
        self.docker.ledger.forget_container(&container.name);
        if let Some(held) = self.held.remove(&container.id) {
            for volume in &held.volumes {
                remove_volume(&self.docker, volume).await.map_err(refused(format!("volume {volume}")))?;
                self.docker.ledger.forget_volume(volume);
            }
        }
        Ok(())
    }

    async fn teardown(&self, keep: &[Container]) -> Vec<Leftover> {
        teardown::teardown(self, keep).await
    }

    async fn sweep(&self) -> Result<Vec<Leftover>, EngineError> {
        sweep::sweep(&self.docker, self.builds.socket.as_ref(), &SystemClock::default()).await
    }
}
