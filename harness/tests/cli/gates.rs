//! `shakedown gate` by verdict files, and runs in a row: what needs no engine.

use std::process::Command;

use crate::place::Place;

fn verdict(place: &Place, file: &str, changes: &[(&str, &str)]) {
    let text = r#"{
  "schema": 1, "verdict": "stable", "exit": 0, "reasons": [], "run": "20261120T121005Z-3fa2", "subject": "uv",
  "image": "sha256:aa", "platform": "linux/amd64", "platforms": [], "whole": true,
  "rate": {"passed": 6, "counted": 6, "percent": 100.0}, "trust": "image", "shakedown": "0.1.0"
}
"#;
    place.write(file, &changes.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to)));
}

/// A key pair, as people make it.
fn keys(place: &Place, name: &str) {
    let (private, public) = (format!("{name}.pem"), format!("{name}.pub"));
    for arguments in [
        vec!["genpkey", "-algorithm", "ed25519", "-out", &private],
        vec!["pkey", "-in", &private, "-pubout", "-out", &public],
    ] {
        let output = Command::new("openssl").args(&arguments).current_dir(place.path(".")).output().expect("openssl");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn verdict_files_answer_by_themselves() {
    let place = Place::new("gate-files", "any:1");
    verdict(&place, "good.json", &[]);
    let said = place.shakedown(&["gate", "--verdict", "good.json"]);
    assert_eq!((said.code, said.stdout.as_str()), (Some(0), "stable\n"), "{}", said.stderr);
    verdict(&place, "bad.json", &[("\"stable\"", "\"not-stable\""), ("[], \"run\"", "[\"Failed: a/b.\"], \"run\"")]);
    let said = place.shakedown(&["gate", "--verdict", "bad.json"]);
    assert_eq!(said.code, Some(1));
    assert_eq!(said.stdout, "not stable\n- Run [run] is not stable on linux/amd64. Failed: a/b.\n");
    verdict(&place, "narrow.json", &[("\"whole\": true", "\"whole\": false")]);
    assert_eq!(place.shakedown(&["gate", "--verdict", "narrow.json"]).code, Some(3));
    verdict(&place, "host.json", &[("\"trust\": \"image\"", "\"trust\": \"host\"")]);
    assert_eq!(place.shakedown(&["gate", "--verdict", "host.json"]).code, Some(3));
}

#[test]
fn every_required_platform_must_be_among_the_files() {
    let place = Place::new("gate-platforms", "any:1");
    let both = ("\"platforms\": []", "\"alone\": \"stable\", \"platforms\": [\"linux/amd64\", \"linux/arm64\"]");
    let lacking = ("\"verdict\": \"stable\"", "\"verdict\": \"inconclusive\"");
    verdict(&place, "amd64.json", &[both, lacking]);
    verdict(
        &place,
        "arm64.json",
        &[("\"linux/amd64\", \"platforms\"", "\"linux/arm64\", \"platforms\""), both, lacking],
    );
    let said = place.shakedown(&["gate", "--verdict", "amd64.json"]);
    assert_eq!(said.code, Some(3));
    assert_eq!(said.stdout, "inconclusive\n- There is no verdict for linux/arm64, which the policy requires.\n");
    let said = place.shakedown(&["gate", "--verdict", "amd64.json", "--verdict", "arm64.json"]);
    assert_eq!((said.code, said.stdout.as_str()), (Some(0), "stable\n"));
}

#[test]
fn only_signed_files_are_trusted_where_a_key_is_given() {
    let place = Place::new("gate-signed", "any:1");
    verdict(&place, "verdict.json", &[]);
    keys(&place, "mine");
    keys(&place, "other");
    let verify = |key: &str| place.shakedown(&["gate", "--verdict", "verdict.json", "--verify", key]);
    let unsigned = verify("mine.pub");
    assert_eq!(unsigned.code, Some(3));
    assert!(unsigned.stderr.contains("is not signed: there is no verdict.json.sig"), "{}", unsigned.stderr);
    let signed = place.shakedown(&["gate", "--verdict", "verdict.json", "--sign", "mine.pem"]);
    assert_eq!((signed.code, signed.stderr.as_str()), (Some(0), "signed: verdict.json.sig\n"));
    assert_eq!(verify("mine.pub").code, Some(0));
    let wrong = verify("other.pub");
    assert_eq!((wrong.code, wrong.stdout.as_str()), (Some(3), ""));
    assert!(wrong.stderr.contains("the signature does not fit"), "{}", wrong.stderr);
    assert_eq!(verify("mine.pem").code, Some(2), "a private key is no public one");
    verdict(&place, "verdict.json", &[("sha256:aa", "sha256:bb")]);
    assert_eq!(verify("mine.pub").code, Some(3), "it was altered");
}

#[test]
fn a_file_that_says_otherwise_than_its_journal_is_neither_signed_nor_believed() {
    let place = Place::new("gate-altered", "any:1");
    keys(&place, "mine");
    assert_eq!(place.shakedown(&["run", "subject.yml"]).code, Some(3), "there is no engine");
    let said = place.shakedown(&["gate", &place.name, "--sign", "mine.pem"]);
    assert!(said.code == Some(3) && said.stderr.contains("signed: "), "{}", said.stderr);
    assert_eq!(place.shakedown(&["gate", &place.name, "--verify", "mine.pub"]).code, Some(3));
    let file = place.run().join("verdict.json");
    let text = std::fs::read_to_string(&file).expect("a verdict");
    std::fs::write(&file, text.replace("\"inconclusive\"", "\"stable\"")).expect("written");
    std::fs::remove_file(place.run().join("verdict.json.sig")).expect("removed");
    let said = place.shakedown(&["gate", &place.name, "--sign", "mine.pem"]);
    assert_eq!((said.code, said.stdout.as_str()), (Some(3), ""), "{}", said.stderr);
    assert!(said.stderr.contains("does not say what the journal beside it"), "{}", said.stderr);
    assert!(!place.run().join("verdict.json.sig").exists(), "nobody vouches for it");
}

#[test]
fn what_is_no_verdict_no_key_or_no_run_is_told_with_the_way_out() {
    let place = Place::new("gate-mistakes", "any:1");
    place.write("none.json", "{}");
    let said = place.shakedown(&["gate", "--verdict", "none.json"]);
    assert_eq!(said.code, Some(3));
    assert!(
        said.stderr.starts_with("error: none.json says nothing: it is no verdict.json: missing field"),
        "{}",
        said.stderr
    );
    assert_eq!(place.shakedown(&["gate", "--verdict", "absent.json"]).code, Some(2));
    assert_eq!(place.shakedown(&["gate"]).code, Some(2));
    assert_eq!(place.shakedown(&["run", "subject.yml", "--sign", "none.json"]).code, Some(2));
    for arguments in [&["history", "uv"][..], &["compare", "uv", "uv"], &["run", "subject.yml", "--last-failed"]] {
        let said = place.shakedown(arguments);
        assert_eq!(said.code, Some(2), "{arguments:?}: {}", said.stderr);
        assert!(said.stderr.contains("No run has been recorded there yet"), "{arguments:?}: {}", said.stderr);
    }
    let said = place.shakedown(&["run", "subject.yml", "--baseline", "uv"]);
    assert_eq!((said.code, place.runs().len()), (Some(2), 0), "{}", said.stderr);
}

#[test]
fn runs_in_a_row_are_shown_and_compared() {
    let place = Place::new("gate-history", "any:1");
    for _ in 0..2 {
        assert_eq!(place.shakedown(&["run", "subject.yml"]).code, Some(3), "there is no engine");
    }
    let said = place.shakedown(&["history", &place.name]);
    assert_eq!(
        (said.code, said.stdout.matches("inconclusive").count()),
        (Some(0), 2),
        "{}{}",
        said.stdout,
        said.stderr
    );
    let said = place.shakedown(&["history", &place.name, "--costs", "--format", "json"]);
    let value: serde_json::Value = serde_json::from_str(&said.stdout).expect("JSON");
    assert_eq!(value["runs"].as_array().map(Vec::len), Some(2));
    // The file that `run` takes names the subject here, too.
    for arguments in [&["history", "subject.yml"][..], &["report", "subject.yml"]] {
        assert_eq!(place.shakedown(arguments).code, Some(0), "{arguments:?}");
    }
    assert_eq!(place.shakedown(&["gate", "./subject.yml"]).code, Some(3));
    let runs: Vec<String> = place.runs().iter().map(|run| run.display().to_string()).collect();
    let said = place.shakedown(&["compare", &runs[0], &runs[1]]);
    assert_eq!((said.code, said.stdout.as_str()), (Some(0), "[run] → [run]\n\nnothing got worse\n"));
}
