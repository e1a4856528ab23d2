//! Runs that are broken off, kept, or killed.

use std::hash::{BuildHasher as _, RandomState};
use std::io::{BufRead as _, BufReader};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use crate::machine::{Machine, on_engine};
use crate::place::{Place, Said};

/// A run that goes on until it is broken off.
struct Going {
    child: Child,
    lines: Box<dyn Iterator<Item = String>>,
    seen: Vec<String>,
}

impl Going {
    fn start(place: &Place) -> Self {
        Self::of(&mut place.command(&["run", "subject.yml", "--progress", "plain", "-v"]))
    }

    fn of(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
        let stderr = BufReader::new(child.stderr.take().expect("piped"));
        Self { child, lines: Box::new(stderr.lines().map_while(Result::ok)), seen: Vec::new() }
    }

    /// Waits until a line of standard error contains this.
    fn until(&mut self, words: &str) {
        for line in self.lines.by_ref() {
            let found = line.contains(words);
            self.seen.push(line);
            if found {
                return;
            }
        }
        panic!("it never said `{words}`: {}", self.seen.join("\n"));
    }

    fn signal(&self, name: &str) {
        let status = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status();
        assert!(status.expect("kill starts").success());
    }

    fn end(mut self) -> (Option<i32>, String) {
        let rest: Vec<String> = self.lines.by_ref().collect();
        let status = self.child.wait().expect("it ends");
        self.seen.extend(rest);
        (status.code(), self.seen.join("\n"))
    }
}

/// Breaks a run off when it says these words, and looks at what it leaves.
fn broken_off(name: &str, signal: &str, words: &str, prepare: impl FnOnce(&Machine, &Place)) {
    on_engine(name, |machine, place| {
        prepare(machine, place);
        let mut going = Going::start(place);
        going.until(words);
        going.signal(signal);
        let (code, stderr) = going.end();
        assert_eq!(code, Some(130), "{stderr}");
        assert!(stderr.contains("Interrupted; what was made is removed"), "{stderr}");
        assert!(!stderr.contains("panicked"), "{stderr}");
        let report = place.report();
        assert_eq!(report["verdict"]["exit"], 130, "{report}");
        assert!(place.reasons().contains("The run was interrupted."), "{report}");
        let markdown = std::fs::read_to_string(place.run().join("report.md")).expect("report.md");
        assert!(markdown.contains("interrupted"), "{markdown}");
        let said = place.shakedown(&["gate", &place.name]);
        assert_eq!(said.code, Some(130), "{}", said.stdout);
    });
}

fn hanging_build(machine: &Machine, place: &Place) {
    place.write("Dockerfile", "ARG BASE\nFROM ${BASE}\nRUN echo begun && sleep 1000\n");
    let stage = "{name: stage-1, dockerfile: Dockerfile, cache: false}";
    place.subject(&format!("image:\n  base: {}\n  stages: [{stage}]\n", machine.image));
}

fn hanging_check(_: &Machine, place: &Place) {
    place.checks(&[
        "{id: first, about: A command works., run: [\"true\"]}",
        "{id: hangs, about: A command ends., needs: [installation/first], run: [sleep, \"1000\"], timeout: 10min}",
    ]);
}

#[test]
fn ctrl_c_during_a_build_leaves_nothing_but_a_report() {
    broken_off("int-build", "INT", "begun", hanging_build);
}

#[test]
fn a_polite_kill_during_a_build_leaves_nothing_but_a_report() {
    broken_off("term-build", "TERM", "begun", hanging_build);
}

#[test]
fn ctrl_c_during_the_checks_leaves_nothing_but_a_report() {
    broken_off("int-checks", "INT", "installation/first", hanging_check);
}

#[test]
fn a_polite_kill_during_the_checks_leaves_nothing_but_a_report() {
    broken_off("term-checks", "TERM", "installation/first", hanging_check);
}

#[test]
fn the_end_of_the_terminal_during_the_checks_leaves_nothing_but_a_report() {
    broken_off("hup-checks", "HUP", "installation/first", hanging_check);
}

#[test]
fn ctrl_c_while_a_container_becomes_ready_leaves_nothing_but_a_report() {
    broken_off("int-ready", "INT", "cli-int-ready", |machine, place| {
        place.subject(&format!("image: {{use: '{}'}}\nready: {{file: /tmp/up, within: 10min}}\n", machine.image));
    });
}

#[test]
fn ctrl_c_while_an_engine_is_awaited_leaves_a_report() {
    let place = Place::new("int-engine", "any:latest");
    let socket = place.path("silent.sock");
    let listener = UnixListener::bind(&socket).expect("a socket");
    let mut command = place.command(&["run", "subject.yml", "--progress", "plain"]);
    command.env("DOCKER_HOST", format!("unix://{}", socket.display()));
    let going = Going::of(&mut command);
    let asked = listener.accept().expect("it asks the engine");
    going.signal("INT");
    let (code, stderr) = going.end();
    drop(asked);
    assert_eq!(code, Some(130), "{stderr}");
    assert_eq!(place.report()["verdict"]["exit"], 130);
}

#[test]
fn ctrl_c_ends_a_build_alone_with_130() {
    on_engine("int-alone", |machine, place| {
        hanging_build(machine, place);
        let mut going = Going::of(&mut place.command(&["build", "subject.yml", "--progress", "plain", "-v"]));
        going.until("begun");
        going.signal("INT");
        let (code, stderr) = going.end();
        assert_eq!(code, Some(130), "{stderr}");
    });
}

