//! Runs of real package managers, recorded once and judged again here: needs no engine and no network.
//!
//! With `SHAKEDOWN_RECORD` naming a run folder, that run is taken over as the recording of its subject.

#[path = "common/redaction.rs"]
mod redaction;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;
use serde_json::Value;
use shakedown::journal::{self, JOURNAL_FILE, OBSERVATIONS_FILE};
use shakedown::model::{Event, Outcome, Record};
use shakedown::session;

use redaction::{foreign, redacted};

/// The most that all recordings may take, bytes.
const ROOM: u64 = 2_000_000;

/// Events that a replay needs; the others tell of the machine.
const KEPT: [&str; 7] =
    ["run-started", "image-ready", "manager-found", "phase-started", "check-ended", "phase-ended", "run-ended"];

/// Fields of these events that tell of the machine, refer to files that are not kept, or are of no use to a replay.
const DROPPED: [&str; 12] = [
    "host",
    "engine",
    "folder",
    "stdout",
    "stderr",
    "reproduce",
    "hint",
    "hashes",
    "invocation",
    "nearest",
    "looked_at",
    "about",
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recorded")
}

fn recordings() -> Vec<PathBuf> {
    let entries = fs::read_dir(folder()).expect("the recordings").flatten().map(|entry| entry.path());
    let mut found: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    found.sort();
    found
}

fn subject(name: &str) -> String {
    format!("{}/../configs/{name}.yml", env!("CARGO_MANIFEST_DIR"))
}

/// Takes a run over as the recording of its subject.
fn take_over(run: &Path) {
    let text = fs::read_to_string(run.join(JOURNAL_FILE)).expect("a journal");
    let mut lines = Vec::new();
    let mut name = String::new();
    for line in text.lines() {
        let mut event: Value = serde_json::from_str(line).expect("an event");
        if !KEPT.contains(&event["event"].as_str().unwrap_or_default()) {
            continue;
        }
        let fields = event.as_object_mut().expect("a map");
        fields.insert("sequence".to_owned(), lines.len().into());
        for field in DROPPED {
            match fields.get_mut(field) {
                Some(value @ Value::Object(_)) => *value = Value::Object(serde_json::Map::new()),
                Some(Value::String(_)) if ["folder", "about"].contains(&field) => {
                    fields.insert(field.to_owned(), "".into());
                }
                Some(value) => *value = Value::Null,
                None => {}
            }
        }
        if fields.contains_key("hashes") {
            fields.remove("hashes");
        }
        if let Some(started) = fields.get("subject").and_then(Value::as_str) {
            started.clone_into(&mut name);
            fields["setup"]["file"] = format!("configs/{name}.yml").into();
            fields["setup"]["sources"] = Value::Array(Vec::new());
        }
        lines.push(redacted(&event.to_string()));
    }
    let target = folder().join(&name);
    fs::create_dir_all(&target).expect("a folder");
    fs::write(target.join(JOURNAL_FILE), lines.join("\n") + "\n").expect("written");
    let seen = fs::read_to_string(run.join(OBSERVATIONS_FILE)).expect("observations");
    fs::write(target.join(OBSERVATIONS_FILE), redacted(&seen)).expect("written");
}

#[test]
fn recorded_runs_are_judged_as_they_were() {
    if let Some(run) = std::env::var_os("SHAKEDOWN_RECORD") {
        // Relative to the workspace, where the program was run.
        take_over(&Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(run));
    }
    let recordings = recordings();
    assert!(!recordings.is_empty(), "nothing is recorded");
    for recording in recordings {
        let name = recording.file_name().expect("a name").to_string_lossy().into_owned();
        let (envelopes, warnings) = journal::skim(&recording).expect("a journal");
        assert!(warnings.is_empty(), "{name}: {warnings:?}");
        let then = Record::of(&envelopes);
        assert!(envelopes.iter().any(|one| matches!(one.event, Event::RunEnded { .. })), "{name} came to its end");
        let again = session::replay(&recording, Some(&subject(&name)), &[]).expect("replayed");
        assert!(again.warnings.is_empty(), "{name}: {:?}", again.warnings);
        let (mut judged, mut stale, mut wrong) = (0, Vec::new(), BTreeMap::new());
        for check in again.record.checks() {
            let id = &check.ended.check;
            let Some(before) = then.check(id) else { continue };
            match (&before.ended.outcome, &check.ended.outcome) {
                (before, Outcome::Errored { reason }) if before.name() != "errored" => {
                    stale.push(format!("{id}: {reason}"));
                }
                (before, now) if before.name() == now.name() => judged += 1,
                (before, now) => {
                    wrong.insert(id.to_string(), format!("{} then, now {now:?}", before.name()));
                }
            }
        }
        assert!(wrong.is_empty(), "{name}: {wrong:#?}");
        let of = judged + stale.len();
        assert!(100 * judged >= 99 * of && judged > 20, "{name}: {judged} of {of} judged; record anew: {stale:#?}");
    }
}

#[test]
fn one_suite_is_judged_again_with_what_it_needs_and_told_alone() {
    let of_pixi = format!("{}/../suites/pixi.yml", env!("CARGO_MANIFEST_DIR"));
    for suite in ["pixi", &of_pixi] {
        let again = session::replay(&folder().join("pixi"), Some(&subject("pixi")), &[suite.to_owned()]);
        let record = again.expect("replayed").record;
        let ids: Vec<String> = record.checks().map(|check| check.ended.check.to_string()).collect();
        assert!(ids.contains(&"installation/info".to_owned()), "{ids:?}");
        assert!(!ids.contains(&"installation/version".to_owned()), "{ids:?}");
        let passed = record.checks().filter(|check| check.ended.outcome.is_passed()).count();
        assert!(2 * passed > ids.len(), "{passed} of {}", ids.len());
    }
}

#[test]
fn a_recording_that_says_otherwise_is_judged_otherwise() {
    let recording = folder().join("uv");
    let changed = tempfile::tempdir().expect("a folder");
    let version = Regex::new(r"uv \d+\.\d+\.\d+").expect("a constant");
    for file in [JOURNAL_FILE, OBSERVATIONS_FILE] {
        let text = fs::read_to_string(recording.join(file)).expect("recorded");
        // What uv says of its version is another one, wherever it was seen.
        fs::write(changed.path().join(file), version.replace_all(&text, "uv 0.0.1").as_ref()).expect("written");
    }
    let again = session::replay(changed.path(), Some(&subject("uv")), &[]).expect("replayed");
    let failed: Vec<String> = again.differing.iter().map(|(check, _, now)| format!("{check} {}", now.name())).collect();
    assert!(failed.contains(&"installation/version failed".to_owned()), "0.0.1 is too old: {failed:?}");
}

#[test]
fn recordings_hold_nothing_of_the_machine_and_little_in_all() {
    let mut size = 0;
    for recording in recordings() {
        for file in [JOURNAL_FILE, OBSERVATIONS_FILE] {
            let file = recording.join(file);
            let text = fs::read_to_string(&file).expect("recorded");
            size += text.len() as u64;
            assert_eq!(foreign(&text), [""; 0], "{}", file.display());
        }
    }
    assert!(size <= ROOM, "{size} bytes");
}
