//! The container engine behind one small trait: images, containers, what runs in them, and what is left of it all.
//!
//! A run opens an engine, builds or finds an image, starts containers of it, has invocations carried out and
//! questions answered in them, and at the end, however that came, calls [`Engine::teardown`]. Everything an engine
//! makes is owned by the run's lease; what a dead run left behind is found by [`Engine::sweep`].

pub(crate) mod agent;
pub mod docker;
mod error;
mod heard;
pub mod host;
mod kept;
pub mod provision;
pub mod scripted;
mod ssh;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

pub use error::{EngineError, FailedBuild};
pub use heard::{Heard, Spoken};

use crate::model::{
    Answer, BuildRequest, BuiltStage, Captured, ContainerSpec, Event, Fault, ImageFacts, Inquiry, Invocation, Ran,
    Restart, Ssh,
};

/// Where an engine reports the progress of a build: the `Build…` events of [`Event`].
pub type Progress = Arc<dyn Fn(Event) + Send + Sync>;

/// A started container, as an engine names it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Container {
    /// The engine's id.
    pub id: String,
    /// Its name, `shakedown-<run>-<purpose>`.
    pub name: String,
}

/// What a started container runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occupant {
    /// The image's own entrypoint and command, or the configured command.
    Own,
    /// The agent's `hold`, since the image has neither.
    HoldForNone,
    /// The agent's `hold`, started by the image's own entrypoint, since its command ended with 0 by itself.
    HoldByEntrypoint,
    /// The agent's `hold`, since the image's own ended with 0 by itself, and its entrypoint starts nothing else.
    HoldForEnded,
}

/// Process 1 of a container: proof of a restart when it differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Life {
    /// When the engine says that it started, RFC 3339.
    pub started_at: String,
    /// Process 1 as the host sees it.
    pub process: i64,
}

/// A container's life anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restarted {
    /// The container now: the same, or the one in its place.
    pub container: Container,
    /// Its life before.
    pub before: Life,
    /// Its life now.
    pub after: Life,
}

/// What engine this is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EngineFacts {
    /// `docker` or `podman`.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The API version agreed upon.
    pub api: String,
    /// Its architecture, `linux/amd64`.
    pub platform: String,
    /// Processors it has.
    pub processors: u64,
    /// Memory it has, bytes.
    pub memory: u64,
}

/// Something that could not be removed, or was found left behind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Leftover {
    /// `container`, `image`, `volume`, `network` or `build cache`.
    pub kind: &'static str,
    /// Its name or id.
    pub name: String,
    /// Why it is still there; empty when it was removed.
    pub trouble: String,
}

/// A container engine, for the length of one run.
///
/// All calls may be made at the same time from several tasks. An error is always the environment's fault, never the
/// subject's, but for [`FailedBuild`], which says itself whose it is, and [`EngineError::Exited`].
#[async_trait]
pub trait Engine: Send + Sync {
    /// The address under which containers and builds reach servers on this host (the default bridge's gateway).
    async fn host_address(&self) -> Result<IpAddr, EngineError>;

    /// What engine this is. Asks it anew, so that an engine that is gone is noticed.
    async fn facts(&self) -> Result<EngineFacts, EngineError>;

    /// Makes sure that the base image is there: pulled, else (where `bootstrap` names a Debian suite) made from Debian's
    /// packages. Returns the tag to build on. Events: `Notice`.
    async fn base(&self, reference: &str, bootstrap: Option<&str>, progress: &Progress) -> Result<String, EngineError>;

    /// Builds one stage image. Events: `BuildStepStarted`, `BuildLine`, `BuildStepEnded`; `BuildStarted`, `BuildEnded`
    /// and `BuildFailed` are the caller's. Dropping the future cancels the build.
    async fn build(&self, request: &BuildRequest, progress: &Progress) -> Result<BuiltStage, FailedBuild>;

