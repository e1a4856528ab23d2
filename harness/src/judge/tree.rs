//! Two pictures of the same files, compared.

use std::collections::BTreeSet;

use super::finding::Finding;
use super::words;
use crate::model::Observation;
use crate::model::inquiry::{Answer, FileKind, Tree, TreeEntry};

/// The same entries, those below the excepted paths left out. What could not be read cannot be told.
pub(super) fn same(earlier: &Observation, seen: &Observation, except: &[String]) -> Finding {
    let (Observation::Answered(Answer::Tree(earlier)), Observation::Answered(Answer::Tree(seen))) = (earlier, seen)
    else {
        let (earlier, seen) = (words::kind(earlier), words::kind(seen));
        return Finding::misfit(format!("two trees of files were expected, but these are {earlier} and {seen}"));
    };
    let excepted = |path: &str| except.iter().any(|prefix| is_below(path, prefix));
    let differences: Vec<String> = differences(earlier, seen, &excepted);
    if !differences.is_empty() {
        return Finding::unmet(words::lines(&differences));
    }
    let unreadable: BTreeSet<&String> =
        earlier.unreadable.iter().chain(&seen.unreadable).filter(|line| !excepted(line)).collect();
    if unreadable.is_empty() {
        return Finding::Met;
    }
    let unreadable = words::list(unreadable.into_iter().cloned());
    Finding::errored(format!("the files could not be compared in whole, not readable: {unreadable}"))
}

/// Whether a path (or a line that begins with one) is this prefix or below it. An empty prefix excepts nothing.
fn is_below(path: &str, prefix: &str) -> bool {
    let prefix = prefix.trim_end_matches('/');
    let rest = path.strip_prefix(prefix).filter(|_| !prefix.is_empty());
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', ':', ' ']))
}

fn differences(earlier: &Tree, seen: &Tree, excepted: &dyn Fn(&str) -> bool) -> Vec<String> {
    let paths: BTreeSet<&String> = earlier.entries.keys().chain(seen.entries.keys()).collect();
    let paths: Vec<&String> = paths.into_iter().filter(|path| !excepted(path)).collect();
    let is_alone = |path: &str| earlier.entries.contains_key(path) != seen.entries.contains_key(path);
    let with_its_folder = |path: &str| path.rsplit_once('/').is_some_and(|(folder, _)| is_alone(folder));
    let differs = |path: &&String| match (earlier.entries.get(*path), seen.entries.get(*path)) {
        _ if with_its_folder(path) => None,
        (None, Some(entry)) if entry.kind == FileKind::Directory => {
            Some(format!("added: {path}/{}", holding(below(path, &paths))))
        }
        (None, Some(entry)) => Some(format!("added: {path} ({}, {} bytes)", words::file_kind(entry.kind), entry.size)),
        (Some(entry), None) if entry.kind == FileKind::Directory => {
            Some(format!("removed: {path}/{}", holding(below(path, &paths))))
        }
        (Some(_), None) => Some(format!("removed: {path}")),
        (Some(before), Some(now)) if before != now => Some(format!("changed: {path} ({})", changes(before, now))),
        _ => None,
    };
    paths.iter().filter_map(differs).collect()
}

fn below(folder: &str, paths: &[&String]) -> usize {
    paths.iter().filter(|path| is_below(path, folder)).count() - 1
}

/// What goes or comes with a folder is counted: a list of it would hide what else is different.
fn holding(entries: usize) -> String {
    match entries {
        0 => " (an empty folder)".to_owned(),
        1 => " (a folder with 1 entry)".to_owned(),
        many => format!(" (a folder with {many} entries)"),
    }
}

