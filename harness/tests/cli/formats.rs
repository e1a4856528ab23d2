//! The reports of a run: in which places, all of them again, and what a workflow of GitHub is told.

use std::collections::BTreeMap;
use std::path::Path;

use rstest::rstest;

use crate::machine::on_engine;
use crate::place::{NO_ENGINE, Place};

const FILES: [&str; 7] =
    ["junit.xml", "report.html", "report.json", "report.md", "report.prom", "report.tap", "verdict.json"];

fn place() -> Place {
    Place::new("formats", "any:latest")
}

/// The reports of a run folder by name.
fn reports(run: &Path) -> BTreeMap<&'static str, String> {
    FILES.into_iter().map(|file| (file, std::fs::read_to_string(run.join(file)).expect(file))).collect()
}

fn text(place: &Place, file: &str) -> String {
    std::fs::read_to_string(place.path(file)).expect(file)
}

#[test]
fn a_place_that_cannot_be_written_is_told_before_anything_starts() {
    let place = place();
    let said = place.shakedown(&["run", "subject.yml", "--format", "junit=own.yml/junit.xml"]);
    assert_eq!(said.code, Some(2), "{}", said.stderr);
    assert!(place.runs().is_empty(), "nothing was begun");
    insta::assert_snapshot!(said.stderr, @r"
        error: --format junit: cannot open own.yml/junit.xml: File exists (os error 17)
        hint: Name a file that can be written.
        ");
}

#[test]
fn several_reports_are_written_where_they_are_wanted_and_one_takes_the_place_of_the_summary() {
    let place = place();
    let wanted = ["junit=out/{subject}.xml", "tap=out/run.tap", "prometheus=/dev/stderr", "json"];
    let arguments: Vec<&str> = wanted.iter().flat_map(|wanted| ["--format", wanted]).collect();
    let said = place.shakedown(&[&["run", "subject.yml"], arguments.as_slice()].concat());
    assert_eq!(said.code, Some(3), "{}", said.stderr);
    let own = reports(&place.run());
    assert_eq!(text(&place, "out/cli-formats.xml"), own["junit.xml"]);
    assert_eq!(text(&place, "out/run.tap"), own["report.tap"]);
    assert!(
        said.stderr.contains("shakedown_verdict{subject=\"cli-formats\",verdict=\"inconclusive\"} 1"),
        "{}",
        said.stderr
    );
    let report: serde_json::Value = serde_json::from_str(&said.stdout).expect("nothing but JSON");
    assert_eq!(report["verdict"]["exit"], 3);
}

#[test]
fn several_subjects_have_no_report_in_common() {
    let (place, other) = (place(), Place::new("formats-next", "any:latest"));
    let other = other.path("subject.yml").display().to_string();
    for (wanted, words) in [
        ("junit=a.xml", "the reports of several subjects are to be written into a.xml"),
        ("junit", "--format junit is for standard output, but there are several subjects"),
    ] {
        let said = place.shakedown(&["run", "subject.yml", &other, "--format", wanted]);
        assert_eq!(said.code, Some(2), "{}", said.stderr);
        assert!(said.stderr.contains(words), "{}", said.stderr);
    }
    let said = place.shakedown(&["run", "subject.yml", &other, "--format", "junit={subject}.xml"]);
    assert_eq!(said.code, Some(3), "{}", said.stderr);
    assert!(text(&place, "cli-formats.xml").contains("classname=\"cli-formats.gate\""));
    assert!(text(&place, "cli-formats-next.xml").contains("classname=\"cli-formats-next.gate\""));
}

#[test]
fn every_report_is_made_again_byte_for_byte() {
    on_engine("again", |_, place| {
        place.checks(&[
            "{id: works, about: A command works., run: 'echo out; echo err >&2', budget: quick, repeat: 3}",
            "{id: fails, about: A command works., run: 'echo \"<&>\"; echo \"a\\tb\" >&2; exit 3', hint: 'Mend it.'}",
            "{id: blocked, about: A command works., needs: [installation/fails], run: [\"true\"]}",
        ]);
        let wanted = ["--format", "tap=run.tap", "--format", "markdown=run.md"];
        let said = place.with_engine(&[&["run", "subject.yml"], &wanted[..]].concat());
        assert_eq!(said.code, Some(1), "{}", said.stderr);
        let first = reports(&place.run());
        assert!(first["report.tap"].contains("not ok 2 - installation/fails"), "{}", first["report.tap"]);
        assert_eq!(
            [text(place, "run.tap"), text(place, "run.md")],
            [&first["report.tap"], &first["report.md"]].map(Clone::clone)
        );
        for file in FILES {
            std::fs::remove_file(place.run().join(file)).expect("removed");
        }
        let again = place.shakedown(&["report", &place.name, "--format", "issue=issues.md"]);
        assert_eq!(again.code, Some(0), "{}", again.stderr);
        assert_eq!(reports(&place.run()), first);
        assert!(
            text(place, "issues.md").starts_with("# cli-again: `installation/fails` failed"),
            "{}",
            text(place, "issues.md")
        );
    });
}

#[test]
fn the_next_run_makes_the_reports_of_one_that_died() {
    let place = place();
    place.shakedown(&["run", "subject.yml"]);
    let dead = place.run();
    // As a kill in the middle leaves it: half a line, and no report but the one that grows.
    let journal = std::fs::read(dead.join("journal.jsonl")).expect("a journal");
    let first = journal.iter().position(|byte| *byte == b'\n').expect("an event");
    std::fs::write(dead.join("journal.jsonl"), &journal[..first + 20]).expect("written");
    for file in FILES {
        std::fs::remove_file(dead.join(file)).expect("removed");
    }
    let said = place.shakedown(&["run", "subject.yml"]);
    assert!(
        said.stderr.contains("Made the reports of a run that had died: reports/cli-formats/[run]"),
        "{}",
        said.stderr
    );
    assert!(reports(&dead)["report.md"].contains("The run was interrupted: it did not come to its end"));
}

#[test]
fn a_workflow_of_github_is_told_what_did_not_pass() {
    let place = place();
    place.write("step.md", "what was there\n");
    let mut run = place.command(&["run", "subject.yml"]);
    run.env("DOCKER_HOST", NO_ENGINE).env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", place.path("step.md"));
    let said = place.said(&mut run);
    assert!(is_annotated(&said.stderr), "{}", said.stderr);
    let page = reports(&place.run()).remove("report.md").expect("a page");
    assert_eq!(text(&place, "step.md"), format!("what was there\n{page}"));

    let mut again = place.command(&["report", &place.name]);
    let said = place.said(again.env("GITHUB_STEP_SUMMARY", place.path("step.md")));
    assert!(!is_annotated(&said.stderr), "only where a workflow reads it: {}", said.stderr);
    assert_eq!(text(&place, "step.md"), format!("what was there\n{page}{page}"));
}

/// Whether a line tells a workflow of GitHub why the run broke off.
fn is_annotated(text: &str) -> bool {
    let command = "::warning title=cli-formats%3A the run broke off::no container engine";
    text.lines().any(|line| line.starts_with(command))
}

#[rstest]
#[case::run(&["run", "subject.yml", "--quiet", "--format", "json"])]
#[case::report(&["report", "cli-formats", "--format", "json"])]
fn a_report_on_standard_output_keeps_no_annotation_away_and_holds_none(#[case] arguments: &[&str]) {
    let place = place();
    place.shakedown(&["run", "subject.yml"]);
    let mut command = place.command(arguments);
    let said = place.said(command.env("DOCKER_HOST", NO_ENGINE).env("GITHUB_ACTIONS", "true"));
    let report: serde_json::Value = serde_json::from_str(&said.stdout).expect("nothing but JSON");
    assert_eq!(report["ending"], "broken");
    assert!(is_annotated(&said.stderr), "{}", said.stderr);
}

#[rstest]
#[case::plain(&[], &[], false)]
#[case::asked_for(&["--color", "always"], &[("NO_COLOR", "1")], true)]
#[case::forced(&[], &[("CLICOLOR_FORCE", "1")], true)]
#[case::not_forced(&[], &[("CLICOLOR_FORCE", "0")], false)]
#[case::no_colours(&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], false)]
#[case::refused(&["--color", "never"], &[("CLICOLOR_FORCE", "1")], false)]
fn colours_are_used_where_they_are_wanted(
    #[case] options: &[&str],
    #[case] variables: &[(&str, &str)],
    #[case] colored: bool,
) {
    let place = place();
    let mut run = place.command(&[&["run", "subject.yml"], options].concat());
    let said = place.said(run.env("DOCKER_HOST", NO_ENGINE).envs(variables.iter().copied()));
    assert_eq!([&said.stdout, &said.stderr].map(|text| text.contains('\u{1b}')), [colored; 2], "{}", said.stderr);
}

#[test]
fn a_quiet_run_tells_nothing_but_the_result() {
    let said = place().shakedown(&["run", "subject.yml", "--quiet"]);
    assert_eq!((said.code, said.stderr.as_str()), (Some(3), ""));
    assert!(said.stdout.contains("cli-formats is inconclusive"), "{}", said.stdout);
}
