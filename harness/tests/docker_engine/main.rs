//! Containers on a real engine. Without one each test says so and does nothing; with `SHAKEDOWN_REQUIRE=docker` it fails.

mod asking;
mod cache_mounts;
#[path = "../common/mod.rs"]
mod common;
mod entrypoints;
mod faults;
mod figures;
mod fixture;
mod invocations;
mod killed_builds;
mod life;
mod ownership;
mod panics;
#[path = "../common/run_id.rs"]
mod run_id;
mod same_as_exec;
