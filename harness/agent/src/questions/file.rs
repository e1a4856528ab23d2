//! Questions about one path.

use std::env;
use std::ffi::{CString, OsString};
use std::fs::{self, OpenOptions};
use std::io::{self, Read as _};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

use super::{as_path, failed};
use crate::launch;
use crate::sys;
use crate::wire::{Answer, Kind, Lookup, Metadata};

/// The most that is read of a file: the answer has to fit into one frame.
const LONGEST_READ: u64 = 32 * 1024 * 1024;

/// The part of the file system's record that shakedown compares.
pub(super) fn metadata(found: &fs::Metadata) -> Metadata {
    let kind = match found.file_type() {
        kind if kind.is_file() => Kind::File,
        kind if kind.is_dir() => Kind::Directory,
        kind if kind.is_symlink() => Kind::Symlink,
        _ => Kind::Other,
    };
    Metadata {
        kind,
        mode: found.mode() & 0o7777,
        uid: found.uid(),
        gid: found.gid(),
        size: found.size(),
        mtime_ns: found.mtime().saturating_mul(1_000_000_000).saturating_add(found.mtime_nsec()),
    }
}

pub(super) fn stat(path: &Path) -> Answer {
    let lookup = match fs::symlink_metadata(path) {
        Ok(found) => {
            let itself = metadata(&found);
            let target = fs::read_link(path).ok().filter(|_| itself.kind == Kind::Symlink);
            Lookup::Found {
                itself,
                followed: fs::metadata(path).ok().map(|found| metadata(&found)),
                target: target.map(|target| target.into_os_string().into_vec()),
                canonical: fs::canonicalize(path).ok().map(|path| path.into_os_string().into_vec()),
            }
        }
        Err(error) => match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Lookup::Missing,
            io::ErrorKind::PermissionDenied => Lookup::Denied,
            _ => return failed(&error, "look at", path),
        },
    };
    Answer::Stat { lookup }
}

pub(super) fn read(path: &Path, cap: u64) -> Answer {
    // Opening a pipe must not wait for a writer.
    let file = match OpenOptions::new().read(true).custom_flags(sys::OPEN_NONBLOCK).open(path) {
        Ok(file) => file,
        Err(error) => return failed(&error, "open", path),
    };
    match file.metadata() {
        Ok(found) if found.is_file() => {}
        Ok(found) => {
            let errno = if found.is_dir() { 21 } else { 22 };
            return failed(&io::Error::from_raw_os_error(errno), "read as a file", path);
        }
        Err(error) => return failed(&error, "look at", path),
    }
    let cap = cap.min(LONGEST_READ);
    let mut bytes = Vec::new();
    if let Err(error) = file.take(cap + 1).read_to_end(&mut bytes) {
        return failed(&error, "read", path);
    }
    let cut = bytes.len() as u64 > cap;
    if cut {
        bytes.pop();
    }
    Answer::Read { bytes, cut }
}

/// All programs that a name stands for, in the order in which they would be tried.
pub(super) fn which(name: &[u8], path: Option<&[u8]>) -> Answer {
    let path = match path {
        Some(path) => path.to_vec(),
        None => env::var_os("PATH").map_or_else(|| launch::DEFAULT_PATH.to_vec(), OsString::into_vec),
    };
    let is_program = |candidate: &Vec<u8>| {
        let file = fs::metadata(as_path(candidate)).is_ok_and(|found| found.is_file());
        file && CString::new(as_path(candidate).as_os_str().as_bytes())
            .is_ok_and(|candidate| sys::may_execute(&candidate))
    };
    let matches = if name.is_empty() {
        Vec::new()
    } else if name.contains(&b'/') {
        [name.to_vec()].into_iter().filter(is_program).collect()
    } else {
        launch::candidates(name, &path).filter(is_program).collect()
    };
    Answer::Which { matches, path }
}
