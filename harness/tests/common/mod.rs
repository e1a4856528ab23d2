//! What the tests against a real engine share.

use std::env;

use bollard::Docker;

/// The engine, or nothing where none answers, so that the test can end at once; says so on standard error.
///
/// With `docker` in `SHAKEDOWN_REQUIRE`, a list with commas, a missing engine is an error.
#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
pub(crate) async fn require_docker() -> Option<Docker> {
    let reason = match Docker::connect_with_defaults() {
        Ok(client) => match client.negotiate_version().await {
            Ok(client) => return Some(client),
            Err(error) => error.to_string(),
        },
        Err(error) => error.to_string(),
    };
    let required = env::var("SHAKEDOWN_REQUIRE").unwrap_or_default();
    assert!(!required.split(',').any(|name| name.trim() == "docker"), "SHAKEDOWN_REQUIRE names docker: {reason}");
    eprintln!("skipped: no Docker answers: {reason}");
    None
}
