//! What all parsers of answers share: the success that an answer presupposes, and JSON.

use serde::de::DeserializeOwned;

/// That a command succeeded; else what it said, shortened to its first line.
pub(super) fn succeeded(exit: Option<i32>, stdout: &str, stderr: &str) -> Result<(), String> {
    if exit == Some(0) {
        return Ok(());
    }
    let said = stderr.lines().chain(stdout.lines()).map(str::trim).find(|line| !line.is_empty());
    let ended = exit.map_or_else(|| "did not end by itself".to_owned(), |code| format!("ended with exit code {code}"));
    Err(match said {
        Some(line) => format!("expected an answer, but the command {ended}: {line}"),
        None => format!("expected an answer, but the command {ended} and printed nothing"),
    })
}

/// JSON of this shape; the error names what was expected and the place.
pub(super) fn json<T: DeserializeOwned>(what: &str, text: &str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| format!("expected {what} as JSON: {error}"))
}
