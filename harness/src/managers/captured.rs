//! What real package managers printed, for tests of the parsers; and what holds for all that was captured.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::ALL;
use crate::model::fact::{ErrorClass, Fact};
use crate::model::plan::Question;
use crate::model::text::unwrapped;

/// One command, as a line of a file in `tests/captured`.
#[derive(Deserialize)]
pub(super) struct Captured {
    pub(super) state: String,
    pub(super) command: String,
    pub(super) exit: i32,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

/// The file of a manager.
fn text(manager: &str) -> &'static str {
    match manager {
        "pixi" => include_str!("../../tests/captured/pixi-0.77.0.jsonl"),
        "uv" => include_str!("../../tests/captured/uv-0.13.8.jsonl"),
        _ => panic!("nothing was captured of {manager}"),
    }
}

/// All that was captured of a manager, in order.
pub(super) fn all(manager: &str) -> Vec<Captured> {
    text(manager).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The only capture, or the first, of this command in a state that begins so.
pub(super) fn one(manager: &str, state: &str, command: &str) -> Captured {
    let found = all(manager).into_iter().find(|one| one.state.starts_with(state) && one.command == command);
    found.unwrap_or_else(|| panic!("`{command}` was not captured of {manager} in the state `{state}`"))
}

/// Holds a table against all captures: a row is a part of the state, a part of the command, and the class. Every
/// capture that a row applies to has its class; every other has none; every row applies to something.
pub(super) fn assert_classes(manager: &str, rows: &[(&str, &str, ErrorClass)]) {
    let classify = |one: &Captured| {
        super::find(manager).unwrap().classify(Some(one.exit), &format!("{}\n{}", one.stderr, one.stdout))
    };
    let applies = |(state, command, _): &(&str, &str, ErrorClass), one: &Captured| {
        one.exit != 0 && one.state.contains(state) && one.command.contains(command)
    };
    let captures = all(manager);
    for one in &captures {
        let row = rows.iter().find(|row| applies(row, one));
        let expected = row.map_or(ErrorClass::Unknown, |(_, _, class)| *class);
        assert_eq!(classify(one), expected, "{} | {}\n{}", one.state, one.command, one.stderr);
    }
    for row in rows {
        assert!(captures.iter().any(|one| applies(row, one)), "{row:?} applies to nothing");
    }
}

const QUESTIONS: [fn() -> Question; 8] = [
    || Question::Version,
    || Question::Installation,
    || Question::Environments,
    || Question::Packages { environment: "common".to_owned() },
    || Question::Records { environment: "common".to_owned() },
    || Question::Manifest { environment: "common".to_owned() },
    || Question::UpToDate { environment: "common".to_owned() },
    || Question::Refusal,
];

/// Where the captured commands found and left their files.
const PLACES: &[&str] = &[
    "/hard/image/pixi",
    "/opt/uv",
    "/root/.cache/",
    "/root/.rattler/",
    "/var/cache/",
    "/channel",
    "/nochan",
    "/nowhere",
    "/tmp/ws",
    "/usr/",
    "/bin",
    "/sbin",
    "/rustc/",
    "/dev/null",
];

#[test]
fn captures_name_no_host_but_example_ones_and_no_path_of_the_machine_they_were_made_on() {
    for manager in ["pixi", "uv"] {
        for one in all(manager) {
            for text in [&one.command, &one.stdout, &one.stderr] {
                let text = unwrapped(text).replace("https:// ", "https://");
                // An absolute path begins behind a space, a quote or the like.
                for part in text.split(|end: char| end.is_whitespace() || "'\"`=:,()>[".contains(end)) {
                    let absolute =
                        part.starts_with('/') && !part.starts_with("//") && !matches!(part, "/" | "/tmp" | "/home");
                    assert!(!absolute || PLACES.iter().any(|place| part.starts_with(place)), "{part}: {text}");
                }
                for rest in text.split("://").skip(1) {
                    let host = rest.split(|end: char| !(end.is_alphanumeric() || "-._".contains(end))).next().unwrap();
                    let plain = host.is_empty() || host == "127.0.0.1";
                    assert!(plain || host.ends_with(".example") || host.ends_with(".invalid"), "{host}: {text}");
                }
            }
        }
    }
}

/// Every beginning of a text; of a long one, as a help page, of its first part: the parsers have given up by then.
fn beginnings(text: &str) -> impl Iterator<Item = &str> {
    (0..=text.len().min(500)).filter_map(|end| text.get(..end))
}

#[test]
fn no_parser_panics_on_any_beginning_of_anything_that_was_captured() {
    for manager in ALL {
        let of_its_own: BTreeSet<String> =
            all(manager.name()).into_iter().flat_map(|one| [one.stdout, one.stderr]).collect();
        for text in of_its_own.iter().flat_map(|text| beginnings(text)) {
            for question in QUESTIONS {
                let _ = manager.read(&question(), Some(0), text, "");
            }
            let _ = manager.read_manifest(text, "common");
            let _ = manager.read_records(&[("/x/site-packages/x.dist-info/METADATA".to_owned(), text.to_owned())]);
        }
    }
}

#[test]
fn every_beginning_of_a_refusal_is_classified_without_a_panic() {
    for manager in ALL {
        for one in all(manager.name()).into_iter().filter(|one| one.exit != 0) {
            for text in beginnings(&one.stderr) {
                let read = manager.read(&Question::Refusal, Some(one.exit), "", text);
                assert_eq!(read, Ok(Fact::Refusal(manager.classify(Some(one.exit), text))));
            }
        }
    }
}

#[test]
fn an_empty_answer_is_never_a_fact_but_an_empty_list_of_tools() {
    for manager in ALL {
        for question in QUESTIONS {
            let question = question();
            let read = manager.read(&question, Some(0), "", "");
            match (manager.name(), &question) {
                (_, Question::Refusal) => assert_eq!(read, Ok(Fact::Refusal(ErrorClass::Unknown))),
                ("uv", Question::Environments) => assert_eq!(read, Ok(Fact::Environments(Vec::new()))),
                _ => assert!(read.is_err(), "{} {question:?}: {read:?}", manager.name()),
            }
        }
    }
}

#[test]
fn a_command_that_failed_is_no_answer_whatever_it_printed() {
    for manager in ALL {
        let one = one(manager.name(), "", &format!("{} --version", manager.name()));
        let error = manager.read(&Question::Version, Some(1), &one.stdout, "\nit broke\n").unwrap_err();
        assert_eq!(error, "expected an answer, but the command ended with exit code 1: it broke");
        let error = manager.read(&Question::Version, None, "", "").unwrap_err();
        assert_eq!(error, "expected an answer, but the command did not end by itself and printed nothing");
    }
}
