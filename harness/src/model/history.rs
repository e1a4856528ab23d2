//! Earlier runs of a subject, as far as a report of a later one shows them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::build::ImageFacts;
use super::id::{CheckId, RunId};
use super::record::{CheckRecord, Record};
use super::verdict::Decision;

/// How many earlier runs are recalled at most.
pub const RECALLED: usize = 30;

/// What is kept in mind of an earlier run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Past {
    /// The run.
    pub run: RunId,
    /// When it began, RFC 3339.
    pub started: String,
    /// What the gate said then.
    pub decision: Decision,
    /// Whether it was the whole suite: the numbers of a narrowed run compare with no other's.
    pub whole: bool,
    /// Counted checks that passed.
    pub passed: usize,
    /// Counted checks that passed, failed, timed out, or were blocked by one of these.
    pub counted: usize,
    /// Seconds in all, build included.
    pub seconds: f64,
    /// The judged image as people tell it from others; absent where there was none, and of runs that did not keep it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// Size of the judged image, bytes; absent where there was none.
    pub image_bytes: Option<u64>,
    /// Medians by `check: figure`, as `packages/import[scipy]: wall`; seconds, bytes or a count.
    pub measurements: BTreeMap<String, f64>,
    /// Checks that passed, but not at the first try.
    pub flaky: Vec<CheckId>,
    /// Checks that the subject failed, blocked ones aside.
    pub failed: Vec<CheckId>,
    /// Checks that passed. Of recalled runs only the latest and the latest whole one keep them: in these a check was red or green last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passes: Vec<CheckId>,
}

impl Past {
    /// What is kept in mind of a run; nothing of one that never came to a verdict.
    pub fn of(record: &Record) -> Option<Self> {
        let rate = record.rate();
        let ids = |chosen: fn(&CheckRecord) -> bool| {
            record.checks().filter(|check| chosen(check)).map(|check| check.ended.check.clone()).collect()
        };
        let medians = record
            .measurements()
            .into_iter()
            .map(|(check, figure)| (figure_name(&check, &figure.name), figure.median()));
        Some(Self {
            run: record.start.run.clone(),
            started: record.started.clone(),
            decision: record.verdict.as_ref()?.decision,
            whole: record.start.whole,
            passed: rate.passed,
            counted: rate.counted,
            seconds: record.seconds,
            image: record.image.as_ref().map(ImageFacts::short),
            image_bytes: record.image.as_ref().map(|image| image.bytes),
            // What is no number has no JSON.
            measurements: medians.filter(|(_, median)| median.is_finite()).collect(),
            flaky: ids(CheckRecord::is_flaky),
            failed: ids(CheckRecord::is_failed),
            passes: ids(|check| check.ended.outcome.is_passed()),
        })
    }
}

/// How a figure of a check is named among all figures of a run.
pub fn figure_name(check: &CheckId, figure: &str) -> String {
    format!("{check}: {figure}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample;

    #[test]
    fn a_run_is_remembered_by_its_verdict_numbers_and_troubles() {
        let (mut record, verdict) = sample::mixed();
        assert_eq!(Past::of(&record), None, "it has no verdict yet");
        record.verdict = Some(verdict);
        let past = Past::of(&record).unwrap();
        assert_eq!((past.decision, past.passed, past.counted), (Decision::NotStable, 4, 9));
        assert_eq!((past.seconds, past.image_bytes), (12.3, Some(442_000_000)));
        assert_eq!(past.measurements, BTreeMap::from([("performance/import[rich]: wall".to_owned(), 0.39)]));
        let names = |ids: &[CheckId]| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(names(&past.flaky), ["packages/install"]);
        assert_eq!(names(&past.failed), ["packages/import[scipy]", "environments/list", "environments/sync"]);
    }
}
