//! The last sections: measurements, issues, recommendations, the verdict.

use super::escape::{code, plain, table};
use crate::model::{Measurement, Record, Verdict};
use crate::report::{account, advice, machine, text};

pub(super) fn measurements(record: &Record) -> String {
    let figures = record.measurements();
    if figures.is_empty() {
        return String::new();
    }
    let row = |(check, figure): &(crate::model::CheckId, &Measurement)| {
        let in_unit = |value: f64| text::figure(value, figure.unit);
        let spread = if figure.samples.len() > 1 { format!(" ± {}", in_unit(figure.spread())) } else { String::new() };
        vec![
            code(&check.to_string()),
            plain(&figure.name),
            format!("{}{spread}", in_unit(figure.median())),
            figure.samples.len().to_string(),
            figure.budget.map_or("–".to_owned(), in_unit),
            text::used(figure).map_or("–".to_owned(), |used| format!("{used:.0}%")),
            figure.source.as_ref().map(|source| plain(source)).unwrap_or_default(),
        ]
    };
    let rows: Vec<_> = figures.iter().map(row).collect();
    let header = ["Check", "Figure", "Median", "Samples", "Budget", "Used", "Source"];
    let speed = machine::speed(record);
    let speed = if speed.is_empty() { speed } else { format!("\nReference work: {}.\n", plain(&speed)) };
    format!("## Measurements against budgets\n\n{}{speed}", table(&header, &rows))
}

pub(super) fn issues(record: &Record) -> String {
    let issues = advice::issues(record);
    if issues.is_empty() {
        return "## Issues\n\nNone.\n".to_owned();
    }
    let tell = |(number, issue): (usize, &advice::Issue<'_>)| {
        let resolution = text::one_line(&issue.resolution(), 1000);
        let resolution = plain(resolution.trim_end_matches('.'));
        let what = plain(issue.what.trim_end_matches('.'));
        format!("{}. {what}.\n   - Resolution: {resolution}.\n", number + 1)
    };
    format!("## Issues\n\n{}", issues.iter().enumerate().map(tell).collect::<String>())
}

pub(super) fn recommendations(record: &Record) -> String {
    let items = |advice: Vec<String>| advice.iter().map(|item| format!("- {}\n", plain(item))).collect::<String>();
    let (advice, further) = (items(advice::recommendations(record)), items(advice::further(record)));
    let advice = if advice.is_empty() { "None.\n" } else { &advice };
    let further = if further.is_empty() {
        String::new()
    } else {
        format!("\nNothing has to be done for this, but so more could be looked at:\n\n{further}")
    };
    format!("## Recommendations\n\n{advice}{further}")
}

/// The last word, with its reasons.
pub(super) fn verdict(record: &Record, verdict: &Verdict) -> String {
    let (words, exit) = (verdict.decision.words(), verdict.exit_code(record.ending.as_ref()));
    let reasons: String = verdict.reasons.iter().map(|reason| format!("- {}\n", plain(reason))).collect();
    let between = if reasons.is_empty() { "" } else { "\n" };
    format!("## Verdict\n\n**{words}** (exit code {exit}): {}\n{between}{reasons}", plain(&account::rate(record)))
}
