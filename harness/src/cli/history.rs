//! `shakedown history` and `shakedown compare`: runs in a row, and two held against each other.

use crate::compare::{compare, costs, trend};
use crate::model::verdict::Tolerance;
use crate::model::{Baseline, Past, Record};
use crate::{journal, report, session};

use super::arguments::{Compare, History, Shape};
use super::terminal::Terminal;
use super::trouble::Trouble;

pub(super) fn history(given: &History, terminal: &Terminal) -> Result<u8, Trouble> {
    let subject = session::subject_name(&given.subject)?;
    let folders = journal::runs(&given.report_dir, &subject);
    if folders.is_empty() {
        // Says which subjects have runs.
        journal::latest(&given.report_dir, &subject)?;
    }
    let mut records = Vec::new();
    for folder in folders.iter().rev().take(usize::from(given.last)).rev() {
        match session::recorded(&given.report_dir, &folder.display().to_string()) {
            Ok(record) => records.push(record),
            Err(error) => terminal.message(&format!("{} is left out: {error}", folder.display())),
        }
    }
    let past: Vec<Past> = records.iter().filter_map(Past::of).collect();
    if past.len() < records.len() {
        terminal.message(&format!("runs without a verdict, left out: {}", records.len() - past.len()));
    }
    let trend = trend(&past, tolerance(records.last()));
    let costs = given.costs.then(|| costs(&records));
    let history = report::History { subject: &subject, runs: &past, trend: &trend, costs: costs.as_deref() };
    Terminal::result(&match given.format {
        Shape::Text => history.text(terminal.summary_look()),
        Shape::Json => history.json().map_err(session::SessionError::from)?,
    });
    Ok(0)
}

pub(super) fn compare_runs(given: &Compare, terminal: &Terminal) -> Result<u8, Trouble> {
    let read = |run: &str| session::recorded(&given.report_dir, run);
    let (old, new) = (read(&given.old)?, read(&given.new)?);
    if old.start.subject != new.start.subject {
        let message = format!("{} and {} are of different subjects", given.old, given.new);
        return Err(Trouble::new(message).with_hint("Compare two runs of one subject."));
    }
    let compared = compare(&Baseline::of(&old), &new, tolerance(Some(&new)));
    Terminal::result(&match given.format {
        Shape::Text => report::comparison(&compared, terminal.summary_look()),
        Shape::Json => report::comparison_json(&compared).map_err(session::SessionError::from)?,
    });
    Ok(u8::from(compared.is_regression()))
}

/// The tolerance of the subject's gate, where its file is at hand.
fn tolerance(record: Option<&Record>) -> Tolerance {
    let policy = record.and_then(|record| session::policy_of(record).ok().flatten());
    policy.and_then(|policy| policy.baseline).map(|baseline| baseline.tolerance).unwrap_or_default()
}
