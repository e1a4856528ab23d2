//! Earlier runs of a subject: a table, a line for each figure, what is often in trouble, what got slower, what costs.

use serde::Serialize;
use tabled::builder::Builder;
use tabled::settings::object::Columns;
use tabled::settings::{Alignment, Modify, Style};

use super::format::ReportError;
use super::summary::Look;
use super::{json, paint, text};
use crate::compare::{Cost, Trend};
use crate::model::{Past, Rate};

/// How many checks or figures a list names.
const NAMED: usize = 15;

/// Columns from which on a terminal shows all that is known of a run.
const WIDE: usize = 90;

/// What is known of a subject's runs.
#[derive(Debug, Serialize)]
pub struct History<'a> {
    /// The subject.
    pub subject: &'a str,
    /// The runs, oldest first.
    pub runs: &'a [Past],
    /// What the row of them shows.
    pub trend: &'a Trend,
    /// What the checks cost; absent where that was not asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub costs: Option<&'a [Cost]>,
}

impl History<'_> {
    /// As JSON, with a line break at the end.
    pub fn json(&self) -> Result<String, ReportError> {
        json::encode("history", self)
    }

    /// As text for a terminal, with a line break at the end.
    pub fn text(&self, look: Look) -> String {
        let mut told = self.table(look) + "\n\n";
        told += &self.lines();
        told += &self.troubles();
        if let Some(costs) = self.costs {
            told += &costly(costs);
        }
        told.trim_end().to_owned() + "\n"
    }

    fn table(&self, look: Look) -> String {
        let width = look.width.clamp(60, 200);
        let mut rows = vec![["run", "verdict", "passed", "rate", "time", "image", "in trouble"].map(str::to_owned)];
        rows.extend(self.runs.iter().map(row));
        let columns: &[usize] = if width < WIDE { &[0, 1, 3, 6] } else { &[0, 1, 2, 3, 4, 5, 6] };
        let mut rows: Vec<Vec<String>> =
            rows.iter().map(|row| columns.iter().map(|&column| row[column].clone()).collect()).collect();
        // The last column takes what the others leave: a blank on each side of a cell, a bar between two.
        let last = columns.len() - 1;
        let widest = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let room = width.saturating_sub((0..last).map(|column| widest(column) + 3).sum::<usize>() + 2);
        for row in &mut rows {
            row[last] = paint::wrap(&row[last], room).join("\n");
        }
        let mut table = Builder::from_iter(rows).build();
        table.with(Style::psql());
        table.with(Modify::new(Columns::new(2..last)).with(Alignment::right()));
        table.to_string().lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
    }

    /// Rate, time and size as a row of bars each, where there are runs to compare.
    fn lines(&self) -> String {
        let whole: Vec<&Past> = self.runs.iter().filter(|run| run.whole).collect();
        if whole.len() < 2 {
            return String::new();
        }
        let rate = |run: &Past| Rate { passed: run.passed, counted: run.counted }.percent().unwrap_or(0.0);
        let size = |run: &Past| run.image_bytes.unwrap_or(0) as f64;
        let of = |value: &dyn Fn(&Past) -> f64| whole.iter().map(|run| value(run)).collect::<Vec<f64>>();
        let lines = [
            ("success rate", of(&rate), format!("{:.1}%", whole.last().map_or(0.0, |run| rate(run)))),
            ("time", of(&|run| run.seconds), text::seconds(whole.last().map_or(0.0, |run| run.seconds))),
            ("image", of(&size), text::bytes(whole.last().map_or(0.0, |run| size(run)))),
        ];
        let line =
            |(name, values, latest): &(&str, Vec<f64>, String)| format!("{name:<13} {}  {latest}\n", sparkline(values));
        lines.iter().map(line).collect::<String>() + "\n"
    }

    fn troubles(&self) -> String {
        let mut told = String::new();
        if !self.trend.troubled.is_empty() {
            told += "in trouble in these runs\n";
            for one in self.trend.troubled.iter().take(NAMED) {
                told += &format!(
                    "  {}: failed {}, flaky {} of {}, last {}\n",
                    text::one_line(&one.check.to_string(), 100),
                    text::count(one.failed, "time"),
                    text::count(one.flaky, "time"),
                    text::count(self.runs.len(), "run"),
                    one.latest.get(..10).unwrap_or(&one.latest)
                );
            }
            told += &more(self.trend.troubled.len());
            told.push('\n');
        }
        if !self.trend.slower.is_empty() {
            told += "worse than usual in the latest run\n";
            for one in self.trend.slower.iter().take(NAMED) {
                let more = 100.0 * (one.latest - one.usual) / one.usual.max(f64::MIN_POSITIVE);
                told += &format!(
                    "  {}: {} instead of {} ({more:+.0}%)\n",
                    text::one_line(&one.figure, 100),
                    number(one.latest),
                    number(one.usual)
                );
            }
            told += &more(self.trend.slower.len());
            told.push('\n');
        }
        told
    }
}

