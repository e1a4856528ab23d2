//! Mistakes in configuration files: told with place and way out, before anything starts. Exit code 2.

use crate::place::{Place, Said};

fn place() -> Place {
    Place::new("config", "any:latest")
}

/// What is said of the subject `text`; that it is refused as a mistake is asserted.
fn refused(text: &str) -> String {
    let place = place();
    place.write("subject.yml", text);
    mistake(&place, &place.shakedown(&["run", "subject.yml"]))
}

/// What is said of the least subject and these lines.
fn refused_with(more: &str) -> String {
    let place = place();
    place.subject(more);
    mistake(&place, &place.shakedown(&["run", "subject.yml"]))
}

fn mistake(place: &Place, said: &Said) -> String {
    assert_eq!(said.code, Some(2), "{}", said.stderr);
    assert_eq!(said.stdout, "");
    assert_eq!(place.runs(), Vec::<std::path::PathBuf>::new(), "a run was begun");
    said.stderr.clone()
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let place = place();
    insta::assert_snapshot!(mistake(&place, &place.shakedown(&["run", "nowhere.yml"])), @r"
        error: there is no such file
         --> nowhere.yml
          = hint: Check the path.
        ");
}

#[test]
fn an_unknown_subject_is_named_with_those_that_there_are() {
    let place = place();
    std::fs::create_dir(place.path("configs")).expect("made");
    place.write("configs/other.yml", "");
    insta::assert_snapshot!(mistake(&place, &place.shakedown(&["run", "uvv"])), @r"
        error: no subject `uvv`: there is neither a file of that name nor configs/uvv.yml
        hint: Name a file, or one of: other.
        ");
}

#[test]
fn a_folder_without_subjects_says_so() {
    let place = place();
    insta::assert_snapshot!(mistake(&place, &place.shakedown(&["run"])), @r"
        error: no default subject in configs/
        hint: Name a file, or go to a folder that has `configs/`.
        ");
}

#[test]
fn what_is_not_yaml_is_shown_in_its_place() {
    insta::assert_snapshot!(refused("subject: small\n\tmanager: uv\n"), @r"
        error: while scanning a plain scalar, found a tab
         --> subject.yml:1:10
          |
        1 | subject: small
          |          ^
        ");
}

#[test]
fn what_is_not_text_at_all_is_refused() {
    let place = place();
    std::fs::write(place.path("subject.yml"), [0xff, 0xfe, 0x00, 0x01]).expect("written");
    insta::assert_snapshot!(mistake(&place, &place.shakedown(&["run", "subject.yml"])), @r"
        error: the file is not UTF-8 text
         --> subject.yml
          = hint: Check that this is the file you mean.
        ");
}

#[test]
fn an_empty_file_is_refused() {
    insta::assert_snapshot!(refused(""), @r"
        error: the file is empty
         --> subject.yml
          = hint: See the examples in `configs/` and `suites/`.
        ");
}

#[test]
fn an_unknown_key_is_shown_with_the_nearest() {
    insta::assert_snapshot!(refused_with("image: {use: 'any:latest'}\nbudgts: {import: 1s}\n"), @r"
        error: unknown key `budgts`; did you mean `budgets`?
         --> subject.yml:7:1
          |
        7 | budgts: {import: 1s}
          | ^^^^^^
        ");
}

#[test]
fn a_wrong_type_is_shown_in_its_place() {
    insta::assert_snapshot!(refused_with("image: {use: 'any:latest'}\nenvironments: [common]\n"), @r"
        error: expected a map, found a list
         --> subject.yml:7:15
          |
        7 | environments: [common]
          |               ^
        ");
}

#[test]
fn an_unknown_manager_is_shown_with_those_that_there_are() {
    let text = "subject: small\nmanager: uvv\ninstall: {home: /opt/uv}\nsuites: [./own.yml]\nimage: {use: 'any:1'}\n";
    insta::assert_snapshot!(refused(text), @r"
        error: unknown manager `uvv`; did you mean `uv`?
         --> subject.yml:2:10
          |
        2 | manager: uvv
          |          ^^^
          = hint: The managers are `pip`, `pixi`, `uv`.
        ");
}

#[test]
fn an_unknown_suite_is_shown_with_those_that_there_are() {
    let text = "subject: small\nmanager: uv\ninstall: {home: /opt/uv}\nsuites: [manger]\nimage: {use: 'any:1'}\n";
    insta::assert_snapshot!(refused(text), @r"
        error: unknown suite `manger`; did you mean `manager`?
         --> subject.yml:4:10
          |
        4 | suites: [manger]
          |          ^^^^^^
          = hint: The suites are `manager`, `tools`, `pixi`, `uv`, `conformance`, `image`, `python`, `venv`, `shells`, `ssh`, `faults`, `index`, `limits`, `rebuild`, `uv-trouble`, `pixi-trouble`.
        ");
}

#[test]
fn a_missing_dockerfile_is_shown_in_its_place() {
    let image = "image:\n  base: any:latest\n  stages: [{name: stage-1, dockerfile: nowhere.Dockerfile}]\n";
    insta::assert_snapshot!(refused_with(image), @r"
        error: the Dockerfile `nowhere.Dockerfile` is not there
         --> subject.yml:8:40
          |
        8 |   stages: [{name: stage-1, dockerfile: nowhere.Dockerfile}]
          |                                        ^^^^^^^^^^^^^^^^^^
          = hint: Paths are relative to the file that names them; looked at [folder]/nowhere.Dockerfile.
        ");
}

#[test]
fn an_undefined_variable_of_the_caller_is_shown_in_its_place() {
    insta::assert_snapshot!(refused_with("image: {use: '${SHAKEDOWN_TEST_UNSET}'}\n"), @r"
        error: the variable `SHAKEDOWN_TEST_UNSET` is not set
         --> subject.yml:6:14
          |
        6 | image: {use: '${SHAKEDOWN_TEST_UNSET}'}
          |              ^^^^^^^^^^^^^^^^^^^^^^^^^
          = hint: Set SHAKEDOWN_TEST_UNSET, or write a default: `${SHAKEDOWN_TEST_UNSET:-default}`.
        ");
}

#[test]
fn an_unknown_key_in_a_suite_is_shown_in_its_place() {
    let place = place();
    place.checks(&["{id: works, about: A command works., run: [\"true\"], expcet: {exit: 0}}"]);
    insta::assert_snapshot!(mistake(&place, &place.shakedown(&["run", "subject.yml"])), @r#"
        error: unknown key `expcet`; did you mean `expect`?
         --> [folder]/own.yml:5:61
          |
        5 |       - {id: works, about: A command works., run: ["true"], expcet: {exit: 0}}
          |                                                             ^^^^^^
        "#);
}
