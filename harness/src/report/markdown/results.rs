//! Results per phase: one table, each phase's checks that did not pass, and all checks to open.

use super::escape::{Room, block, code, command, plain, table};
use crate::model::{Cause, CheckRecord, PhaseRecord, Record};
use crate::report::account::{self, Account};
use crate::report::since::since;
use crate::report::{json, text};

/// Lines of standard error that are shown: its end is where programs say what went wrong.
const TAIL_LINES: usize = 12;

pub(super) fn phases(record: &Record) -> String {
    let mut section = String::from("## Results per phase\n\n");
    if record.phases.is_empty() {
        return section + "No check was planned.\n";
    }
    let mut rows: Vec<_> = record.phases.iter().map(row).collect();
    let rate = record.rate();
    rows.push(vec![
        "**all**".to_owned(),
        String::new(),
        format!("**{}**", fraction(rate.passed, rate.counted)),
        format!("**{}**", rate.words()),
        text::seconds(record.phases.iter().map(|phase| phase.seconds).sum()),
        String::new(),
    ]);
    section += &table(&["Phase", "Priority", "Passed", "Rate", "Time", "Not passed"], &rows);
    let uncounted: Vec<_> = record.phases.iter().filter(|phase| phase.rate().counted == 0).collect();
    if !uncounted.is_empty() {
        let names: Vec<_> = uncounted.iter().map(|phase| plain(&phase.phase)).collect();
        let place = if rate.counted == 0 { String::new() } else { format!(" in {}", names.join(", ")) };
        section += &format!("\nNothing was counted{place}: there is no rate, and no gate is satisfied by it.\n");
    }
    section
}

fn row(phase: &PhaseRecord) -> Vec<String> {
    let rate = phase.rate();
    vec![
        plain(&phase.phase),
        json::priority(phase.priority).to_owned(),
        fraction(rate.passed, rate.counted),
        rate.words(),
        text::seconds(phase.seconds),
        account::not_passed(&phase.checks),
    ]
}

fn fraction(passed: usize, counted: usize) -> String {
    if counted == 0 { "nothing counted".to_owned() } else { format!("{passed} of {counted}") }
}

/// The phases of which there is something to tell, the most important first.
pub(super) fn details(record: &Record, room: Room) -> String {
    let causes = record.causes();
    let sections = record.by_priority().into_iter().map(|phase| details_of(record, phase, &causes, room));
    sections.filter(|section| !section.is_empty()).collect::<Vec<_>>().join("\n")
}

