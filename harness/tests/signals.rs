//! Ctrl-C is heard from the first moment. In a process of its own, whose handlers these are from then on.

use shakedown::session::cancelled_by_signals;

/// `SIGHUP`, `SIGINT` and `SIGTERM`.
const SIGNALS: [u32; 3] = [1, 2, 15];

#[tokio::test]
async fn signals_are_caught_before_any_task_has_begun() {
    let token = cancelled_by_signals();
    // One thread, and nothing was awaited: no task has run yet.
    let status = std::fs::read_to_string("/proc/self/status").expect("the kernel tells");
    let mask = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).expect("the kernel tells");
    let mask = u64::from_str_radix(mask.trim(), 16).expect("a mask");
    for number in SIGNALS {
        assert!(mask & (1 << (number - 1)) != 0, "signal {number}: {mask:x}");
    }
    let kill = std::process::Command::new("kill").args(["-INT", &std::process::id().to_string()]).status();
    assert!(kill.expect("kill starts").success());
    token.cancelled().await;
}
