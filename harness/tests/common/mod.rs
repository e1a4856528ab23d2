//! What the tests against a real engine share.

use std::env;
use std::io::Write as _;
use std::thread;
use std::time::Duration;

use bollard::Docker;

/// For how long a condition is awaited before it counts as never met: a loaded machine is slow, not broken.
pub(crate) const PATIENCE: Duration = Duration::from_mins(2);

/// The engine, or nothing where none answers, so that the test can end at once; says so as [`ignore_or_fail`] does.
pub(crate) async fn require_docker() -> Option<Docker> {
    let reason = match Docker::connect_with_defaults() {
        Ok(client) => match client.negotiate_version().await {
            Ok(client) => return Some(client),
            Err(error) => error.to_string(),
        },
        Err(error) => error.to_string(),
    };
    ignore_or_fail(&format!("no container engine answers: {reason}"));
    None
}

/// Says why this test does nothing for want of an engine, or of what a test on an engine needs. With `docker` in
/// `SHAKEDOWN_REQUIRE`, a list with commas, that is an error.
pub(crate) fn ignore_or_fail(reason: &str) {
    let required = env::var("SHAKEDOWN_REQUIRE").unwrap_or_default();
    assert!(!required.split(',').any(|name| name.trim() == "docker"), "SHAKEDOWN_REQUIRE names docker: {reason}");
    ignore(reason);
}

/// Says why this test does nothing: past the test harness, which shows what is printed of failed tests alone.
pub(crate) fn ignore(reason: &str) {
    // In one piece, since other tests write beside this one. Where nobody listens nothing is to be done.
    let line = format!("ignored {}: {reason}\n", thread::current().name().unwrap_or("a test"));
    let _ = std::io::stderr().write_all(line.as_bytes());
}
