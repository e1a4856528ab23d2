//! The table of all checks, with what is known of each behind it.

use serde::Serialize;

use super::excerpt::{Excerpt, Room};
use super::part::{self, Part};
use super::state::State;
use crate::model::{CheckId, CheckRecord, Outcome, PhaseRecord, Record, Restart};
use crate::report::account::{self, Account};
use crate::report::since::since;
use crate::report::text;

/// Failures that are open from the beginning; more would bury the table.
const OPEN: usize = 5;

/// The checks of one phase.
#[derive(Debug, Serialize)]
pub(super) struct Group {
    /// The phase's name.
    pub(super) phase: String,
    /// Its rate and time.
    summary: String,
    /// How the container was restarted before, with the proof.
    restarts: Vec<String>,
    pub(super) rows: Vec<Row>,
}

/// One check.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    pub(super) id: String,
    /// The row's `id` in the page.
    anchor: String,
    about: String,
    state: State,
    took: String,
    /// It does not count.
    advice: bool,
    open: bool,
    parts: Vec<Part>,
}

/// An outcome that one may look for.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Choice {
    word: &'static str,
    count: usize,
}

impl Row {
    /// Bytes of all blocks behind it.
    pub(super) fn bytes(&self) -> usize {
        self.parts.iter().map(Part::bytes).sum()
    }
}

/// The `id` of a check's row.
pub(super) fn anchor(id: &CheckId) -> String {
    format!("check-{}", id.file_stem())
}

/// The link to a check's row.
pub(super) fn link(id: &CheckId) -> String {
    format!("#{}", anchor(id))
}

/// All checks by phase, in the plan's order.
pub(super) fn groups(record: &Record, room: Room) -> Vec<Group> {
    let failures = account::failures(record);
    let counted = failures.into_iter().filter(|check| check.ended.counted);
    let open: Vec<_> = counted.take(OPEN).map(|check| &check.ended.check).collect();
    record.phases.iter().map(|phase| group(record, phase, &open, room)).collect()
}

fn group(record: &Record, phase: &PhaseRecord, open: &[&CheckId], room: Room) -> Group {
    let first = phase.checks.iter().find(|check| account::is_own_failure(&check.ended.outcome));
    let row = |check: &CheckRecord| {
        let ended = &check.ended;
        let mut parts = parts(record, check, room);
        if let (Some(diagnosis), Some(first)) = (&phase.diagnosis, first)
            && account::is_own_failure(&ended.outcome)
        {
            parts.push(diagnosed(diagnosis, &first.ended.check, &ended.check, room));
        }
        Row {
            id: ended.check.to_string(),
            anchor: anchor(&ended.check),
            about: ended.about.clone(),
            state: State::of(check),
            took: if ended.attempts > 0 { text::seconds(ended.seconds) } else { String::new() },
            advice: !ended.counted,
            open: open.contains(&&ended.check),
            parts,
        }
    };
    let ran = account::anything_ran(&phase.checks);
    let took = if ran { format!(", {}", text::seconds(phase.seconds)) } else { String::new() };
    Group {
        phase: phase.phase.clone(),
        summary: format!("{}{took}", text::rate(phase.rate())),
        restarts: phase.restarts.iter().map(|(restart, proof)| format!("{}: {proof}", restart.name())).collect(),
        rows: phase.checks.iter().map(row).collect(),
    }
}

/// What a diagnosis found stands once, at the first failure of its phase.
fn diagnosed(diagnosis: &str, first: &CheckId, check: &CheckId, room: Room) -> Part {
    if first == check {
        let words = "What was in the container right after the first failure of this phase";
        return Part::block("Diagnosis", Excerpt::of(diagnosis, room)).folded(words);
    }
    Part::link("Diagnosis", format!("see {first}, the first failure of this phase"), link(first))
}

/// Everything that is known of a check.
fn parts(record: &Record, check: &CheckRecord, room: Room) -> Vec<Part> {
    let ended = &check.ended;
    let told = Account::of(check);
    if !check.concluded {
        return Vec::new();
    }
    let mut parts = why(check, room);
    parts.extend(told.diff.as_ref().map(|diff| Part::block("Difference", Excerpt::of(diff, room)).diff()));
    parts.extend(told.hint.map(|hint| Part::prose("Hint", hint).strong()));
    parts.extend(since(record, check).map(|words| Part::prose("Red since", words)));
    if ended.attempts > 1 {
        parts.push(Part::prose("Tries", ended.attempts.to_string()));
    }
    parts.extend(ended.notes.iter().map(|note| Part::prose("Note", note.clone())));
    let looked_at = ended.looked_at.as_ref().filter(|_| ended.outcome.is_passed());
    parts.extend(looked_at.map(|words| part::value("Looked at", words, room)));
    // What reproduces it has the command in it.
    let command = ended.invocation.as_ref().filter(|_| ended.reproduce.is_none());
    parts.extend(command.map(|argv| part::carried_out("Command", &part::typed(argv), room)));
    parts.extend(printed(check, told.actual.as_deref(), room));
    let measured = ended.measurements.iter();
    parts.extend(measured.map(|figure| Part::prose("Measured", format!("{}: {figure}", figure.name))));
    if account::is_own_failure(&ended.outcome) || ended.outcome.is_unknown() {
        parts.extend(reproduction(record, check, room));
    }
    parts
}

