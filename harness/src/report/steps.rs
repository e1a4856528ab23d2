//! When the steps of a build were, and what of a stage's time is none of theirs.

use crate::model::{BuildStep, BuiltStage};

/// Seconds from which on a row is worth it.
const WORTH_A_ROW: f64 = 1.0;

/// What the row of the rest says.
pub(super) const REST: &str = "the rest, the image's export among it";

/// When each step began. Where the builder did not say, a step follows the one before it.
pub(super) fn starts(steps: &[BuildStep]) -> Vec<f64> {
    let mut end = 0.0;
    let start = |step: &BuildStep| {
        let began = step.began.unwrap_or(end);
        end = began + step.seconds;
        began
    };
    steps.iter().map(start).collect()
}

/// From when on nothing of a stage was any step's, and for how many seconds, where it has steps and that is long.
pub(super) fn rest(stage: &BuiltStage) -> Option<(f64, f64)> {
    let ends = stage.steps.iter().zip(starts(&stage.steps)).map(|(step, began)| began + step.seconds);
    let last = ends.reduce(f64::max)?;
    let seconds = stage.seconds - last;
    (seconds > WORTH_A_ROW).then_some((last, seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(began: Option<f64>, seconds: f64) -> BuildStep {
        BuildStep { step: "RUN x".to_owned(), began, seconds, cached: false }
    }

    #[test]
    fn a_step_of_which_the_beginning_is_unknown_follows_the_one_before_it() {
        assert_eq!(
            starts(&[step(None, 2.0), step(None, 1.0), step(Some(7.0), 1.0), step(None, 1.0)]),
            [0.0, 2.0, 7.0, 8.0]
        );
    }

    #[test]
    fn what_follows_the_last_step_is_told_where_it_is_long() {
        let stage = crate::model::sample::good().0.stages.remove(0);
        let of = |seconds, steps: &[BuildStep]| rest(&BuiltStage { seconds, steps: steps.to_vec(), ..stage.clone() });
        assert_eq!(of(72.0, &[step(Some(0.5), 40.0), step(Some(0.2), 46.8)]), Some((47.0, 25.0)));
        assert_eq!(of(47.9, &[step(None, 47.0)]), None);
        assert_eq!(of(72.0, &[]), None);
    }
}
