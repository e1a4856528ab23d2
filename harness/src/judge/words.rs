//! Expectations and observations in plain words.

use crate::model::expectation::{Expectation, FileExpectation, LEFTOVER, Stream, Text};
use crate::model::inquiry::{Answer, FileKind};
use crate::model::text::squeezed;
use crate::model::{Captured, ErrorClass, ExitStatus, Fact, Observation, Ran, Unit};

/// Lines of output that a failure shows, both streams together.
const LINES: usize = 16;
/// Characters of one line that a failure shows.
const COLUMNS: usize = 400;

/// What an expectation asks for.
pub(super) fn expectation(expectation: &Expectation) -> String {
    let join =
        |several: &[Expectation], word: &str| several.iter().map(self::expectation).collect::<Vec<_>>().join(word);
    match expectation {
        Expectation::All(several) => join(several, ", and "),
        Expectation::Any(several) => join(several, ", or "),
        Expectation::Not(one) => format!("not: {}", self::expectation(one)),
        Expectation::Exit(code) => format!("exit {code}"),
        Expectation::Refused => "refused: an exit code other than 0".to_owned(),
        Expectation::Prints { stream, text } => format!("{} that {}", self::stream(*stream), self::text(text)),
        Expectation::File(wanted) => file(wanted),
        Expectation::Content(wanted) => format!("a text that {}", text(wanted)),
        Expectation::FoundAt(path) => format!("`{path}` as the first match in PATH"),
        Expectation::Found => "a match in PATH".to_owned(),
        Expectation::Variable { name, is } => format!("a variable {name} that {}", text(is)),
        Expectation::VersionWithin(range) => format!("a version within `{range}`"),
        Expectation::Installation { entry, is } => format!("`{is}` as the installation's {entry}"),
        Expectation::HasPackage(name) => format!("package {name} with a version"),
        Expectation::LacksPackage(name) => format!("no package {name}"),
        Expectation::HasEnvironment { name, packages, exposes } => environment(name, packages, exposes),
        Expectation::LacksEnvironment(name) => format!("no environment {name}"),
        Expectation::UpToDate => "nothing to be done".to_owned(),
        Expectation::Because(classes) => {
            format!("refused because of {}", classes.iter().map(|one| class(*one)).collect::<Vec<_>>().join(" or "))
        }
        Expectation::AgreesWith(step) => format!("packages that agree with step `{step}`"),
        Expectation::SameVersionAs(step) => format!("the same version as in step `{step}`"),
        Expectation::LinesOf(step) => format!("the lines of step `{step}`"),
        Expectation::SameTreeAs { step, .. } => format!("the same files as in step `{step}`"),
        Expectation::NoLargerThan(step) => {
            format!("no more room than in step `{step}`, {} aside", Unit::Bytes.text(LEFTOVER as f64))
        }
        Expectation::SameAsBefore => "the same as before".to_owned(),
        Expectation::LessThanBefore => "less than before".to_owned(),
        Expectation::Observed => "something to observe".to_owned(),
    }
}

fn stream(stream: Stream) -> &'static str {
    match stream {
        Stream::Stdout => "standard output",
        Stream::Stderr => "standard error",
        Stream::Output => "output",
    }
}

fn text(wanted: &Text) -> String {
    match wanted {
        Text::Equals(text) if text.contains('\n') => format!("is:\n{text}"),
        Text::Equals(text) => format!("is `{text}`"),
        Text::Contains(text) => format!("contains `{text}`"),
        Text::Says(text) => format!("says `{text}`"),
        Text::Matches(pattern) => format!("matches `{pattern}`"),
        Text::NoMatch(pattern) => format!("has nothing that matches `{pattern}`"),
        Text::Line(line) => format!("has a line `{line}`"),
        Text::Something => "is not empty".to_owned(),
        Text::Nothing => "is empty".to_owned(),
        Text::Json => "is JSON".to_owned(),
        Text::JsonAt { pointer, is } => format!("is JSON with `{is}` at `{pointer}`"),
        Text::VersionWithin(range) => format!("holds a version within `{range}`"),
        Text::PathEntry(entry) => format!("holds the PATH entry `{entry}`"),
    }
}

fn file(wanted: &FileExpectation) -> String {
    if wanted.absent {
        return "nothing at this path".to_owned();
    }
    let mut words = vec![wanted.kind.map_or("something at this path", file_kind).to_owned()];
    match wanted.executable {
        Some(true) => words.push("executable".to_owned()),
        Some(false) => words.push("not executable".to_owned()),
        None => {}
    }
    words.extend(wanted.mode.map(|mode| format!("mode {mode:04o}")));
    words.extend(wanted.mode_without.map(|mode| format!("none of the mode bits {mode:04o}")));
    words.extend(wanted.owner.as_ref().map(|owner| format!("owner {owner}")));
    words.extend(wanted.group.as_ref().map(|group| format!("group {group}")));
    if wanted.not_empty {
        words.push("not empty".to_owned());
    }
    words.join(", ")
}

