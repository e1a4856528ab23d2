//! Many runs of one subject in a row.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::figures::LEAST_SECONDS;
use crate::model::measure::DEVIATIONS_TO_SIGMA;
use crate::model::verdict::Tolerance;
use crate::model::{CheckId, Measurement, Past, Unit};

/// How many runs before the latest one tell what is usual.
const ENOUGH_RUNS: usize = 3;

/// What a row of runs shows that no single one does.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Trend {
    /// Checks that failed or passed only after a retry, the most often troubled first.
    pub troubled: Vec<CheckHistory>,
    /// Figures of the latest run that are beyond what was usual before, the worst first.
    pub slower: Vec<Slower>,
}

/// How often a check was in trouble.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CheckHistory {
    /// The check.
    pub check: CheckId,
    /// Runs in which it failed.
    pub failed: usize,
    /// Runs in which it passed only after a retry.
    pub flaky: usize,
    /// The latest run in which it was in trouble began so, RFC 3339.
    pub latest: String,
}

/// A figure that got worse.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Slower {
    /// The figure, `check: name`.
    pub figure: String,
    /// The median of the runs before.
    pub usual: f64,
    /// The latest.
    pub latest: f64,
}

/// Looks over a row of runs, the oldest first. Figures are those of whole runs alone.
pub fn trend(past: &[Past], tolerance: Tolerance) -> Trend {
    Trend { troubled: troubled(past), slower: slower(past, tolerance) }
}

fn troubled(past: &[Past]) -> Vec<CheckHistory> {
    let ids: BTreeSet<&CheckId> = past.iter().flat_map(|run| run.failed.iter().chain(&run.flaky)).collect();
    let mut found: Vec<CheckHistory> = ids
        .into_iter()
        .map(|id| {
            let is_in = |run: &&Past| run.failed.contains(id) || run.flaky.contains(id);
            CheckHistory {
                check: id.clone(),
                failed: past.iter().filter(|run| run.failed.contains(id)).count(),
                flaky: past.iter().filter(|run| run.flaky.contains(id)).count(),
                latest: past.iter().rfind(is_in).map(|run| run.started.clone()).unwrap_or_default(),
            }
        })
        .collect();
    found.sort_by_key(|one| std::cmp::Reverse((one.failed + one.flaky, one.latest.clone())));
    found
}

fn slower(past: &[Past], tolerance: Tolerance) -> Vec<Slower> {
    let whole: Vec<&Past> = past.iter().filter(|run| run.whole).collect();
    let Some((latest, before)) = whole.split_last() else { return Vec::new() };
    let mut usual: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for (name, value) in before.iter().flat_map(|run| &run.measurements) {
        usual.entry(name).or_default().push(*value);
    }
    let mut found: Vec<Slower> = latest
        .measurements
        .iter()
        .filter_map(|(name, now)| {
            let samples = usual.get(name.as_str()).filter(|samples| samples.len() >= ENOUGH_RUNS)?.clone();
            let row = Measurement { samples, ..Measurement::once("", Unit::Count, 0.0) };
            // Sizes and counts that grow do so by far more than the least of seconds.
            let limit = row.median() * (1.0 + tolerance.time / 100.0) + 2.0 * DEVIATIONS_TO_SIGMA * row.spread();
            (*now > limit && now - row.median() > LEAST_SECONDS).then(|| Slower {
                figure: name.clone(),
                usual: row.median(),
                latest: *now,
            })
        })
        .collect();
    let ratio = |one: &Slower| one.latest / one.usual.max(f64::MIN_POSITIVE);
    found.sort_by(|one, other| ratio(other).total_cmp(&ratio(one)));
    found
}
