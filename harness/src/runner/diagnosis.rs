//! What is looked at once, when a phase has its first failure.

use std::fmt::Write as _;

use crate::model::event::Event;
use crate::model::inquiry::{Answer, FileKind, Tree, TreeEntry};
use crate::model::measure::Unit;
use crate::model::observation::{ExitStatus, Observation};

use super::Runner;
use super::phase::Stage;

/// How many levels below the install folder are listed.
const LEVELS: usize = 2;

impl Runner<'_> {
    /// Looks at the subject's container and tells what is there, as text.
    pub(super) async fn diagnose(&self, stage: &Stage<'_>) {
        let mut text = String::new();
        for step in &self.plan.diagnosis {
            let seen = match self.observer().observe(stage.container, &step.probe).await {
                Ok(observation) => describe(&observation, &self.plan.path),
                Err(error) => error.to_string(),
            };
            let _ = writeln!(text, "{}:\n{}", step.name, indented(&seen));
        }
        (self.emit)(Event::Diagnosed { phase: stage.phase.phase.clone(), text });
    }
}

fn describe(observation: &Observation, own: &[String]) -> String {
    match observation {
        Observation::Ran(ran) => format!("{}\n{}{}", ended(&ran.status), ran.stdout.text, ran.stderr.text),
        Observation::Answered(answer) => describe_answer(answer, own),
        Observation::NotHere { reason, .. } | Observation::Unknown(reason) | Observation::Confirmed(reason) => {
            reason.clone()
        }
        other => format!("{other:?}"),
    }
}

fn ended(status: &ExitStatus) -> String {
    match status {
        ExitStatus::Exited(code) => format!("exit code {code}"),
        ExitStatus::Signalled(signal) => format!("ended by signal {signal}"),
        ExitStatus::TimedOut => "ran out of time".to_owned(),
        ExitStatus::Killed => "killed".to_owned(),
        ExitStatus::NotStarted { reason, .. } => format!("not started: {reason}"),
    }
}

/// `own`: the entries of PATH that are the manager's; they are marked, and said where they are missing.
fn describe_answer(answer: &Answer, own: &[String]) -> String {
    match answer {
        Answer::Environment { variables, directory, user, groups } => {
            let mut text = format!("user {user}, groups {groups:?}, in {directory}\n");
            let is_lent = |value: &str| value.starts_with("/.shakedown/");
            for (name, value) in variables.iter().filter(|(name, value)| *name != "PATH" && !is_lent(value)) {
                let _ = writeln!(text, "{name}={value}");
            }
            let lent: Vec<&str> =
                variables.iter().filter(|(_, value)| is_lent(value)).map(|(name, _)| name.as_str()).collect();
            if !lent.is_empty() {
                let _ = writeln!(text, "lent by shakedown, for this machine's certificates: {}", lent.join(", "));
            }
            text + &path_lines(variables.get("PATH").map_or("", String::as_str), own)
        }
        Answer::Tree(tree) => listing(tree),
        Answer::Space { free, total, free_inodes } => {
            format!("{} of {} free, {free_inodes} inodes free", bytes(*free), bytes(*total))
        }
        Answer::Reference(work) => format!("{:.3} s", work.total()),
        Answer::Memory { peak, kills } => {
            let peak = peak.map_or_else(|| "unknown".to_owned(), bytes);
            format!("peak {peak}, {kills} processes killed for want of memory")
        }
        Answer::Refused(reason) => reason.clone(),
        other => format!("{other:?}"),
    }
}

fn bytes(number: u64) -> String {
    Unit::Bytes.text(number as f64)
}

/// PATH, one entry a line, the manager's with an asterisk before them, and what of these is missing.
fn path_lines(path: &str, own: &[String]) -> String {
    let plain = |entry: &str| if entry.len() > 1 { entry.trim_end_matches('/').to_owned() } else { entry.to_owned() };
    let is_own = |entry: &str| own.iter().any(|folder| plain(folder) == plain(entry));
    let mut text = "PATH, one entry a line, * the manager's:\n".to_owned();
    for entry in path.split(':') {
        let _ = writeln!(text, "{} {entry}", if is_own(entry) { '*' } else { ' ' });
    }
    for folder in own.iter().filter(|folder| path.split(':').all(|entry| plain(entry) != plain(folder))) {
        let _ = writeln!(text, "* {folder} is missing");
    }
    text
}

/// The upper levels of a tree, as a listing.
fn listing(tree: &Tree) -> String {
    let depth = |path: &str| path.matches('/').count();
    let top = tree.entries.keys().map(|path| depth(path)).min().unwrap_or_default();
    let upper = tree.entries.iter().filter(|(path, _)| depth(path) <= top + LEVELS);
    let lines: String = upper.map(|(path, entry)| line(path, entry)).collect();
    format!("{lines}{} entries in all\n{}", tree.entries.len(), tree.unreadable.join("\n"))
}

fn line(path: &str, entry: &TreeEntry) -> String {
    let kind = match entry.kind {
        FileKind::File => '-',
        FileKind::Directory => 'd',
        FileKind::Symlink => 'l',
        FileKind::Other => '?',
    };
    let link = entry.link.as_ref().map_or_else(String::new, |target| format!(" -> {target}"));
    format!("{kind}{:04o} {}:{} {:>10} {path}{link}\n", entry.mode, entry.user, entry.group, entry.size)
}

fn indented(text: &str) -> String {
    text.trim_end().lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn described(answer: Answer) -> String {
        describe(&Observation::Answered(answer), &["/opt/uv/bin".to_owned(), "/opt/uv/tools/bin".to_owned()])
    }

    #[test]
    fn the_managers_entries_of_path_are_marked_and_missed() {
        let variables = [
            ("PATH", "/opt/uv/bin/:/usr/bin:/bin"),
            ("UV_TOOL_DIR", "/opt/uv/tools"),
            ("PIP_CERT", "/.shakedown/ca.crt"),
            ("SSL_CERT_FILE", "/.shakedown/ca.crt"),
        ];
        let variables: BTreeMap<_, _> =
            variables.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let answer = Answer::Environment { variables, directory: "/".to_owned(), user: 0, groups: vec![0] };
        insta::assert_snapshot!(described(answer), @r"
        user 0, groups [0], in /
        UV_TOOL_DIR=/opt/uv/tools
        lent by shakedown, for this machine's certificates: PIP_CERT, SSL_CERT_FILE
        PATH, one entry a line, * the manager's:
        * /opt/uv/bin/
          /usr/bin
          /bin
        * /opt/uv/tools/bin is missing
        ");
    }

    #[test]
    fn room_is_told_in_units_that_people_read() {
        let space = Answer::Space { free: 61_358_055_424, total: 270_553_174_016, free_inodes: 16_162_683 };
        assert_eq!(described(space), "61.36 GB of 270.55 GB free, 16162683 inodes free");
        let memory = Answer::Memory { peak: Some(84_824_064), kills: 1 };
        assert_eq!(described(memory), "peak 84.82 MB, 1 processes killed for want of memory");
        assert!(described(Answer::Memory { peak: None, kills: 0 }).starts_with("peak unknown"));
    }
}
