//! Why a program could not be started, as far as the files on its way tell. All words follow the program's name.

use std::ffi::{CString, OsStr};
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use crate::sys;

/// Links that are followed, as many as Linux does.
const MOST_LINKS: usize = 40;

/// Bytes of a first line that Linux looks at.
const LONGEST_LINE: u64 = 256;

/// The first folder on the way to a program that this user may not pass through; empty where the way is free, or cannot
/// be looked at.
pub(crate) fn denied(path: &[u8]) -> String {
    let folders =
        Path::new(OsStr::from_bytes(path)).ancestors().skip(1).filter(|folder| !folder.as_os_str().is_empty());
    let outermost_first = folders.collect::<Vec<_>>().into_iter().rev();
    for folder in outermost_first {
        let closed = CString::new(folder.as_os_str().as_bytes()).is_ok_and(|folder| !sys::may_execute(&folder));
        if let (true, Ok(facts)) = (closed, fs::metadata(folder)) {
            let (mode, owner) = (facts.mode() & 0o7777, facts.uid());
            return format!(", which lies behind {} (mode {mode:04o}, of user {owner})", folder.display());
        }
    }
    String::new()
}

/// What is missing of a program that the kernel says is not there: the end of a link, the interpreter that its first
/// line names, or its loader; empty where nothing lies at the path at all.
pub(crate) fn missing(path: &[u8]) -> String {
    let path = Path::new(OsStr::from_bytes(path));
    if let Some(end) = dangling(path) {
        return format!(", a link to {}, which is not there", end.display());
    }
    if !path.exists() {
        return String::new();
    }
    let Some(interpreter) = interpreter(path) else {
        return ", which is there: its interpreter or loader is missing".to_owned();
    };
    let end = dangling(&interpreter).map(|end| format!(" (a link to {})", end.display())).unwrap_or_default();
    format!(", which is there: its interpreter {}{end} is missing", interpreter.display())
}

/// Whether anything lies at a path, be it a link to nothing.
pub(crate) fn lies_there(path: &[u8]) -> bool {
    fs::symlink_metadata(OsStr::from_bytes(path)).is_ok()
}

/// Where the chain of links ends that begins at a path, where nothing is at its end.
fn dangling(path: &Path) -> Option<PathBuf> {
    let mut current = path.to_owned();
    for _ in 0..MOST_LINKS {
        let Ok(target) = fs::read_link(&current) else { break };
        current = current.parent().unwrap_or(Path::new("/")).join(target);
    }
    let is_link = current != path;
    (is_link && !current.exists()).then_some(current)
}

fn interpreter(path: &Path) -> Option<PathBuf> {
    let mut line = Vec::new();
    BufReader::new(fs::File::open(path).ok()?).take(LONGEST_LINE).read_until(b'\n', &mut line).ok()?;
    let rest = line.strip_prefix(b"#!")?;
    let word = rest.split(u8::is_ascii_whitespace).find(|word| !word.is_empty())?;
    Some(PathBuf::from(OsStr::from_bytes(word)))
}
