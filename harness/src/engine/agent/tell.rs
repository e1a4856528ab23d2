//! The agent's answers in the words of the model.

use std::collections::BTreeMap;
use std::time::Duration;

use shakedown_agent::wire::{Answer as Told, Entry, Environment, Kind, Space};

use super::invoke::described;
use crate::model::Answer;
use crate::model::inquiry::{FileKind, Tree, TreeEntry};
use crate::model::reference::ReferenceWork;

/// An answer that needs no further question; `None` when it is one that does.
pub(in crate::engine) fn answer(told: Told, entries: Vec<Entry>) -> Option<Answer> {
    Some(match told {
        Told::Failed { errno, step } => Answer::Refused(described(errno, &step)),
        Told::Done => Answer::Done,
        Told::Which { matches, path } => {
            Answer::Found { matches: matches.iter().map(|found| text(found)).collect(), path: text(&path) }
        }
        Told::Walked { .. } => Answer::Tree(tree(entries)),
        Told::Usage { usage } => Answer::Usage { bytes: usage.apparent_bytes, entries: usage.entries },
        Told::Space { space: Space { free_bytes: free, total_bytes: total, free_inodes, .. } } => {
            Answer::Space { free, total, free_inodes }
        }
        Told::Init { start_ticks, cmdline, .. } => {
            let words: Vec<String> = cmdline.iter().map(|word| text(word)).collect();
            Answer::Init { started: start_ticks, command: words.join(" ") }
        }
        Told::Environment { environment } => surroundings(environment),
        Told::Memory { memory } => {
            Answer::Memory { peak: memory.peak_bytes, kills: memory.oom_kills.unwrap_or_default() }
        }
        Told::Reference { reference } => {
            let seconds = |nanoseconds| Duration::from_nanos(nanoseconds).as_secs_f64();
            Answer::Reference(ReferenceWork {
                processor: seconds(reference.processor_ns),
                files: seconds(reference.files_ns),
                processes: seconds(reference.processes_ns),
            })
        }
        Told::Stat { .. } | Told::Read { .. } | Told::Processes { .. } | Told::User { .. } => return None,
    })
}

fn surroundings(environment: Environment) -> Answer {
    let variables: BTreeMap<String, String> =
        environment.variables.iter().map(|(name, value)| (text(name), text(value))).collect();
    let further = environment.groups.into_iter().filter(|group| *group != environment.gid);
    Answer::Environment {
        variables,
        directory: text(&environment.cwd),
        user: environment.uid,
        groups: std::iter::once(environment.gid).chain(further).collect(),
    }
}

fn tree(entries: Vec<Entry>) -> Tree {
    let mut tree = Tree::default();
    for entry in entries {
        let path = text(&entry.path);
        if let Some(errno) = entry.errno {
            tree.unreadable.push(described(errno, &path));
        }
        // Without a mode there is nothing known but that it could not be read.
        if entry.errno.is_some() && entry.metadata.mode == 0 && entry.metadata.mtime_ns == 0 {
            continue;
        }
        let kind = kind(entry.metadata.kind);
        let found = TreeEntry {
            kind,
            mode: entry.metadata.mode,
            user: entry.metadata.uid,
            group: entry.metadata.gid,
            size: if kind == FileKind::Directory { 0 } else { entry.metadata.size },
            link: entry.target.map(|link| text(&link)),
            hash: entry.hash.map(|hash| shakedown_agent::hash::hex(&hash)),
        };
        tree.entries.insert(path, found);
    }
    tree
}

/// What kind of entry it is.
pub(in crate::engine) fn kind(kind: Kind) -> FileKind {
    match kind {
        Kind::File => FileKind::File,
        Kind::Directory => FileKind::Directory,
        Kind::Symlink => FileKind::Symlink,
        Kind::Other => FileKind::Other,
    }
}

/// Bytes as text, invalid UTF-8 replaced.
pub(in crate::engine) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use shakedown_agent::wire::Metadata;

    use super::*;

    fn entry(path: &str, kind: Kind, size: u64) -> Entry {
        let metadata = Metadata { kind, mode: 0o755, uid: 1, gid: 2, size, mtime_ns: 3 };
        Entry { path: path.into(), metadata, target: None, hash: None, errno: None }
    }

    #[test]
    fn a_folders_size_means_nothing() {
        let tree = tree(vec![entry("/a", Kind::Directory, 4096), entry("/a/b", Kind::File, 5)]);
        assert_eq!((tree.entries["/a"].size, tree.entries["/a/b"].size), (0, 5));
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        let hidden = Entry { errno: Some(13), ..entry("/hidden", Kind::Directory, 0) };
        let metadata = Metadata { kind: Kind::Other, mode: 0, uid: 0, gid: 0, size: 0, mtime_ns: 0 };
        let missing = Entry { errno: Some(2), metadata, ..entry("/missing", Kind::Other, 0) };
        let tree = tree(vec![hidden, missing]);
        assert_eq!(tree.entries.keys().collect::<Vec<_>>(), ["/hidden"]);
        insta::assert_debug_snapshot!(tree.unreadable, @r#"
        [
            "/hidden: Permission denied (os error 13)",
            "/missing: No such file or directory (os error 2)",
        ]
        "#);
    }

    #[test]
    fn the_primary_group_comes_first_and_once() {
        let environment = Environment {
            variables: vec![(b"A".to_vec(), b"1".to_vec())],
            cwd: b"/".to_vec(),
            uid: 5,
            gid: 7,
            groups: vec![3, 7],
            umask: 0o22,
        };
        let Answer::Environment { groups, .. } = surroundings(environment) else { panic!("another answer") };
        assert_eq!(groups, [7, 3]);
    }
}
