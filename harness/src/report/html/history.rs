//! How earlier runs of the subject went.

use serde::Serialize;

use super::figures::Chart;
use super::state::State;
use super::trend::{Point, trend};
use crate::model::history::{Past, figure_name};
use crate::model::{CheckId, Decision, Measurement, Rate, Record, Verdict};
use crate::report::text;

/// Figures that have a chart of their own: those nearest to their limits.
const FIGURES: usize = 6;

/// Earlier runs and this one.
#[derive(Debug, Serialize)]
pub(super) struct History {
    charts: Vec<Chart>,
    /// The latest run first.
    rows: Vec<Row>,
}

/// One run.
#[derive(Debug, Serialize)]
struct Row {
    run: String,
    started: String,
    state: State,
    rate: String,
    took: String,
    image: String,
    size: String,
    /// Checks that failed, and those that passed only at a further try.
    failed: Vec<String>,
    flaky: Vec<String>,
    is_this: bool,
}

/// The history of a record; nothing where there are no earlier runs.
pub(super) fn history(record: &Record, verdict: &Verdict) -> Option<History> {
    if record.past.is_empty() {
        return None;
    }
    let mut runs = record.past.clone();
    runs.extend(Past::of(&Record { verdict: Some(verdict.clone()), ..record.clone() }));
    let this = &record.start.run;
    let rows = runs.iter().rev().map(|past| row(past, past.run == *this)).collect();
    Some(History { charts: charts(record, &runs), rows })
}

fn row(past: &Past, is_this: bool) -> Row {
    let ids = |ids: &[CheckId]| ids.iter().map(ToString::to_string).collect();
    let rate = Rate { passed: past.passed, counted: past.counted };
    let narrowed = if past.whole { "" } else { ", narrowed" };
    Row {
        run: past.run.0.clone(),
        started: text::moment(&past.started),
        state: State::of_verdict(past.decision),
        rate: format!("{} of {} ({}){narrowed}", rate.passed, rate.counted, rate.words()),
        took: text::seconds(past.seconds),
        image: past.image.clone().unwrap_or_default(),
        size: past.image_bytes.map(|bytes| text::bytes(bytes as f64)).unwrap_or_default(),
        failed: ids(&past.failed),
        flaky: ids(&past.flaky),
        is_this,
    }
}

fn charts(record: &Record, runs: &[Past]) -> Vec<Chart> {
    // The numbers of a narrowed run compare with no other's.
    let runs: Vec<_> = runs.iter().filter(|past| past.whole).collect();
    let rate = |past: &Past| Rate { passed: past.passed, counted: past.counted };
    let mut charts = vec![
        chart("Success rate", &runs, |past| rate(past).percent(), |percent| format!("{percent:.1}%")),
        chart("Time of the run", &runs, |past| Some(past.seconds), text::seconds),
        chart("Image size", &runs, |past| past.image_bytes.map(|bytes| bytes as f64), text::bytes),
    ];
    charts.extend(nearest(record).into_iter().map(|(id, figure)| {
        let name = figure_name(&id, &figure.name);
        let value = |past: &Past| past.measurements.get(&name).copied();
        chart(&name, &runs, value, |value| text::figure(value, figure.unit))
    }));
    charts.into_iter().flatten().collect()
}

/// The figures that use most of their limits.
fn nearest(record: &Record) -> Vec<(CheckId, &Measurement)> {
    let mut figures = record.measurements();
    let used = |figure: &Measurement| text::used(figure).filter(|used| used.is_finite()).unwrap_or_default();
    figures.retain(|(_, figure)| used(figure) > 0.0);
    figures.sort_by(|(_, one), (_, other)| used(other).total_cmp(&used(one)));
    figures.truncate(FIGURES);
    figures
}

fn chart(
    title: &str,
    runs: &[&Past],
    value: impl Fn(&Past) -> Option<f64>,
    words: impl Fn(f64) -> String,
) -> Option<Chart> {
    let point = |past: &&Past| {
        let value = value(past);
        let figure = value.map_or_else(|| "unknown".to_owned(), &words);
        Point {
            run: format!("{}, {}", text::moment(&past.started), past.decision.words()),
            value,
            words: figure,
            tone: State::of_verdict(past.decision).tone,
            hollow: past.decision != Decision::Stable,
        }
    };
    let points: Vec<_> = runs.iter().map(point).collect();
    let svg = trend(title, &points)?;
    Some(Chart { title: title.to_owned(), svg, note: String::new() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample;

    #[test]
    fn a_run_without_earlier_ones_has_no_history() {
        let (record, verdict) = sample::good();
        assert!(history(&record, &verdict).is_none());
    }

    #[test]
    fn each_run_is_in_the_table_and_only_whole_ones_are_drawn() {
        let (mut record, verdict) = sample::good();
        record.past = sample::past(3);
        record.past[0].whole = false;
        let history = history(&record, &verdict).expect("there is one");
        assert_eq!((history.rows.len(), history.rows[0].is_this, history.rows[3].is_this), (4, true, false));
        let drawn: Vec<_> =
            history.charts.iter().map(|chart| (&*chart.title, chart.svg.matches("<circle").count())).collect();
        assert_eq!(
            drawn,
            [
                ("Success rate", 3),
                ("Time of the run", 3),
                ("Image size", 3),
                ("performance/size: image", 3),
                ("packages/import[scipy]: wall", 3),
            ]
        );
    }

    #[test]
    fn a_trend_is_drawn() {
        let (mut record, verdict) = sample::good();
        record.past = sample::past(2);
        let history = history(&record, &verdict).expect("there is one");
        insta::assert_snapshot!(history.charts[1].svg.replace("><", ">\n<"));
    }
}
