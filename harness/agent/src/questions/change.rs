//! Questions that change something.

use std::fs::{self, OpenOptions, Permissions};
use std::io::{self, Write as _};
use std::os::fd::AsFd as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Component, Path};

use super::failed;
use crate::sys;
use crate::wire::Answer;

fn done(result: io::Result<()>, doing: &str, path: &Path) -> Answer {
    match result {
        Ok(()) => Answer::Done,
        Err(error) => failed(&error, doing, path),
    }
}

/// Writes in place, since what is bound into a container cannot be renamed over.
pub(super) fn write(path: &Path, bytes: &[u8], mode: u32) -> Answer {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(mode).custom_flags(sys::OPEN_NONBLOCK);
    let result = options.open(path).and_then(|mut file| {
        file.write_all(bytes)?;
        // Whatever the umask says, and if it was there before.
        file.set_permissions(Permissions::from_mode(mode))
    });
    done(result, "write", path)
}

pub(super) fn allocate(path: &Path, size: u64) -> Answer {
    let result = OpenOptions::new().write(true).create(true).truncate(true).open(path);
    done(result.and_then(|file| sys::allocate(file.as_fd(), size)), "allocate", path)
}

/// Whether a path may be given to `remove`.
fn is_removable(path: &Path) -> bool {
    let mut named = false;
    for (place, component) in path.components().enumerate() {
        match component {
            Component::RootDir if place == 0 => {}
            Component::Normal(_) if place > 0 => named = true,
            _ => return false,
        }
    }
    named
}

pub(super) fn remove(path: &Path) -> Answer {
    if !is_removable(path) {
        let step = format!("remove {}: not an absolute path below the root", path.display());
        return Answer::Failed { errno: 0, step };
    }
    let result = match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) => Err(error),
    };
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Answer::Done,
        result => done(result, "remove", path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_and_ways_to_it_are_never_removed() {
        for path in ["", "/", "//", "/.", "/./.", "/..", "/a/..", "a", "./a", "../a", "/a/../b"] {
            assert!(!is_removable(Path::new(path)), "{path:?}");
        }
        for path in ["/a", "/a/", "/a/b", "//a", "/a/./b"] {
            assert!(is_removable(Path::new(path)), "{path:?}");
        }
    }
}
