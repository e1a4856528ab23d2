//! Figures and the limits on them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A figure taken once or several times, perhaps with a budget.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measurement {
    /// What was measured, as `wall`, `memory`, `install`.
    pub name: String,
    /// What the numbers count.
    pub unit: Unit,
    /// All samples in the order taken; never empty.
    pub samples: Vec<f64>,
    /// Of each sample the part that went by waiting for a processor, in the same unit; empty where that is not known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waited: Vec<f64>,
    /// How many times as long as stated the machine took for the reference work right after it, where that was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slowdown: Option<f64>,
    /// The limit, in the same unit, when there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<f64>,
    /// Where the figure is from, when that is not plain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

impl Measurement {
    /// One sample without a budget.
    pub fn once(name: impl Into<String>, unit: Unit, value: f64) -> Self {
        Self {
            name: name.into(),
            unit,
            samples: vec![value],
            waited: Vec::new(),
            slowdown: None,
            budget: None,
            source: None,
        }
    }

    /// The middle sample, or the mean of the two in the middle.
    pub fn median(&self) -> f64 {
        let mut sorted = self.samples.clone();
        sorted.sort_by(f64::total_cmp);
        let half = sorted.len() / 2;
        match (sorted.len(), sorted.len() % 2) {
            (0, _) => 0.0,
            (_, 1) => sorted[half],
            _ => f64::midpoint(sorted[half - 1], sorted[half]),
        }
    }

    /// How far the samples scatter: the median absolute deviation from the median, in the same unit; 0 for one sample.
    pub fn spread(&self) -> f64 {
        let median = self.median();
        let deviations = self.samples.iter().map(|sample| (sample - median).abs()).collect();
        Self { samples: deviations, ..Self::once("", self.unit, 0.0) }.median()
    }

    /// Holds the figure against a limit in the same unit.
    ///
    /// The median decides, and it is beyond the limit only where the measured noise (two standard deviations) cannot
    /// explain it. A single sample has no noise. Without samples, or with one that is no number, nothing can be told; nor
    /// where it would not be beyond the limit but for the time that went by waiting for a processor: then the machine was
    /// too busy; nor where a time is not beyond the limit as many times over as this machine is slower than the one of
    /// [`ReferenceWork::STATED`](super::reference::ReferenceWork::STATED). That never makes a figure keep to its limit, since it may be the subject itself that keeps it busy.
    pub fn against(&self, budget: f64) -> BudgetAnswer {
        if budget.is_nan() || self.samples.is_empty() || self.samples.iter().any(|sample| sample.is_nan()) {
            return BudgetAnswer::TooNoisy;
        }
        let median = self.median();
        if median <= budget {
            BudgetAnswer::Within
        } else if self.at_work().is_beyond(budget) && self.is_beyond(budget * self.slowness()) {
            BudgetAnswer::Beyond
        } else {
            BudgetAnswer::TooNoisy
        }
    }

    /// How many times slower the machine was, where that is more than the reference work scatters by itself.
    fn slowness(&self) -> f64 {
        self.slowdown.filter(|slowdown| *slowdown > SCATTER).unwrap_or(1.0)
    }

    /// How many times slower the machine was, where the figure is beyond a limit for that alone.
    pub fn slowed_down(&self, budget: f64) -> Option<f64> {
        let is_slowed = self.is_beyond(budget) && !self.is_beyond(budget * self.slowness());
        is_slowed.then(|| self.slowness())
    }

    fn is_beyond(&self, budget: f64) -> bool {
        self.median() - 2.0 * DEVIATIONS_TO_SIGMA * self.spread() > budget
    }

    /// The same without the time that went by waiting for a processor.
    fn at_work(&self) -> Self {
        let waited = self.waited.iter().copied().chain(std::iter::repeat(0.0));
        let samples = self.samples.iter().zip(waited).map(|(sample, waited)| sample - waited).collect();
        Self { samples, waited: Vec::new(), ..self.clone() }
    }

