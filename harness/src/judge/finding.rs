//! The answer of one expectation, and how answers are put together.

use crate::model::{Failure, Outcome};

/// What holding one expectation against one observation found.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Finding {
    /// It is as expected.
    Met,
    /// It is not, and that is sure: the opposite would be met.
    Unmet(Failure),
    /// The expectation does not fit what was seen, or what was seen does not tell: neither it nor its opposite is met.
    Misfit(Failure),
    /// Not the subject's doing: errored or skipped.
    Aside(Outcome),
}

impl Finding {
    /// Met or not; `actual` is asked only when not.
    pub(super) fn when(met: bool, actual: impl FnOnce() -> String) -> Self {
        if met { Self::Met } else { Self::unmet(actual()) }
    }

    /// Not met; what was expected is filled in from the expectation.
    pub(super) fn unmet(actual: impl Into<String>) -> Self {
        Self::Unmet(Failure { actual: actual.into(), ..Failure::default() })
    }

    /// Neither met nor its opposite; what was expected is filled in from the expectation.
    pub(super) fn misfit(actual: impl Into<String>) -> Self {
        Self::Misfit(Failure { actual: actual.into(), ..Failure::default() })
    }

    /// The plan or the environment is at fault.
    pub(super) fn errored(reason: impl Into<String>) -> Self {
        Self::Aside(Outcome::Errored { reason: reason.into() })
    }

    /// The same with what was expected, where nothing says it yet.
    #[must_use]
    pub(super) fn expecting(mut self, words: impl FnOnce() -> String) -> Self {
        if let Self::Unmet(failure) | Self::Misfit(failure) = &mut self
            && failure.expected.is_empty()
        {
            failure.expected = words();
        }
        self
    }

    /// The same with a hint, where there is none yet.
    #[must_use]
    pub(super) fn hinted(mut self, advice: Option<&str>) -> Self {
        if let Self::Unmet(failure) | Self::Misfit(failure) = &mut self
            && failure.hint.is_none()
        {
            failure.hint = advice.map(str::to_owned);
        }
        self
    }

    /// The same with words before what was seen, as `command 2 of 3: `.
    #[must_use]
    pub(super) fn prefixed(mut self, words: &str) -> Self {
        if let Self::Unmet(failure) | Self::Misfit(failure) = &mut self {
            failure.actual.insert_str(0, words);
        }
        self
    }

    /// All must be met. A sure failure goes before what could not be told; of several the first counts.
    pub(super) fn all(findings: impl IntoIterator<Item = Self>) -> Self {
        let mut all: Vec<Self> = findings.into_iter().filter(|finding| *finding != Self::Met).collect();
        if all.is_empty() {
            return Self::Met;
        }
        let first = |wanted: fn(&Self) -> bool| all.iter().position(wanted);
        let decides = first(|one| matches!(one, Self::Unmet(_)))
            .or_else(|| first(|one| matches!(one, Self::Misfit(_))))
            .or_else(|| first(Self::is_errored))
            .unwrap_or_default();
        all.swap_remove(decides)
    }

    /// One must be met. What could not be told keeps the others from being sure.
    pub(super) fn any(findings: impl IntoIterator<Item = Self>) -> Self {
        let mut failures = Vec::new();
        let mut aside = None;
        let mut fits = true;
        for finding in findings {
            match finding {
                Self::Met => return Self::Met,
                Self::Unmet(failure) => failures.push(failure),
                Self::Misfit(failure) => {
                    fits = false;
                    failures.push(failure);
                }
                Self::Aside(_) if aside.as_ref().is_some_and(Self::is_errored) => {}
                Self::Aside(_) => aside = Some(finding),
            }
        }
        aside.unwrap_or_else(|| {
            let joined = Self::one_failure(failures);
            if fits { Self::Unmet(joined) } else { Self::Misfit(joined) }
        })
    }

    /// The opposite. What does not fit does not fit its opposite either.
    pub(super) fn opposite(self, seen: impl FnOnce() -> String) -> Self {
        match self {
            Self::Met => Self::unmet(seen()),
            Self::Unmet(_) => Self::Met,
            Self::Misfit(failure) => Self::Misfit(Failure { expected: String::new(), ..failure }),
            Self::Aside(_) => self,
        }
    }

    /// What it makes of the check's step.
    pub(super) fn outcome(self) -> Outcome {
        match self {
            Self::Met => Outcome::Passed,
            Self::Unmet(failure) | Self::Misfit(failure) => Outcome::Failed(failure),
            Self::Aside(outcome) => outcome,
        }
    }

    fn is_errored(&self) -> bool {
        matches!(self, Self::Aside(Outcome::Errored { .. }))
    }

    /// One failure out of those of all alternatives: each different sight once.
    fn one_failure(failures: Vec<Failure>) -> Failure {
        let mut joined = Failure::default();
        for failure in failures {
            if !joined.actual.contains(&failure.actual) {
                if !joined.actual.is_empty() {
                    joined.actual.push('\n');
                }
                joined.actual.push_str(&failure.actual);
            }
            joined.hint = joined.hint.or(failure.hint);
        }
        joined
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skipped() -> Finding {
        Finding::Aside(Outcome::skipped("not here"))
    }

    #[test]
    fn a_sure_failure_decides_all_of_several() {
        let findings = [Finding::Met, Finding::errored("engine"), Finding::unmet("exit 1")];
        assert_eq!(Finding::all(findings), Finding::unmet("exit 1"));
        assert_eq!(Finding::all([skipped(), Finding::errored("engine")]), Finding::errored("engine"));
        assert_eq!(Finding::all([Finding::Met, skipped()]), skipped());
        assert_eq!(Finding::all([]), Finding::Met);
    }

    #[test]
    fn one_of_several_is_enough_and_the_unknown_keeps_the_rest_from_failing() {
        assert_eq!(Finding::any([Finding::errored("engine"), Finding::Met]), Finding::Met);
        assert_eq!(Finding::any([Finding::errored("engine"), Finding::unmet("exit 1")]), Finding::errored("engine"));
        assert_eq!(
            Finding::any([Finding::unmet("a"), Finding::unmet("b"), Finding::unmet("a")]),
            Finding::unmet("a\nb")
        );
        assert_eq!(Finding::any([]), Finding::unmet(""));
    }

    #[test]
    fn the_opposite_of_what_does_not_fit_is_no_pass() {
        assert_eq!(Finding::misfit("no version").opposite(String::new), Finding::misfit("no version"));
        assert_eq!(Finding::errored("engine").opposite(String::new), Finding::errored("engine"));
        assert_eq!(Finding::unmet("exit 1").opposite(String::new), Finding::Met);
        assert_eq!(Finding::Met.opposite(|| "exit 0".to_owned()), Finding::unmet("exit 0"));
        let mixed = Finding::any([Finding::unmet("a"), Finding::misfit("b")]);
        assert_eq!(mixed.opposite(String::new), Finding::misfit("a\nb"));
    }
}