/// Empty where every check simply passed; of a phase that never came to run the table says so.
fn details_of(record: &Record, phase: &PhaseRecord, causes: &[Cause<'_>], room: Room) -> String {
    if !account::anything_ran(&phase.checks) {
        return String::new();
    }
    let title = format!("### {}\n\n", plain(&phase.phase));
    let mut section = String::new();
    for check in phase.checks.iter().filter(|check| account::is_own_failure(&check.ended.outcome)) {
        let reason = causes.iter().find(|cause| cause.explains.iter().any(|one| one.ended.check == check.ended.check));
        section += &failure(record, check, reason.map(|cause| cause.check), room);
    }
    section += &others(phase);
    for check in phase.checks.iter().filter(|check| check.is_flaky()) {
        let id = code(&check.ended.check.to_string());
        section += &format!("- **flaky**: {id} passed only at try {}\n", check.ended.attempts);
    }
    for check in phase.checks.iter().filter(|check| !account::is_own_failure(&check.ended.outcome)) {
        let id = code(&check.ended.check.to_string());
        section +=
            &check.ended.notes.iter().map(|note| format!("- note: {id} – {}\n", plain(note))).collect::<String>();
    }
    for (restart, proof) in &phase.restarts {
        section += &format!("- {} before these checks: {}\n", restart.told(), plain(proof));
    }
    if let Some(diagnosis) = &phase.diagnosis {
        let diagnosis = block("text", diagnosis, 0, room);
        section +=
            &folded("Diagnosis: what was in the container right after the first of these failures", &diagnosis, 0);
    }
    if section.is_empty() { section } else { title + section.trim_start() }
}

fn may_come_of(reason: &CheckRecord) -> String {
    format!("  - Perhaps for the reason of {}\n", code(&reason.ended.check.to_string()))
}

/// Something long that one opens to read it.
fn folded(title: &str, content: &str, indent: usize) -> String {
    let margin = " ".repeat(indent);
    format!("\n{margin}<details><summary>{title}</summary>\n\n{content}\n{margin}</details>\n")
}

/// Every check with its outcome, a table a phase, in the plan's order.
pub(super) fn all_checks(record: &Record) -> String {
    let ran = record.phases.iter().filter(|phase| account::anything_ran(&phase.checks));
    let tables: String = ran.map(checks_of).collect();
    if tables.is_empty() { tables } else { format!("### All checks\n{tables}") }
}

fn checks_of(phase: &PhaseRecord) -> String {
    let row = |check: &CheckRecord| {
        let ended = &check.ended;
        let kind = account::words(check).to_owned();
        vec![code(&ended.check.to_string()), kind, text::seconds(ended.seconds), plain(&ended.about)]
    };
    let rows: Vec<_> = phase.checks.iter().map(row).collect();
    let title = format!("{}: {}", plain(&phase.phase), text::count(rows.len(), "check"));
    folded(&title, &table(&["Check", "Outcome", "Time", "Promise"], &rows), 0)
}

/// What was not tried or could not be told, each cause once.
fn others(phase: &PhaseRecord) -> String {
    let kinds = [
        ("blocked", "blocked, not tried"),
        ("could not tell", "could not tell (the environment's fault, counted neither way)"),
        ("not run", "not run"),
        ("undecided", "undecided (beyond a budget, but perhaps for noise or the machine alone)"),
        ("skipped", "skipped"),
    ];
    let mut section = String::new();
    for (kind, title) in kinds {
        let checks: Vec<_> = phase.checks.iter().filter(|check| account::words(check) == kind).collect();
        for (reason, checks) in account::by_reason(&checks) {
            let ids: Vec<_> = checks.iter().map(|check| code(&check.ended.check.to_string())).collect();
            let reason = reason.strip_prefix("blocked ").unwrap_or(&reason);
            section += &format!("- **{title}**: {} – {}\n", ids.join(", "), plain(reason));
        }
    }
    section
}

/// What is known of a failure, and whose reason it may share. The command comes last, since a long one ends the list.
fn failure(record: &Record, check: &CheckRecord, reason: Option<&CheckRecord>, room: Room) -> String {
    let ended = &check.ended;
    let told = Account::of(check);
    let advice = if ended.counted { "" } else { ", advice only" };
    let took = text::seconds(ended.seconds);
    let kind = account::words(check);
    let id = code(&ended.check.to_string());
    let mut item = format!("- **{kind}**: {id}");
    if !ended.about.is_empty() {
        item += &format!(" – {}", plain(&ended.about));
    }
    item += &format!(" ({took}{advice})\n");
    let fields = [("Looked at", &told.looked_at), ("Expected", &told.expected), ("Actual", &told.actual)];
    for (name, value) in fields {
        if let Some(value) = value {
            item += &field(name, value, room);
        }
    }
    if let Some(reason) = &told.reason {
        item += &format!("  - Where: {}\n", plain(reason));
    }
    if let Some(diff) = &told.diff {
        item += &format!("  - Difference:\n\n{}\n", block("diff", diff, 4, room));
    }
    if let Some(hint) = &told.hint {
        item += &format!("  - **Hint**: {}\n", plain(hint));
    }
    if let Some(since) = since(record, check) {
        item += &format!("  - Red since: {}\n", plain(&since));
    }
    if let Some(stderr) = untold(ended.stderr.as_deref(), told.actual.as_deref()) {
        item += &format!("  - Standard error:\n\n{}\n", block("text", &text::tail(stderr, TAIL_LINES), 4, room));
    }
    let outputs = ended.output_paths();
    for path in [outputs.stdout, outputs.stderr].into_iter().flatten() {
        item += &format!("  - Printed: [{}]({path})\n", plain(&path));
    }
    for note in &ended.notes {
        item += &format!("  - Note: {}\n", plain(note));
    }
    item += &reason.map(may_come_of).unwrap_or_default();
    if let Some(instead) = room.commands.instead(record, check) {
        return item + &format!("  - Reproduce: {}\n", plain(&instead));
    }
    match &ended.reproduce {
        // Not indented, so that it can be copied from the file as it is; what follows is no part of it.
        Some(line) if is_long(line) => item += &(folded("Reproduce", &command(line), 0) + "\n"),
        Some(line) => item += &format!("  - Reproduce: {}\n", code(line)),
        None => {}
    }
    item
}

/// Standard error, where there is any whose end was not told as what came instead.
pub(super) fn untold<'a>(stderr: Option<&'a str>, actual: Option<&str>) -> Option<&'a str> {
    let stderr = stderr.filter(|stderr| !stderr.trim().is_empty())?;
    let end = stderr.trim_end().lines().next_back().unwrap_or_default();
    let told = actual.is_some_and(|actual| actual.contains('\n') && actual.contains(end.trim()));
    (!told).then_some(stderr)
}

/// A value beside its name, or below it in a block when it is long.
fn field(name: &str, value: &str, room: Room) -> String {
    if is_long(value) {
        format!("  - {name}:\n\n{}\n", block("text", value, 4, room))
    } else {
        format!("  - {name}: {}\n", code(value))
    }
}

fn is_long(value: &str) -> bool {
    value.trim().contains('\n') || value.chars().count() > 200
}
