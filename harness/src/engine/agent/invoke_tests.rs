use rstest::rstest;
use shakedown_agent::wire::Killer;

use super::*;
use crate::model::{Kill, Limits};

fn report(status: Status) -> Report {
    Report {
        status,
        wall_ns: 1_500_000,
        user_us: 2000,
        system_us: 500,
        queued_ns: Some(400_000),
        max_rss_kib: 1000,
        tree_peak_kib: None,
        stdout_seen: 0,
        stdout_cut: 0,
        stderr_seen: 0,
        stderr_cut: 0,
        left_children: false,
        survivors: 0,
    }
}

#[rstest]
#[case(Status::Exited { code: 3 }, ExitStatus::Exited(3))]
#[case(Status::Signalled { signal: 11 }, ExitStatus::Signalled(11))]
#[case(Status::TimedOut, ExitStatus::TimedOut)]
#[case(Status::Killed { by: Killer::Time, ended: Ended::Signalled { signal: 9 } }, ExitStatus::Killed)]
#[case(Status::Killed { by: Killer::Path, ended: Ended::Exited { code: 0 } }, ExitStatus::Exited(0))]
fn what_the_agent_reports_is_what_was_seen(#[case] reported: Status, #[case] seen: ExitStatus) {
    assert_eq!(status(&report(reported)), Ok(seen));
}

#[test]
fn a_missing_program_is_an_observation() {
    let missing = Status::NotStarted { errno: 2, step: "execute x".to_owned() };
    let seen = status(&report(missing)).expect("an observation");
    assert_eq!(seen.code(), Some(127));
    let ExitStatus::NotStarted { reason, .. } = seen else { panic!("{seen:?}") };
    insta::assert_snapshot!(reason, @"execute x: No such file or directory (os error 2)");
}

#[test]
fn a_lack_of_processes_is_the_environments_fault() {
    let exhausted = Status::NotStarted { errno: 11, step: "fork".to_owned() };
    let error = status(&report(exhausted)).expect_err("the environment's fault");
    insta::assert_snapshot!(error, @"fork: Resource temporarily unavailable (os error 11)");
}

#[test]
fn a_killed_warden_is_the_environments_fault() {
    assert!(status(&report(Status::Lost)).is_err());
}

#[test]
fn the_memory_of_the_tree_counts_when_it_is_more_than_the_largest_process() {
    let mut figures = report(Status::Exited { code: 0 });
    assert_eq!(usage(&figures).memory, Some(1000 * 1024));
    assert_eq!(usage(&figures).memory_source, "largest process (wait4)");
    assert_eq!(usage(&figures).processor, Some(Duration::from_micros(2500)));
    figures.tree_peak_kib = Some(3000);
    assert_eq!(usage(&figures).memory, Some(3000 * 1024));
    assert_eq!(usage(&figures).memory_source, "tree, sampled");
}

#[test]
fn a_character_cut_in_two_by_the_cap_makes_nothing_binary() {
    let cut = captured("aé".as_bytes().split_at(2).0, 100, 98);
    assert_eq!((cut.text.as_str(), cut.binary, cut.cut), ("a", false, 98));
    let binary = captured(b"a\xff\x00", 3, 0);
    assert!(binary.binary);
    assert_eq!(binary.text, "a\u{fffd}\0");
}

#[test]
fn everything_of_an_invocation_reaches_the_agent() {
    let mut invocation = Invocation::new(["sh", "-c", "true"]);
    invocation.environment.insert("A".to_owned(), Some("1".to_owned()));
    invocation.environment.insert("B".to_owned(), None);
    invocation.directory = Some("/tmp".to_owned());
    invocation.stdin = Some("in".to_owned());
    invocation.deadline = Duration::from_millis(1500);
    invocation.limits = Limits { open_files: Some(10), file_size: Some(20) };
    invocation.kill = Some(Kill { trigger: Trigger::Appears("/x".to_owned()), signal: 15 });
    let expected = wire::Spec {
        argv: vec![b"sh".to_vec(), b"-c".to_vec(), b"true".to_vec()],
        set: vec![(b"A".to_vec(), b"1".to_vec())],
        remove: vec![b"B".to_vec()],
        cwd: Some(b"/tmp".to_vec()),
        stdin: Some(b"in".to_vec()),
        deadline_ms: Some(1500),
        output_cap: OUTPUT_CAP,
        limits: wire::Limits { open_files: Some(10), file_size: Some(20) },
        kill_when: Some(wire::KillWhen { path: b"/x".to_vec(), signal: 15 }),
        kill_after: None,
    };
    assert_eq!(spec(&invocation), expected);
}
