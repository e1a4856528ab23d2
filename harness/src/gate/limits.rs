//! The policy's numbers: success rates and budgets, each with both numbers in its reason.

use super::quarantine;
use super::standing::{self, Case, Standing};
use crate::model::verdict::Threshold;
use crate::model::{BudgetAnswer, Measurement, PhaseRecord, Rate, Record, Unit};

/// What a policy's numbers say.
#[derive(Debug, Default)]
pub(super) struct Reasons {
    /// Why it is not stable.
    pub(super) against: Vec<String>,
    /// Why it cannot be told.
    pub(super) unclear: Vec<String>,
}

impl Reasons {
    /// Adds others behind these.
    pub(super) fn add(&mut self, more: Self) {
        self.against.extend(more.against);
        self.unclear.extend(more.unclear);
    }
}

/// Holds all success rates of the policy against the record. A phase that a narrowed run left out is not missed: that
/// it was narrowed says so.
pub(super) fn rates(case: Case<'_>) -> Reasons {
    let Case { policy, record } = case;
    let mut reasons = Reasons::default();
    let overall = rate("success rate", standing::rate(case), policy.success_rate, &mut reasons);
    reasons.against.extend(overall.iter().map(Below::sentence));
    let mut below = Vec::new();
    for (name, threshold) in &policy.phases {
        let words = format!("success rate of phase {name}");
        match record.phases.iter().find(|phase| phase.phase == *name) {
            Some(phase) => below.extend(rate(&words, standing::phase_rate(case, phase), *threshold, &mut reasons)),
            None if record.start.whole => below.extend(rate(&words, Rate::default(), *threshold, &mut reasons)),
            None => {}
        }
    }
    reasons.against.extend(told_together(&below));
    reasons.unclear.extend(skipped(case));
    reasons
}

/// Holds all measurements that the policy limits against the record.
pub(super) fn budgets(Case { policy, record }: Case<'_>) -> Reasons {
    let mut reasons = Reasons::default();
    for (name, limit) in &policy.budgets {
        budget(name, *limit, record, &mut reasons);
    }
    reasons
}

/// A rate that does not reach what is required.
struct Below {
    /// Which, as `success rate of phase packages`.
    words: String,
    rate: Rate,
    threshold: Threshold,
}

impl Below {
    fn sentence(&self) -> String {
        let Rate { passed, counted } = self.rate;
        let (words, percent, wanted) = (&self.words, self.rate.words(), wanted(self.threshold));
        format!("The {words} is {percent} ({passed} of {counted} counted checks); {wanted} is required.")
    }

    fn short(&self) -> String {
        let (Rate { passed, counted }, name) = (self.rate, self.words.rsplit(' ').next().unwrap_or_default());
        format!("{name} {} ({passed} of {counted}; {})", self.rate.words(), wanted(self.threshold))
    }
}

/// One says it in a sentence; several, which mostly follow from the same failures, in a list.
fn told_together(below: &[Below]) -> Option<String> {
    match below {
        [] => None,
        [only] => Some(only.sentence()),
        several => {
            let list: Vec<String> = several.iter().map(Below::short).collect();
            Some(format!("Phases whose success rates are below what is required: {}.", list.join(", ")))
        }
    }
}

fn wanted(threshold: Threshold) -> String {
    let more = if threshold.exclusive { "more than " } else { "" };
    format!("{more}{}%", threshold.percent)
}

/// The rate where it is below its threshold; where it is none, that it cannot be told.
fn rate(words: &str, rate: Rate, threshold: Threshold, reasons: &mut Reasons) -> Option<Below> {
    if rate.counted == 0 {
        let wanted = wanted(threshold);
        reasons
            .unclear
            .push(format!("There is no {words}, since none of its checks was counted; {wanted} is required."));
        return None;
    }
    if threshold.percent.is_nan() {
        reasons.unclear.push(format!("The {words} is held against a threshold that is no number."));
        return None;
    }
    // Multiplied instead of divided, so that 19 of 20 is exactly 95%.
    let (reached, needed) = (100.0 * rate.passed as f64, threshold.percent * rate.counted as f64);
    let enough = if threshold.exclusive { reached > needed } else { reached >= needed };
    (!enough).then(|| Below { words: words.to_owned(), rate, threshold })
}

/// Phases that have checks to count, of which none came to count: a phase of which nothing is known satisfies no gate,
/// named by the policy or not. Those that the policy names have said so already; what could not be told says so itself.
fn skipped(case: Case<'_>) -> Vec<String> {
    let Case { policy, record } = case;
    let unnamed = record.phases.iter().filter(|phase| !policy.phases.contains_key(&phase.phase));
    let silent = unnamed.filter_map(|phase| {
        let mut counted = phase.checks.iter().filter(|check| check.ended.counted).peekable();
        counted.peek()?;
        counted.all(|check| standing::standing(case, check) == Standing::Aside).then_some(phase)
    });
    let words = |phase: &PhaseRecord| {
        let quarantined = phase.checks.iter().any(|check| quarantine::in_force(case, &check.ended.check).is_some());
        let how = if quarantined { "skipped or in quarantine" } else { "skipped" };
        format!("Nothing is known of phase {}, since all its checks were {how}.", phase.phase)
    };
    silent.map(words).collect()
}

/// Every measurement of this name must keep to the limit; none at all tells nothing, unless a narrowed run left it out.
fn budget(name: &str, limit: f64, record: &Record, reasons: &mut Reasons) {
    let checks = record.checks().filter(|check| check.concluded).flat_map(|check| &check.ended.measurements);
    let figures: Vec<&Measurement> =
        checks.filter(|figure| figure.name == name && figure.unit == Unit::Seconds).collect();
    if figures.is_empty() && record.start.whole {
        let mut reason = format!("There is no measurement of {name}; at most {limit} s is required.");
        if record.stages.is_empty() {
            reason +=
                " That is about this run, not about the image: only one that builds the image has it, without --use.";
        }
        reasons.unclear.push(reason);
    }
    for figure in figures {
        let median = figure.median();
        match figure.against(limit) {
            BudgetAnswer::Within => {}
            BudgetAnswer::Beyond => {
                reasons.against.push(format!("Measurement {name} took {median:.3} s; at most {limit} s is required."));
            }
            BudgetAnswer::TooNoisy => reasons.unclear.push(format!(
                "Measurement {name} took {median:.3} s ± {:.3} s in {} samples, too noisy to hold against {limit} s.",
                figure.spread(),
                figure.samples.len()
            )),
        }
    }
}
