//! What the control group says about memory, in both versions of control groups.

use std::fs;
use std::path::{Path, PathBuf};

use crate::wire::{Answer, Memory};

const ROOT: &str = "/sys/fs/cgroup";

fn number(path: &Path) -> Option<u64> {
    fs::read_to_string(path).ok()?.trim().parse().ok()
}

/// The number behind a word, as in `oom_kill 3`.
fn field(path: &Path, key: &str) -> Option<u64> {
    let text = fs::read_to_string(path).ok()?;
    text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(' ')?.trim().parse().ok())
}

/// The group's folder: as `/proc/self/cgroup` names it, or the root where a container sees its
/// own group as that.
fn folder(groups: &str, version_1: bool) -> Option<PathBuf> {
    let (root, marker) =
        if version_1 { (format!("{ROOT}/memory"), "memory.limit_in_bytes") } else { (ROOT.to_owned(), "memory.max") };
    let own = groups.lines().find_map(|line| {
        let (_, rest) = line.split_once(':')?;
        let (controllers, path) = rest.split_once(':')?;
        let wanted = if version_1 {
            controllers.split(',').any(|controller| controller == "memory")
        } else {
            controllers.is_empty()
        };
        wanted.then_some(path)
    })?;
    let candidates = [format!("{root}{own}"), root];
    candidates.into_iter().map(PathBuf::from).find(|folder| folder.join(marker).exists())
}

pub(super) fn memory() -> Answer {
    let groups = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let memory = if let Some(folder) = folder(&groups, true) {
        let limit = number(&folder.join("memory.limit_in_bytes"));
        Memory {
            peak_bytes: number(&folder.join("memory.max_usage_in_bytes")),
            // No limit is the largest number of whole pages.
            limit_bytes: limit.filter(|limit| *limit < 1 << 62),
            oom_kills: field(&folder.join("memory.oom_control"), "oom_kill"),
            source: format!("cgroup v1 {}", folder.display()),
        }
    } else if let Some(folder) = folder(&groups, false) {
        Memory {
            peak_bytes: number(&folder.join("memory.peak")),
            limit_bytes: number(&folder.join("memory.max")),
            oom_kills: field(&folder.join("memory.events"), "oom_kill"),
            source: format!("cgroup v2 {}", folder.display()),
        }
    } else {
        let source = "no control group for memory can be seen".to_owned();
        Memory { peak_bytes: None, limit_bytes: None, oom_kills: None, source }
    };
    Answer::Memory { memory }
}
