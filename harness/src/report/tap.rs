//! `report.tap`: the Test Anything Protocol, version 13 (which readers of 14 take as well), in the order in which the
//! checks ended. It grows with the run: what [`grown`] returns for one event after the other is what [`render`] makes
//! of the whole, so that a run that dies leaves all of it up to its last event.
//!
//! Only a pass is `ok`; a skipped check is `ok … # SKIP`, as the protocol has it. Advice that does not come out right is
//! `not ok … # TODO`, which readers do not count. A run that ended early bails out.

use super::account::Account;
use super::format::ReportError;
use super::text;
use crate::model::{CheckRecord, Ending, Envelope, Event, Outcome, Record, Verdict};

/// Its name in the run folder.
pub(super) const FILE: &str = "report.tap";

/// Lines of a text in a diagnostic block, and characters a line.
const EXCERPT: (usize, usize) = (40, 400);

/// What an event adds; `record` has taken it in already.
pub fn grown(record: &Record, envelope: &Envelope) -> String {
    match &envelope.event {
        Event::RunStarted(_) => head(record),
        Event::CheckEnded(ended) if record.order.last() == Some(&ended.check) => {
            record.check(&ended.check).map(|check| line(record.order.len(), check)).unwrap_or_default()
        }
        Event::RunEnded { ending, .. } => end(ending),
        Event::Judged { verdict } => judged(verdict),
        _ => String::new(),
    }
}

/// Renders it.
#[expect(clippy::unnecessary_wraps, reason = "the formats share one signature, and others can fail")]
pub(super) fn render(record: &Record, verdict: &Verdict) -> Result<String, ReportError> {
    let mut text = head(record);
    for (number, id) in record.order.iter().enumerate() {
        text += &record.check(id).map(|check| line(number + 1, check)).unwrap_or_default();
    }
    text += &record.ending.as_ref().map_or_else(|| bail_out("the run died before its end"), end);
    Ok(text + &judged(verdict))
}

fn head(record: &Record) -> String {
    let start = &record.start;
    let subject = text::one_line(&start.subject, 80);
    let run = text::one_line(&start.run.0, 80);
    let narrowed = if start.whole { "" } else { ", narrowed by a selection" };
    format!("TAP version 13\n1..{}\n# {subject}: run {run}{narrowed}\n", start.checks.len())
}

/// The line of a check, and what is to be told of it.
fn line(number: usize, check: &CheckRecord) -> String {
    let ended = &check.ended;
    let ok = matches!(ended.outcome, Outcome::Passed | Outcome::Skipped { .. });
    let directive = match &ended.outcome {
        Outcome::Passed => String::new(),
        Outcome::Skipped { reason, .. } => format!(" # SKIP {}", described(reason)),
        _ if !ended.counted => " # TODO advice only, it does not count".to_owned(),
        _ => String::new(),
    };
    let id = described(&ended.check.to_string());
    let not = if ok { "" } else { "not " };
    format!("{not}ok {number} - {id}{directive}\n{}", block(check))
}

/// A diagnostic block; none for a plain pass.
fn block(check: &CheckRecord) -> String {
    let ended = &check.ended;
    if matches!(ended.outcome, Outcome::Passed) && !check.is_flaky() && ended.measurements.is_empty() {
        return String::new();
    }
    let told = Account::of(check);
    let mut block = format!("  ---\n  outcome: {}\n  seconds: {:.3}\n", ended.outcome.name(), ended.seconds);
    if ended.attempts > 1 {
        block += &format!("  attempts: {}\n", ended.attempts);
    }
    let texts = [
        ("about", Some(&ended.about).filter(|about| !about.is_empty())),
        ("looked-at", told.looked_at.as_ref()),
        ("expected", told.expected.as_ref()),
        ("actual", told.actual.as_ref()),
        ("reason", told.reason.as_ref()),
        ("diff", told.diff.as_ref()),
        ("hint", told.hint.as_ref()),
        ("reproduce", ended.reproduce.as_ref()),
    ];
    for (name, value) in texts {
        block += &value.map(|value| format!("  {name}: {}\n", scalar(value))).unwrap_or_default();
    }
    if !ended.measurements.is_empty() {
        let figures: Vec<_> = ended.measurements.iter().map(|figure| format!("{}: {figure}", figure.name)).collect();
        block += &format!("  measurements: {}\n", scalar(&figures.join("\n")));
    }
    block + "  ...\n"
}

/// A text as a quoted scalar: JSON's form is YAML's, too.
fn scalar(words: &str) -> String {
    serde_json::Value::from(text::excerpt(words, EXCERPT.0, EXCERPT.1)).to_string()
}

/// Words of a test's line: `#` would begin a directive.
fn described(words: &str) -> String {
    text::one_line(words, 300).replace('\\', "\\\\").replace('#', "\\#")
}

fn end(ending: &Ending) -> String {
    match ending {
        Ending::Completed => String::new(),
        Ending::NotBuilt => bail_out("the image could not be built"),
        Ending::NotObtained { reason, .. } | Ending::Broken { reason } => bail_out(reason),
        Ending::NotStarted { reason } => bail_out(&format!("the container did not come up: {reason}")),
        Ending::Cut => bail_out("cut short after the first failure"),
        Ending::Interrupted => bail_out("the run was interrupted"),
    }
}

fn bail_out(why: &str) -> String {
    format!("Bail out! {}\n", text::one_line(why, 300))
}

fn judged(verdict: &Verdict) -> String {
    let reasons = verdict.reasons.iter().map(|reason| format!("# - {}\n", text::one_line(reason, 600)));
    let remarks = verdict.remarks.iter().map(|remark| format!("#   note: {}\n", text::one_line(remark, 600)));
    [format!("# verdict: {}\n", verdict.decision.words())].into_iter().chain(reasons).chain(remarks).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample;

    fn rendered((record, verdict): &(Record, Verdict)) -> String {
        render(record, verdict).unwrap()
    }

    #[test]
    fn every_outcome() {
        insta::assert_snapshot!(rendered(&sample::mixed()));
    }

    #[test]
    fn what_grows_with_the_events_is_what_is_made_of_the_whole() {
        for (mut events, verdict) in [
            (sample::events(), sample::mixed().1),
            (sample::not_built_events(), sample::not_built().1),
            (sample::run(&sample::good_checks()[..2], Ending::Interrupted), sample::interrupted().1),
        ] {
            let judged = Event::Judged { verdict: verdict.clone() };
            events.push(Envelope { event: judged, ..events.last().unwrap().clone() });
            let mut record = Record::default();
            let mut text = String::new();
            for (number, event) in events.iter().enumerate() {
                record.apply(event);
                text += &grown(&record, event);
                // A run that dies here leaves a beginning of what is made of it later.
                let so_far = Record::of(&events[..=number]);
                assert!(rendered(&(so_far, verdict.clone())).starts_with(&text), "after event {number}");
            }
            assert_eq!(text, rendered(&(record, verdict)));
        }
    }

    #[test]
    fn a_run_that_died_bails_out() {
        let events = sample::events();
        let died = (Record::of(&events[..20]), sample::interrupted().1);
        assert!(rendered(&died).contains("\nBail out! the run died before its end\n"));
    }

    #[test]
    fn words_of_others_are_no_directives() {
        assert_eq!(described("a # SKIP b\\\nnot ok"), "a \\# SKIP b\\\\ not ok");
        assert_eq!(scalar("a: \"b\"\n- c"), r#""a: \"b\"\n- c""#);
    }
}
