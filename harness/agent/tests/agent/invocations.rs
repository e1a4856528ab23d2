//! Invocations, through the real program.

use std::fs;
use std::os::unix::fs::symlink;
use std::time::Duration;

use crate::support::Client;
use crate::surroundings::{Folder, bytes, until, write_program};
use shakedown_agent::wire::{Limits, Spec, Status};

fn agent() -> Client {
    Client::start(env!("CARGO_BIN_EXE_shakedown-agent"))
}

#[test]
fn the_agent_says_who_it_is() {
    let agent = agent();
    let program = fs::read(env!("CARGO_BIN_EXE_shakedown-agent")).expect("the agent can be read");
    assert_eq!(agent.hello.version, env!("CARGO_PKG_VERSION"));
    assert_eq!(agent.hello.executable, Some(shakedown_agent::hash::digest(&program)));
    assert_eq!(agent.hello.pid, agent.child.id());
    assert_eq!(agent.close(), Some(0));
}

#[test]
fn output_exit_code_and_figures_arrive() {
    let outcome = agent().shell("echo out; echo err >&2; exit 7");
    assert_eq!((outcome.stdout.as_slice(), outcome.stderr.as_slice()), (&b"out\n"[..], &b"err\n"[..]));
    assert_eq!(outcome.report.status, Status::Exited { code: 7 });
    assert_eq!((outcome.report.stdout_seen, outcome.report.stdout_cut), (4, 0));
    assert!(outcome.report.wall_ns > 100_000, "{:?}", outcome.report);
    assert!((500..50_000).contains(&outcome.report.max_rss_kib), "{:?}", outcome.report);
    assert!(!outcome.report.left_children);
    assert_eq!(outcome.report.survivors, 0);
}

#[test]
fn a_death_by_signal_is_told_from_an_exit_code() {
    assert_eq!(agent().shell("kill -15 $$").report.status, Status::Signalled { signal: 15 });
}

#[test]
fn what_cannot_be_started_says_why() {
    let folder = Folder::new();
    let mut agent = agent();
    let [plain, orphan, headless] = ["plain", "orphan", "headless"].map(|name| folder.join(name));
    fs::write(&plain, "text").expect("written");
    write_program(&mut agent, &orphan, "#!/no/such/interpreter\n");
    write_program(&mut agent, &headless, "exit 3\n");
    let [dangling, first, led] = ["dangling", "first", "led"].map(|name| folder.join(name));
    symlink("/no/such/end", &first).expect("linked");
    symlink("first", &dangling).expect("linked");
    write_program(&mut agent, &led, &format!("#! {} -u\n", dangling.display()));
    let cases = [
        (b"no-such-program".to_vec(), 2, "find no-such-program in PATH"),
        (b"/no/such/program".to_vec(), 2, "execute /no/such/program"),
        (bytes(&plain), 13, "execute "),
        (bytes(&*folder), 13, "execute "),
        (bytes(&orphan), 2, "orphan, which is there: its interpreter /no/such/interpreter is missing"),
        (bytes(&dangling), 2, "dangling, a link to /no/such/end, which is not there"),
        (bytes(&led), 2, "led, which is there: its interpreter "),
        // As `docker exec`, and other than `execvp`, which would have a shell run it.
        (bytes(&headless), 8, "execute "),
        (b"".to_vec(), 2, "execute an empty name"),
    ];
    for (program, number, words) in cases {
        match agent.run(Spec::new([program.clone()])).report.status {
            Status::NotStarted { errno, step } => {
                assert_eq!(errno, number, "{step}");
                assert!(step.contains(words), "{step}");
            }
            other => panic!("{}: {other:?}", String::from_utf8_lossy(&program)),
        }
    }
    let elsewhere = Spec { cwd: Some(b"/no/such/folder".to_vec()), ..Spec::new(["true"]) };
    let step = "change to the folder /no/such/folder".to_owned();
    assert_eq!(agent.run(elsewhere).report.status, Status::NotStarted { errno: 2, step });
    assert_eq!(agent.run(Spec::new(["true"])).report.status, Status::Exited { code: 0 });
}

#[test]
fn what_path_finds_broken_is_told_from_what_it_does_not_find() {
    let folder = Folder::new();
    let mut agent = agent();
    write_program(&mut agent, &folder.join("led"), "#!/no/such/interpreter\n");
    let path = folder.display().to_string();
    let spec = Spec { set: vec![(b"PATH".to_vec(), path.clone().into_bytes())], ..Spec::new(["led"]) };
    let step = format!("execute {path}/led, which is there: its interpreter /no/such/interpreter is missing");
    assert_eq!(agent.run(spec).report.status, Status::NotStarted { errno: 2, step });
}

