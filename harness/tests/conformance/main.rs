//! Every package manager keeps the interface: one lifecycle of a project, on real managers and shakedown's own
//! packages, on this machine and in a container. Each result is verified from outside, by files, imports and exit codes,
//! not by the manager's word.
//!
//! What a manager lacks is a declared capability: its step is skipped with that reason, and the number of skipped steps
//! is limited for each manager. The tests are made of the managers that there are, so that a new one needs none of its own.

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

use std::future::Future;
use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};
use shakedown::managers;

fn main() -> ExitCode {
    let mut trials = Vec::new();
    for manager in managers::ALL.iter().map(|manager| manager.name()) {
        trials.extend([
            trial(format!("{manager}_keeps_the_interface"), move || lifecycle::here(manager)),
            trial(format!("{manager}_keeps_the_interface_in_a_container"), move || lifecycle::in_a_container(manager)),
            trial(format!("what_{manager}_declares_is_in_its_help"), move || help::assert_declared(manager)),
        ]);
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// A test in a thread of its own name, by which it tells what it skips.
fn trial<F: Future<Output = ()>>(name: String, test: impl FnOnce() -> F + Send + 'static) -> Trial {
    let thread = std::thread::Builder::new().name(name.clone());
    Trial::test(name, move || {
        let tested = thread.spawn(move || {
            let runtime = tokio::runtime::Runtime::new().expect("a runtime");
            runtime.block_on(test());
        });
        tested.expect("a thread").join().map_err(|_| "it panicked, as told above".into())
    })
}
