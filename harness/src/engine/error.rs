//! What can go wrong with an engine, and whose fault it is.

use thiserror::Error;

/// Something an engine could not do.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
pub enum EngineError {
    /// No engine answers.
    #[error("no container engine answers at {address}: {reason}")]
    NoEngine {
        /// Socket or URL.
        address: String,
        /// The system's words.
        reason: String,
    },
    /// What was said to be the engine's address is none.
    #[error("`{address}` is no address of a container engine that can be reached from here")]
    NoAddress {
        /// As it was given.
        address: String,
    },
    /// The socket may not be opened.
    #[error("no permission on the engine's socket {address}")]
    NoPermission {
        /// Socket.
        address: String,
    },
    /// The engine is too old.
    #[error("engine API {found} is older than {needed}, the oldest that BuildKit builds work with")]
    TooOld {
        /// What it speaks.
        found: String,
        /// What is needed.
        needed: String,
    },
    /// The image is not there.
    #[error("no image `{0}` on this engine")]
    NoImage(String),
    /// The base image can be neither pulled nor made.
    #[error("base image `{reference}` cannot be had: {reason}")]
    NoBase {
        /// The image.
        reference: String,
        /// Why.
        reason: String,
    },
    /// A container ended by itself when it should have kept running: the subject's fault.
    #[error("container ended by itself with {status}; its last lines: {log}")]
    Exited {
        /// The exit code.
        status: i64,
        /// Its last log lines, joined by line breaks.
        log: String,
    },
    /// The image does not know the user that a container is to run as: the subject's fault.
    #[error("container cannot be started: {reason}")]
    NoUser {
        /// The engine's words.
        reason: String,
    },
    /// A container did not become ready in time: the subject's fault.
    #[error("container was not ready within {within} ({condition}); its last lines: {log}")]
    NotReady {
        /// What was awaited.
        condition: String,
        /// How long, in words.
        within: String,
        /// Its last log lines.
        log: String,
    },
    /// Any other failure of the engine.
    #[error("{action}: {reason}")]
    Failed {
        /// What was tried, as `start container shakedown-…`.
        action: String,
        /// The engine's words.
        reason: String,
    },
}

impl EngineError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NoEngine { .. } => {
                "Start Docker, or set DOCKER_HOST; as root on Debian or Ubuntu `shakedown run --bootstrap` installs and starts it."
            }
            Self::NoAddress { .. } => {
                "Set DOCKER_HOST to an address such as `unix:///var/run/docker.sock` or `tcp://192.0.2.7:2375`, or unset it."
            }
            Self::NoPermission { .. } => "Run as root, or join the group `docker` and log in again.",
            Self::TooOld { .. } => "Update the engine to Docker 20.10 or newer.",
            Self::NoImage(_) => "Build or pull it first, or correct its name.",
            Self::NoBase { .. } => {
                "Check the registry and the network, or give the subject `image.bootstrap: {debian: bookworm}` (needs debootstrap and root)."
            }
            Self::Exited { .. } => {
                "Correct the image's entrypoint or command, or set `container.command` to what it is to run (`[]`: nothing of its own)."
            }
            Self::NoUser { .. } => {
                "Correct `USER` in the Dockerfile, `container.user` in the subject, or `--user`: the image has to know that user."
            }
            Self::NotReady { .. } => "Correct `ready` in the subject, or what the image starts.",
            Self::Failed { .. } => "Run `shakedown doctor`; it looks at engine, disk, memory and network.",
        }
    }

    /// Whether the subject is to blame, not the environment.
    pub fn is_subject_failure(&self) -> bool {
        matches!(self, Self::Exited { .. } | Self::NoUser { .. } | Self::NotReady { .. })
    }
}

/// A stage that could not be built.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
#[error("{message}")]
pub struct FailedBuild {
    /// The step that failed, where one did, as `RUN install-pixi`.
    pub step: Option<String>,
    /// The builder's words.
    pub message: String,
    /// The step's last lines, at most 40.
    pub log: Vec<String>,
    /// The log is known to lack its end, since the builder clips it.
    pub clipped: bool,
    /// Whether its output tells of network, name resolution, TLS or engine trouble: the environment's fault.
    pub environment: bool,
    /// What to do.
    pub hint: Option<String>,
}
