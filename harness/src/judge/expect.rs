//! The way in: one expectation, one observation, one outcome.

use std::collections::BTreeMap;
use std::time::Duration;

use super::finding::Finding;
use super::{agreement, command, fact, figure, lookup, same, tree, words};
use crate::model::inquiry::Answer;
use crate::model::{ExitStatus, Expectation, Observation, Outcome};

/// What else is known when a step is judged.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// What earlier steps of this check saw, by name.
    pub earlier: &'a BTreeMap<String, Observation>,
    /// What the same step saw before the transition; absent where there was none.
    pub before: Option<&'a Observation>,
    /// The deadline that a timed-out command had.
    pub deadline: Duration,
    /// What was running, in words, for a time-out.
    pub what: &'a str,
}

/// Holds one observation against what was expected of it.
///
/// A command that timed out is [`Outcome::TimedOut`] whatever was expected. An expectation that does not fit the
/// observation is failed, and so is its opposite. What the plan should have refused (an invalid range, the name of a
/// step that there is not) is errored.
pub fn judge(expectation: &Expectation, seen: &Observation, context: &Context) -> Outcome {
    match seen {
        Observation::NotHere { reason, remedy } => {
            return Outcome::Skipped { reason: reason.clone(), remedy: remedy.clone() };
        }
        Observation::Unknown(reason) => return Outcome::Errored { reason: reason.clone() },
        _ => {}
    }
    if command::runs(seen).iter().any(|ran| ran.status == ExitStatus::TimedOut) {
        return Outcome::TimedOut { deadline: context.deadline.as_secs_f64(), what: context.what.to_owned() };
    }
    finding(expectation, seen, context).outcome()
}

/// The answer of one expectation, with what was expected in words and a hint where what was seen gives one.
fn finding(expectation: &Expectation, seen: &Observation, context: &Context) -> Finding {
    let found = match refused_answer(seen) {
        Some(reason) => Finding::misfit(format!("it could not be found out: {reason}")),
        None => held(expectation, seen, context),
    };
    found.expecting(|| words::expectation(expectation)).hinted(words::hint(seen))
}

fn refused_answer(seen: &Observation) -> Option<&str> {
    match seen {
        Observation::Answered(Answer::Refused(reason)) => Some(reason),
        _ => None,
    }
}

fn held(expectation: &Expectation, seen: &Observation, context: &Context) -> Finding {
    let each = |expectations: &[Expectation]| -> Vec<Finding> {
        expectations.iter().map(|one| finding(one, seen, context)).collect()
    };
    match expectation {
        Expectation::All(several) | Expectation::Any(several) if several.is_empty() => {
            Finding::errored("nothing is expected: the list of expectations is empty")
        }
        Expectation::All(several) => Finding::all(each(several)),
        Expectation::Any(several) => Finding::any(each(several)),
        Expectation::Not(one) => finding(one, seen, context).opposite(|| words::sight(seen)),
        Expectation::Exit(code) => command::exit(*code, seen),
        Expectation::Refused => command::refused(seen),
        Expectation::Prints { stream, text } => command::prints(*stream, text, seen),
        Expectation::File(file) => lookup::file(file, seen),
        Expectation::Content(text) => lookup::content(text, seen),
        Expectation::FoundAt(path) => lookup::found_at(path, seen),
        Expectation::Found => lookup::found(seen),
        Expectation::Variable { name, is } => lookup::variable(name, is, seen),
        Expectation::VersionWithin(range) => fact::version_within(range, seen),
        Expectation::Installation { entry, is } => fact::installation(entry, is, seen),
        Expectation::HasPackage(name) => fact::has_package(name, seen),
        Expectation::LacksPackage(name) => fact::lacks_package(name, seen),
        Expectation::HasEnvironment { name, packages, exposes } => fact::has_environment(name, packages, exposes, seen),
        Expectation::LacksEnvironment(name) => fact::lacks_environment(name, seen),
        Expectation::UpToDate => fact::up_to_date(seen),
        Expectation::Because(classes) => fact::because(classes, seen),
        Expectation::AgreesWith(step) => with_earlier(step, context, |earlier| agreement::agrees(earlier, seen)),
        Expectation::SameVersionAs(step) => with_earlier(step, context, |earlier| same::version(earlier, seen)),
        Expectation::LinesOf(step) => with_earlier(step, context, |earlier| same::lines(earlier, seen)),
        Expectation::SameTreeAs { step, except } => {
            with_earlier(step, context, |earlier| tree::same(earlier, seen, except))
        }
        Expectation::NoLargerThan(step) => with_earlier(step, context, |earlier| figure::no_larger(earlier, seen)),
        Expectation::SameAsBefore => with_before(context, |before| same::as_before(before, seen)),
        Expectation::LessThanBefore => with_before(context, |before| figure::less(before, seen)),
        Expectation::Observed => command::observed(seen),
    }
}

fn with_before(context: &Context, compare: impl FnOnce(&Observation) -> Finding) -> Finding {
    match context.before {
        Some(before) => with_other("before", before, compare),
        None => Finding::errored("there is no observation from before to compare with"),
    }
}

fn with_earlier(step: &str, context: &Context, compare: impl FnOnce(&Observation) -> Finding) -> Finding {
    match context.earlier.get(step) {
        Some(earlier) => with_other(&format!("in step `{step}`"), earlier, compare),
        None => Finding::errored(format!("there is no observation of a step `{step}` to compare with")),
    }
}

/// Compares with another observation, unless that one does not tell anything.
fn with_other(place: &str, other: &Observation, compare: impl FnOnce(&Observation) -> Finding) -> Finding {
    match other {
        Observation::NotHere { reason, remedy } => {
            Finding::Aside(Outcome::Skipped { reason: reason.clone(), remedy: remedy.clone() })
        }
        Observation::Unknown(reason) => Finding::errored(format!("{place} nothing could be observed: {reason}")),
        other if command::runs(other).iter().any(|ran| ran.status == ExitStatus::TimedOut) => {
            Finding::misfit(format!("{place} the command ran into its deadline, so there is nothing to compare with"))
        }
        Observation::Answered(Answer::Refused(reason)) => {
            Finding::misfit(format!("{place} it could not be found out: {reason}"))
        }
        other => compare(other),
    }
}
