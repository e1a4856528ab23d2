//! Whether somebody still writes to a journal: whoever does holds a lock on it, which ends with the process, however
//! that ends.

use std::fs::{File, TryLockError};
use std::path::Path;

use super::JOURNAL_FILE;

/// How a run folder stands.
#[derive(Debug)]
pub enum Standing {
    /// A run writes to it.
    Living,
    /// Nobody does, and nobody begins to while this is held.
    Ended(Guard),
    /// It cannot be told: there is no journal, or its file system knows no locks.
    Unknown,
}

/// Keeps a run folder from coming to life.
#[derive(Debug)]
pub struct Guard {
    _file: File,
}

/// Looks whether a run still writes to this folder.
pub fn standing(folder: &Path) -> Standing {
    let Ok(file) = File::open(folder.join(JOURNAL_FILE)) else { return Standing::Unknown };
    match file.try_lock_shared() {
        Ok(()) => Standing::Ended(Guard { _file: file }),
        Err(TryLockError::WouldBlock) => Standing::Living,
        Err(TryLockError::Error(_)) => Standing::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Journal;
    use super::*;

    #[test]
    fn a_run_lives_as_long_as_its_journal_is_open() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("run");
        assert!(matches!(standing(&folder), Standing::Unknown));
        let journal = Journal::create(&folder).unwrap();
        assert!(matches!(standing(&folder), Standing::Living));
        drop(journal);
        let held = standing(&folder);
        assert!(matches!(held, Standing::Ended(_)), "{held:?}");
        assert!(matches!(standing(&folder), Standing::Ended(_)), "several may look");
    }
}