/// What makes an entry another one.
fn changes(before: &TreeEntry, now: &TreeEntry) -> String {
    let mut changes = Vec::new();
    if before.kind != now.kind {
        changes.push(format!("{} instead of {}", words::file_kind(now.kind), words::file_kind(before.kind)));
    }
    if before.hash != now.hash {
        changes.push("content".to_owned());
    }
    if before.size != now.size {
        changes.push(format!("size {} instead of {}", now.size, before.size));
    }
    if before.mode != now.mode {
        changes.push(format!("mode {:04o} instead of {:04o}", now.mode, before.mode));
    }
    if (before.user, before.group) != (now.user, now.group) {
        changes.push(format!("owner {}:{} instead of {}:{}", now.user, now.group, before.user, before.group));
    }
    if before.link != now.link {
        let shown = |link: &Option<String>| link.clone().unwrap_or_else(|| "nothing".to_owned());
        changes.push(format!("link to {} instead of {}", shown(&now.link), shown(&before.link)));
    }
    changes.join(", ")
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn entry(size: u64) -> TreeEntry {
        let hash = Some(format!("{size:x}"));
        TreeEntry { kind: FileKind::File, mode: 0o644, user: 0, group: 0, size, link: None, hash }
    }

    fn tree(entries: &[(&str, TreeEntry)], unreadable: &[&str]) -> Observation {
        Observation::Answered(Answer::Tree(Tree {
            entries: entries.iter().map(|(path, entry)| ((*path).to_owned(), entry.clone())).collect(),
            unreadable: unreadable.iter().map(|line| (*line).to_owned()).collect(),
        }))
    }

    #[test]
    fn what_was_added_removed_or_changed_is_listed() {
        let earlier = tree(&[("/a/gone", entry(1)), ("/a/kept", entry(1)), ("/a/other", entry(1))], &[]);
        let other = TreeEntry { mode: 0o600, user: 7, link: Some("/x".into()), ..entry(2) };
        let seen = tree(&[("/a/kept", entry(1)), ("/a/new", entry(3)), ("/a/other", other)], &[]);
        let Finding::Unmet(failure) = same(&earlier, &seen, &[]) else { panic!("they differ") };
        insta::assert_snapshot!(failure.actual, @r"
        removed: /a/gone
        added: /a/new (a file, 3 bytes)
        changed: /a/other (content, size 2 instead of 1, mode 0600 instead of 0644, owner 7:0 instead of 0:0, link to /x instead of nothing)
        ");
    }

    #[test]
    fn a_folder_that_came_or_went_is_told_without_what_is_in_it() {
        let folder = || TreeEntry { kind: FileKind::Directory, ..entry(0) };
        let inside = [("/a/b", folder()), ("/a/b/c", folder()), ("/a/b/c/d", entry(1)), ("/a/bc", entry(1))];
        let with = tree(&[("/a", folder())].iter().chain(&inside).cloned().collect::<Vec<_>>(), &[]);
        let without = tree(&[("/a", folder()), ("/a/e", folder())], &[]);
        let told = |finding: Finding| match finding {
            Finding::Unmet(failure) => failure.actual,
            other => panic!("they differ: {other:?}"),
        };
        insta::assert_snapshot!(told(same(&with, &without, &[])), @r"
        removed: /a/b/ (a folder with 2 entries)
        removed: /a/bc
        added: /a/e/ (an empty folder)
        ");
        insta::assert_snapshot!(told(same(&without, &with, &["/a/b/c/d".to_owned()])), @r"
        added: /a/b/ (a folder with 1 entry)
        added: /a/bc (a file, 1 bytes)
        removed: /a/e/ (an empty folder)
        ");
    }

    #[test]
    fn of_many_differences_twenty_are_listed() {
        let many: Vec<(String, TreeEntry)> = (10..35).map(|number| (format!("/a/{number}"), entry(1))).collect();
        let many: Vec<(&str, TreeEntry)> = many.iter().map(|(path, entry)| (path.as_str(), entry.clone())).collect();
        let Finding::Unmet(failure) = same(&tree(&many, &[]), &tree(&[], &[]), &[]) else { panic!("they differ") };
        assert_eq!(failure.actual.lines().count(), 21);
        assert!(failure.actual.ends_with("removed: /a/29\nand 5 more"), "{}", failure.actual);
    }

    #[rstest]
    #[case::below("/a/cache", true)]
    #[case::with_a_slash("/a/cache/", true)]
    #[case::the_path_itself("/a/cache/new", true)]
    #[case::only_a_similar_name("/a/cac", false)]
    #[case::empty("", false)]
    #[case::root("/", false)]
    fn excepted_paths_are_left_out(#[case] prefix: &str, #[case] met: bool) {
        let seen = tree(&[("/a/cache/new", entry(1))], &[]);
        assert_eq!(same(&tree(&[], &[]), &seen, &[prefix.to_owned()]) == Finding::Met, met);
    }

    #[test]
    fn what_could_not_be_read_is_neither_the_same_nor_another() {
        let partly = tree(&[("/a", entry(1))], &["/a/secret: permission denied (os error 13)"]);
        assert!(matches!(same(&partly, &partly, &[]), Finding::Aside(_)));
        assert_eq!(same(&partly, &partly, &["/a/secret".to_owned()]), Finding::Met);
        let whole = tree(&[("/a", entry(2))], &[]);
        assert!(matches!(same(&partly, &whole, &[]), Finding::Unmet(_)));
    }
}
