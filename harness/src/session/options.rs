//! What a run is asked for, apart from its subjects.

use std::path::PathBuf;
use std::sync::Arc;

use crate::plan::Selection;

use super::targets::Target;

/// Options of a run.
#[derive(Clone, Debug)]
pub struct Options {
    /// Which checks.
    pub selection: Selection,
    /// An existing image instead of the build.
    pub use_image: Option<String>,
    /// A name to keep the judged images under.
    pub tag: Option<String>,
    /// Which cached stages to build anew.
    pub no_cache: NoCache,
    /// Leave the containers for a look.
    pub keep: bool,
    /// Where run folders go.
    pub reports: PathBuf,
    /// Reports beside those of the run folder, opened already.
    pub targets: Vec<Arc<Target>>,
    /// How many checks run side by side.
    pub jobs: usize,
    /// How often a failed check may be tried again, beyond what suites allow.
    pub retries: u32,
    /// End after the first failure.
    pub fail_fast: bool,
    /// Shuffle the checks within their phases, by this seed.
    pub shuffle: Option<u64>,
    /// The run to hold this one against; absent: the one that the subject's gate names.
    pub baseline: Option<String>,
}

/// Which cached stages are built anew all the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum NoCache {
    /// Those only that the subject never caches.
    #[default]
    AsConfigured,
    /// All.
    All,
    /// These, too.
    Stages(Vec<String>),
}

impl NoCache {
    /// Whether the cache may serve for a stage that the subject allows it for.
    pub fn allows_cache(&self, stage: &str) -> bool {
        match self {
            Self::AsConfigured => true,
            Self::All => false,
            Self::Stages(stages) => stages.iter().all(|name| name != stage),
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            selection: Selection::default(),
            use_image: None,
            tag: None,
            no_cache: NoCache::default(),
            keep: false,
            reports: PathBuf::from("reports"),
            targets: Vec::new(),
            jobs: default_jobs(),
            retries: 0,
            fail_fast: false,
            shuffle: None,
            baseline: None,
        }
    }
}

/// Checks mostly wait for a process to start, so more of them than processors keep the processors busy.
fn default_jobs() -> usize {
    2 * std::thread::available_parallelism().map_or(2, std::num::NonZero::get)
}
