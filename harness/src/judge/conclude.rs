//! From the outcomes of the steps to the outcome of the check.

use crate::model::{Failure, Outcome};

/// The first step that did not pass decides; its name is told where the check has several steps.
///
/// A check without any step saw nothing, so it is errored.
pub fn conclude(steps: &[(String, Outcome)]) -> Outcome {
    let Some((name, outcome)) = steps.iter().find(|(_, outcome)| !outcome.is_passed()) else {
        return match steps {
            [] => Outcome::Errored { reason: "the check has no step".to_owned() },
            _ => Outcome::Passed,
        };
    };
    match outcome {
        Outcome::Failed(failure) if steps.len() > 1 => {
            Outcome::Failed(Failure { step: Some(name.clone()), ..failure.clone() })
        }
        Outcome::TimedOut { deadline, what } if steps.len() > 1 && what != name => {
            Outcome::TimedOut { deadline: *deadline, what: format!("{name} ({what})") }
        }
        Outcome::Errored { reason } if steps.len() > 1 => Outcome::Errored { reason: format!("{name}: {reason}") },
        Outcome::Undecided { reason } if steps.len() > 1 => Outcome::Undecided { reason: format!("{name}: {reason}") },
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(name: &str, outcome: Outcome) -> (String, Outcome) {
        (name.to_owned(), outcome)
    }

    fn failed() -> Outcome {
        Outcome::Failed(Failure::default())
    }

    fn errored() -> Outcome {
        Outcome::Errored { reason: "engine".to_owned() }
    }

    #[test]
    fn a_check_passes_when_all_its_steps_do() {
        assert_eq!(conclude(&[step("a", Outcome::Passed), step("b", Outcome::Passed)]), Outcome::Passed);
    }

    #[test]
    fn the_first_step_that_did_not_pass_decides_and_is_named() {
        let named = Outcome::Failed(Failure { step: Some("b".to_owned()), ..Failure::default() });
        assert_eq!(conclude(&[step("a", Outcome::Passed), step("b", failed()), step("c", errored())]), named);
        let named = Outcome::Errored { reason: "a: engine".to_owned() };
        assert_eq!(conclude(&[step("a", errored()), step("b", failed())]), named);
    }

    #[test]
    fn the_step_that_ran_too_long_or_was_too_noisy_is_named() {
        let late = |what: &str| Outcome::TimedOut { deadline: 60.0, what: what.to_owned() };
        assert_eq!(conclude(&[step("a", Outcome::Passed), step("b", late("b"))]), late("b"));
        assert_eq!(conclude(&[step("a", Outcome::Passed), step("b", late("uv sync"))]), late("b (uv sync)"));
        assert_eq!(conclude(&[step("a", late("uv sync"))]), late("uv sync"));
        let noisy = |reason: &str| Outcome::Undecided { reason: reason.to_owned() };
        assert_eq!(conclude(&[step("a", Outcome::Passed), step("b", noisy("1 s ± 1 s"))]), noisy("b: 1 s ± 1 s"));
    }

    #[test]
    fn the_only_step_needs_no_name() {
        assert_eq!(conclude(&[step("a", failed())]), failed());
        assert_eq!(conclude(&[step("a", errored())]), errored());
    }

    #[test]
    fn a_check_without_steps_is_no_pass() {
        assert!(matches!(conclude(&[]), Outcome::Errored { .. }));
    }
}