fn environment(name: &str, packages: &[String], exposes: &[String]) -> String {
    let mut words = format!("environment {name}");
    for (word, names) in [("with", packages), ("that exposes", exposes)] {
        if !names.is_empty() {
            words.extend([" ", word, " ", &names.join(", ")]);
        }
    }
    words
}

/// A kind of file in words.
pub(super) fn file_kind(kind: FileKind) -> &'static str {
    match kind {
        FileKind::File => "a file",
        FileKind::Directory => "a folder",
        FileKind::Symlink => "a symbolic link",
        FileKind::Other => "a device, socket or pipe",
    }
}

/// The class of an error as suites write it, `not-found`.
pub(super) fn class(class: ErrorClass) -> String {
    match serde_json::to_value(class) {
        Ok(serde_json::Value::String(name)) => name,
        _ => format!("{class:?}"),
    }
}

/// What kind of observation it is.
pub(super) fn kind(seen: &Observation) -> &'static str {
    match seen {
        Observation::Ran(_) => "a command",
        Observation::Together(_) => "several commands at the same time",
        Observation::Answered(Answer::File(_)) => "what lies at a path",
        Observation::Answered(Answer::Content(_)) => "the content of a file",
        Observation::Answered(Answer::Found { .. }) => "what PATH finds",
        Observation::Answered(Answer::Tree(_)) => "a tree of files",
        Observation::Answered(Answer::Environment { .. }) => "the variables of a process",
        Observation::Answered(_) => "an answer about the container",
        Observation::Known { .. } => "something read from files",
        Observation::Measured(_) => "a measurement",
        Observation::Image(_) => "the image's metadata",
        Observation::Text(_) => "a text",
        Observation::Confirmed(_) => "a fault that was put on or taken off",
        Observation::NotHere { .. } | Observation::Unknown(_) => "no observation",
    }
}

/// What was seen, briefly, for the failure of an opposite.
pub(super) fn sight(seen: &Observation) -> String {
    match seen {
        Observation::Ran(ran) => end_of(ran),
        Observation::Together(several) => several.iter().map(|ran| status(&ran.status)).collect::<Vec<_>>().join("; "),
        Observation::Answered(Answer::File(Some(facts))) => format!("there is {}", file_kind(facts.kind)),
        Observation::Answered(Answer::Content(Some(bytes))) => tail(&String::from_utf8_lossy(bytes), LINES),
        Observation::Text(captured) => tail(&captured.text, LINES),
        Observation::Answered(Answer::Found { matches, .. }) => format!("PATH finds {}", matches.join(", ")),
        Observation::Known { fact, source } => format!("{} (from {source})", self::fact(fact)),
        other => format!("{}, and it is so", kind(other)),
    }
}

/// A fact, briefly.
pub(super) fn fact(fact: &Fact) -> String {
    match fact {
        Fact::Version(version) => format!("version {version}"),
        Fact::Installation(entries) => {
            let entries: Vec<String> = entries.iter().map(|(name, value)| format!("{name} {value}")).collect();
            format!("installation: {}", entries.join(", "))
        }
        Fact::Packages(packages) => {
            let names = packages.iter().map(|package| format!("{} {}", package.name, package.version));
            format!("packages: {}", list(names))
        }
        Fact::Environments(environments) => {
            format!("environments: {}", list(environments.iter().map(|environment| environment.name.clone())))
        }
        Fact::UpToDate(true) => "nothing is to be done".to_owned(),
        Fact::UpToDate(false) => "something was or would be done".to_owned(),
        Fact::Refusal(reason) => format!("refused because of {}", class(*reason)),
    }
}

/// Names with commas, at most 20 of them; `none` for none.
pub(super) fn list(names: impl IntoIterator<Item = String>) -> String {
    const MOST: usize = 20;
    let mut names: Vec<String> = names.into_iter().collect();
    let more = names.len().saturating_sub(MOST);
    names.truncate(MOST);
    match (names.is_empty(), more) {
        (true, _) => "none".to_owned(),
        (_, 0) => names.join(", "),
        _ => format!("{}, and {more} more", names.join(", ")),
    }
}

/// One a line, at most 20 of them.
pub(super) fn lines(all: &[String]) -> String {
    const MOST: usize = 20;
    let mut shown: Vec<String> = all.iter().take(MOST).map(|line| shortened(line)).collect();
    if all.len() > MOST {
        shown.push(format!("and {} more", all.len() - MOST));
    }
    shown.join("\n")
}

/// How a command ended.
pub(super) fn status(status: &ExitStatus) -> String {
    match status {
        ExitStatus::Exited(code) => format!("exit {code}"),
        ExitStatus::Signalled(signal) => format!("ended by signal {signal}"),
        ExitStatus::TimedOut => "still running at its deadline".to_owned(),
        ExitStatus::Killed => "killed on purpose".to_owned(),
        ExitStatus::NotStarted { reason, .. } => format!("not started: {reason}"),
    }
}