/// What the container went through before, a line to type, and where its image is from.
pub(super) fn reproduction(record: &Record, check: &CheckRecord, room: Room) -> Vec<Part> {
    let id = &check.ended.check;
    let phase = record.phases.iter().find(|phase| phase.phase == id.phase);
    let all = phase.into_iter().flat_map(|phase| &phase.restarts).map(|(how, _)| *how);
    // A check that is there once for each of several is after its own alone.
    let restarts: Vec<_> = all.filter(|how| id.after.is_none_or(|own| own == *how)).map(Restart::name).collect();
    let restarted = || Part::prose("After", format!("{} of the container", restarts.join(", ")));
    let mut parts: Vec<_> = (!restarts.is_empty()).then(restarted).into_iter().collect();
    let Some(line) = &check.ended.reproduce else { return parts };
    parts.push(match room.commands.instead(record, check) {
        Some(instead) => Part::prose("Reproduce", instead),
        None => part::to_copy("Reproduce", line),
    });
    parts.extend(account::local_sources(record).map(|words| Part::prose("Sources", words)));
    if record.recipes.iter().any(|recipe| !recipe.text.is_empty()) {
        parts.push(Part::link("Image", "its Dockerfiles, from `FROM` on", "#recipes".to_owned()));
    }
    parts
}

/// Why the check did not pass: what should have been and what was, or the reason why nothing can be said.
pub(super) fn why(check: &CheckRecord, room: Room) -> Vec<Part> {
    let told = Account::of(check);
    let fields = [("Looked at", &told.looked_at), ("Expected", &told.expected), ("Actual", &told.actual)];
    let field = |(name, value): (&'static str, &Option<String>)| Some(part::value(name, value.as_ref()?, room));
    let mut parts: Vec<_> = fields.into_iter().filter_map(field).collect();
    match &check.ended.outcome {
        Outcome::Blocked { by } => parts.push(Part::link("Blocked by", by.to_string(), link(by))),
        Outcome::Failed(_) => parts.extend(told.reason.map(|reason| Part::prose("Where", reason))),
        _ => parts.extend(told.reason.map(|reason| Part::prose("Why", reason))),
    }
    parts
}

/// What the deciding step printed, but for standard error that was already told as what came instead.
fn printed(check: &CheckRecord, actual: Option<&str>, room: Room) -> Vec<Part> {
    let ended = &check.ended;
    let paths = ended.output_paths();
    let streams = [("Standard output", &ended.stdout, paths.stdout), ("Standard error", &ended.stderr, paths.stderr)];
    let untold = |text: &str| !text.trim().is_empty() && !actual.is_some_and(|actual| actual.contains(text.trim()));
    let block = |(name, text, path): (&'static str, &Option<String>, Option<String>)| {
        let text = text.as_deref().filter(|text| untold(text))?;
        Some(Part::block(name, Excerpt::of(text, room)).whole_in(path))
    };
    streams.into_iter().filter_map(block).collect()
}

/// The outcomes that there are, with how many checks have each.
pub(super) fn choices(record: &Record) -> Vec<Choice> {
    let words =
        ["failed", "timed out", "blocked", "could not tell", "not run", "undecided", "flaky", "skipped", "passed"];
    let count = |word: &str| record.checks().filter(|check| State::of(check).word == word).count();
    let choices = words.into_iter().map(|word| Choice { word, count: count(word) });
    choices.filter(|choice| choice.count > 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample;
    use crate::report::commands::Commands;

    const ROOM: Room = Room { lines: 40, bytes: 2000, commands: Commands::All };

    #[test]
    fn what_is_behind_a_failure_is_told_in_order() {
        let (record, _) = sample::mixed();
        let groups = groups(&record, ROOM);
        let rows: Vec<_> = groups.iter().flat_map(|group| &group.rows).collect();
        let failed = rows.iter().find(|row| row.id == "packages/import[scipy]").expect("it is there");
        let names: Vec<_> = failed.parts.iter().map(Part::name).collect();
        assert!(failed.open);
        assert_eq!(names, ["Expected", "Actual", "Where", "Hint", "Standard error", "Reproduce", "Image", "Diagnosis"]);
    }

    #[test]
    fn a_second_failure_of_a_phase_refers_to_the_diagnosis_of_the_first() {
        let (record, _) = sample::mixed();
        let groups = groups(&record, ROOM);
        let row = groups.iter().flat_map(|group| &group.rows).find(|row| row.id == "environments/sync");
        let last = row.and_then(|row| row.parts.last()).map(|part| serde_json::to_string(part).expect("it has JSON"));
        insta::assert_snapshot!(last.expect("a part"));
    }

    #[test]
    fn the_outcomes_to_choose_from_are_those_that_there_are() {
        let (record, _) = sample::good();
        assert_eq!(choices(&record), [Choice { word: "passed", count: 6 }]);
        let (record, _) = sample::mixed();
        let all: usize = choices(&record).iter().map(|choice| choice.count).sum();
        assert_eq!(all, record.checks().count());
    }
}
