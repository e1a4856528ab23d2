//! How invocations are brought to an end, and that nothing outlives them.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::Client;
use crate::surroundings::{Folder, PATIENCE, bytes, count_of, own, runs, until};
use shakedown_agent::wire::{Ended, KillAfter, KillWhen, Killer, Message as _, Question, Reply, Request, Spec, Status};

const AGENT: &str = env!("CARGO_BIN_EXE_shakedown-agent");

/// Longer than anything here may take; what is not killed sleeps longer.
const DEADLINE: Option<u64> = Some(PATIENCE.as_secs() * 1000);

/// A script that leaves a `sleep` of so many seconds in a session of its own and waits.
fn escape(seconds: &str) -> String {
    format!("setsid sleep {seconds} & sleep {seconds}")
}

/// Begins the script of [`escape`] and waits until its processes are there: a shell can speak before they are.
fn begin_escape(agent: &mut Client, seconds: &str) -> u64 {
    let id = agent.begin(Spec::new(["sh", "-c", &escape(seconds)]));
    until("both sleep", || count_of(seconds) == 2);
    id
}

#[test]
fn the_deadline_kills_the_whole_tree_in_time() {
    let mut agent = Client::start(AGENT);
    let seconds = own(3101);
    let spec = Spec { deadline_ms: Some(300), ..Spec::new(["sh", "-c", &escape(&seconds)]) };
    let started = Instant::now();
    let report = agent.run(spec).report;
    let took = started.elapsed();
    assert_eq!(report.status, Status::TimedOut);
    assert!((Duration::from_millis(300)..PATIENCE).contains(&took), "{took:?}");
    assert!(report.tree_peak_kib.is_some());
    assert!(!runs(&seconds));
}

#[test]
fn the_end_of_the_stream_kills_everything() {
    let mut agent = Client::start(AGENT);
    let seconds = own(3102);
    begin_escape(&mut agent, &seconds);
    assert_eq!(agent.close(), Some(0));
    assert!(!runs(&seconds));
}

#[test]
fn the_death_of_the_agent_kills_everything() {
    let mut agent = Client::start(AGENT);
    let seconds = own(3103);
    begin_escape(&mut agent, &seconds);
    agent.child.kill().expect("the agent can be killed");
    agent.child.wait().expect("the agent can be waited for");
    until("all are killed", || !runs(&seconds));
}

#[test]
fn the_death_of_a_warden_is_reported_and_leaves_nothing() {
    let mut agent = Client::start(AGENT);
    let seconds = own(3104);
    let id = begin_escape(&mut agent, &seconds);
    let warden = agent.wardens()[0].pid;
    let kill = Command::new("kill").args(["-9", &warden.to_string()]).status().expect("kill runs");
    assert!(kill.success());
    assert_eq!(agent.finish(id).report.status, Status::Lost);
    assert!(!runs(&seconds));
}

#[test]
fn children_left_behind_are_told_of_and_killed() {
    let mut agent = Client::start(AGENT);
    let seconds = own(3105);
    for redirected in ["", ">/dev/null 2>&1 </dev/null"] {
        let script = format!("setsid sleep {seconds} {redirected} & exit 0");
        let report = agent.shell(&script).report;
        assert_eq!(report.status, Status::Exited { code: 0 });
        assert!(report.left_children, "{script}");
        assert!(Duration::from_nanos(report.wall_ns) < PATIENCE);
        assert!(!runs(&seconds));
    }
}

#[test]
fn a_cancelled_invocation_is_killed_and_the_others_go_on() {
    let mut agent = Client::start(AGENT);
    let other = agent.begin(Spec::new(["sh", "-c", "sleep 0.4; echo done"]));
    let seconds = own(3106);
    let id = begin_escape(&mut agent, &seconds);
    agent.send(&Request::Cancel { id });
    let ended = Ended::Signalled { signal: 9 };
    assert_eq!(agent.finish(id).report.status, Status::Killed { by: Killer::Cancel, ended });
    assert!(!runs(&seconds));
    assert_eq!(agent.finish(other).stdout, b"done\n");
}

#[test]
fn a_path_that_appears_kills_the_tree() {
    let folder = Folder::new();
    let mark = folder.join("mark");
    let mut agent = Client::start(AGENT);
    let path = mark.to_str().expect("paths of tests are text");
    let spec = |signal, script: &str| Spec {
        kill_when: Some(KillWhen { path: bytes(path), signal }),
        deadline_ms: DEADLINE,
        ..Spec::new(["sh", "-c", script, path])
    };
    let seconds = own(3107);
    let outcome = agent.run(spec(9, &format!(": > \"$0\"; sleep {seconds}")));
    let ended = Ended::Signalled { signal: 9 };
    assert_eq!(outcome.report.status, Status::Killed { by: Killer::Path, ended });
    assert!(!runs(&seconds));
    fs::remove_file(&mark).expect("the mark was made");
    let outcome = agent.run(spec(15, "trap 'echo caught; exit 5' TERM; : > \"$0\"; while :; do sleep 0.01; done"));
    assert_eq!(outcome.report.status, Status::Killed { by: Killer::Path, ended: Ended::Exited { code: 5 } });
    assert_eq!(outcome.stdout, b"caught\n");
}

