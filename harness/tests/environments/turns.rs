//! Operations beside each other, and ones that are broken off.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::bench::{Bench, recorded, said};

/// The first line of a program's standard error that has these words.
fn awaited(child: &mut Child, words: &str) -> String {
    let mut lines = BufReader::new(child.stderr.take().expect("piped")).lines();
    let mut all = String::new();
    loop {
        let line = lines.next().unwrap_or_else(|| panic!("`{words}` was not said: {all}")).expect("text");
        // Long lines are wrapped, and what follows is indented.
        all.push_str(line.trim());
        all.push(' ');
        if all.contains(words) {
            // Whoever is not read any more is not to wait for a reader.
            std::thread::spawn(move || lines.count());
            return all;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manager_that_hangs_is_left_at_the_first_interruption() {
    let Some(bench) = Bench::new().await else { return };
    let hangs = bench.path("uv-that-hangs");
    std::fs::write(&hangs, "#!/bin/sh\necho asked >&2\ntouch \"$0.asked\"\nexec sleep 300\n").expect("written");
    std::fs::set_permissions(&hangs, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("executable");
    std::fs::create_dir(bench.path("project")).expect("a folder");
    let asked = bench.path("uv-that-hangs.asked");
    let mut command = bench.env(&["--manager", &format!("uv={}", hangs.display()), "list", "project"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    while !asked.exists() {
        assert!(child.try_wait().expect("a child").is_none(), "it ended before it asked the manager");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().expect("kill").success());
    let output = child.wait_with_output().expect("its end");
    assert_eq!(output.status.code(), Some(130), "{}", said(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_second_waits_says_for_whom_and_both_results_are_there() {
    let Some(bench) = Bench::new().await else { return };
    bench.told(&["init", "project"]);
    std::os::unix::fs::symlink("project", bench.path("link")).expect("a link");
    let first = File::open(bench.path("project")).expect("a folder");
    first.lock().expect("a lock");
    let install = |name: &str, package: &str| {
        let mut command = bench.env(&["install", name, package]);
        command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the program starts")
    };
    let (mut one, mut other) = (install("project", "shakedown-data"), install("link", "shakedown-plain==1.0"));
    for child in [&mut one, &mut other] {
        let words = awaited(child, "waiting for it");
        assert!(words.contains(&format!("Process {}", std::process::id())), "{words}");
        assert!(child.try_wait().expect("a child").is_none(), "it did not wait");
    }
    assert!(bench.run(&["init", "neighbour"]).status.success(), "another folder is not waited for");
    drop(first);
    assert!(one.wait().expect("a child").success() && other.wait().expect("a child").success());
    assert_eq!(recorded(&bench.path("project")), ["shakedown_data-1.0", "shakedown_plain-1.0"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interruption_ends_all_that_was_started_and_says_what_state_is_left() {
    let Some(bench) = Bench::new().await else { return };
    bench.told(&["init", "project"]);
    bench.told(&["install", "project", "shakedown-plain==1.0"]);
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let index = format!("http://{}/simple", silent.local_addr().expect("bound"));
    let mut command = bench.env(&["--json", "install", "project", "shakedown-data", "--source", &index]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the program starts");
    let (mut asked, _) = silent.accept().expect("uv asks the index");
    let interrupted = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill starts");
    assert!(interrupted.success());
    let output = child.wait_with_output().expect("a child");
    assert_eq!(output.status.code(), Some(130), "{}", said(&output));
    // The connection ends with whoever held it.
    let mut rest = Vec::new();
    let _ = asked.read_to_end(&mut rest);
    assert!(String::from_utf8_lossy(&rest).starts_with("GET /simple/"), "{rest:?}");
    let done: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let state = &done["result"]["interrupted"];
    assert_eq!(state["differences"]["added"], serde_json::json!([]), "{done}");
    assert!(state["manifest-changed"].is_boolean(), "{done}");
    assert_eq!(recorded(&bench.path("project")), ["shakedown_plain-1.0"]);
}
