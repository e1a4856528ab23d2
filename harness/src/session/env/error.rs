//! What keeps an operation from being carried out at all.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::config::ConfigErrors;
use crate::engine::EngineError;
use crate::journal::JournalError;
use crate::managers::InvalidSpec;
use crate::model::verdict::INTERRUPTED;
use crate::session::manager::NoManager;

/// What keeps an operation from being carried out at all.
#[derive(Debug, Error)]
pub enum EnvError {
    /// The project's file is wrong.
    #[error(transparent)]
    Config(#[from] ConfigErrors),
    /// There is no manager to work with.
    #[error(transparent)]
    NoManager(#[from] NoManager),
    /// What was typed is no package.
    #[error(transparent)]
    Spec(#[from] InvalidSpec),
    /// The folder cannot be used.
    #[error("{} {problem}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What is wrong, after the path.
        problem: String,
        /// Why.
        source: Option<io::Error>,
    },
    /// The container's user cannot do there what is to be done.
    #[error("user {user} of the image `{image}` cannot {action} {folder}: {reason}")]
    NoAccess {
        /// The user's number.
        user: u32,
        /// The image.
        image: String,
        /// What cannot be done, before the folder.
        action: &'static str,
        /// The folder.
        folder: String,
        /// Why, in the system's words.
        reason: String,
    },
    /// A user is named for this machine.
    #[error("a user can be named for a container alone: on this machine the package manager runs as its caller")]
    UserOfThisMachine,
    /// The manager's program cannot be started.
    #[error("{program} cannot be started: {reason}")]
    NotStarted {
        /// The program.
        program: String,
        /// Why.
        reason: String,
    },
    /// Another program that was asked for, as an interpreter, is not there.
    #[error("{program}, which is needed for that, cannot be started: {reason}")]
    NoProgram {
        /// The program.
        program: String,
        /// Why.
        reason: String,
    },
    /// It is not the manager that it should be, or is broken.
    #[error("{program} does not say its version: {reason}")]
    NotDetected {
        /// The program.
        program: String,
        /// What it said.
        reason: String,
    },
    /// It was interrupted before anything was begun.
    #[error("interrupted before anything was begun")]
    Cancelled,
    /// The journal cannot be begun.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The engine is at fault.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl EnvError {
    /// What to do.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Config(_) | Self::Spec(_) | Self::Cancelled => return None,
            Self::NoManager(error) => error.hint(),
            Self::Folder { .. } => "Make it first by `shakedown env init`, or name another folder.".to_owned(),
            Self::NoAccess { user, folder, .. } => format!(
                "Name a user who can by `--user`, as `--user 0`, or give the folder to that one: chown --recursive {user} '{folder}'"
            ),
            Self::UserOfThisMachine => "Leave out `--user`, or name an image by `--image`.".to_owned(),
            Self::NotStarted { .. } => {
                "Install it there; a package manager's own program can be named by --manager NAME=PATH.".to_owned()
            }
            Self::NoProgram { .. } => "Install it there, or ask for another one, as by `--python`.".to_owned(),
            Self::NotDetected { .. } => {
                "Check that this is the package manager's program, and that it runs there.".to_owned()
            }
            Self::Journal(_) => {
                "Name another folder by `--journal`: one that is not there yet and can be made.".to_owned()
            }
            Self::Engine(error) => error.hint().to_owned(),
        })
    }

    /// The exit code: 130 where it was interrupted, 3 where the engine or the manager's program is at fault, else 2.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Cancelled => INTERRUPTED,
            Self::Engine(_) | Self::NotStarted { .. } | Self::NotDetected { .. } => 3,
            Self::Config(_)
            | Self::NoManager(_)
            | Self::Spec(_)
            | Self::Folder { .. }
            | Self::NoAccess { .. }
            | Self::UserOfThisMachine
            | Self::NoProgram { .. }
            | Self::Journal(_) => 2,
        }
    }
}
