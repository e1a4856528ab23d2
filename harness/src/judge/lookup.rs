//! What the agent answered about files, PATH and variables.

use super::finding::Finding;
use super::{text, words};
use crate::model::expectation::{FileExpectation, Text};
use crate::model::inquiry::{Answer, FileFacts, FileKind};
use crate::model::{ErrorClass, Observation};

/// What lies at a path is as wanted.
pub(super) fn file(wanted: &FileExpectation, seen: &Observation) -> Finding {
    match seen {
        Observation::Answered(Answer::File(None)) if wanted.absent => Finding::Met,
        Observation::Answered(Answer::File(None)) => Finding::unmet("there is nothing at this path"),
        Observation::Answered(Answer::File(Some(facts))) if wanted.absent => {
            Finding::unmet(format!("there is {}", words::file_kind(facts.kind)))
        }
        Observation::Answered(Answer::File(Some(facts))) => present(wanted, facts),
        other => misfit("what lies at a path", other),
    }
}

/// Everything that is wrong with a file is said at once.
fn present(wanted: &FileExpectation, facts: &FileFacts) -> Finding {
    let mut wrong: Vec<String> = Vec::new();
    let kind_matches = |kind: FileKind| match kind {
        FileKind::Symlink => facts.kind == FileKind::Symlink,
        kind => facts.target_kind == Some(kind),
    };
    if wanted.kind.is_some_and(|kind| !kind_matches(kind)) {
        wrong.push(match (facts.target_kind, &facts.link) {
            (None, Some(link)) => format!("a link to `{link}`, which is not there"),
            (kind, _) => words::file_kind(kind.unwrap_or(facts.kind)).to_owned(),
        });
    }
    let dangles = facts.kind == FileKind::Symlink && facts.target_kind.is_none();
    if dangles && wrong.is_empty() && asks_for_the_target(wanted) {
        wrong.push("a link whose target is not there".to_owned());
    }
    let permissions = wrong_permissions(wanted, facts);
    let denied = !permissions.is_empty();
    wrong.extend(permissions);
    if wanted.not_empty && facts.size == 0 {
        wrong.push("empty".to_owned());
    }
    Finding::when(wrong.is_empty(), || wrong.join(", ")).hinted(denied.then(|| ErrorClass::PermissionDenied.hint()))
}

fn asks_for_the_target(wanted: &FileExpectation) -> bool {
    let FileExpectation { absent: _, kind: _, executable, mode, mode_without, owner, group, not_empty } = wanted;
    executable.is_some() || mode.is_some() || mode_without.is_some() || owner.is_some() || group.is_some() || *not_empty
}

fn wrong_permissions(wanted: &FileExpectation, facts: &FileFacts) -> Vec<String> {
    let mut wrong = Vec::new();
    let mode = format!("mode {:04o}", facts.mode);
    if wanted.executable.is_some_and(|executable| executable != (facts.mode & 0o111 != 0))
        || wanted.mode.is_some_and(|exact| exact != facts.mode)
        || wanted.mode_without.is_some_and(|without| facts.mode & without != 0)
    {
        wrong.push(mode);
    }
    let named = |wanted: &str, number: u32, name: Option<&String>| {
        name.is_some_and(|name| name == wanted) || wanted.parse() == Ok(number)
    };
    let shown = |number: u32, name: Option<&String>| match name {
        Some(name) => format!("{name} ({number})"),
        None => number.to_string(),
    };
    if wanted.owner.as_ref().is_some_and(|owner| !named(owner, facts.user, facts.user_name.as_ref())) {
        wrong.push(format!("owner {}", shown(facts.user, facts.user_name.as_ref())));
    }
    if wanted.group.as_ref().is_some_and(|group| !named(group, facts.group, facts.group_name.as_ref())) {
        wrong.push(format!("group {}", shown(facts.group, facts.group_name.as_ref())));
    }
    wrong
}

/// The content of a file, or a text that is no command's, is as wanted.
pub(super) fn content(wanted: &Text, seen: &Observation) -> Finding {
    match seen {
        Observation::Answered(Answer::Content(Some(bytes))) => text::matches(wanted, &String::from_utf8_lossy(bytes)),
        Observation::Answered(Answer::Content(None)) => Finding::misfit("there is no such file"),
        Observation::Text(captured) => text::of_captured(wanted, captured),
        other => misfit("a text", other),
    }
}

/// The first match in PATH is this path.
pub(super) fn found_at(path: &str, seen: &Observation) -> Finding {
    match seen {
        Observation::Answered(Answer::Found { matches, path: searched }) => match matches.first() {
            Some(first) if first == path => Finding::Met,
            Some(first) => Finding::unmet(format!("`{first}` comes first in PATH ({searched})")),
            None => Finding::unmet(format!("{}: {}", name(path), not_found(searched))),
        },
        other => misfit("what PATH finds", other),
    }
}

/// PATH finds it at all.
pub(super) fn found(seen: &Observation) -> Finding {
    match seen {
        Observation::Answered(Answer::Found { matches, path }) => {
            Finding::when(!matches.is_empty(), || not_found(path))
        }
        other => misfit("what PATH finds", other),
    }
}

/// The last part of a path.
fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn not_found(path: &str) -> String {
    if path.is_empty() { "PATH is empty or not set".to_owned() } else { format!("nothing in PATH ({path})") }
}

/// A variable has such a value.
pub(super) fn variable(name: &str, wanted: &Text, seen: &Observation) -> Finding {
    match seen {
        Observation::Answered(Answer::Environment { variables, .. }) => match variables.get(name) {
            Some(value) => text::matches(wanted, value),
            None => Finding::unmet(format!("{name} is not set")),
        },
        other => misfit("the variables of a process", other),
    }
}

fn misfit(wanted: &str, seen: &Observation) -> Finding {
    Finding::misfit(format!("{wanted} was expected, but this is {}", words::kind(seen)))
}