    /// Bytes in the cache mounts (`RUN --mount=type=cache`) of a request's Dockerfile, as they are now; `None` where no step
    /// has any. What it takes to tell goes with the run.
    async fn cache_mounts(&self, request: &BuildRequest) -> Result<Option<u64>, FailedBuild>;

    /// Metadata of an image by tag or id. [`EngineError::NoImage`] when it is not there; nothing is pulled.
    async fn image(&self, reference: &str) -> Result<ImageFacts, EngineError>;

    /// The steps that made an image, as the engine words them (`RUN /bin/sh -c true # buildkit`), the oldest first.
    async fn history(&self, image: &str) -> Result<Vec<String>, EngineError>;

    /// Where an image holds something of this machine that builds and containers were lent: its certificate authorities,
    /// in any layer above its base (any at all where there is none), or paths to them. Empty where it does not; an error where that cannot be told.
    async fn traces(&self, image: &str, base: Option<&str>) -> Result<Vec<String>, EngineError>;

    /// Gives an image a further tag, which teardown leaves alone.
    async fn tag(&self, image: &str, name: &str) -> Result<(), EngineError>;

    /// Creates and starts a container and awaits its readiness.
    /// [`EngineError::Exited`] when it ends by itself, [`EngineError::NotReady`] when it does not become ready.
    async fn start(&self, spec: &ContainerSpec) -> Result<(Container, Occupant), EngineError>;

    /// Has a container's own command carried out by the image's entrypoint, and takes the container away again, as `docker
    /// run --rm` does, with or without a terminal (`--tty`), on which both streams are one. A command that cannot be
    /// started, hangs or fails is an observation, no error; after the deadline it is killed.
    async fn once(&self, spec: &ContainerSpec, terminal: bool, deadline: Duration) -> Result<Ran, EngineError>;

    /// What a container's log holds since it was made, both streams as they came.
    async fn log(&self, container: &Container) -> Result<Captured, EngineError>;

    /// Ends a container's life and begins it anew, as the same container or as another one that takes its place; `spec`
    /// is how it runs. Awaits its readiness again.
    async fn restart(
        &self,
        container: &Container,
        spec: &ContainerSpec,
        how: Restart,
    ) -> Result<Restarted, EngineError>;

    /// Carries out an invocation. A command that cannot be started, hangs or fails is an observation, no error.
    async fn run(&self, container: &Container, invocation: &Invocation) -> Result<Ran, EngineError>;

    /// The same, and tells each line that the command prints as soon as it is there. An engine that hears nothing on the
    /// way tells nothing.
    async fn follow(&self, container: &Container, invocation: &Invocation, heard: &Heard) -> Result<Ran, EngineError> {
        let _ = heard;
        self.run(container, invocation).await
    }

    /// Carries out an invocation by logging in to the container by SSH, in the way that the invocation's `login` says. A
    /// server that is not there, is another one, lets nobody in or starts nothing is an observation, no error.
    async fn log_in(&self, container: &Container, ssh: &Ssh, invocation: &Invocation) -> Result<Ran, EngineError>;

    /// Answers a question about the inside of a container, as this user (absent: the container's own).
    async fn ask(&self, container: &Container, user: Option<&str>, inquiry: &Inquiry) -> Result<Answer, EngineError>;

    /// Puts a fault on, and does not return before it is seen to be on; says how it was seen.
    async fn inject(&self, container: &Container, fault: Fault) -> Result<String, EngineError>;

    /// Takes a fault off, and does not return before it is seen to be off; says how it was seen.
    async fn heal(&self, container: &Container, fault: Fault) -> Result<String, EngineError>;

    /// Removes a container with its anonymous and scoped volumes.
    async fn remove(&self, container: &Container) -> Result<(), EngineError>;

    /// Removes everything this run made, but the containers named in `keep` and what they need. Never fails: what could not be removed is returned.
    async fn teardown(&self, keep: &[Container]) -> Vec<Leftover>;

    /// Removes what dead runs left behind, never a living run's; returns what was found.
    async fn sweep(&self) -> Result<Vec<Leftover>, EngineError>;
}
