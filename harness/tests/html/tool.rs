//! The programs that look at a page.

use std::env;
use std::ffi::OsStr;
use std::io::Write as _;
use std::process::{Command, Output};
use std::thread;

/// Runs a program to its end; nothing where it is not installed, and then the test says so and is to end.
pub(crate) fn run(name: &str, arguments: &[&OsStr]) -> Option<Output> {
    match Command::new(name).args(arguments).output() {
        Ok(output) => Some(output),
        Err(error) => {
            let required = env::var("SHAKEDOWN_REQUIRE").unwrap_or_default();
            let is_required = required.split(',').any(|one| one.trim() == name);
            assert!(!is_required, "SHAKEDOWN_REQUIRE names {name}: {error}");
            // Past the test harness, which shows what is printed of failed tests alone, and in one piece.
            let line = format!("ignored {}: {name}: {error}\n", thread::current().name().unwrap_or("a test"));
            let _ = std::io::stderr().write_all(line.as_bytes());
            None
        }
    }
}