#[test]
fn the_environment_is_the_agents_own_with_changes() {
    let program = env!("CARGO_BIN_EXE_shakedown-agent");
    let mut command = std::process::Command::new(program);
    command.arg("serve").env_clear().envs([("PATH", "/usr/bin:/bin"), ("KEPT", "1"), ("GONE", "2"), ("OLD", "3")]);
    let mut agent = Client::with(&mut command);
    let set = |name: &str, value: &str| (name.as_bytes().to_vec(), value.as_bytes().to_vec());
    let outcome = agent.run(Spec {
        set: vec![set("OLD", "new"), set("MORE", "a=b c"), set("BACK", "x")],
        remove: vec![b"GONE".to_vec(), b"BACK".to_vec()],
        ..Spec::new(["env"])
    });
    let mut lines: Vec<_> = outcome.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
    lines.sort_unstable();
    assert_eq!(lines, [&b"BACK=x"[..], b"KEPT=1", b"MORE=a=b c", b"OLD=new", b"PATH=/usr/bin:/bin"]);
}

#[test]
fn programs_are_looked_up_in_the_path_of_the_invocation_from_its_folder() {
    let folder = Folder::new();
    fs::create_dir(folder.join("tools")).expect("made");
    let mut agent = agent();
    for (name, says) in [("tools/tool", "by path"), ("direct", "by folder")] {
        write_program(&mut agent, &folder.join(name), &format!("#!/bin/sh\necho {says}\n"));
    }
    let here = |argv: &str| Spec { cwd: Some(bytes(&*folder)), ..Spec::new([argv]) };
    let set = vec![(b"PATH".to_vec(), b"/nowhere:tools".to_vec())];
    assert_eq!(agent.run(Spec { set, ..here("tool") }).stdout, b"by path\n");
    assert_eq!(agent.run(here("./direct")).stdout, b"by folder\n");
    assert!(matches!(agent.run(here("tool")).report.status, Status::NotStarted { errno: 2, .. }));
}

#[test]
fn standard_input_is_empty_or_what_was_given() {
    let mut agent = agent();
    let outcome = agent.shell("readlink /proc/self/fd/0; ls -l /proc/self/fd/0 | cut -c1-4; cat");
    assert_eq!(outcome.stdout, b"/dev/null\nlr-x\n");
    let given: Vec<u8> = (0..3_000_000_u32).map(|number| number.to_le_bytes()[0]).collect();
    let spec = Spec { stdin: Some(given.clone()), output_cap: u64::MAX, ..Spec::new(["cat"]) };
    assert!(agent.run(spec).stdout == given, "cat gives back what it got");
    let ignoring = Spec { stdin: Some(given), ..Spec::new(["true"]) };
    assert_eq!(agent.run(ignoring).report.status, Status::Exited { code: 0 });
    let empty = Spec { stdin: Some(Vec::new()), ..Spec::new(["cat"]) };
    assert_eq!(agent.run(empty).report.stdout_seen, 0);
}

#[test]
fn a_process_begins_with_the_signals_the_agent_began_with_and_three_files() {
    let signals = |status: &str, name: &str| -> u64 {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("the kernel tells");
        u64::from_str_radix(line.trim(), 16).expect("a mask")
    };
    let mut agent = agent();
    let own = fs::read_to_string(format!("/proc/{}/status", agent.hello.pid)).expect("the agent lives");
    let outcome = agent.run(Spec::new(["cat", "/proc/self/status"]));
    let status = String::from_utf8(outcome.stdout).expect("text");
    // Rust's start-up has the agent ignore SIGPIPE, number 13; its processes must not.
    assert_eq!(signals(&status, "SigIgn:"), signals(&own, "SigIgn:") & !(1 << 12));
    assert_eq!((signals(&status, "SigBlk:"), signals(&status, "SigCgt:")), (signals(&own, "SigBlk:"), 0));
    // `ls` itself has the folder open as the fourth.
    assert_eq!(agent.run(Spec::new(["ls", "/proc/self/fd"])).stdout, b"0\n1\n2\n3\n");
}

