//! The checks of `configs/uv.yml`, one trial each, and its verdict.

use std::process::ExitCode;

fn main() -> ExitCode {
    shakedown::testing::main("configs/uv.yml")
}