/// How many of a list are not named.
fn more(all: usize) -> String {
    if all > NAMED { format!("  and {} more\n", all - NAMED) } else { String::new() }
}

fn costly(costs: &[Cost]) -> String {
    let mut told = "what the checks cost (they run side by side)\n".to_owned();
    for cost in costs.iter().take(NAMED) {
        let seconds = text::seconds(cost.seconds);
        told += &format!(
            "  {seconds:>12} {:>4.0}%  {}\n",
            100.0 * cost.share,
            text::one_line(&cost.check.to_string(), 100)
        );
    }
    let rest = &costs[costs.len().min(NAMED)..];
    if !rest.is_empty() {
        let seconds = text::seconds(rest.iter().map(|cost| cost.seconds).sum());
        let share: f64 = rest.iter().map(|cost| cost.share).sum();
        told += &format!("  {seconds:>12} {:>4.0}%  {}\n", 100.0 * share, text::count(rest.len(), "other check"));
    }
    told
}

fn row(run: &Past) -> [String; 7] {
    let rate = Rate { passed: run.passed, counted: run.counted };
    let trouble = [(run.failed.len(), "failed"), (run.flaky.len(), "flaky")];
    let trouble = trouble.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}"));
    let narrowed = (!run.whole).then(|| "narrowed".to_owned());
    [
        run.run.to_string(),
        run.decision.words().to_owned(),
        format!("{}/{}", run.passed, run.counted),
        rate.words(),
        text::seconds(run.seconds),
        run.image_bytes.map_or("–".to_owned(), |bytes| text::bytes(bytes as f64)),
        narrowed.into_iter().chain(trouble).collect::<Vec<_>>().join(", "),
    ]
}

/// A figure whose unit its name tells: sizes are never below a thousand, durations hardly above.
fn number(value: f64) -> String {
    if value >= 10_000.0 { text::bytes(value) } else { format!("{value:.2}") }
}

/// The part of a value below which two look the same when they are printed.
const HAIR: f64 = 0.002;

/// One bar a value, from the least to the most; all the same where nobody could tell them apart in print.
fn sparkline(values: &[f64]) -> String {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let bar = |value: &f64| {
        let height = if most - least > HAIR * most.abs() { (value - least) / (most - least) } else { 0.5 };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 7")]
        let index = (height * 7.0).round() as usize;
        BARS[index.min(7)]
    };
    values.iter().map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::trend;
    use crate::model::sample;
    use crate::model::verdict::Tolerance;

    #[test]
    fn a_row_of_runs_is_a_table_with_lines_troubles_and_costs() {
        let mut runs = sample::past(5);
        runs[3].whole = false;
        runs[4].measurements.insert("packages/import[scipy]: wall".to_owned(), 1.5);
        let trend = trend(&runs, Tolerance::default());
        let cost = |id: &str, seconds, share| Cost { check: id.parse().unwrap(), seconds, share };
        let costs = [cost("errors/cell[network]", 12.0, 0.75), cost("packages/import[scipy]", 4.0, 0.25)];
        let history = History { subject: "uv", runs: &runs, trend: &trend, costs: Some(&costs) };
        insta::assert_snapshot!(history.text(Look { width: 100, color: false }));
        let value: serde_json::Value = serde_json::from_str(&history.json().unwrap()).unwrap();
        assert_eq!((value["runs"].as_array().unwrap().len(), value["subject"].as_str()), (5, Some("uv")));
        assert_eq!(value["costs"][0]["check"], "errors/cell[network]");
    }

    #[test]
    fn one_run_has_no_line() {
        let runs = sample::past(1);
        let trend = Trend::default();
        let told =
            History { subject: "uv", runs: &runs, trend: &trend, costs: None }.text(Look { width: 60, color: false });
        assert!(!told.contains('▄') && told.contains("stable"), "{told}");
        assert!(told.lines().all(|line| line.chars().count() <= 60), "{told}");
        assert_eq!(sparkline(&[1.0, 1.0, 1.0]), "▅▅▅");
        assert_eq!(sparkline(&[0.0, 1.0]), "▁█");
    }
}
