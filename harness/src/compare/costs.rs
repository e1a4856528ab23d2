//! Which check costs what.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::{CheckId, Measurement, Record, Unit};

/// What a check costs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cost {
    /// The check.
    pub check: CheckId,
    /// Seconds that it takes, the median of the runs.
    pub seconds: f64,
    /// Its part of what all checks take together, 0 to 1; they run side by side, so a run takes less than their sum.
    pub share: f64,
}

/// What every check of these runs costs, the dearest first; those that took no time are left out.
pub fn costs(records: &[Record]) -> Vec<Cost> {
    let mut taken: BTreeMap<&CheckId, Vec<f64>> = BTreeMap::new();
    for check in records.iter().flat_map(Record::checks).filter(|check| check.concluded && check.ended.seconds > 0.0) {
        taken.entry(&check.ended.check).or_default().push(check.ended.seconds);
    }
    let median = |samples: Vec<f64>| Measurement { samples, ..Measurement::once("", Unit::Seconds, 0.0) }.median();
    let medians: Vec<(&CheckId, f64)> = taken.into_iter().map(|(id, samples)| (id, median(samples))).collect();
    let all: f64 = medians.iter().map(|(_, seconds)| seconds).sum();
    let cost = |(id, seconds): (&CheckId, f64)| Cost { check: id.clone(), seconds, share: seconds / all };
    let mut costs: Vec<Cost> = medians.into_iter().map(cost).collect();
    costs.sort_by(|one, other| other.seconds.total_cmp(&one.seconds));
    costs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::event::CheckEnded;
    use crate::model::{Ending, Outcome, sample};

    #[test]
    fn the_dearest_check_comes_first_with_its_part_of_the_whole() {
        let taking = |id: &str, seconds| CheckEnded { seconds, ..sample::passed(id) };
        let record = |seconds| {
            let skipped = CheckEnded { seconds: 0.0, ..sample::with("a/none", Outcome::skipped("not here")) };
            Record::of(&sample::run(&[taking("a/b", 1.0), taking("a/c", seconds), skipped], Ending::Completed))
        };
        let costs = costs(&[record(2.0), record(3.0), record(100.0)]);
        let told: Vec<_> = costs.iter().map(|cost| (cost.check.to_string(), cost.seconds, cost.share)).collect();
        assert_eq!(told, [("a/c".to_owned(), 3.0, 0.75), ("a/b".to_owned(), 1.0, 0.25)]);
        assert!(super::costs(&[]).is_empty());
    }
}
