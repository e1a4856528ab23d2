//! The small static program that shakedown runs inside the container.
//!
//! It needs nothing of the image: no shell, no library, no `ps`. As `serve` it takes requests and
//! gives replies over its standard streams ([`wire`]); as `hold` and `lease` it is a container's
//! process 1, as `usage` a step of a build. It has one thread and stays small, since a child's peak memory is never below what
//! its parent held when it was forked; a process that watches over an invocation is a fork of it.
//!
//! [`wire`] and [`hash`] are the public part, which shakedown itself uses.

pub mod hash;
mod inquiry;
mod job;
mod launch;
mod outgoing;
mod questions;
mod serve;
mod stay;
mod sys;
mod tree;
mod warden;
mod why;
pub mod wire;

use std::io::Write as _;
use std::process::ExitCode;

/// The whole program: does what the first argument says.
///
/// Exits with 0 when the work ended as it should, 1 when it did not, 2 when no mode was named.
pub fn main() -> ExitCode {
    let mode = std::env::args_os().nth(1).unwrap_or_default();
    let result = match mode.to_str() {
        Some("serve") => serve::serve(),
        Some("hold") => stay::hold(),
        Some("lease") => stay::lease().map_err(Into::into),
        Some("version") => {
            let (version, protocol) = (env!("CARGO_PKG_VERSION"), wire::PROTOCOL);
            writeln!(std::io::stdout(), "shakedown-agent {version} protocol {protocol}").map_err(Into::into)
        }
        Some("usage") => questions::tell_usage(std::env::args_os().skip(2)).map_err(Into::into),
        _ => {
            let usage = "usage: shakedown-agent serve|hold|lease|usage PATH...|version";
            let _ = writeln!(std::io::stderr(), "{usage}");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "shakedown-agent: {error}");
            ExitCode::FAILURE
        }
    }
}