#[test]
fn a_time_that_is_over_kills_the_tree() {
    let seconds = own(3108);
    let spec = Spec {
        kill_after: Some(KillAfter { after_ms: 100, signal: 9 }),
        deadline_ms: DEADLINE,
        ..Spec::new(["sh", "-c", &escape(&seconds)])
    };
    let report = Client::start(AGENT).run(spec).report;
    let ended = Ended::Signalled { signal: 9 };
    assert_eq!(report.status, Status::Killed { by: Killer::Time, ended });
    assert!((Duration::from_millis(100)..PATIENCE).contains(&Duration::from_nanos(report.wall_ns)), "{report:?}");
    assert!(!runs(&seconds));
}

#[test]
fn a_slow_reader_gets_everything_and_the_deadline_still_holds() {
    let mut agent = Client::start(AGENT);
    let endless = agent.begin(Spec {
        deadline_ms: Some(2000),
        output_cap: u64::MAX,
        ..Spec::new(["sh", "-c", "echo first; exec yes"])
    });
    agent.await_output(endless);
    // None where a machine is so loaded that the deadline has come by now.
    let main = agent.below_wardens().first().map(|process| format!("/proc/{}", process.pid));
    let numbers = agent.begin(Spec { output_cap: u64::MAX, ..Spec::new(["seq", "1000000"]) });
    // From here on nothing is read until the deadline has done its work.
    until("the deadline holds", || !main.as_ref().is_some_and(|main| Path::new(main).exists()));
    let status = fs::read_to_string(format!("/proc/{}/status", agent.hello.pid)).expect("the agent lives");
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("the kernel tells");
    let peak: u64 = peak.trim().trim_end_matches(" kB").parse().expect("a number");
    assert!(peak < 8_000, "the agent took {peak} KiB");
    let expected: Vec<u8> = (1..=1_000_000).flat_map(|number| format!("{number}\n").into_bytes()).collect();
    assert!(agent.finish(numbers).stdout == expected, "every number arrives in order");
    let outcome = agent.finish(endless);
    assert_eq!(outcome.report.status, Status::TimedOut);
    assert_eq!(outcome.report.stdout_seen, outcome.stdout.len() as u64);
}

#[test]
fn many_questions_without_reading_do_not_fill_the_memory() {
    let mut agent = Client::start(AGENT);
    let mut input = agent.input.take().expect("the stream is open");
    let writer = std::thread::spawn(move || {
        for id in 1000..6000 {
            let frame = Request::Ask { id, question: Question::Environment }.encode();
            input.write_all(&frame.expect("it fits")).expect("the agent reads in time");
        }
        input
    });
    let mut answers = 0;
    while answers < 5000 {
        assert!(matches!(agent.receive(), Some(Reply::Answer { id, .. }) if id == 1000 + answers));
        answers += 1;
    }
    agent.input = Some(writer.join().expect("all was sent"));
    assert_eq!(agent.close(), Some(0));
}

#[test]
fn nonsense_on_the_stream_ends_the_agent_with_an_error() {
    let mut command = Command::new(AGENT);
    command.arg("serve").stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the agent starts");
    let mut input = child.stdin.take().expect("stdin is piped");
    input.write_all(&[255; 64]).expect("the agent reads");
    let mut message = String::new();
    child.stderr.take().expect("stderr is piped").read_to_string(&mut message).expect("text");
    assert_eq!(child.wait().expect("it ends").code(), Some(1));
    assert!(message.contains("is longer than"), "{message}");
}

#[test]
fn hold_leaves_at_once_when_told_and_a_lease_when_nobody_holds_it() {
    for (signal, number) in [("TERM", 15), ("INT", 2), ("QUIT", 3)] {
        let mut holder = Command::new(AGENT).arg("hold").spawn().expect("the agent starts");
        until("the kernel shows its handler", || {
            let status = fs::read_to_string(format!("/proc/{}/status", holder.id())).unwrap_or_default();
            let mask = status.lines().find_map(|line| line.strip_prefix("SigCgt:").map(|mask| mask.trim().to_owned()));
            let mask = mask.and_then(|mask| u64::from_str_radix(&mask, 16).ok());
            mask.is_some_and(|mask| mask & (1 << (number - 1)) != 0)
        });
        let kill = Command::new("kill").args(["-s", signal, &holder.id().to_string()]).status();
        assert!(kill.expect("kill runs").success());
        until("it leaves", || holder.try_wait().expect("it can be asked").is_some());
        assert_eq!(holder.wait().expect("it ends").code(), Some(0), "{signal}");
    }
    let mut lease = Command::new(AGENT).arg("lease").stdin(Stdio::piped()).spawn().expect("the agent starts");
    lease.stdin.as_mut().expect("stdin is piped").write_all(b"alive").expect("the lease reads");
    assert!(lease.try_wait().expect("it can be asked").is_none());
    drop(lease.stdin.take());
    assert_eq!(lease.wait().expect("it ends").code(), Some(0));
}

#[test]
fn an_unknown_mode_is_refused_with_the_usage() {
    let output = Command::new(AGENT).arg("dance").output().expect("the agent starts");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(output.stderr, b"usage: shakedown-agent serve|hold|lease|usage PATH...|version\n");
}
