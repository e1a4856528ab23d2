//! Everything that differs between two runs.

use serde::Serialize;

use super::facts::{self, FactChange};
use super::figures::{self, Direction, FigureChange};
use crate::model::verdict::Tolerance;
use crate::model::{Baseline, CheckId, Record, RunId};

/// What differs between an older and a newer run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// The older run.
    pub old: RunId,
    /// The newer run.
    pub new: RunId,
    /// Checks with another outcome, added ones and those that are gone, in the newer plan's order.
    pub outcomes: Vec<OutcomeChange>,
    /// Versions, PATH, variables and the rest of what the image and the machine are.
    pub facts: Vec<FactChange>,
    /// Figures that differ beyond noise and tolerance.
    pub figures: Vec<FigureChange>,
    /// Why something could not be compared, as a fragment.
    pub untold: Option<String>,
}

/// A check that does not end as it did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OutcomeChange {
    /// The check.
    pub check: CheckId,
    /// The name of its outcome in the older run; absent where it is new.
    pub old: Option<String>,
    /// The name of its outcome in the newer run; absent where it is gone.
    pub new: Option<String>,
    /// Whether it counts, in the newer run where it is there.
    pub counted: bool,
}

impl OutcomeChange {
    /// It passed, and does not now. What could not be told is no regression: nobody knows.
    pub fn is_regression(&self) -> bool {
        let fails = ["failed", "timed-out", "blocked", "skipped"];
        self.passed() && self.new.as_deref().is_some_and(|new| fails.contains(&new))
    }

    /// It passed, and nobody asks any more.
    pub fn is_loss(&self) -> bool {
        self.passed() && self.new.is_none()
    }

    fn passed(&self) -> bool {
        self.old.as_deref() == Some("passed")
    }
}

/// Compares a run with an older one.
pub fn compare(old: &Baseline, new: &Record, tolerance: Tolerance) -> Comparison {
    let timed = figures::times_compare(old, new);
    Comparison {
        old: old.run.clone(),
        new: new.start.run.clone(),
        outcomes: outcomes(old, new),
        facts: facts::facts(old, new),
        figures: figures::figures(old, new, tolerance, timed.is_ok()),
        untold: timed.err(),
    }
}

impl Comparison {
    /// Counted checks that no longer pass, and figures of counted checks that got worse, each as a sentence; of those
    /// that are `aside` nothing.
    pub fn regressions(&self, is_aside: &dyn Fn(&CheckId) -> bool) -> Vec<String> {
        let broke = self.outcomes.iter().filter(|change| change.counted && change.is_regression());
        let broke = broke.filter(|change| !is_aside(&change.check)).map(|change| {
            let now = change.new.as_deref().unwrap_or_default().replace('-', " ");
            format!("{} passed in the baseline {} and is {now} now.", change.check, self.old)
        });
        let worse = self.figures.iter().filter(|figure| figure.counted && figure.direction == Direction::Worse);
        let worse = worse.filter(|figure| figure.check.as_ref().is_none_or(|check| !is_aside(check)));
        broke.chain(worse.map(|figure| format!("{figure}; the baseline is {}.", self.old))).collect()
    }

    /// Counted checks that passed and that the newer run, a whole one, does not have; of those that are `aside` nothing.
    pub fn losses(&self, is_aside: &dyn Fn(&CheckId) -> bool) -> Vec<&CheckId> {
        let lost = self.outcomes.iter().filter(|change| change.counted && change.is_loss());
        lost.map(|change| &change.check).filter(|check| !is_aside(check)).collect()
    }

    /// Whether anything got worse: a counted check or figure.
    pub fn is_regression(&self) -> bool {
        !self.regressions(&|_| false).is_empty()
    }
}

fn outcomes(old: &Baseline, new: &Record) -> Vec<OutcomeChange> {
    let mut changes = Vec::new();
    for check in new.checks() {
        let id = &check.ended.check;
        let before = old.check(id).map(|before| before.result.clone());
        let now = Some(check.ended.outcome.name().to_owned());
        // A run that was narrowed says nothing of what it left out.
        let is_new = before.is_none() && old.whole;
        if is_new || before.as_ref().is_some_and(|_| before != now) {
            changes.push(OutcomeChange { check: id.clone(), old: before, new: now, counted: check.ended.counted });
        }
    }
    let gone = old.checks.iter().filter(|check| new.start.whole && new.check(&check.id).is_none());
    changes.extend(gone.map(|check| OutcomeChange {
        check: check.id.clone(),
        old: Some(check.result.clone()),
        new: None,
        counted: check.counted,
    }));
    changes
}
