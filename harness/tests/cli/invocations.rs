//! Commands that hang, flood, print what is no text, or leave children: the check says so, and the run goes on.

use std::time::{Duration, Instant};

use crate::machine::{BUSYBOX, on_engine};

/// How long the bad ones would go on, were they not ended.
const HANG: Duration = Duration::from_secs(1000);

/// The check after the bad one: it shows that the run went on.
const NEXT: &str = "{id: next, about: A command works., run: [\"true\"]}";

#[test]
fn a_command_that_hangs_is_timed_out() {
    on_engine("hangs", |_, place| {
        place.checks(&["{id: hangs, about: A command ends., run: 'sleep 1000', timeout: 300ms}", NEXT]);
        let begun = Instant::now();
        let said = place.with_engine(&["run", "subject.yml"]);
        assert!(begun.elapsed() < HANG, "{:?}", begun.elapsed());
        assert_eq!(said.code, Some(1), "{}", said.stderr);
        assert_eq!(place.check("installation/hangs")["outcome"], "timed-out");
        assert_eq!(place.check("installation/next")["outcome"], "passed");
    });
}

#[test]
fn a_command_that_prints_100_mb_is_cut_and_that_is_said() {
    on_engine("floods", |_, place| {
        place.checks(&["{id: floods, about: A command works., run: 'yes | head -c 100000000', timeout: 10min}", NEXT]);
        let said = place.with_engine(&["run", "subject.yml"]);
        assert_eq!(said.code, Some(0), "{}", said.stderr);
        let notes = place.check("installation/floods")["notes"].clone();
        insta::assert_snapshot!(notes, @r#"["standard output was cut: 1048576 of 100000000 bytes kept"]"#);
        let output = std::fs::metadata(place.run().join("outputs/installation.floods.stdout")).expect("kept");
        assert!(output.len() <= 2 * 1024 * 1024, "{}", output.len());
    });
}

#[test]
fn a_command_that_prints_what_is_no_text_is_shown_harmlessly() {
    on_engine("binary", |_, place| {
        place.checks(&[
            "{id: binary, about: A command works., run: 'cat /bin/busybox; printf \"\\033[2J\"; exit 9'}",
            NEXT,
        ]);
        let said = place.with_engine(&["run", "subject.yml"]);
        assert_eq!(said.code, Some(1), "{}", said.stderr);
        let all = std::fs::metadata(BUSYBOX).expect("there").len() + 4;
        let notes = [
            format!("standard output was cut: 1048576 of {all} bytes kept"),
            "standard output is not all UTF-8; what is not was replaced".to_owned(),
        ];
        assert_eq!(place.check("installation/binary")["notes"], serde_json::json!(notes));
        let markdown = std::fs::read_to_string(place.run().join("report.md")).expect("report.md");
        for text in [&said.stdout, &said.stderr, &markdown] {
            assert!(!text.contains(['\u{1b}', '\0', '\u{7}']), "a control character");
        }
    });
}

#[test]
fn a_command_that_leaves_children_does_not_hold_the_run_up() {
    on_engine("leaves", |_, place| {
        place.checks(&[
            "{id: leaves, about: A command works., run: 'sleep 1000 & setsid sleep 1000 & echo gone'}",
            NEXT,
        ]);
        let begun = Instant::now();
        let said = place.with_engine(&["run", "subject.yml"]);
        assert!(begun.elapsed() < HANG, "{:?}", begun.elapsed());
        assert_eq!(said.code, Some(0), "{}", said.stderr);
        insta::assert_snapshot!(place.check("installation/leaves")["notes"], @r#"["it left processes behind, which were killed"]"#);
    });
}
