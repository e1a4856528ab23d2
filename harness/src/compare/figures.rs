//! Figures that differ beyond what noise and tolerance explain.

use std::fmt;

use serde::Serialize;

use crate::model::history::figure_name;
use crate::model::measure::DEVIATIONS_TO_SIGMA;
use crate::model::verdict::Tolerance;
use crate::model::{Baseline, CheckId, Measurement, Record, Unit};

/// A difference of less than this many seconds is nobody's concern, whatever the percentage.
pub(super) const LEAST_SECONDS: f64 = 0.05;

/// How many earlier runs tell how much a figure scatters from run to run.
const ENOUGH_RUNS: usize = 5;

/// A figure that is another one now.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FigureChange {
    /// The check that took it; absent where it is of the run as a whole.
    pub check: Option<CheckId>,
    /// What was measured.
    pub name: String,
    /// What the numbers count.
    pub unit: Unit,
    /// The older median.
    pub old: f64,
    /// The newer median.
    pub new: f64,
    /// How much of the difference noise and tolerance explain, in the same unit.
    pub explained: f64,
    /// Whether that is worse.
    pub direction: Direction,
    /// Whether it counts as a regression where it is worse: figures of advice and of builds and phases only show.
    pub counted: bool,
}

/// Worse is slower, larger or more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// Less than before.
    Better,
    /// More than before.
    Worse,
}

impl fmt::Display for FigureChange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (old, new) = (self.unit.text(self.old), self.unit.text(self.new));
        let of = self.check.as_ref().map(|check| format!("{check}: ")).unwrap_or_default();
        write!(formatter, "{of}{} is {new} instead of {old}", self.name)?;
        if self.old > 0.0 {
            write!(formatter, " ({:+.0}%)", 100.0 * (self.new - self.old) / self.old)?;
        }
        Ok(())
    }
}

/// Why the durations of two runs do not compare: they are of different machines.
pub(super) fn times_compare(old: &Baseline, new: &Record) -> Result<(), String> {
    let differs = |key: &&str| old.host.get(*key) != new.start.host.get(*key);
    let machine: Vec<&str> = ["cpus", "memory_bytes"].into_iter().filter(differs).collect();
    if machine.is_empty() {
        return Ok(());
    }
    Err(format!("durations of another machine do not compare ({} differ)", machine.join(" and ").replace('_', " ")))
}

/// All figures that both runs have and that differ.
pub(super) fn figures(old: &Baseline, new: &Record, tolerance: Tolerance, timed: bool) -> Vec<FigureChange> {
    let mut changes = Vec::new();
    for check in new.checks() {
        let Some(before) = old.check(&check.ended.check) else { continue };
        for figure in &check.ended.measurements {
            let same = |other: &&Measurement| other.name == figure.name && other.unit == figure.unit;
            let Some(earlier) = before.measurements.iter().find(same) else { continue };
            let id = check.ended.check.clone();
            let from_run_to_run = scatter(new, &figure_name(&id, &figure.name));
            let change = changed(earlier, figure, tolerance, from_run_to_run);
            changes.extend(change.map(|change| FigureChange {
                check: Some(id),
                counted: check.ended.counted,
                ..change
            }));
        }
    }
    changes.extend(of_the_run(old, new, tolerance));
    changes.retain(|change| timed || change.unit != Unit::Seconds);
    changes
}

/// The image's size, and what builds and phases took.
fn of_the_run(old: &Baseline, new: &Record, tolerance: Tolerance) -> Vec<FigureChange> {
    let mut pairs = Vec::new();
    if let (Some(before), Some(now)) = (&old.image, &new.image) {
        let of = |bytes: u64| Measurement::once("size of the image", Unit::Bytes, bytes as f64);
        pairs.push((true, of(before.bytes), of(now.bytes)));
    }
    let seconds = |name: String, value: f64| Measurement::once(name, Unit::Seconds, value);
    for stage in new.stages.iter().filter(|stage| !stage.cached) {
        if let Some(before) = old.builds.get(&stage.name) {
            let name = format!("build of {}", stage.name);
            pairs.push((false, seconds(name.clone(), *before), seconds(name, stage.seconds)));
        }
    }
    // Phases of other checks take another time.
    if old.whole && new.start.whole {
        for phase in &new.phases {
            if let Some(before) = old.phases.get(&phase.phase) {
                let name = format!("phase {}", phase.phase);
                pairs.push((false, seconds(name.clone(), *before), seconds(name, phase.seconds)));
            }
        }
    }
    let changes = pairs.iter().filter_map(|(counted, before, now)| {
        changed(before, now, tolerance, 0.0).map(|change| FigureChange { counted: *counted, ..change })
    });
    changes.collect()
}

fn changed(old: &Measurement, new: &Measurement, tolerance: Tolerance, scatter: f64) -> Option<FigureChange> {
    let (before, now) = (old.median(), new.median());
    let noise = 2.0 * DEVIATIONS_TO_SIGMA * old.spread().hypot(new.spread());
    let (percent, least) = match new.unit {
        Unit::Seconds => (tolerance.time, LEAST_SECONDS),
        Unit::Bytes | Unit::Count => (tolerance.size, 0.0),
    };
    let explained = noise.max(scatter).max(least) + before.abs() * percent / 100.0;
    let difference = now - before;
    (difference.abs() > explained).then(|| FigureChange {
        check: None,
        name: new.name.clone(),
        unit: new.unit,
        old: before,
        new: now,
        explained,
        direction: if difference > 0.0 { Direction::Worse } else { Direction::Better },
        counted: false,
    })
}

/// Two standard deviations of the medians of earlier whole runs; nothing where there are too few to tell.
pub(super) fn scatter(record: &Record, name: &str) -> f64 {
    let runs = record.past.iter().filter(|past| past.whole);
    let samples: Vec<f64> = runs.filter_map(|past| past.measurements.get(name).copied()).collect();
    if samples.len() < ENOUGH_RUNS {
        return 0.0;
    }
    2.0 * DEVIATIONS_TO_SIGMA * Measurement { samples, ..Measurement::once("", Unit::Count, 0.0) }.spread()
}
