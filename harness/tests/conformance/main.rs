//! Every package manager keeps the interface: one lifecycle of a project, on real managers and shakedown's own
//! packages, on this machine and in a container. Each result is verified from outside, by files, imports and exit codes,
//! not by the manager's word.
//!
//! What a manager lacks is a declared capability: its step is skipped with that reason, and the number of skipped steps
//! is limited for each manager.

mod bench;
#[path = "../common/mod.rs"]
#[expect(dead_code, reason = "the rest is for tests on an engine")]
mod common;
mod ground;
mod help;
mod here;
mod image;
mod lifecycle;
mod outside;
#[path = "../common/run_id.rs"]
mod run_id;
mod steps;
mod suite;
#[path = "../common/uv.rs"]
mod uv;
