//! What the terminal shows at the end: a table of the phases, what did not pass, the verdict, where the reports are.

use tabled::builder::Builder;
use tabled::settings::object::{Columns, Rows};
use tabled::settings::{Alignment, Color, Modify, Style, Width};

use super::account::{self, Account};
use super::advice;
use super::changed::news;
use super::format::FORMATS;
use super::markdown;
use super::paint::{self, paint};
use super::text;
use crate::model::{CheckRecord, Decision, PhaseRecord, Record, Verdict};

/// How a terminal wants it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Columns; less than 40 counts as 40, more than 200 as 200.
    pub width: usize,
    /// Whether to use colours.
    pub color: bool,
}

impl Look {
    pub(super) fn columns(self) -> usize {
        self.width.clamp(40, 200)
    }
}

/// Lines of an expected or actual text, and characters a line.
const EXCERPT: (usize, usize) = (12, 400);

/// Lines of a failed build step's log: as many as are kept of it.
const BUILD_LOG: usize = 40;

/// Renders it, with a line break at the end.
pub fn summary(record: &Record, verdict: &Verdict, look: Look) -> String {
    let mut summary = String::new();
    if record.checks().any(|check| check.concluded) {
        summary += &table(record, look);
        summary += "\n\n";
    }
    summary += &build_failure(record, look);
    if let Some(reason) = account::long_reason(record) {
        summary += &(paint("run ended early", paint::UNKNOWN, look.color)
            + "\n"
            + &field("reason", &text::tail(reason, EXCERPT.0 - 1), look)
            + "\n");
    }
    for cause in record.causes() {
        summary += &failure(cause.check, look);
        if !cause.explains.is_empty() {
            let words = format!("{} failed, too, maybe for the same reason", advice::named(&cause.explains));
            summary += &field("behind it", &words, look);
        }
        summary.push('\n');
    }
    summary += &others(record, look);
    summary += &conclusion(record, verdict, look);
    summary
}

/// A phase's line; of a phase of which nothing was counted it says so.
fn row(phase: &PhaseRecord, look: Look) -> [String; 5] {
    let rate = phase.rate();
    let others = account::not_passed(&phase.checks);
    let (passed, others) = match rate.counted {
        0 if others.is_empty() => ("–".to_owned(), "nothing counted".to_owned()),
        0 => ("–".to_owned(), format!("nothing counted: {others}")),
        counted => (format!("{}/{counted}", rate.passed), others),
    };
    let name = text::one_line(&phase.phase, look.columns() / 3);
    [name, passed, rate.words(), text::seconds(phase.seconds), others]
}

