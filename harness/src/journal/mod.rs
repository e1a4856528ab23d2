//! The run folder: `reports/<subject>/<run>/` with `journal.jsonl`, one event a line, and `outputs/`.
//!
//! The journal is append-only and complete after every event, so that a run that dies leaves everything up to its
//! last event behind, and every report is a replay. What checks printed lies in `outputs/`, one file a stream; the
//! event's line holds the file's path, and [`read`] puts the text back. Secrets are masked by a [`Redactor`] before
//! anything is written; whoever folds live events into a record passes them through the same one first.
//!
//! A journal that cannot be written is a warning of the run, never its failure.

mod error;
mod folder;
mod living;
mod observations;
mod outputs;
mod reader;
mod redact;
mod writer;

pub use error::{JournalError, Warning};
pub use folder::{latest, resolve, runs};
pub use living::{Guard, Standing, standing};
pub use observations::recorded;
pub use reader::{read, skim};
pub use redact::Redactor;
pub use writer::Journal;

/// Name of the journal within the run folder.
pub const JOURNAL_FILE: &str = "journal.jsonl";

/// Name of the file within the run folder that keeps what checks saw, one check a line.
pub const OBSERVATIONS_FILE: &str = "observations.jsonl";

/// Name of the folder of outputs within the run folder.
pub const OUTPUTS_FOLDER: &str = "outputs";
