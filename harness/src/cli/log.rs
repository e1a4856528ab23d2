//! The log on standard error, for those who look for the cause of something.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;

use super::arguments::{LogFormat, Look};

/// Names what is logged, as `debug` or `shakedown=trace`; goes before `-v`.
const VARIABLE: &str = "SHAKEDOWN_LOG";

/// Starts it: warnings only, `-vv` shakedown's own debugging, `SHAKEDOWN_LOG` what it says.
pub(super) fn start(look: &Look) {
    let default = match (look.quiet, look.verbose) {
        (true, _) => "error",
        (_, 0 | 1) => "warn",
        (_, 2) => "warn,shakedown=debug",
        _ => "info,shakedown=trace",
    };
    let filter = EnvFilter::try_from_env(VARIABLE).unwrap_or_else(|_| EnvFilter::new(default));
    let builder = fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match look.log_format {
        LogFormat::Text => builder.with_target(false).compact().try_init(),
        LogFormat::Json => builder.json().try_init(),
    };
    if let Err(error) = started {
        tracing::debug!(%error, "the log was started before");
    }
}
