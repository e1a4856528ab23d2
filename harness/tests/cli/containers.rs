//! Containers that do not come up, or that have little in them.

use crate::machine::{on_bare_image, on_engine, on_image};

#[test]
fn a_container_that_ends_at_once_is_told_with_its_last_lines() {
    on_image("ends", &["CMD [\"sh\", \"-c\", \"echo no licence found; exit 3\"]"], |_, place| {
        let said = place.with_engine(&["run", "subject.yml"]);
        assert_eq!(said.code, Some(1), "{}", said.stderr);
        insta::assert_snapshot!(place.reasons(), @"The container did not come up: container ended by itself with 3; its last lines: no licence found.");
    });
}

#[test]
fn a_container_whose_program_is_not_there_is_told() {
    on_image("program", &["CMD [\"/opt/nowhere\"]"], |_, place| {
        let said = place.with_engine(&["run", "subject.yml"]);
        assert_eq!(said.code, Some(1), "{}", said.stderr);
        assert!(place.reasons().contains("/opt/nowhere"), "{}", place.reasons());
        assert!(said.stdout.contains("Look at its entrypoint"), "{}", said.stdout);
    });
}

#[test]
fn a_container_that_does_not_become_ready_is_told_with_what_was_awaited() {
    on_engine("ready", |machine, place| {
        place.subject(&format!("image: {{use: '{}'}}\nready: {{file: /tmp/up, within: 300ms}}\n", machine.image));
        let said = place.with_engine(&["run", "subject.yml"]);
        assert_eq!(said.code, Some(1), "{}", said.stderr);
        insta::assert_snapshot!(place.reasons(), @"The container did not come up: container was not ready within 300ms (/tmp/up exists); its last lines: (none).");
    });
}

#[test]
fn an_image_without_a_shell_is_looked_into_all_the_same() {
    on_bare_image("bare", &[], |machine, place| {
        place.checks(&[
            "{id: data, about: A folder is there., file: /data, expect: {type: directory}}",
            "{id: shell, about: A command works., run: \"true\"}",
        ]);
        let said = place.with_engine(&["run", "subject.yml"]);
        assert_eq!(said.code, Some(1), "{}", said.stderr);
        assert_eq!(place.check("installation/data")["outcome"], "passed");
        let shell = place.check("installation/shell");
        assert_eq!(shell["outcome"], "failed");
        insta::assert_snapshot!(shell["actual"].as_str().expect("a text"), @"not started: find sh in PATH /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin: No such file or directory (os error 2)");
        place.subject(&format!("image: {{use: '{}'}}\nready: {{run: 'true'}}\n", machine.image));
        let said = place.with_engine(&["run", "subject.yml", "--report-dir", "other"]);
        assert_eq!(said.code, Some(1), "{}", said.stderr);
        let words = said.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains("the image has no sh"), "{words}");
    });
}
