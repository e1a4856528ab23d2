//! Answering questions without any program of the image.

pub(crate) mod account;
pub(crate) mod change;
pub(crate) mod file;
pub(crate) mod memory;
pub(crate) mod process;
pub(crate) mod reference;
pub(crate) mod walk;

use std::ffi::{CString, OsStr, OsString};
use std::io::{self, Write as _};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::Path;

use crate::sys;
use crate::wire::{Answer, Entry, Question, Space};

/// Whether a question may take long or much memory, so that a process of its own answers it.
pub(crate) fn is_long(question: &Question) -> bool {
    match question {
        Question::Read { .. }
        | Question::Walk { .. }
        | Question::Usage { .. }
        | Question::Write { .. }
        | Question::Remove { .. }
        | Question::Allocate { .. }
        | Question::Reference => true,
        Question::Stat { .. }
        | Question::Which { .. }
        | Question::Space { .. }
        | Question::Processes
        | Question::Init
        | Question::Environment
        | Question::User { .. }
        | Question::Memory => false,
    }
}

/// Prints how many bytes the files below these paths have.
pub(crate) fn tell_usage(paths: impl Iterator<Item = OsString>) -> io::Result<()> {
    let paths: Vec<Vec<u8>> = paths.map(OsString::into_vec).collect();
    let Answer::Usage { usage } = walk::usage(&paths, true) else { return Ok(()) };
    if usage.errors > 0 {
        return Err(io::Error::other(format!("{} entries could not be looked at", usage.errors)));
    }
    writeln!(io::stdout(), "{}", usage.apparent_bytes)
}

/// Answers a question. `own` are the agent's helpers; `emit` takes what a walk finds and says
/// whether anyone still listens.
pub(crate) fn answer(question: &Question, own: &[u32], emit: &mut dyn FnMut(Vec<Entry>) -> bool) -> Answer {
    match question {
        Question::Stat { path } => file::stat(as_path(path)),
        Question::Read { path, cap } => file::read(as_path(path), *cap),
        Question::Which { name, path } => file::which(name, path.as_deref()),
        Question::Walk { paths, hash, exclude, cross } => {
            walk::walk(paths, &walk::Manner { hash: *hash, exclude, cross: *cross }, emit)
        }
        Question::Usage { paths, cross } => walk::usage(paths, *cross),
        Question::Space { path } => space(path),
        Question::Processes => process::all(own),
        Question::Init => process::init(),
        Question::Environment => process::environment(),
        Question::Write { path, bytes, mode } => change::write(as_path(path), bytes, *mode),
        Question::Remove { path } => change::remove(as_path(path)),
        Question::User { name } => account::user(name),
        Question::Memory => memory::memory(),
        Question::Reference => reference::reference(),
        Question::Allocate { path, size } => change::allocate(as_path(path), *size),
    }
}

fn as_path(bytes: &[u8]) -> &Path {
    Path::new(OsStr::from_bytes(bytes))
}

/// The answer when something went wrong at a path.
fn failed(error: &io::Error, doing: &str, path: &Path) -> Answer {
    let errno = error.raw_os_error().unwrap_or_default();
    Answer::Failed { errno, step: format!("{doing} {}", path.display()) }
}

fn space(path: &[u8]) -> Answer {
    let result = CString::new(path).map_err(io::Error::from).and_then(|path| sys::file_system(&path));
    match result {
        Ok([total_bytes, free_bytes, total_inodes, free_inodes]) => {
            Answer::Space { space: Space { total_bytes, free_bytes, total_inodes, free_inodes } }
        }
        Err(error) => failed(&error, "look at the file system of", as_path(path)),
    }
}
