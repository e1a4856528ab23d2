//! One at a time, over all processes of this machine.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use std::time::Duration;

use tokio::time::sleep;

/// How long until the next try.
const NEXT_TRY: Duration = Duration::from_millis(50);

/// A turn at using a program. It ends when this is dropped, or the process dies.
#[derive(Debug)]
pub(super) struct Turn {
    _locked: File,
}

/// Waits for the turn at using a program. The lock is on the program's own file, so that no file is left behind for it.
pub(super) async fn take(program: &Path) -> io::Result<Turn> {
    let file = File::open(program)?;
    loop {
        // A thread that waits for the lock could not be called back.
        match file.try_lock() {
            Ok(()) => return Ok(Turn { _locked: file }),
            Err(TryLockError::WouldBlock) => sleep(NEXT_TRY).await,
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn the_second_waits_until_the_first_is_done() {
        let program = tempfile::NamedTempFile::new().expect("made");
        let first = take(program.path()).await.expect("free");
        let mut second = pin!(take(program.path()));
        assert!(second.as_mut().now_or_never().is_none());
        drop(first);
        second.await.expect("free again");
    }
}
