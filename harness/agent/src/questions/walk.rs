//! Walking through trees.

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use super::as_path;
use super::file::metadata;
use crate::hash::Hasher;
use crate::sys;
use crate::wire::{Answer, Entry, Kind, Metadata, Usage};

/// How many bytes of entries go into one frame, roughly.
const BATCH: usize = 32 * 1024;

/// File systems that the kernel makes up, which say nothing about an image.
const MADE_UP: &[&str] = &[
    "proc",
    "sysfs",
    "cgroup",
    "cgroup2",
    "devpts",
    "devtmpfs",
    "mqueue",
    "debugfs",
    "tracefs",
    "securityfs",
    "pstore",
    "bpf",
    "configfs",
    "fusectl",
    "hugetlbfs",
    "autofs",
    "binfmt_misc",
    "efivarfs",
    "rpc_pipefs",
    "nsfs",
];

/// How to walk.
pub(super) struct Manner<'a> {
    pub(super) hash: bool,
    pub(super) exclude: &'a [Vec<u8>],
    pub(super) cross: bool,
}

/// The mount points of made-up file systems.
fn made_up_mounts() -> HashSet<Vec<u8>> {
    let text = fs::read("/proc/self/mountinfo").unwrap_or_default();
    let mounts = text.split(|byte| *byte == b'\n').filter_map(|line| {
        let line = std::str::from_utf8(line).ok()?;
        let (mount, kind) = line.split_once(" - ")?;
        let point = mount.split(' ').nth(4)?;
        MADE_UP.contains(&kind.split(' ').next()?).then(|| point.as_bytes().to_vec())
    });
    mounts.collect()
}

/// One thing met on the way: its path and the record of it, or why there is none.
struct Met {
    path: PathBuf,
    found: io::Result<fs::Metadata>,
    /// Why the folder's list could not be read.
    unlisted: Option<i32>,
}

/// Goes through a tree in the order of names, folders before what is in them, without following
/// links. `visit` says whether to go on.
fn traverse(root: &Path, manner: &Manner<'_>, visit: &mut dyn FnMut(Met) -> bool) -> bool {
    let made_up = if manner.cross { made_up_mounts() } else { HashSet::new() };
    let excluded = |path: &Path| {
        manner.exclude.iter().any(|exclude| {
            if exclude.first() == Some(&b'/') {
                as_path(exclude) == path
            } else {
                path.file_name().is_some_and(|name| name.as_bytes() == exclude)
            }
        })
    };
    let device = fs::symlink_metadata(root).map(|found| found.dev()).unwrap_or_default();
    let mut waiting = vec![root.to_path_buf()];
    while let Some(path) = waiting.pop() {
        if excluded(&path) {
            continue;
        }
        let found = fs::symlink_metadata(&path);
        let is_root = path == root;
        if !is_root && found.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
            // Removed since it was listed.
            continue;
        }
        let mut unlisted = None;
        if let Ok(found) = &found {
            let entered =
                is_root || (manner.cross && !made_up.contains(path.as_os_str().as_bytes())) || found.dev() == device;
            if found.is_dir() && entered {
                match list(&path) {
                    Ok(names) => waiting.extend(names.into_iter().rev()),
                    Err(error) => unlisted = error.raw_os_error(),
                }
            }
        }
        if !visit(Met { path, found, unlisted }) {
            return false;
        }
    }
    true
}

fn list(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder)? {
        paths.push(entry?.path());
    }
    paths.sort_unstable();
    Ok(paths)
}

fn hash(path: &Path, buffer: &mut [u8]) -> io::Result<[u8; 16]> {
    let flags = sys::OPEN_NOFOLLOW | sys::OPEN_NONBLOCK;
    let mut file: File = OpenOptions::new().read(true).custom_flags(flags).open(path)?;
    let mut hasher = Hasher::new();
    loop {
        match file.read(buffer) {
            Ok(0) => return Ok(hasher.finish()),
            Ok(count) => hasher.update(&buffer[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

fn entry(met: Met, manner: &Manner<'_>, buffer: &mut [u8]) -> Entry {
    let mut entry = Entry {
        path: Vec::new(),
        metadata: Metadata { kind: Kind::Other, mode: 0, uid: 0, gid: 0, size: 0, mtime_ns: 0 },
        target: None,
        hash: None,
        errno: met.unlisted,
    };
    match met.found {
        Ok(found) => {
            entry.metadata = metadata(&found);
            match entry.metadata.kind {
                Kind::Symlink => match fs::read_link(&met.path) {
                    Ok(target) => entry.target = Some(target.into_os_string().into_vec()),
                    Err(error) => entry.errno = error.raw_os_error(),
                },
                Kind::File if manner.hash => match hash(&met.path, buffer) {
                    Ok(hash) => entry.hash = Some(hash),
                    Err(error) => entry.errno = error.raw_os_error(),
                },
                _ => {}
            }
        }
        Err(error) => entry.errno = error.raw_os_error(),
    }
    entry.path = met.path.into_os_string().into_vec();
    entry
}

pub(super) fn walk(paths: &[Vec<u8>], manner: &Manner<'_>, emit: &mut dyn FnMut(Vec<Entry>) -> bool) -> Answer {
    let mut buffer = vec![0; if manner.hash { 128 * 1024 } else { 0 }];
    let (mut entries, mut errors) = (0, 0);
    let (mut batch, mut bytes) = (Vec::new(), 0);
    for root in paths {
        let heard = traverse(as_path(root), manner, &mut |met| {
            let entry = entry(met, manner, &mut buffer);
            entries += 1;
            errors += u64::from(entry.errno.is_some());
            bytes += 64 + entry.path.len() + entry.target.as_ref().map_or(0, Vec::len);
            batch.push(entry);
            if bytes < BATCH {
                return true;
            }
            bytes = 0;
            emit(std::mem::take(&mut batch))
        });
        if !heard {
            break;
        }
    }
    if !batch.is_empty() {
        emit(batch);
    }
    Answer::Walked { entries, errors }
}

pub(super) fn usage(paths: &[Vec<u8>], cross: bool) -> Answer {
    let manner = Manner { hash: false, exclude: &[], cross };
    let mut usage = Usage::default();
    let mut counted = HashSet::new();
    for root in paths {
        traverse(as_path(root), &manner, &mut |met| {
            usage.entries += 1;
            let Ok(found) = met.found else {
                usage.errors += 1;
                return true;
            };
            usage.errors += u64::from(met.unlisted.is_some());
            let linked = !found.is_dir() && found.nlink() > 1;
            if !linked || counted.insert((found.dev(), found.ino())) {
                if found.is_file() || found.is_symlink() {
                    usage.apparent_bytes += found.size();
                }
                usage.allocated_bytes += found.blocks() * 512;
            }
            true
        });
    }
    Answer::Usage { usage }
}