    /// How much of the figure went by waiting for a processor, where it is beyond a limit for that alone.
    pub fn held_up(&self, budget: f64) -> Option<f64> {
        let is_held_up = self.is_beyond(budget) && !self.at_work().is_beyond(budget);
        is_held_up.then(|| self.median() - self.at_work().median())
    }
}

/// The median absolute deviation times this estimates the standard deviation of normally distributed samples:
/// 1 / Φ⁻¹(3/4) (Rousseeuw and Croux, "Alternatives to the Median Absolute Deviation", 1993, section 1).
pub(crate) const DEVIATIONS_TO_SIGMA: f64 = 1.4826;

/// How far the reference work comes out longer than stated on the very machine that it was stated on, seen over a day.
const SCATTER: f64 = 1.25;

/// What a measurement says about a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BudgetAnswer {
    /// The median keeps to the limit.
    Within,
    /// The median is beyond the limit, and beyond what the noise can explain.
    Beyond,
    /// The median is beyond the limit, but no further than the noise reaches, or only for want of a processor or of a faster
    /// machine; or there is nothing to go by.
    TooNoisy,
}

impl fmt::Display for Measurement {
    /// `0.38 s ± 20 ms (5 samples)`, `1.20 GB`, `7`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (median, spread) = (self.unit.text(self.median()), self.unit.text(self.spread()));
        match self.samples.len() {
            0 | 1 => formatter.write_str(&median),
            samples => write!(formatter, "{median} ± {spread} ({samples} samples)"),
        }
    }
}

impl Unit {
    /// What it counts, in words.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Seconds => "time",
            Self::Bytes => "bytes",
            Self::Count => "a number",
        }
    }

    /// How a limit of this unit is written.
    pub fn example(self) -> &'static str {
        match self {
            Self::Seconds => "a time is written as `1.5s` or `2min`",
            Self::Bytes => "a size is written as `300MB` or `1.5GiB`",
            Self::Count => "a number is written as it is",
        }
    }

    /// A figure of this unit as people read it.
    pub fn text(self, value: f64) -> String {
        const BYTES: [(f64, &str); 3] = [(1e9, "GB"), (1e6, "MB"), (1e3, "kB")];
        match self {
            // A budget is missed by hundredths.
            Self::Seconds if (0.099_5..9.995).contains(&value) => format!("{value:.2} s"),
            Self::Seconds => seconds(value),
            Self::Count => format!("{value}"),
            Self::Bytes => match BYTES.iter().find(|(size, _)| value.abs() >= *size) {
                Some((size, name)) => format!("{:.2} {name}", value / size),
                None => format!("{value} B"),
            },
        }
    }
}

