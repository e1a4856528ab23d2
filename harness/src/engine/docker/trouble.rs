//! The engine's errors in our words.

use std::error::Error as _;

use bollard::errors::Error;

use crate::engine::EngineError;

/// Makes the engine's error one of ours: `.map_err(failed("start container x"))`.
pub(crate) fn failed(action: impl Into<String>) -> impl FnOnce(Error) -> EngineError {
    move |error| EngineError::Failed { action: action.into(), reason: reason(&error) }
}

/// The engine's own words, without what bollard puts around them.
pub(crate) fn reason(error: &Error) -> String {
    if let Error::DockerResponseServerError { message, .. } = error {
        return message.trim().to_owned();
    }
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    text
}

/// Whether the thing is not there.
pub(crate) fn is_missing(error: &Error) -> bool {
    status(error) == Some(404)
}

/// Whether something else is in the way: a name that is taken, a container that does not run, an image in use.
pub(crate) fn is_conflict(error: &Error) -> bool {
    status(error) == Some(409)
}

fn status(error: &Error) -> Option<u16> {
    match error {
        Error::DockerResponseServerError { status_code, .. } => Some(*status_code),
        _ => None,
    }
}
