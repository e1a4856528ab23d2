//! `shakedown env` in a container: how it ends where that has no package manager, and that nothing is left of it.

use crate::machine::{on_engine, on_image};

/// The image of busybox has no package manager.
fn assert_told_and_gone(machine: &crate::machine::Machine, place: &crate::place::Place) {
    let arguments = ["env", "--manager", "uv", "--image", &machine.image, "list", "."];
    let said = place.with_engine(&arguments);
    assert_eq!(said.code, Some(3), "{}", said.stderr);
    assert!(said.stderr.starts_with("error: uv cannot be started: "), "{}", said.stderr);
    assert!(said.stderr.contains("hint: Install it there"), "{}", said.stderr);
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

#[test]
fn a_folder_that_the_user_of_the_image_cannot_write_is_told_before_anything_is_done() {
    on_image("env-user", &["USER 4321"], |machine, place| {
        let init = |user: &[&str]| {
            let arguments =
                [&["env", "--manager", "uv", "--image", &machine.image][..], user, &["init", "new"]].concat();
            let said = place.with_engine(&arguments);
            assert!(!place.path("new").exists(), "what came to nothing leaves no folder");
            said
        };
        let refused = init(&[]);
        assert_eq!(refused.code, Some(2), "{}", refused.stderr);
        let told = format!("error: user 4321 of the image `{}` cannot write to ", machine.image);
        assert!(refused.stderr.starts_with(&told), "{}", refused.stderr);
        assert!(refused.stderr.contains("hint: Name a user who can by `--user`"), "{}", refused.stderr);
        // Who can write there gets as far as the manager, which the image has not.
        let root = init(&["--user", "0"]);
        assert_eq!(root.code, Some(3), "{}", root.stderr);
        assert!(root.stderr.starts_with("error: uv cannot be started: "), "{}", root.stderr);
        let unknown = init(&["--user", "nobody-of-this-name"]);
        assert!(unknown.stderr.contains("or `--user`: the image has to know that user"), "{}", unknown.stderr);
    });
}