/// Seconds as `0 s`, `12 ms`, `1.2 s`, `2 min 5 s`, `1 h 3 min`.
pub fn seconds(value: f64) -> String {
    if !value.is_finite() {
        return "unknown".to_owned();
    }
    if value < 0.000_05 {
        return "0 s".to_owned();
    }
    if value < 0.000_95 {
        return format!("{:.1} ms", value * 1e3);
    }
    if value < 0.099_5 {
        return format!("{:.0} ms", value * 1e3);
    }
    if value < 59.95 {
        return format!("{value:.1} s");
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positive, and `as` saturates")]
    let whole = value.round() as u64;
    match (whole / 3600, whole % 3600 / 60, whole % 60) {
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

/// Units of measurements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unit {
    /// Seconds.
    #[serde(rename = "s")]
    Seconds,
    /// Bytes.
    #[serde(rename = "B")]
    Bytes,
    /// A number of things.
    #[serde(rename = "count")]
    Count,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_and_the_spread_of_few_samples_are_right() {
        let measurement =
            Measurement { samples: vec![3.0, 1.0, 2.0, 10.0], ..Measurement::once("wall", Unit::Seconds, 0.0) };
        assert!((measurement.median() - 2.5).abs() < 1e-9);
        assert!((measurement.spread() - 1.0).abs() < 1e-9);
        let one = Measurement::once("wall", Unit::Seconds, 7.0);
        assert!((one.median() - 7.0).abs() < 1e-9 && one.spread() < 1e-9);
    }

    #[test]
    fn what_is_beyond_a_limit_only_for_want_of_a_processor_cannot_be_told() {
        let of = |waited: &[f64]| Measurement {
            samples: vec![1.5, 1.6, 1.5],
            waited: waited.to_vec(),
            ..Measurement::once("wall", Unit::Seconds, 0.0)
        };
        assert_eq!(of(&[]).against(1.0), BudgetAnswer::Beyond);
        assert_eq!(of(&[0.1, 0.1, 0.1]).against(1.0), BudgetAnswer::Beyond);
        assert_eq!(of(&[0.7, 0.8, 0.7]).against(1.0), BudgetAnswer::TooNoisy);
        assert!(of(&[0.7, 0.8, 0.7]).held_up(1.0).is_some_and(|waited| (waited - 0.7).abs() < 1e-9));
        assert_eq!((of(&[0.1, 0.1, 0.1]).held_up(1.0), of(&[]).held_up(1.0)), (None, None));
        assert_eq!(of(&[0.7, 0.8, 0.7]).against(2.0), BudgetAnswer::Within);
    }

    #[test]
    fn what_a_slower_machine_explains_cannot_be_told() {
        let of = |slowdown: Option<f64>| Measurement {
            samples: vec![1.5, 1.6, 1.5],
            slowdown,
            ..Measurement::once("wall", Unit::Seconds, 0.0)
        };
        assert_eq!(of(None).against(1.0), BudgetAnswer::Beyond);
        assert_eq!(of(Some(f64::NAN)).against(1.0), BudgetAnswer::Beyond);
        assert_eq!(of(Some(1.2)).against(1.4), BudgetAnswer::Beyond);
        assert_eq!(of(Some(1.4)).against(1.0), BudgetAnswer::Beyond);
        assert_eq!(of(Some(2.0)).against(1.0), BudgetAnswer::TooNoisy);
        assert_eq!(of(Some(0.1)).against(2.0), BudgetAnswer::Within);
        assert_eq!((of(Some(2.0)).slowed_down(1.0), of(Some(1.4)).slowed_down(1.0)), (Some(2.0), None));
        assert_eq!(of(Some(2.0)).slowed_down(2.0), None);
    }

    #[test]
    fn a_budget_fails_only_beyond_the_measured_noise() {
        let of = |samples: &[f64]| Measurement {
            samples: samples.to_vec(),
            ..Measurement::once("wall", Unit::Seconds, 0.0)
        };
        let cases: [(&[f64], f64, BudgetAnswer); 10] = [
            (&[1.0], 1.0, BudgetAnswer::Within),
            (&[1.001], 1.0, BudgetAnswer::Beyond),
            (&[0.9, 0.9, 5.0], 1.0, BudgetAnswer::Within),
            (&[1.0, 1.1, 1.2], 1.0, BudgetAnswer::TooNoisy),
            (&[2.0, 2.1, 2.2], 1.0, BudgetAnswer::Beyond),
            (&[1.5, 1.5, 1.5], 1.0, BudgetAnswer::Beyond),
            (&[], 1.0, BudgetAnswer::TooNoisy),
            (&[f64::NAN], 1.0, BudgetAnswer::TooNoisy),
            (&[1.0], f64::NAN, BudgetAnswer::TooNoisy),
            (&[f64::INFINITY], 1.0, BudgetAnswer::TooNoisy),
        ];
        for (samples, budget, answer) in cases {
            assert_eq!(of(samples).against(budget), answer, "{samples:?} against {budget}");
        }
    }
}
