//! Mistakes that show when subject, suites and command line come together, and selections of nothing.

use crate::place::Place;

fn place() -> Place {
    Place::new("plan", "any:latest")
}

#[test]
fn an_unknown_phase_on_the_command_line_is_told_with_those_that_there_are() {
    let said = place().shakedown(&["run", "subject.yml", "--phase", "instalation"]);
    assert_eq!(said.code, Some(2));
    insta::assert_snapshot!(said.stderr, @"error: --phase: no phase `instalation`; there are: installation");
}

#[test]
fn an_unknown_phase_in_the_gate_is_told_with_those_that_there_are() {
    let place = place();
    let text = "subject: small\nmanager: uv\ninstall: {home: /opt/uv}\nsuites: [./own.yml]\nimage: {use: 'any:1'}\n";
    place.write("subject.yml", &format!("{text}gate: {{phases: {{instalation: 100%}}}}\n"));
    let said = place.shakedown(&["run", "subject.yml"]);
    assert_eq!(said.code, Some(2));
    insta::assert_snapshot!(said.stderr, @"error: gate.phases: no phase `instalation`; there are: installation");
}

#[test]
fn an_undefined_name_in_a_check_is_told_with_the_check() {
    let place = place();
    place.checks(&["{id: works, about: A command works., run: [\"{{ nonsense }}\"]}"]);
    let said = place.shakedown(&["run", "subject.yml"]);
    assert_eq!(said.code, Some(2));
    insta::assert_snapshot!(said.stderr, @"error: suite own, check installation/works: template `{{ nonsense }}`: `nonsense` is undefined");
}

#[test]
fn an_undefined_name_in_a_build_argument_is_told_before_an_engine_is_asked_for() {
    let place = place();
    place.write("Dockerfile", "ARG BASE\nFROM ${BASE}\n");
    place.subject(
        "image:\n  base: any:latest\n  stages: [{name: stage-1, dockerfile: Dockerfile, args: {A: '{{ nonsense }}'}}]\n",
    );
    let said = place.shakedown(&["run", "subject.yml"]);
    assert_eq!(said.code, Some(2));
    insta::assert_snapshot!(said.stderr, @r"
        error: args.A of stage-1: template `{{ nonsense }}`: `nonsense` is undefined
        hint: Correct the template in the subject's `image.stages`.
        ");
    assert_eq!(place.shakedown(&["build", "subject.yml"]).code, Some(2));
}

#[test]
fn an_unknown_stage_is_told_before_an_engine_is_asked_for() {
    let place = place();
    place.write("Dockerfile", "ARG BASE\nFROM ${BASE}\n");
    place.subject("image:\n  base: any:latest\n  stages: [{name: stage-1, dockerfile: Dockerfile}]\n");
    let said = place.shakedown(&["run", "subject.yml", "--no-cache=stage-9"]);
    assert_eq!(said.code, Some(2));
    insta::assert_snapshot!(said.stderr, @"error: --no-cache: no stage `stage-9`; there are: stage-1");
}

#[test]
fn a_need_that_does_not_exist_is_told_with_the_check() {
    let place = place();
    place.checks(&["{id: works, about: A command works., run: [\"true\"], needs: [installation/nowhere]}"]);
    let said = place.shakedown(&["run", "subject.yml"]);
    assert_eq!(said.code, Some(2));
    insta::assert_snapshot!(said.stderr, @"error: check installation/works: needs installation/nowhere, which does not exist");
}

#[test]
fn a_selection_of_nothing_ends_before_an_engine_is_asked_for() {
    for command in ["run", "list"] {
        let place = place();
        let said = place.shakedown(&[command, "subject.yml", "--check", "nowhere/*"]);
        assert_eq!(said.code, Some(4), "{command}");
        assert_eq!(said.stdout, "", "{command}");
        assert!(place.runs().is_empty(), "{command}");
        insta::allow_duplicates! {
            insta::assert_snapshot!(said.stderr, @r"
                error: nothing selected: no check of cli-plan is in the given --phase and --check
                hint: `shakedown list [folder]/subject.yml` prints the ids of all checks.
                ");
        }
    }
}

#[test]
fn a_pattern_that_is_none_is_refused() {
    let said = place().shakedown(&["run", "subject.yml", "--check", "a**b/***c/\\"]);
    assert_eq!(said.code, Some(2));
    insta::assert_snapshot!(said.stderr, @r"error: --check: `a**b/***c/\` is not a glob: dangling '\'");
}
