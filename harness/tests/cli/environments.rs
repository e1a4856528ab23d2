//! `shakedown env` in a container: how it ends where that has no package manager, and that nothing is left of it.

use crate::machine::{on_engine, on_image};

/// The image of busybox has no package manager.
fn assert_told_and_gone(machine: &crate::machine::Machine, place: &crate::place::Place) {
    let arguments = ["env", "--manager", "uv", "--image", &machine.image, "list", "."];
    let said = place.with_engine(&arguments);
    assert_eq!(said.code, Some(3), "{}", said.stderr);
    assert!(said.stderr.starts_with("error: uv cannot be started: "), "{}", said.stderr);
    assert!(said.stderr.contains("hint: Check that this is the package manager's program"), "{}", said.stderr);
    assert!(!said.stderr.contains("could not be removed"), "{}", said.stderr);
}

#[test]
fn an_image_without_the_package_manager_is_told() {
    on_engine("env", assert_told_and_gone);
}

#[test]
fn what_the_image_would_start_is_not_started() {
    on_image("env-entry", &["ENTRYPOINT [\"false\"]"], assert_told_and_gone);
}

#[test]
fn an_image_that_is_not_there_is_told() {
    on_engine("env-none", |_, place| {
        let said = place.with_engine(&["env", "--manager", "uv", "--image", "cli-test/none:1", "list", "."]);
        assert_eq!(said.code, Some(3), "{}", said.stderr);
        assert!(said.stderr.starts_with("error: no image `cli-test/none:1` on this engine"), "{}", said.stderr);
    });
}
