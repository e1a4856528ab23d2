//! What tests have around them: folders, conditions to wait for, processes to know again.

use std::fs;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use shakedown_agent::wire::{Answer, Question};

use crate::support::Client;

/// For how long a condition is awaited before it counts as never met: a loaded machine is slow, not broken.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// Waits until a condition holds.
pub(crate) fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let patience_ends = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < patience_ends, "never seen: {what}");
        std::thread::yield_now();
    }
}

/// A folder of a test's own, by its real path; removed with all that is in it.
pub(crate) struct Folder {
    path: PathBuf,
    _owned: tempfile::TempDir,
}

impl Folder {
    pub(crate) fn new() -> Self {
        let owned = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("the folder for tests can be written");
        Self { path: owned.path().canonicalize().expect("it is there"), _owned: owned }
    }
}

impl Deref for Folder {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.path
    }
}

/// A path as it goes over the wire.
pub(crate) fn bytes(path: impl AsRef<Path>) -> Vec<u8> {
    path.as_ref().to_str().expect("paths of tests are text").as_bytes().to_vec()
}

/// Has the agent write a file that is to be executed. Written by this process it could not be executed as long as a
/// process that another test has just forked holds it open ("text file busy").
pub(crate) fn write_program(agent: &mut Client, path: &Path, content: &str) {
    let write = Question::Write { path: bytes(path), bytes: content.into(), mode: 0o755 };
    assert_eq!(agent.ask(write), Answer::Done);
}

/// A number of seconds to sleep by which this process's tests know their processes again, also beside another run of
/// the same tests.
pub(crate) fn own(seconds: u32) -> String {
    format!("{seconds}.{}", std::process::id())
}

/// Whether a process with this argument runs.
pub(crate) fn runs(argument: &str) -> bool {
    count_of(argument) > 0
}

/// How many processes with this argument run.
pub(crate) fn count_of(argument: &str) -> usize {
    let entries = fs::read_dir("/proc").expect("the kernel tells of its processes");
    let has = |entry: &fs::DirEntry| {
        let cmdline = fs::read(entry.path().join("cmdline")).unwrap_or_default();
        cmdline.split(|byte| *byte == 0).any(|word| word == argument.as_bytes())
    };
    entries.flatten().filter(has).count()
}
