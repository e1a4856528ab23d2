//! Results per phase: one table, then each phase's checks that did not pass.

use super::escape::{block, code, plain, table};
use crate::model::{CheckRecord, PhaseRecord, Record};
use crate::report::account::{self, Account};
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
        let names = names.join(", ");
        section += &format!("\nNothing was counted in {names}: there is no rate, and no gate is satisfied by it.\n");
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

pub(super) fn details(record: &Record) -> String {
    account::by_priority(record).into_iter().map(details_of).collect::<Vec<_>>().join("\n")
}

fn details_of(phase: &PhaseRecord) -> String {
    let title = format!("### {}\n\n", plain(&phase.phase));
    if !account::anything_ran(&phase.checks) {
        let none = match phase.checks.len() {
            1 => "Its one check did not come to run.".to_owned(),
            number => format!("None of its {number} checks came to run."),
        };
        return title + &none + "\n";
    }
    let mut section = String::new();
    for check in phase.checks.iter().filter(|check| account::is_own_failure(&check.ended.outcome)) {
        section += &failure(check);
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
        section += &format!("- {} before these checks: {}\n", restart_words(*restart), plain(proof));
    }
    if let Some(diagnosis) = &phase.diagnosis {
        section += &format!("\n<details><summary>Diagnosis</summary>\n\n{}\n</details>\n", block("text", diagnosis, 0));
    }
    section += &all_checks(phase);
    title + section.trim_start()
}

/// What was not tried or could not be told, each cause once.
fn others(phase: &PhaseRecord) -> String {
    let kinds = [
        ("blocked", "blocked, not tried"),
        ("could not tell", "could not tell (the environment's fault, counted neither way)"),
        ("not run", "not run"),
        ("undecided", "undecided (too noisy to hold against a budget)"),
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

fn restart_words(restart: crate::model::Restart) -> &'static str {
    use crate::model::Restart;
    match restart {
        Restart::Restart => "restarted",
        Restart::StopStart => "stopped and started",
        Restart::Kill => "killed and started",
    }
}

fn failure(check: &CheckRecord) -> String {
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
    for (name, value) in [("Expected", &told.expected), ("Actual", &told.actual)] {
        if let Some(value) = value {
            item += &field(name, value);
        }
    }
    if let Some(reason) = &told.reason {
        item += &format!("  - Where: {}\n", plain(reason));
    }
    if let Some(diff) = &told.diff {
        item += &format!("  - Difference:\n\n{}\n", block("diff", diff, 4));
    }
    if let Some(hint) = &told.hint {
        item += &format!("  - **Hint: {}**\n", plain(hint));
    }
    if let Some(line) = &ended.reproduce {
        item += &field("Reproduce", line);
    }
    if let Some(stderr) = ended.stderr.as_deref().filter(|stderr| !stderr.trim().is_empty()) {
        item += &format!("  - Standard error:\n\n{}\n", block("text", &text::tail(stderr, TAIL_LINES), 4));
    }
    let outputs = ended.output_paths();
    for path in [outputs.stdout, outputs.stderr].into_iter().flatten() {
        item += &format!("  - Printed: [{}]({path})\n", plain(&path));
    }
    for note in &ended.notes {
        item += &format!("  - Note: {}\n", plain(note));
    }
    item
}

/// A value beside its name, or below it in a block when it is long.
fn field(name: &str, value: &str) -> String {
    if value.trim().contains('\n') || value.chars().count() > 200 {
        format!("  - {name}:\n\n{}\n", block("text", value, 4))
    } else {
        format!("  - {name}: {}\n", code(value))
    }
}

fn all_checks(phase: &PhaseRecord) -> String {
    let row = |check: &CheckRecord| {
        let ended = &check.ended;
        let kind = account::words(check).to_owned();
        vec![code(&ended.check.to_string()), kind, text::seconds(ended.seconds), plain(&ended.about)]
    };
    let rows: Vec<_> = phase.checks.iter().map(row).collect();
    let number = text::count(rows.len(), "check");
    let checks = table(&["Check", "Outcome", "Time", "What it keeps"], &rows);
    format!("\n<details><summary>{number} in all</summary>\n\n{checks}\n</details>\n")
}
