//! The processes below this one.

use std::fs;
use std::io;
use std::os::fd::AsFd as _;
use std::time::{Duration, Instant};

use crate::sys::{self, Child, POLL_IN, PollFd, Waited};

/// How long killed processes may take to go before they count as survivors.
const PATIENCE: Duration = Duration::from_secs(5);

/// The direct children of a process. Zombies are among them.
fn children(pid: u32) -> io::Result<Vec<u32>> {
    let mut found = Vec::new();
    for thread in fs::read_dir(format!("/proc/{pid}/task"))? {
        let list = match fs::read_to_string(thread?.path().join("children")) {
            Ok(list) => list,
            // The thread may just have ended; a kernel without these files is told by the caller.
            Err(error) => match fs::exists(format!("/proc/{pid}/stat")) {
                Ok(true) => return Err(error),
                _ => continue,
            },
        };
        found.extend(list.split_ascii_whitespace().filter_map(|pid| pid.parse::<u32>().ok()));
    }
    Ok(found)
}

/// All processes by parent, for kernels that keep no lists of children.
fn parents() -> Vec<(u32, u32)> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    let pids = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter_map(|pid| Some((crate::questions::process::parent(pid)?, pid))).collect()
}

fn children_of_self(spared: &[u32]) -> Vec<u32> {
    let own = std::process::id();
    let mut found = children(own)
        .unwrap_or_else(|_| parents().into_iter().filter_map(|(parent, pid)| (parent == own).then_some(pid)).collect());
    found.retain(|pid| !spared.contains(pid));
    found
}

/// All processes below this one, without the `spared` children and what is below these.
pub(crate) fn below(spared: &[u32]) -> Vec<u32> {
    let mut found = children_of_self(spared);
    let mut table = None;
    let mut next = 0;
    while let Some(&pid) = found.get(next) {
        next += 1;
        match children(pid) {
            Ok(more) => found.extend(more),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if fs::exists(format!("/proc/{pid}/stat")).unwrap_or(false) {
                    let table = table.get_or_insert_with(parents);
                    found.extend(table.iter().filter(|(parent, _)| *parent == pid).map(|p| p.1));
                }
            }
            Err(_) => {}
        }
    }
    found
}

/// Sends a signal to all processes below this one.
pub(crate) fn signal(number: i32) {
    for pid in below(&[]) {
        // It may just have ended.
        let _ = sys::kill(pid, number);
    }
}

/// The resident memory of all processes below this one, in KiB.
pub(crate) fn resident_kib(page_size: u64) -> u64 {
    let pages = |pid: u32| -> Option<u64> {
        let text = fs::read_to_string(format!("/proc/{pid}/statm")).ok()?;
        text.split_ascii_whitespace().nth(1)?.parse().ok()
    };
    below(&[]).into_iter().filter_map(pages).sum::<u64>() * page_size / 1024
}

/// How long a process stood ready and waited for a processor, in nanoseconds: of its first thread, also once it has ended,
/// until it is collected. `None` where the kernel keeps no account of that.
pub(crate) fn queued_ns(pid: u32) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{pid}/schedstat")).ok()?;
    text.split_ascii_whitespace().nth(1)?.parse().ok()
}

/// Kills all processes below this one but the `spared` children, and collects them. Returns how
/// many could not be killed.
pub(crate) fn destroy(spared: &[u32], mut collected: impl FnMut(Waited)) -> u32 {
    let patience_ends = Instant::now() + PATIENCE;
    loop {
        let doomed = below(spared);
        for pid in &doomed {
            let _ = sys::kill(*pid, sys::KILL);
        }
        let mut running = None;
        for pid in children_of_self(spared) {
            match sys::wait(Child::Pid(pid), false) {
                Ok(Some(waited)) => collected(waited),
                Ok(None) => running = Some(pid),
                Err(_) => {}
            }
        }
        // What a killed child leaves behind has become a child of this process by now.
        let Some(running) = running else {
            if children_of_self(spared).is_empty() {
                return 0;
            }
            continue;
        };
        if Instant::now() > patience_ends {
            return u32::try_from(doomed.len()).unwrap_or(u32::MAX);
        }
        match sys::open_process(running) {
            Ok(process) => {
                let mut fds = [PollFd::new(Some(process.as_fd()), POLL_IN)];
                let _ = sys::poll(&mut fds, Some(Duration::from_millis(20)));
            }
            // An old kernel cannot be asked to wait for it.
            Err(_) => std::thread::sleep(Duration::from_millis(1)),
        }
    }
}
