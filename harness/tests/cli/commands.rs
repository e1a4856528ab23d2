//! Commands that need no engine, and mistakes in usage.

use rstest::rstest;

use crate::place::Place;

fn place() -> Place {
    Place::new("usage", "any:latest")
}

#[test]
fn the_plan_is_listed_without_an_engine() {
    let said = place().shakedown(&["list", "subject.yml"]);
    assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""));
    insta::assert_snapshot!(said.stdout, @r"
        cli-usage · 1 check of [folder]/own.yml

          installation · 1 check
            installation/works
                run: true
        ");
}

#[rstest]
#[case("subject")]
#[case("suite")]
#[case("report")]
fn schemas_are_printed_without_an_engine(#[case] of: &str) {
    let said = place().shakedown(&["schema", of]);
    assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""));
    let schema: serde_json::Value = serde_json::from_str(&said.stdout).expect("JSON");
    assert!(schema["$schema"].is_string(), "{of}");
}

#[rstest]
#[case("bash", "complete -F")]
#[case("zsh", "#compdef shakedown")]
#[case("fish", "complete -c shakedown")]
fn completion_scripts_are_printed_without_an_engine(#[case] shell: &str, #[case] mark: &str) {
    let said = place().shakedown(&["completions", shell]);
    assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""));
    assert!(said.stdout.contains(mark), "{}", said.stdout);
}

#[rstest]
#[case(&[], "Usage: shakedown")]
#[case(&["rnu"], "unrecognized subcommand")]
#[case(&["run", "--jobs", "0"], "0 is not in 1..=256")]
#[case(&["run", "--jobs", "many"], "invalid digit")]
#[case(&["run", "--use", "a", "--tag", "b"], "cannot be used with")]
#[case(&["run", "--use"], "value is required")]
#[case(&["run", "--use", "Bad Image!!"], "`Bad Image!!` cannot be the name of an image: names are in lower case")]
#[case(&["run", "--tag", "Bad Tag"], "`Bad Tag` cannot be the name of an image")]
#[case(&["gate", "uv", "--image", "!!"], "`!!` cannot be the name of an image")]
#[case(&["run", "--nonsense"], "unexpected argument")]
#[case(&["run", "--format", "xml=a.xml"], "there is no format `xml`; there are: ")]
#[case(&["run", "subject.yml", "--format", "json", "--format", "junit"], "both are for standard output")]
#[case(&["run", "subject.yml", "--format", "json=a", "--format", "junit=a"], "two reports are to be written into a")]
#[case(&["schema", "nonsense"], "possible values")]
#[case(&["gate"], "required arguments")]
fn mistakes_in_usage_end_with_2(#[case] arguments: &[&str], #[case] words: &str) {
    let said = place().shakedown(arguments);
    assert_eq!(said.code, Some(2), "{}", said.stderr);
    assert!(said.stderr.contains(words), "{}", said.stderr);
    assert_eq!(said.stdout, "");
}

#[test]
fn help_tells_the_exit_codes() {
    let said = place().shakedown(&["--help"]);
    assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""));
    assert!(said.stdout.contains("4 nothing selected"), "{}", said.stdout);
}

#[rstest]
#[case("gate")]
#[case("report")]
fn a_run_that_is_not_there_is_named(#[case] command: &str) {
    let said = place().shakedown(&[command, "small"]);
    assert_eq!(said.code, Some(2));
    insta::allow_duplicates! {
        insta::assert_snapshot!(said.stderr, @r"
            error: no run `small`: neither a run folder, nor a subject or run under reports
            hint: No run has been recorded there yet: `shakedown run` makes one, `--report-dir` names another folder
            ");
    }
}

#[rstest]
#[case("gate")]
#[case("report")]
fn a_journal_of_nothing_is_named(#[case] command: &str) {
    let place = place();
    std::fs::create_dir(place.path("run")).expect("made");
    place.write("run/journal.jsonl", "");
    let said = place.shakedown(&[command, "./run"]);
    assert_eq!(said.code, Some(2));
    insta::allow_duplicates! {
        insta::assert_snapshot!(said.stderr, @r"
            error: ./run/journal.jsonl holds no whole event
            hint: The run died before its first event was written; run it again
            ");
    }
}

#[test]
fn a_closed_standard_output_is_no_trouble() {
    let place = place();
    let program = assert_cmd::cargo::cargo_bin!("shakedown").display().to_string();
    let mut shell = std::process::Command::new("bash");
    shell.args(["-c", &format!("set -o pipefail; '{program}' schema suite | head -c 1 >/dev/null")]);
    assert_eq!(place.said(shell.current_dir(place.path("."))).code, Some(0));
}
