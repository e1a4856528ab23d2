//! `reports/sample/`: the reports of a real run, committed so that they can be looked at without one. They are made of
//! the run's journal beside them, from which the machine's own hosts and addresses are gone.
//!
//! With `SHAKEDOWN_SAMPLE` naming a run folder, that run is taken over as the sample; with `SHAKEDOWN_WRITE_SAMPLE=1` the
//! reports are made again of the journal that is there.

#[path = "common/redaction.rs"]
mod redaction;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use shakedown::journal::{self, JOURNAL_FILE};
use shakedown::model::{Outcome, Record};
use shakedown::report::Format;

use redaction::{foreign, redacted};

/// The most that the sample may take, bytes.
const ROOM: usize = 2_200_000;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn sample() -> PathBuf {
    root().join("reports/sample")
}

/// Takes a run over: its journal, redacted, with what those checks printed that did not pass.
fn take_over(run: &Path) {
    let sample = sample();
    let _ = fs::remove_dir_all(sample.join("outputs"));
    fs::create_dir_all(sample.join("outputs")).expect("made");
    let text = fs::read_to_string(run.join(JOURNAL_FILE)).expect("a journal");
    let mut lines = String::new();
    for line in text.lines() {
        let mut event: Value = serde_json::from_str(line).expect("an event");
        let passed = event["outcome"]["outcome"] == "passed";
        for stream in ["stdout", "stderr"] {
            let Some(file) = event.get(stream).and_then(Value::as_str).map(str::to_owned) else { continue };
            if passed {
                event[stream] = Value::Null;
            } else if !file.is_empty() {
                let printed = fs::read_to_string(run.join(&file)).expect("what a check printed");
                fs::write(sample.join(&file), redacted(&printed)).expect("written");
            }
        }
        lines += &redacted(&event.to_string());
        lines.push('\n');
    }
    fs::write(sample.join(JOURNAL_FILE), lines).expect("written");
}

fn record() -> Record {
    let (events, warnings) = journal::read(&sample()).expect("a journal");
    assert!(warnings.is_empty(), "{warnings:?}");
    Record::of(&events)
}

/// Every report by its file's name.
fn reports() -> BTreeMap<&'static str, String> {
    let record = record();
    let verdict = record.verdict.clone().expect("a verdict");
    let render = |format: &'static Format| (format.file, (format.render)(&record, &verdict).expect("a report"));
    Format::all().map(render).collect()
}

#[test]
fn the_committed_sample_is_what_is_made_of_its_journal() {
    let run = std::env::var_os("SHAKEDOWN_SAMPLE");
    if let Some(run) = &run {
        // Relative to the workspace, where the program was run.
        take_over(&root().join(run));
    }
    let write = run.is_some() || std::env::var_os("SHAKEDOWN_WRITE_SAMPLE").is_some();
    for (file, text) in reports() {
        let path = sample().join(file);
        if write {
            fs::write(&path, &text).expect("written");
        }
        let committed = fs::read_to_string(&path).unwrap_or_default();
        let anew = "SHAKEDOWN_WRITE_SAMPLE=1 cargo test --test sample";
        assert!(committed == text, "{} is out of date; write it anew: {anew}", path.display());
    }
}

#[test]
fn the_sample_has_something_to_show() {
    let record = record();
    assert!(record.start.whole);
    assert!(record.checks().any(|check| matches!(check.ended.outcome, Outcome::Failed(_))));
    let listed = fs::read_to_string(root().join("docs/README.md")).expect("readable");
    assert!(listed.contains("(../reports/sample/README.md)"), "docs/README.md names it");
    let readme = fs::read_to_string(sample().join("README.md")).expect("readable");
    for file in reports().keys() {
        assert!(readme.contains(&format!("]({file})")), "README.md of the sample names {file}");
    }
}

#[test]
fn the_sample_holds_nothing_of_the_machine_and_little_in_all() {
    // Where no check that failed printed anything there is no folder of outputs.
    let outputs = fs::read_dir(sample().join("outputs")).into_iter().flatten();
    let files = fs::read_dir(sample()).expect("readable").chain(outputs).map(|entry| entry.expect("readable").path());
    let mut size = 0;
    for file in files.filter(|path| path.is_file()) {
        let text = fs::read_to_string(&file).expect("a text");
        assert_eq!(foreign(&text), [""; 0], "{}", file.display());
        size += text.len();
    }
    assert!(size <= ROOM, "{size} bytes");
}
