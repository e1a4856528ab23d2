//! The checks of `configs/pixi.yml`, one trial each, and its verdict.

use std::process::ExitCode;

fn main() -> ExitCode {
    shakedown::testing::main("configs/pixi.yml")
}
