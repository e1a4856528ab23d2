//! What keeps a run from beginning, or its results from being kept: mistakes of the caller, exit code 2.

use std::path::PathBuf;

use thiserror::Error;

use crate::config::{ConfigErrors, nearest};
use crate::engine::EngineError;
use crate::journal::JournalError;
use crate::plan::PlanError;
use crate::report::ReportError;

use super::manager::NoManager;

/// Something that must be put right before a run.
#[derive(Debug, Error)]
pub enum SessionError {
    /// A configuration file is wrong.
    #[error(transparent)]
    Config(#[from] ConfigErrors),
    /// What was asked for does not fit the plan.
    #[error(transparent)]
    Plan(Box<PlanError>),
    /// No such subject.
    #[error("no subject `{name}`: there is neither a file of that name nor {folder}/{name}.yml{}", meant(name, known))]
    NoSubject {
        /// What was asked for.
        name: String,
        /// Where was looked.
        folder: String,
        /// Subjects that there are.
        known: Vec<String>,
    },
    /// No subject was named, and none runs by default.
    #[error("no default subject in {folder}/")]
    NoDefault {
        /// Where was looked.
        folder: String,
        /// Subjects that there are.
        known: Vec<String>,
    },
    /// A local source is not what it should be.
    #[error("sources.{key}: {} is {problem}", path.display())]
    Source {
        /// `binary` or `channel`.
        key: &'static str,
        /// Where it should be.
        path: PathBuf,
        /// What is wrong.
        problem: &'static str,
    },
    /// A stage named on the command line does not exist.
    #[error("--no-cache: no stage `{name}`; there are: {}", known.join(", "))]
    NoStage {
        /// What was asked for.
        name: String,
        /// The stages.
        known: Vec<String>,
    },
    /// The image to check is not there.
    #[error("no image `{reference}` on this engine")]
    NoImage {
        /// The image, by `--use` or the subject's `image.use`.
        reference: String,
    },
    /// An image is asked for where this machine is judged.
    #[error("{subject} is this machine, which is no image")]
    NoImageOfMachine {
        /// The subject.
        subject: String,
    },
    /// The manager is not on this machine, or none is named.
    #[error(transparent)]
    NoManager(#[from] NoManager),
    /// The baseline is of something else.
    #[error("the baseline `{run}` is a run of {found}, not of {subject}")]
    Baseline {
        /// What was asked for.
        run: String,
        /// Whose run it is.
        found: String,
        /// Whose it should be.
        subject: String,
    },
    /// The run folder cannot be made or read.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A report cannot be made.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// A report cannot be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A report that was asked for has no place.
    #[error("--format {format}: cannot open {}", path.display())]
    Target {
        /// The format.
        format: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The engine cannot do what was asked for outside a run.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

fn meant(name: &str, known: &[String]) -> String {
    let near = nearest(name, known.iter().map(String::as_str));
    near.map_or_else(String::new, |name| format!("; did you mean `{name}`?"))
}

impl SessionError {
    /// What to do.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Config(_) | Self::Report(_) | Self::NoStage { .. } => None,
            Self::NoImage { .. } => Some(
                "Build or pull it first, or correct its name (`--use`, `--image`, or the subject's `image.use`)."
                    .to_owned(),
            ),
            Self::NoImageOfMachine { .. } => {
                Some("Leave `--use`, `--tag` and `build` to subjects that have an image.".to_owned())
            }
            Self::NoManager(error) => Some(error.hint()),
            Self::Baseline { subject, .. } => Some(format!("Name a run folder of {subject}.")),
            Self::Plan(error) => error.mistake.hint.clone(),
            Self::NoSubject { known, .. } | Self::NoDefault { known, .. } if known.is_empty() => {
                Some("Name a file, or go to a folder that has `configs/`.".to_owned())
            }
            Self::NoSubject { known, .. } | Self::NoDefault { known, .. } => {
                Some(format!("Name a file, or one of: {}.", known.join(", ")))
            }
            Self::Source { .. } => Some("Correct the path, or leave it empty to use the remote source.".to_owned()),
            Self::Journal(error) => Some(error.hint()),
            Self::Target { .. } => Some("Name a file that can be written.".to_owned()),
            Self::Write { .. } => Some("Free space, or choose another folder with --report-dir.".to_owned()),
            Self::Engine(error) => Some(error.hint().to_owned()),
        }
    }

    /// The exit code: 3 where the engine or this machine's disk is at fault, else 2.
    pub fn exit_code(&self) -> u8 {
        if matches!(self, Self::Engine(_) | Self::Write { .. }) { 3 } else { 2 }
    }
}
