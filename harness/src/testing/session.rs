//! The one run that all trials of a target read from.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use crate::clock::{Clock, SystemClock};
use crate::model::record::Record;
use crate::model::verdict::Verdict;
use crate::session::{Options, Prepared, cancelled_by_signals, run};

use super::shared;

/// What came of the run.
#[derive(Debug, Clone)]
pub(super) struct Done {
    pub(super) record: Record,
    pub(super) verdict: Verdict,
    pub(super) folder: PathBuf,
}

/// A run that happens when its outcome is first asked for.
pub(super) struct Session {
    prepared: Prepared,
    root: PathBuf,
    done: OnceLock<Result<Done, String>>,
}

impl Session {
    pub(super) fn new(prepared: Prepared, root: &Path) -> Self {
        Self { prepared, root: root.to_owned(), done: OnceLock::new() }
    }

    /// What came of it, or why it could not be carried out.
    pub(super) fn done(&self) -> &Result<Done, String> {
        self.done.get_or_init(|| match shared::nextest_run() {
            Some(run) => shared::once(&run, &self.root, &self.prepared, || self.carry_out()),
            None => self.carry_out(),
        })
    }

    fn carry_out(&self) -> Result<Done, String> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .map_err(|error| format!("no threads can be started: {error}"))?;
        runtime.block_on(async {
            let cancel = cancelled_by_signals();
            let options = Options { reports: self.root.join("reports"), ..Options::default() };
            let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
            let finished = run(&self.prepared, &options, &clock, Arc::new(|_| {}), &cancel).await;
            let finished = finished.map_err(|error| error.to_string())?;
            Ok(Done { record: finished.record, verdict: finished.verdict, folder: finished.folder })
        })
    }
}
