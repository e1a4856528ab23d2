//! Answers that go wrong on purpose.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, Response, StatusCode, header};
use futures_util::stream::{self, Stream, StreamExt as _};

use crate::model::Trouble;

use super::connections::Cut;
use super::places::Meeting;

/// In how many pieces a slowed answer comes, and the pause before each.
const PIECES: usize = 16;
const PAUSE: Duration = Duration::from_millis(60);

/// The local header of a file in a zip archive begins so; the file's time, which nothing else in the archive tells, lies
/// at `TIME`.
const ZIP: &[u8] = b"PK\x03\x04";
const TIME: usize = 10;

/// Why a body ends early, in the server's own log alone.
#[derive(Debug, thiserror::Error)]
#[error("ended on purpose")]
struct OnPurpose;

type Piece = Result<Bytes, OnPurpose>;

/// The answer with this content as the meeting has it.
pub(super) fn disturbed(media_type: &'static str, content: &[u8], meeting: Meeting, cut: Cut) -> Response<Body> {
    let trouble = meeting.trouble;
    let whole = Bytes::copy_from_slice(content);
    let half = whole.slice(..whole.len() / 2);
    let (length, body) = match trouble {
        Trouble::Status(status) => {
            meeting.note();
            let mut response = Response::new(Body::from(trouble.words()));
            *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            response.extensions_mut().insert(trouble);
            return response;
        }
        Trouble::Truncate => (half.len(), noted(half, meeting)),
        Trouble::Alter => (whole.len(), noted(altered(content), meeting)),
        Trouble::Trickle => {
            meeting.note();
            (whole.len(), Body::from_stream(trickle(&whole)))
        }
        Trouble::Reset | Trouble::Stall => (whole.len(), Body::from_stream(broken(half, meeting, cut))),
    };
    let mut response = Response::new(body);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    response.extensions_mut().insert(trouble);
    response
}

/// All of it at once; it counts when it is asked for.
fn noted(content: Bytes, meeting: Meeting) -> Body {
    let piece = async move {
        meeting.note();
        Piece::Ok(content)
    };
    Body::from_stream(stream::once(piece))
}

/// Half of it, and then the end: a reset, or as late as the trouble ends.
fn broken(half: Bytes, meeting: Meeting, cut: Cut) -> impl Stream<Item = Piece> + Send {
    let end = async move {
        // Whoever sends the answer has nothing more to wait for, and sends what there is.
        tokio::task::yield_now().await;
        meeting.note();
        if meeting.trouble == Trouble::Stall {
            meeting.end().await;
        }
        cut.off();
        Piece::Err(OnPurpose)
    };
    stream::once(async { Piece::Ok(half) }).chain(stream::once(end))
}

fn trickle(whole: &Bytes) -> impl Stream<Item = Piece> + Send + use<> {
    let size = whole.len().div_ceil(PIECES).max(1);
    let pieces: Vec<Bytes> =
        (0..whole.len()).step_by(size).map(|at| whole.slice(at..whole.len().min(at + size))).collect();
    stream::iter(pieces).then(|piece| async move {
        // The pause is the trouble itself.
        tokio::time::sleep(PAUSE).await;
        Piece::Ok(piece)
    })
}

/// Other content of the same length: an archive stays one, and holds the same files.
fn altered(content: &[u8]) -> Bytes {
    let mut content = content.to_vec();
    let at = if content.starts_with(ZIP) { TIME } else { content.len().saturating_sub(1) };
    if let Some(byte) = content.get_mut(at) {
        *byte ^= 1;
    }
    Bytes::from(content)
}