fn table(record: &Record, look: Look) -> String {
    let mut rows = vec![["phase", "passed", "rate", "time", "not passed"].map(str::to_owned)];
    rows.extend(record.phases.iter().map(|phase| row(phase, look)));
    let rate = record.rate();
    let time = text::seconds(record.phases.iter().map(|phase| phase.seconds).sum());
    let passed = format!("{}/{}", rate.passed, rate.counted);
    rows.push(["all".to_owned(), passed, rate.words(), time, String::new()]);
    // The last column takes what the others leave: a blank on each side of a cell, a bar between two.
    let widest = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let room = look.columns().saturating_sub((0..4).map(|column| widest(column) + 3).sum::<usize>() + 2);
    for row in &mut rows {
        row[4] = paint::wrap(&row[4], room).join("\n");
    }
    let mut table = Builder::from_iter(rows).build();
    table.with(Style::psql());
    table.with(Modify::new(Columns::new(1..4)).with(Alignment::right()));
    table.with(Width::wrap(look.columns()));
    if look.color {
        for (number, phase) in record.phases.iter().enumerate() {
            let failed = phase.checks.iter().any(|check| check.ended.outcome.is_subject_failure());
            let unknown = phase.checks.iter().any(|check| check.ended.outcome.is_unknown());
            let color = match (failed, unknown || phase.rate().counted == 0) {
                (true, _) => Color::FG_RED,
                (false, true) => Color::FG_YELLOW,
                (false, false) => Color::FG_GREEN,
            };
            table.with(Modify::new(Rows::one(number + 1)).with(color));
        }
    }
    table.to_string().lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

fn build_failure(record: &Record, look: Look) -> String {
    let Some(failure) = &record.build_failure else { return String::new() };
    let style = if failure.environment { paint::UNKNOWN } else { paint::BAD };
    let mut told = paint("build failed", style, look.color) + &format!("  {}\n", text::one_line(&failure.stage, 60));
    if let Some(step) = &failure.step {
        told += &field("step", step, look);
    }
    told += &field("message", &failure.message, look);
    if !failure.log.is_empty() {
        told += &excerpt("log", &failure.log.join("\n"), BUILD_LOG, look);
    }
    if let Some(hint) = &failure.hint {
        told += &field("hint", hint, look);
    }
    told + "\n"
}

/// One failed check, with what to do.
pub(super) fn failure(check: &CheckRecord, look: Look) -> String {
    let ended = &check.ended;
    let told = Account::of(check);
    let style = paint::of_outcome(&ended.outcome);
    let advice = if ended.counted { "" } else { ", advice only" };
    let id = text::one_line(&ended.check.to_string(), 160);
    let took = text::seconds(ended.seconds);
    let mut lines = paint(account::words(check), style, look.color) + &format!("  {id}  ({took}{advice})\n");
    let fields = [
        ("looked at", &told.looked_at),
        ("expected", &told.expected),
        ("actual", &told.actual),
        ("where", &told.reason),
        ("diff", &told.diff),
        ("hint", &told.hint),
    ];
    for (name, value) in fields {
        if let Some(value) = value {
            lines += &field(name, value, look);
        }
    }
    lines + &by_hand(check).unwrap_or_default()
}

/// The command to type, on one line that the terminal may break: so it can be copied from here. One of several lines
/// could not.
fn by_hand(check: &CheckRecord) -> Option<String> {
    let command = check.ended.reproduce.as_deref()?.trim();
    let lines = command.lines().count();
    let pointed_to = || format!("a command of {lines} lines, to copy from report.md");
    let shown = if lines > 1 { pointed_to() } else { text::visible(command) };
    Some(format!("  {:<10}{shown}\n", "by hand"))
}

/// A name and a text beside it, broken at the width; of a long text the beginning.
pub(super) fn field(name: &str, value: &str, look: Look) -> String {
    excerpt(name, value, EXCERPT.0, look)
}

fn excerpt(name: &str, value: &str, lines: usize, look: Look) -> String {
    const MARGIN: usize = 12;
    let value = text::excerpt(value, lines, EXCERPT.1).replace('\t', "    ");
    let style = if name == "hint" { paint::HINT } else { anstyle::Style::new() };
    let mut wrapped = paint::wrap(&value, look.columns() - MARGIN);
    if wrapped.is_empty() {
        wrapped.push("(nothing)".to_owned());
    }
    let mut lines = String::new();
    for (number, line) in wrapped.iter().enumerate() {
        let name = if number == 0 { name } else { "" };
        let line = paint(line, style, look.color);
        lines += format!("  {name:<10}{line}").trim_end();
        lines.push('\n');
    }
    lines
}

/// What was not tried or could not be told, each cause once.
fn others(record: &Record, look: Look) -> String {
    let mut told = String::new();
    for kind in ["blocked", "could not tell", "not run", "undecided", "skipped"] {
        let of_kind: Vec<_> = record
            .by_priority()
            .into_iter()
            .flat_map(|phase| &phase.checks)
            .filter(|check| account::words(check) == kind)
            .collect();
        for (reason, checks) in account::by_reason(&of_kind) {
            let title = paint(kind, paint::of_outcome(&checks[0].ended.outcome), look.color);
            let reason = text::one_line(reason.strip_prefix("blocked ").unwrap_or(&reason), 400);
            let rest = match kind {
                "not run" => advice::named(&checks),
                _ => format!("{}: {reason}", advice::named(&checks)),
            };
            told += &format!("{title}{}\n", wrapped_after(kind, &rest, look));
        }
    }
    for check in record.checks().filter(|check| check.is_flaky()) {
        let rest = format!("{}: passed only at try {}", check.ended.check, check.ended.attempts);
        told += &(paint("flaky", paint::UNKNOWN, look.color) + &wrapped_after("flaky", &rest, look) + "\n");
    }
    if told.is_empty() { told } else { told + "\n" }
}

/// A text after a title of one line, its further lines indented.
pub(super) fn wrapped_after(title: &str, words: &str, look: Look) -> String {
    let indent = title.chars().count() + 2;
    let lines = paint::wrap(&text::visible(words), look.columns() - indent);
    format!("  {}", lines.join(&format!("\n{}", " ".repeat(indent))))
}

fn conclusion(record: &Record, verdict: &Verdict, look: Look) -> String {
    let subject = match record.start.subject.as_str() {
        "" => String::new(),
        subject => text::one_line(subject, 40) + " is ",
    };
    let rate = account::rate(record);
    let decision = verdict.decision.words();
    let long = format!("{subject}{decision}: {rate}").chars().count() > look.columns();
    let between = if long { "\n  " } else { " " };
    let decision = paint(decision, paint::of_decision(verdict.decision), look.color);
    let mut told = format!("{subject}{decision}:{between}{rate}\n");
    if verdict.decision != Decision::Stable
        && let Some(news) = news(record)
    {
        let lines = paint::wrap(&text::one_line(&news, 600), look.columns() - 4);
        told += &format!("  new since the last stable run:\n    {}\n", lines.join("\n    "));
    }
    for reason in &verdict.reasons {
        let lines = paint::wrap(&text::one_line(reason, 600), look.columns() - 4);
        told += &format!("  - {}\n", lines.join("\n    "));
    }
    for remark in &verdict.remarks {
        let lines = paint::wrap(&text::one_line(remark, 600), look.columns() - 8);
        told += &format!("  note: {}\n", lines.join("\n        "));
    }
    // What kept every check from running has no check that would carry its hint.
    let nothing_ran = record.checks().all(|check| !check.concluded);
    if let (true, None, Some(issue)) = (nothing_ran, &record.build_failure, advice::issues(record).first()) {
        // The reasons may have said it already.
        let unsaid = |remedy: &&String| !verdict.reasons.iter().any(|reason| reason.contains(remedy.as_str()));
        told += &issue.remedy.as_ref().filter(unsaid).map(|remedy| field("hint", remedy, look)).unwrap_or_default();
    }
    if !record.start.folder.is_empty() {
        let (page, others): (Vec<_>, Vec<_>) =
            FORMATS.iter().map(|format| format.file).partition(|file| *file == markdown::FILE);
        // The path is left whole: it is there to be copied.
        let folder = text::one_line(&record.start.folder, 400);
        told += &format!("report: {folder}/{}\n", page.concat());
        let others = paint::wrap(&format!("beside it: {}", others.join(", ")), look.columns() - 2);
        told += &format!("  {}\n", others.join("\n  "));
    }
    told
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::model::event::CheckEnded;
    use crate::model::{Decision, sample};

    fn shown((record, verdict): (Record, Verdict), width: usize) -> String {
        summary(&record, &verdict, Look { width, color: false })
    }

    #[rstest]
    #[case(60)]
    #[case(80)]
    #[case(120)]
    #[case(200)]
    fn every_outcome_at_every_width(#[case] width: usize) {
        insta::assert_snapshot!(format!("every_outcome_at_{width}_columns"), shown(sample::mixed(), width));
    }

    #[test]
    fn the_ends_of_other_runs() {
        let runs =
            [sample::good(), sample::not_built(), sample::not_obtained(), sample::not_started(), sample::interrupted()];
        let told: Vec<_> = runs.into_iter().map(|run| shown(run, 100)).collect();
        insta::assert_snapshot!(told.join("\n================\n"));
    }

    #[rstest]
    #[case(60)]
    #[case(83)]
    #[case(200)]
    fn no_line_is_wider_than_the_terminal_but_what_is_to_be_copied(#[case] width: usize) {
        for run in [sample::mixed(), sample::not_built(), sample::not_obtained(), sample::interrupted()] {
            let is_copied = |line: &&str| line.starts_with("report: ") || line.starts_with("  by hand ");
            for line in shown(run, width).lines().filter(|line| !is_copied(line)) {
                assert!(line.chars().count() <= width, "{} > {width}: {line}", line.chars().count());
            }
        }
    }

    #[test]
    fn a_command_of_one_line_is_whole_and_one_of_many_is_left_to_the_report() {
        let command = |text: &str| CheckEnded { reproduce: Some(text.to_owned()), ..sample::passed("packages/import") };
        let told = |text: &str| by_hand(&CheckRecord { ended: command(text), concluded: true });
        let long = format!("shakedown run {}", "--check packages/import ".repeat(50));
        assert_eq!(told(&long), Some(format!("  by hand   {}\n", long.trim_end())));
        let expected = "  by hand   a command of 3 lines, to copy from report.md\n";
        assert_eq!(told("python -c '\nimport scipy\n'\n"), Some(expected.to_owned()));
    }

    #[test]
    fn colours_add_nothing_but_colours() {
        let (record, verdict) = sample::mixed();
        let colored = summary(&record, &verdict, Look { width: 100, color: true });
        assert!(colored.contains("\u{1b}[1m\u{1b}[31mfailed\u{1b}[0m  environments/list"), "{colored}");
        let plain: String = text::visible(&colored).lines().map(|line| line.trim_end().to_owned() + "\n").collect();
        assert_eq!(plain, shown((record, verdict), 100));
    }

    #[test]
    fn an_empty_run_has_no_table() {
        let verdict = sample::verdict(Decision::Empty, &["nothing was selected"]);
        assert_eq!(
            shown((Record::default(), verdict), 80),
            "empty: no check counted, no success rate\n  - nothing was selected\n  hint      Run it again\n"
        );
    }
}
