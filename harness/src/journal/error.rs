//! What can go wrong with a run folder.

use std::path::{Path, PathBuf};

use thiserror::Error;

/// A run folder or journal that cannot be made, written, found or read.
#[derive(Debug, Error)]
pub enum JournalError {
    /// The run folder or something in it cannot be made.
    #[error("cannot create {}", path.display())]
    Create {
        /// What was to be made.
        path: PathBuf,
        /// The system's words.
        source: std::io::Error,
    },
    /// An event or an output cannot be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's words.
        source: std::io::Error,
    },
    /// A journal cannot be read at all.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// The system's words.
        source: std::io::Error,
    },
    /// An event cannot be put into JSON.
    #[error("cannot encode event {sequence}")]
    Encode {
        /// Its place in the run.
        sequence: u64,
        /// Why.
        source: serde_json::Error,
    },
    /// The journal holds no whole event.
    #[error("{} holds no whole event", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// No run goes by this name.
    #[error("no run `{run}`: neither a run folder, nor a subject or run under {}", reports.display())]
    NoSuchRun {
        /// What was asked for.
        run: String,
        /// Where it was looked for.
        reports: PathBuf,
        /// Subjects that have runs there, in order.
        known: Vec<String>,
    },
}

impl JournalError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Create { path, source } | Self::Write { path, source } => remedy(path, source),
            Self::Read { .. } => "Name a run folder with a journal.jsonl that you may read".to_owned(),
            Self::Encode { .. } => "Please report this as a bug of shakedown".to_owned(),
            Self::Empty { .. } => "The run died before its first event was written; run it again".to_owned(),
            Self::NoSuchRun { known, .. } if known.is_empty() => {
                "No run has been recorded there yet: `shakedown run` makes one, `--report-dir` names another folder"
                    .to_owned()
            }
            Self::NoSuchRun { known, .. } => format!("Subjects with runs: {}", known.join(", ")),
        }
    }
}

fn remedy(path: &Path, source: &std::io::Error) -> String {
    use std::io::ErrorKind;
    let path = path.display();
    match source.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            format!("Make room on the disk that holds {path}, or name another folder by `--report-dir`")
        }
        ErrorKind::AlreadyExists => format!("A run is recorded once: remove {path}, or name another folder"),
        _ => format!("Make {path} writable, or name another folder by `--report-dir`"),
    }
}

/// Something in a journal that could not be used; the rest was.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Warning {
    /// The last line is not whole: the run was cut off while it was written.
    #[error("the journal ends in the middle of an event (line {line}): the run was cut off there")]
    CutOff {
        /// Counts from 1.
        line: usize,
    },
    /// A line in the middle is no event.
    #[error("line {line} of the journal is no event and was left out: {reason}")]
    Unreadable {
        /// Counts from 1.
        line: usize,
        /// The parser's words.
        reason: String,
    },
    /// Events are missing.
    #[error("the journal lacks the events from {from} to {to}")]
    Gap {
        /// The first that is missing.
        from: u64,
        /// The last that is missing.
        to: u64,
    },
    /// What a check printed is not where the journal says.
    #[error("the output `{path}` cannot be read: {reason}")]
    NoOutput {
        /// Path within the run folder.
        path: String,
        /// The system's words.
        reason: String,
    },
}
