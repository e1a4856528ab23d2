//! `shakedown env` on this machine: a real uv on projects of shakedown's own packages.

mod bench;
mod choices;
#[path = "../common/mod.rs"]
#[expect(dead_code, reason = "the rest is for tests on an engine")]
mod common;
mod packages;
mod refusals;
mod turns;
#[path = "../common/uv.rs"]
mod uv;