/// How a command ended, with the last lines that it printed: standard error first, where errors are told.
pub(super) fn end_of(ran: &Ran) -> String {
    let mut words = vec![status(&ran.status)];
    let for_output = if ran.stderr.text.trim().is_empty() { LINES } else { LINES / 4 };
    let streams = [("standard error", &ran.stderr, LINES - LINES / 4), ("standard output", &ran.stdout, for_output)];
    for (name, captured, lines) in streams {
        if !captured.text.trim().is_empty() {
            words.push(format!("{name}:\n{}", tail(&captured.text, lines)));
        }
        if captured.cut > 0 {
            words.push(format!("({name}: {})", cut(captured)));
        }
    }
    words.join("\n")
}

/// That a stream was cut.
pub(super) fn cut(captured: &Captured) -> String {
    format!("output was cut, {} of {} bytes were kept", captured.bytes.saturating_sub(captured.cut), captured.bytes)
}

/// Output that the manager's parser could not read.
pub(super) fn unreadable(reason: &str, ran: &Ran) -> String {
    format!("the output could not be read: {reason}\n{}", end_of(ran))
}

/// The last lines of a text, `(… n lines before)` ahead of them where there are more; long lines are shortened.
pub(super) fn tail(text: &str, lines: usize) -> String {
    let all: Vec<&str> = text.trim_end().lines().collect();
    let before = all.len().saturating_sub(lines);
    let mut shown: Vec<String> = Vec::new();
    if before > 0 {
        shown.push(format!("(… {before} lines before)"));
    }
    shown.extend(all[before..].iter().map(|line| shortened(line)));
    shown.join("\n")
}

/// A line of bearable length.
pub(super) fn shortened(line: &str) -> String {
    match line.char_indices().nth(COLUMNS) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

/// What to do, where what was seen tells by itself.
pub(super) fn hint(seen: &Observation) -> Option<&'static str> {
    let denied = |text: &str| squeezed(text).contains("permissiondenied");
    match seen {
        Observation::Answered(Answer::Refused(reason)) => denied(reason).then(|| ErrorClass::PermissionDenied.hint()),
        Observation::Ran(ran) => match (&ran.fact, &ran.status) {
            (_, ExitStatus::Exited(0)) => None,
            (Some(Ok(Fact::Refusal(class))), _) if *class != ErrorClass::Unknown => Some(class.hint()),
            (_, ExitStatus::NotStarted { errno: REFUSED, reason }) if reason.starts_with(NO_SERVER) => Some(START_IT),
            (_, ExitStatus::NotStarted { errno: 0, reason }) if reason.contains(NOT_LET_IN) => Some(LET_IN),
            (_, ExitStatus::NotStarted { errno: 0, reason }) if reason.contains(HOST_KEY) => Some(SHOW_OWN),
            (_, ExitStatus::NotStarted { errno: 13, .. }) => Some(ErrorClass::PermissionDenied.hint()),
            (_, ExitStatus::NotStarted { errno: 2, reason }) if reason.starts_with(NO_FOLDER) => Some(NOT_THERE),
            (_, ExitStatus::NotStarted { errno: 2, reason }) if reason.contains(IS_BROKEN) => Some(BROKEN),
            (_, ExitStatus::NotStarted { errno: 2, reason }) if reason.starts_with(BY_PATH) => Some(NOT_INSTALLED),
            (_, ExitStatus::NotStarted { errno: 2, .. } | ExitStatus::Exited(127)) => Some(NOT_FOUND),
            // A cause that nobody knows has no remedy of its own: what the suite foresaw is nearer. Only what is said last
            // tells why it ended; shells complain of their history files first.
            _ => denied(&last_lines(&ran.stderr.text)).then(|| ErrorClass::PermissionDenied.hint()),
        },
        _ => None,
    }
}

/// The last lines of a text, as many as a message is broken into.
fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(2)..].join("\n")
}

/// The kernel's number for a connection that is refused.
const REFUSED: i32 = 111;
/// How a login by SSH tells that there is no server, that it lets nobody in, and that it is another one.
const NO_SERVER: &str = "no SSH server listens";
const START_IT: &str = "Install an SSH server and start it by the subject's `container.command`; the container's log says why it does not stay. `ready: {port: 22}` awaits it.";
const NOT_LET_IN: &str = " does not let ";
const LET_IN: &str = "See that the user is in the image and may log in, that its public key is a line of ~/.ssh/authorized_keys, that nobody else may write that file or a folder above it, and what sshd_config allows.";
const HOST_KEY: &str = " shows the host key ";
const SHOW_OWN: &str =
    "Let the server use the host keys of /etc/ssh, and make them before it starts, as `ssh-keygen -A` does.";
/// How the agent names the step in which the working directory is entered.
const NO_FOLDER: &str = "change to the folder";
const NOT_THERE: &str = "Check that the folder is in the image, and the check's `cwd`.";
/// How it names a program that is called by its path, and how what is there but leads nowhere.
const BY_PATH: &str = "execute /";
const IS_BROKEN: &str = " there: its interpreter";
const BROKEN: &str = "See what the program's first line names, and where that leads; install the program again.";
const NOT_INSTALLED: &str = "Check that the program is installed there, and in the stage that is judged.";
const NOT_FOUND: &str = "Check that the program is installed, and that its folder is in PATH.";