#[test]
fn a_kept_container_is_named_stays_and_goes_with_clean() {
    on_engine("keep", |machine, place| {
        let said: Said = place.with_engine(&["run", "subject.yml", "--keep"]);
        assert_eq!(said.code, Some(0), "{}", said.stderr);
        assert!(said.stderr.contains("docker exec -it shakedown-[run]-main sh"), "{}", said.stderr);
        let run = place.run().file_name().expect("a name").to_string_lossy().into_owned();
        let container = format!("shakedown-{run}-main");
        let said = place.with_engine(&["clean"]);
        assert_eq!(said.code, Some(0), "{}{}", said.stdout, said.stderr);
        assert!(machine.left_of(&run).contains(&format!("/{container}")), "{:?}", machine.left_of(&run));
        machine.remove_container(&container);
        let said = place.with_engine(&["clean"]);
        assert_eq!(said.code, Some(0), "{}{}", said.stdout, said.stderr);
    });
}

#[test]
fn what_a_run_killed_during_its_checks_leaves_goes_with_clean() {
    killed("kill-checks", "installation/first", hanging_check);
}

#[test]
fn what_a_run_killed_during_its_build_leaves_goes_with_clean() {
    killed("kill-build", "begun", hanging_build);
}

/// Kills a run when it says these words, and looks at what is left after `clean`.
fn killed(name: &str, words: &str, prepare: impl FnOnce(&Machine, &Place)) {
    on_engine(name, |machine, place| {
        prepare(machine, place);
        let mut going = Going::start(place);
        going.until(words);
        let said = place.shakedown(&["report", &place.name]);
        assert!(said.stderr.contains("the run still goes on"), "{}", said.stderr);
        assert!(!place.run().join("report.md").exists(), "the folder of a living run is its own");
        going.signal("KILL");
        assert_eq!(going.end().0, None);
        let grown = std::fs::read_to_string(place.run().join("report.tap")).expect("report.tap");
        assert!(grown.starts_with("TAP version 13\n1..") && grown.ends_with('\n'), "{grown}");
        assert_eq!(place.shakedown(&["report", &place.name]).code, Some(0));
        let whole = std::fs::read_to_string(place.run().join("report.tap")).expect("report.tap");
        assert!(whole.strip_prefix(&grown).is_some_and(|rest| rest.starts_with("Bail out! the run died")), "{whole}");
        assert_eq!(place.report()["ending"], serde_json::Value::Null);
        let run = place.run().file_name().expect("a name").to_string_lossy().into_owned();
        // Its lease ends with its process, as soon as the engine has seen the stream end.
        machine.until_lease_is_gone(&run);
        assert_eq!(place.with_engine(&["clean"]).code, Some(0));
        assert_eq!(place.shakedown(&["gate", "./reports"]).code, Some(2));
        let said = place.shakedown(&["gate", &place.name]);
        assert_eq!(said.code, Some(3), "{}", said.stderr);
        assert!(said.stdout.contains("The run was interrupted: it did not come to its end"), "{}", said.stdout);
    });
}

#[test]
fn a_run_killed_at_any_moment_reports_what_was_seen_until_then() {
    on_engine("kill-any", |machine, place| {
        let check = |number| format!("{{id: c{number}, about: A command works., run: [sleep, \"0.02\"]}}");
        let checks: Vec<String> = (0..20).map(check).collect();
        place.checks(&checks.iter().map(String::as_str).collect::<Vec<_>>());
        let run = ["run", "subject.yml", "--jobs", "1", "--quiet"];
        let began = Instant::now();
        assert_eq!(place.with_engine(&run).code, Some(0));
        let whole = began.elapsed();
        for _ in 0..20 {
            let known = place.runs();
            let mut child = place.command(&run).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
            let moment = whole.mul_f64(RandomState::new().hash_one(0) as f64 / u64::MAX as f64);
            std::thread::sleep(moment);
            child.kill().expect("killed");
            child.wait().expect("it ends");
            // One that was killed before it had a folder left nothing to report.
            for folder in place.runs().iter().filter(|folder| !known.contains(folder)) {
                reports_what_was_seen(place, folder);
                machine.until_lease_is_gone(&folder.file_name().expect("a name").to_string_lossy());
            }
        }
        assert_eq!(place.with_engine(&["clean"]).code, Some(0));
        // Of one that was killed before its lease ran it cannot be told for two minutes that it does not live.
        for run in place.runs() {
            let run = run.file_name().expect("a name").to_string_lossy().into_owned();
            let lease = format!("shakedown-{run}-lease");
            if machine.left_of(&run).contains(&format!("/{lease}")) {
                machine.remove_container(&lease);
            }
        }
    });
}

/// Makes the reports of a run that was killed, and holds them against its journal.
fn reports_what_was_seen(place: &Place, folder: &Path) {
    let text = |file: &str| std::fs::read_to_string(folder.join(file)).unwrap_or_default();
    let (journal, grown) = (text("journal.jsonl"), text("report.tap"));
    let said = place.with_engine(&["report", &folder.display().to_string()]);
    if !journal.contains('\n') {
        assert_eq!(said.code, Some(2), "without an event there is nothing to tell: {}", said.stderr);
        return;
    }
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    assert!(text("report.tap").starts_with(&grown), "{grown}");
    let ended = journal.matches("\"event\":\"check-ended\"").count();
    let told = grown.lines().filter(|line| line.starts_with("ok ")).count();
    assert!(ended - told <= 1, "the protocol grows with the journal: {told} of {ended}");
    let report: serde_json::Value = serde_json::from_str(&text("report.json")).expect("JSON");
    assert_eq!(report["ending"].is_null(), !journal.contains("\"event\":\"run-ended\""), "{}", report["ending"]);
    assert_eq!(report["rate"]["passed"], ended);
}
