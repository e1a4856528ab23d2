//! Turns: operations on one folder one after the other, across processes too, and those on others beside them.
//!
//! The lock is on the folder itself, so that nothing is left in it, and it ends with the process, however that ends.

use std::fs::{File, TryLockError};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Component, Path};

/// The right to work in a folder, as long as it is held.
#[derive(Debug)]
pub(super) struct Turn {
    _folder: File,
}

/// What is to be done in the folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Nothing is changed: others may look at the same time.
    Look,
    /// Something is changed.
    Change,
}

/// The folder whose turn it is: that of the project, for an environment that lies where projects have theirs, so that who
/// works on the one waits for who works on the other.
pub(super) fn place(folder: &Path) -> &Path {
    let names: Vec<&str> = folder
        .components()
        .rev()
        .filter_map(|part| match part {
            Component::Normal(name) => name.to_str(),
            _ => None,
        })
        .take(3)
        .collect();
    let above = match names.as_slice() {
        // Of uv, and of whoever makes a virtual environment by hand.
        [".venv", ..] => 1,
        [_, "envs", ".pixi"] => 3,
        _ => 0,
    };
    folder.ancestors().nth(above).filter(|project| project.is_dir()).unwrap_or(folder)
}

/// Waits for the turn. Where somebody else is at work, `told` learns who that is, once.
///
/// Dropping the future ends the waiting for the caller; the thread that waits ends with the process.
pub(super) async fn turn(folder: &Path, purpose: Purpose, told: impl FnOnce(&str)) -> io::Result<Turn> {
    let file = File::open(folder)?;
    let tried = match purpose {
        Purpose::Look => file.try_lock_shared(),
        Purpose::Change => file.try_lock(),
    };
    match tried {
        Ok(()) => return Ok(Turn { _folder: file }),
        Err(TryLockError::Error(error)) => return Err(error),
        Err(TryLockError::WouldBlock) => told(&holder(&file)),
    }
    let waited = tokio::task::spawn_blocking(move || {
        match purpose {
            Purpose::Look => file.lock_shared()?,
            Purpose::Change => file.lock()?,
        }
        Ok(Turn { _folder: file })
    });
    waited.await.unwrap_or_else(|error| Err(io::Error::other(error)))
}

/// Who holds the lock, as `process 123 (shakedown env install …)`, where the system tells.
fn holder(file: &File) -> String {
    let locks = std::fs::read_to_string("/proc/locks").unwrap_or_default();
    let process = file.metadata().ok().and_then(|facts| process_of(&locks, facts.ino()));
    let Some(process) = process else { return "another process".to_owned() };
    let command = std::fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
    let command = String::from_utf8_lossy(&command).replace('\0', " ");
    match command.trim() {
        "" => format!("process {process}"),
        command => format!("process {process} ({command})"),
    }
}

/// The process that holds a lock on the file of this number, by the system's list of locks.
fn process_of(locks: &str, inode: u64) -> Option<u32> {
    let inode = inode.to_string();
    locks.lines().find_map(|line| {
        // As `1: FLOCK  ADVISORY  WRITE 1234 08:01:5678 0 EOF`; who waits stands behind an arrow.
        let words: Vec<&str> = line.split_whitespace().collect();
        let [_, "FLOCK", _, _, process, file, ..] = words.as_slice() else { return None };
        (file.rsplit(':').next() == Some(inode.as_str())).then(|| process.parse().ok())?
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    const LOCKS: &str = "\
1: POSIX  ADVISORY  READ  77 00:2d:12 128 128
2: FLOCK  ADVISORY  WRITE 4321 00:2d:12 0 EOF
2: -> FLOCK  ADVISORY  WRITE 4400 00:2d:12 0 EOF
3: FLOCK  ADVISORY  WRITE 99 00:2d:112 0 EOF
";

    #[test]
    fn the_process_that_holds_a_lock_is_found_by_the_file() {
        assert_eq!(process_of(LOCKS, 12), Some(4321));
        assert_eq!(process_of(LOCKS, 112), Some(99));
        assert_eq!(process_of(LOCKS, 2), None);
        assert_eq!(process_of("", 12), None);
    }

    #[test]
    fn an_environment_waits_for_its_project() {
        let root = tempfile::tempdir().unwrap();
        for (environment, project) in [("a/.venv", "a"), ("b/.pixi/envs/default", "b"), ("c/envs/x", "c/envs/x")] {
            let environment = root.path().join(environment);
            std::fs::create_dir_all(&environment).unwrap();
            assert_eq!(place(&environment), root.path().join(project));
        }
    }

    #[tokio::test]
    async fn a_second_one_waits_for_the_first_and_says_for_whom() {
        let folder = tempfile::tempdir().unwrap();
        let first = turn(folder.path(), Purpose::Change, |_| panic!("nobody else is there")).await.unwrap();
        let heard = Mutex::new(String::new());
        let second = turn(folder.path(), Purpose::Change, |holder| *heard.lock().unwrap() = holder.to_owned());
        tokio::pin!(second);
        let early = tokio::time::timeout(std::time::Duration::from_millis(50), &mut second).await;
        assert!(early.is_err(), "it did not wait");
        assert!(heard.lock().unwrap().contains("process"), "{heard:?}");
        drop(first);
        second.await.unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is left in the folder");
    }

    #[tokio::test]
    async fn those_who_look_and_those_elsewhere_do_not_wait() {
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let nobody = |holder: &str| panic!("waits for {holder}");
        let _first = turn(one.path(), Purpose::Look, nobody).await.unwrap();
        let _second = turn(one.path(), Purpose::Look, nobody).await.unwrap();
        let _third = turn(other.path(), Purpose::Change, nobody).await.unwrap();
    }
}
