//! The `shakedown` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    shakedown::cli::main()
}
