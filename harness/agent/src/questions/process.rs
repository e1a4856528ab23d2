//! Questions about processes.

use std::env;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStringExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use super::failed;
use crate::sys;
use crate::wire::{Answer, Environment, Process};

/// What `/proc/<pid>/stat` says.
struct Stat {
    comm: Vec<u8>,
    state: u8,
    ppid: u32,
    start_ticks: u64,
}

fn stat(pid: u32) -> io::Result<Stat> {
    let bytes = fs::read(format!("/proc/{pid}/stat"))?;
    parse_stat(&bytes).ok_or_else(|| io::ErrorKind::InvalidData.into())
}

/// The name stands in brackets and may hold anything, brackets and blanks too.
fn parse_stat(bytes: &[u8]) -> Option<Stat> {
    let open = bytes.iter().position(|byte| *byte == b'(')?;
    let close = bytes.iter().rposition(|byte| *byte == b')')?;
    let comm = bytes.get(open + 1..close)?.to_vec();
    let rest = std::str::from_utf8(bytes.get(close + 1..)?).ok()?;
    let mut fields = rest.split_ascii_whitespace();
    let state = *fields.next()?.as_bytes().first()?;
    let ppid = fields.next()?.parse().ok()?;
    // Field 22 of the file; the state was field 3.
    let start_ticks = fields.nth(17)?.parse().ok()?;
    Some(Stat { comm, state, ppid, start_ticks })
}

/// The parent of a process.
pub(crate) fn parent(pid: u32) -> Option<u32> {
    stat(pid).ok().map(|stat| stat.ppid)
}

fn cmdline(pid: u32) -> Vec<Vec<u8>> {
    let bytes = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let Some(bytes) = bytes.strip_suffix(b"\0") else {
        // A process may have written over it.
        return if bytes.is_empty() { Vec::new() } else { vec![bytes] };
    };
    bytes.split(|byte| *byte == 0).map(<[u8]>::to_vec).collect()
}

pub(super) fn all(own: &[u32]) -> Answer {
    let entries = match fs::read_dir("/proc") {
        Ok(entries) => entries,
        Err(error) => return failed(&error, "list", Path::new("/proc")),
    };
    let pids = entries.flatten().filter_map(|entry| {
        let pid: u32 = entry.file_name().to_str()?.parse().ok()?;
        Some((pid, entry.metadata().ok()?.uid()))
    });
    let agent = std::process::id();
    let mut processes: Vec<_> = pids
        .filter_map(|(pid, uid)| {
            // One that ended meanwhile is no more.
            let Stat { comm, state, ppid, start_ticks } = stat(pid).ok()?;
            let helper = pid == agent || own.contains(&pid);
            let state = u32::from(state);
            let cmdline = cmdline(pid);
            Some(Process { pid, ppid, uid, state, comm, cmdline, start_ticks, agent: helper })
        })
        .collect();
    processes.sort_by_key(|process| process.pid);
    Answer::Processes { processes }
}

pub(super) fn init() -> Answer {
    let boot_id = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    match stat(1) {
        Ok(stat) => {
            Answer::Init { start_ticks: stat.start_ticks, boot_id: boot_id.trim_end().to_owned(), cmdline: cmdline(1) }
        }
        Err(error) => failed(&error, "read", Path::new("/proc/1/stat")),
    }
}

pub(super) fn environment() -> Answer {
    let variables = env::vars_os().map(|(name, value)| (name.into_vec(), value.into_vec())).collect();
    let cwd = env::current_dir().map(|cwd| cwd.into_os_string().into_vec()).unwrap_or_default();
    let status = match fs::read_to_string("/proc/self/status") {
        Ok(status) => status,
        Err(error) => return failed(&error, "read", Path::new("/proc/self/status")),
    };
    let line = |key: &str| status.lines().find_map(|line| line.strip_prefix(key)).unwrap_or_default().trim();
    let groups = line("Groups:").split_ascii_whitespace();
    let (uid, gid) = sys::identity();
    let environment = Environment {
        variables,
        cwd,
        uid,
        gid,
        groups: groups.filter_map(|group| group.parse().ok()).collect(),
        umask: u32::from_str_radix(line("Umask:"), 8).unwrap_or_default(),
    };
    Answer::Environment { environment }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_brackets_and_blanks_does_not_shift_the_fields() {
        let line = b"12 (a) b (c) S 7 1 1 0 -1 4 1 2 3 4 5 6 7 8 20 0 1 0 4242 1 1\n";
        let stat = parse_stat(line).expect("a whole line");
        assert_eq!(stat.comm, b"a) b (c");
        assert_eq!((stat.state, stat.ppid, stat.start_ticks), (b'S', 7, 4242));
    }

    #[test]
    fn half_a_line_is_refused() {
        assert!(parse_stat(b"12 (a").is_none());
        assert!(parse_stat(b"").is_none());
        assert!(parse_stat(b") (").is_none());
        assert!(parse_stat(b"1 (a) S 7").is_none());
    }
}