#[test]
fn output_beyond_the_cap_is_counted_and_dropped() {
    let mut agent = agent();
    let spec = Spec { output_cap: 1000, ..Spec::new(["sh", "-c", "head -c 100000000 /dev/zero; echo end >&2"]) };
    let outcome = agent.run(spec);
    assert_eq!((outcome.stdout.len(), outcome.stderr.as_slice()), (1000, &b"end\n"[..]));
    assert_eq!((outcome.report.stdout_seen, outcome.report.stdout_cut), (100_000_000, 99_999_000));
    assert_eq!((outcome.report.stderr_seen, outcome.report.stderr_cut), (4, 0));
    assert_eq!(outcome.report.status, Status::Exited { code: 0 });
}

#[test]
fn binary_output_on_both_streams_at_once_arrives_whole() {
    let script = "for i in 1 2 3 4 5 6 7 8; do cat \"$0\"; cat \"$0\" >&2; done";
    let program = fs::read(env!("CARGO_BIN_EXE_shakedown-agent")).expect("the agent can be read");
    let argv = ["sh", "-c", script, env!("CARGO_BIN_EXE_shakedown-agent")];
    let outcome = agent().run(Spec { output_cap: u64::MAX, ..Spec::new(argv) });
    assert!(outcome.stdout == program.repeat(8), "standard output");
    assert!(outcome.stderr == program.repeat(8), "standard error");
}

#[test]
fn sixty_four_invocations_run_at_once() {
    let mut agent = agent();
    let ids: Vec<_> =
        (0..64).map(|code| agent.begin(Spec::new(["sh", "-c", &format!("echo {code}; exit {code}")]))).collect();
    for (code, id) in (0..).zip(ids) {
        let outcome = agent.finish(id);
        assert_eq!(outcome.report.status, Status::Exited { code });
        assert_eq!(outcome.stdout, format!("{code}\n").into_bytes());
    }
}

#[test]
fn limits_hold_for_the_invocation_alone() {
    let mut agent = agent();
    let limits = Limits { open_files: Some(17), file_size: Some(1024) };
    let outcome = agent.run(Spec { limits, ..Spec::new(["sh", "-c", "ulimit -n; ulimit -f"]) });
    assert_eq!(outcome.stdout, b"17\n2\n");
    assert_ne!(agent.shell("ulimit -n").stdout, b"17\n");
}

#[test]
fn waiting_for_a_processor_is_told_where_the_kernel_keeps_account() {
    // Two that never rest, on one processor.
    let busy = "taskset --cpu-list --pid \"$(taskset --cpu-list --pid $$ | sed 's/.*[:,-] *//')\" $$ > /dev/null; \
        (while :; do :; done) & n=0; while [ $n -lt 200000 ]; do n=$((n + 1)); done; kill $!";
    let report = agent().shell(busy).report;
    assert_eq!(report.status, Status::Exited { code: 0 });
    let is_told = fs::exists("/proc/self/schedstat").expect("it can be looked for");
    assert_eq!(report.queued_ns.is_some_and(|queued| queued > report.wall_ns / 5), is_told, "{report:?}");
    assert!(report.queued_ns.unwrap_or_default() <= report.wall_ns, "{report:?}");
}

#[test]
fn peak_memory_of_a_tree_is_sampled() {
    let folder = Folder::new();
    let mut agent = agent();
    // Memory that is held until this test has seen its warden look, and is given back before the end.
    let script = "x=$(head -c 30000000 /dev/zero | tr '\\0' x); echo held; \
        until [ -e \"$0\" ]; do sleep 0.01; done; exec true";
    let end = folder.join("end");
    let id = agent.begin(Spec::new(["sh", "-c", script, end.to_str().expect("paths of tests are text")]));
    agent.await_output(id);
    let warden = agent.wardens()[0].pid;
    let waits = || {
        let status = fs::read_to_string(format!("/proc/{warden}/status")).expect("it runs");
        let count = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
        count.and_then(|count| count.trim().parse::<u64>().ok()).expect("the kernel tells")
    };
    // It waits for nothing else than the end and its next sample: after the third wait one was taken in between.
    let before = waits();
    until("the warden looks", || waits() >= before + 3);
    fs::write(&end, "").expect("written");
    let report = agent.finish(id).report;
    assert_eq!(report.status, Status::Exited { code: 0 });
    assert!(report.max_rss_kib > 30_000, "{report:?}");
    assert!(report.tree_peak_kib.is_some_and(|peak| peak > 30_000), "{report:?}");
}

#[test]
fn what_ends_before_the_first_sample_has_none() {
    let report = agent().run(Spec::new(["true"])).report;
    let is_brief = Duration::from_nanos(report.wall_ns) < Duration::from_millis(25);
    assert!(report.tree_peak_kib.is_none() || !is_brief, "{report:?}");
}
