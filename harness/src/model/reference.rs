//! The reference work: a small fixed work by which the speed of a machine is told, since a budget was set on another one.

use serde::{Deserialize, Serialize};

/// Seconds that the reference work took once, by its parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReferenceWork {
    /// Hashing 32 MiB.
    pub processor: f64,
    /// Making, reading and removing 32 small files.
    pub files: f64,
    /// Starting 256 processes and awaiting their end.
    pub processes: f64,
}

impl ReferenceWork {
    /// What it takes on the machine of the figures in DESIGN.md where nothing holds it up: of 30 times the fastest parts.
    pub const STATED: Self = Self { processor: 0.018, files: 0.010, processes: 0.018 };

    /// All parts.
    pub fn total(&self) -> f64 {
        self.processor + self.files + self.processes
    }
}

/// The reference work done several times at one moment of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// When, as `before performance`.
    pub moment: String,
    /// What it took each time; never empty.
    pub samples: Vec<ReferenceWork>,
}

impl Calibration {
    /// The sample in the middle, by all its parts.
    pub fn median(&self) -> ReferenceWork {
        let mut sorted = self.samples.clone();
        sorted.sort_by(|one, other| one.total().total_cmp(&other.total()));
        sorted.get(sorted.len() / 2).copied().unwrap_or_default()
    }

    /// How many times as long as stated it took.
    pub fn slowdown(&self) -> f64 {
        self.median().total() / ReferenceWork::STATED.total()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slow_sample_does_not_make_a_machine_slow() {
        let work = |factor: f64| ReferenceWork {
            processor: ReferenceWork::STATED.total() * factor,
            ..ReferenceWork::default()
        };
        let calibration = Calibration { moment: String::new(), samples: vec![work(1.0), work(9.0), work(1.5)] };
        assert!((calibration.slowdown() - 1.5).abs() < 1e-9);
    }
}
