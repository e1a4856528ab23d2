//! An archive that arrives in pieces, looked through while it does.

use std::collections::BTreeSet;
use std::io::{Cursor, Read};

use bollard::errors::Error;
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use tokio::sync::mpsc::{Receiver, channel};

use crate::engine::EngineError;
use crate::engine::docker::trouble::failed;

/// How many pieces wait to be looked through.
const AHEAD: usize = 64;

/// Carries a search out on what the engine sends; `doing` says what that is for.
pub(super) async fn look_through(
    pieces: impl Stream<Item = Result<Bytes, Error>>,
    doing: &str,
    search: impl FnOnce(Pieces) -> std::io::Result<BTreeSet<String>> + Send + 'static,
) -> Result<BTreeSet<String>, EngineError> {
    let (sender, receiver) = channel(AHEAD);
    let search = tokio::task::spawn_blocking(move || search(Pieces { receiver, piece: Cursor::default() }));
    let mut pieces = std::pin::pin!(pieces);
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(failed(doing))?;
        // A search that ended before the archive did says why itself. The piece waits where the search is behind.
        if sender.send(piece).await.is_err() {
            break;
        }
    }
    drop(sender);
    let trouble = |reason: String| EngineError::Failed { action: doing.to_owned(), reason };
    search.await.map_err(|error| trouble(error.to_string()))?.map_err(|error| trouble(error.to_string()))
}

/// What arrives in pieces, as something to read from.
pub(super) struct Pieces {
    receiver: Receiver<Bytes>,
    piece: Cursor<Bytes>,
}

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        loop {
            match self.piece.read(buffer)? {
                0 => match self.receiver.blocking_recv() {
                    Some(piece) => self.piece = Cursor::new(piece),
                    None => return Ok(0),
                },
                read => return Ok(read),
            }
        }
    }
}
