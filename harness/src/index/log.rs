//! What was asked of the server.

use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Body;
use axum::extract::{self, State};
use axum::middleware::Next;
use axum::response::Response;
use http_body_util::BodyExt as _;

use crate::model::Trouble;

/// One request and how it was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Method, as `GET`.
    pub method: String,
    /// Path, percent-encoded as it came, without query.
    pub path: String,
    /// HTTP status of the answer.
    pub status: u16,
    /// Bytes of the answer's body that were handed to the connection; grows while it is sent.
    pub bytes: u64,
    /// What went wrong on purpose with the answer.
    pub trouble: Option<Trouble>,
}

/// All requests in the order they came; shared by the server and its owner.
#[derive(Clone, Default)]
pub(super) struct Log(Arc<Mutex<Vec<Request>>>);

impl Log {
    pub(super) fn requests(&self) -> Vec<Request> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Enters a request that has been answered, so far without a body; the place where it stands.
    fn enter(&self, request: Request) -> usize {
        let mut requests = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        requests.push(request);
        requests.len() - 1
    }

    fn add_bytes(&self, place: usize, bytes: u64) {
        let mut requests = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(request) = requests.get_mut(place) {
            request.bytes += bytes;
        }
    }
}

/// Middleware that logs each request once its answer begins, and counts the bytes of its body as they go.
pub(super) async fn record(State(log): State<Log>, request: extract::Request, next: Next) -> Response {
    let (method, path) = (request.method().to_string(), request.uri().path().to_owned());
    let response = next.run(request).await;
    let trouble = response.extensions().get::<Trouble>().copied();
    let place = log.enter(Request { method, path, status: response.status().as_u16(), bytes: 0, trouble });
    response.map(|body| {
        Body::new(body.inspect_frame(move |frame| {
            if let Some(data) = frame.data_ref() {
                log.add_bytes(place, data.len() as u64);
            }
        }))
    })
}
