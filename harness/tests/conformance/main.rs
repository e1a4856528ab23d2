//! Every package manager keeps the interface: one lifecycle of a project, on real managers and shakedown's own
//! packages. Each result is verified from outside, by files, imports and exit codes, not by the manager's word.
//!
//! What a manager lacks is a declared capability: its step is skipped with that reason, and the number of skipped steps
//! is limited for each manager.

mod bench;
#[path = "../common/mod.rs"]
#[expect(dead_code, reason = "the rest is for tests on an engine")]
mod common;
mod help;
mod lifecycle;
mod outside;
mod steps;
