//! One run for the many processes of `cargo nextest run`: the first to get the lock carries it out, the others read its
//! journal. The kernel frees the lock of a process that dies; a run without its end is carried out again.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::journal;
use crate::model::record::Record;
use crate::session::Prepared;

use super::session::Done;

/// Whether nextest started this process.
pub(super) fn is_nextest() -> bool {
    std::env::var_os("NEXTEST").is_some()
}

/// nextest's name for the run, the same in all its processes.
pub(super) fn nextest_run() -> Option<String> {
    std::env::var("NEXTEST_RUN_ID").ok()
}

/// What came of the run of this name: carried out by whoever gets here first.
pub(super) fn once(
    run: &str,
    root: &Path,
    prepared: &Prepared,
    carry_out: impl FnOnce() -> Result<Done, String>,
) -> Result<Done, String> {
    let folder = root.join("reports").join(".nextest");
    let told = |error: std::io::Error| format!("{}: {error}", folder.display());
    fs::create_dir_all(&folder).map_err(told)?;
    let name = folder.join(format!("{run}-{}", prepared.subject.name));
    let lock = File::options().create(true).append(true).open(name.with_extension("lock")).map_err(told)?;
    lock.lock().map_err(told)?;
    let pointer = name.with_extension("run");
    if let Some(done) = finished(&pointer) {
        return Ok(done);
    }
    let done = carry_out()?;
    let mut file = File::create(&pointer).map_err(told)?;
    file.write_all(done.folder.to_string_lossy().as_bytes()).map_err(told)?;
    Ok(done)
}

/// The run that the pointer names, if it came to a verdict.
fn finished(pointer: &Path) -> Option<Done> {
    let folder = PathBuf::from(fs::read_to_string(pointer).ok()?);
    let (envelopes, _) = journal::read(&folder).ok()?;
    let record = Record::of(&envelopes);
    let verdict = record.verdict.clone()?;
    Some(Done { record, verdict, folder })
}
