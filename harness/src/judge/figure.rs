//! Figures of observations, and the limits on them.

use super::finding::Finding;
use super::{command, words};
use crate::model::expectation::{LEFTOVER, Quantity};
use crate::model::inquiry::Answer;
use crate::model::{BudgetAnswer, Measurement, Observation, Ran, Unit};

/// Holds a figure that was taken several times against its budget, in the same unit: see [`Measurement::against`].
pub fn budget(measurement: &Measurement, budget: f64) -> BudgetAnswer {
    measurement.against(budget)
}

/// A figure of an observation, one sample; absent where this kind of observation has none, or nothing measured it.
///
/// Of several commands at the same time it is that of the largest.
pub fn quantity(seen: &Observation, quantity: Quantity) -> Option<Measurement> {
    let once = |unit, value| Some(Measurement::once(quantity.name(), unit, value));
    match (quantity, seen) {
        (Quantity::Value, Observation::Measured(measurement)) => Some(measurement.clone()),
        (Quantity::Wall, Observation::Ran(_) | Observation::Together(_)) => {
            let usage = command::runs(seen).iter().map(|ran| &ran.usage).max_by_key(|usage| usage.wall)?;
            let waited = usage.queued.iter().map(std::time::Duration::as_secs_f64).collect();
            Some(Measurement { waited, ..Measurement::once(quantity.name(), Unit::Seconds, usage.wall.as_secs_f64()) })
        }
        (Quantity::Memory, Observation::Ran(_) | Observation::Together(_)) => memory(command::runs(seen)),
        (Quantity::Size, Observation::Answered(Answer::Usage { bytes, .. })) => once(Unit::Bytes, *bytes as f64),
        (Quantity::Size, Observation::Answered(Answer::File(Some(facts)))) => once(Unit::Bytes, facts.size as f64),
        (Quantity::Size, Observation::Image(image)) => once(Unit::Bytes, image.bytes as f64),
        _ => None,
    }
}

/// A figure that is lower than it was before.
pub(super) fn less(before: &Observation, seen: &Observation) -> Finding {
    let (Observation::Measured(before), Observation::Measured(seen)) = (before, seen) else {
        let kinds = format!("before {}, now {}", words::kind(before), words::kind(seen));
        return Finding::misfit(format!("figures were expected, but these are: {kinds}"));
    };
    Finding::when(seen.median() < before.median(), || format!("{seen}; before: {before}"))
}

/// No more room than an earlier step saw, a little aside.
pub(super) fn no_larger(earlier: &Observation, seen: &Observation) -> Finding {
    let (
        Observation::Answered(Answer::Usage { bytes: earlier, .. }),
        Observation::Answered(Answer::Usage { bytes: seen, .. }),
    ) = (earlier, seen)
    else {
        let kinds = format!("first {}, then {}", words::kind(earlier), words::kind(seen));
        return Finding::misfit(format!("room was expected, but these are: {kinds}"));
    };
    let more = seen.saturating_sub(*earlier);
    Finding::when(more <= LEFTOVER, || {
        let text = |bytes: u64| Unit::Bytes.text(bytes as f64);
        format!("{} more: {}, and {} before", text(more), text(*seen), text(*earlier))
    })
}

/// The largest peak, where every command was measured.
fn memory(runs: &[Ran]) -> Option<Measurement> {
    let measured = runs.iter().map(|ran| ran.usage.memory.map(|bytes| (bytes, ran.usage.memory_source.clone())));
    let (bytes, source) = measured.collect::<Option<Vec<_>>>()?.into_iter().max()?;
    let source = (!source.is_empty()).then_some(source);
    Some(Measurement { source, ..Measurement::once(Quantity::Memory.name(), Unit::Bytes, bytes as f64) })
}
