//! Recorded observations, judged again. No engine, no clock: what was seen is taken as it was seen.

use std::collections::BTreeMap;

use crate::judge::{self, Context};
use crate::model::event::CheckEnded;
use crate::model::id::CheckId;
use crate::model::measure::Measurement;
use crate::model::observation::{Observation, Observations};
use crate::model::outcome::Outcome;
use crate::model::plan::{Check, Measure, Plan, Step};
use crate::model::recording::{Recording, question};
use crate::model::{Probe, Record};
use crate::observe::read_again;

use super::attempt::{held_against, judge_baseline};
use super::results::Results;

/// What became of every check of a plan, judged by what was recorded of it. A check whose steps were not recorded, or
/// looked at something else then, is errored.
pub fn replay(plan: &Plan, recorded: &BTreeMap<CheckId, Recording>, before: &Record) -> Vec<CheckEnded> {
    let mut results = Results::default();
    let mut all = Vec::new();
    for check in plan.phases.iter().flat_map(|phase| &phase.checks) {
        let mut ended = CheckEnded::pending(check.id.clone(), !check.advice);
        ended.about.clone_from(&check.about);
        let then = before.check(&check.id).map(|check| &check.ended);
        let settled = check.skip.as_ref().map(Outcome::skipped).or_else(|| results.verdict_of_needs(check));
        let not_recorded = || Outcome::Errored { reason: "it was not recorded".to_owned() };
        match (settled, recorded.get(&check.id)) {
            (Some(outcome), _) => ended.outcome = outcome,
            (None, None) => ended.outcome = not_recorded(),
            (None, Some(recording)) => {
                let replayed = Replayed { check, recording, then };
                replayed.fill(&mut ended);
            }
        }
        results.note(check.id.clone(), ended.outcome.clone());
        all.push(ended);
    }
    all
}

/// One check with what is known of it.
struct Replayed<'a> {
    check: &'a Check,
    recording: &'a Recording,
    then: Option<&'a CheckEnded>,
}

impl Replayed<'_> {
    fn fill(&self, ended: &mut CheckEnded) {
        if let Some(then) = self.then {
            (ended.seconds, ended.attempts) = (then.seconds, then.attempts);
        }
        let mut seen = Observations::new();
        let mut outcomes: Vec<(String, Outcome)> = Vec::new();
        for step in &self.check.steps {
            let going = outcomes.iter().all(|(_, outcome)| outcome.is_passed());
            if !going && !step.always {
                continue;
            }
            let outcome = match self.observation(step) {
                Ok(observation) => {
                    let outcome = self.judge(step, &observation, &seen, ended);
                    if going {
                        tell(ended, step, &observation);
                    }
                    seen.insert(step.name.clone(), observation);
                    outcome
                }
                Err(reason) => Outcome::Errored { reason },
            };
            outcomes.push((step.name.clone(), outcome));
        }
        ended.outcome = judge::conclude(&outcomes);
        if !ended.outcome.is_passed() {
            ended.hint.clone_from(&self.check.hint);
        }
    }

    /// What a step saw then, its output read by the parser of today.
    fn observation(&self, step: &Step) -> Result<Observation, String> {
        let Some(observation) = self.recording.seen.get(&step.name) else {
            return Err(format!("step {} was not recorded", step.name));
        };
        if self.recording.asked.get(&step.name) != Some(&question(&step.probe)) {
            return Err(format!("step {} was recorded when it looked at something else", step.name));
        }
        Ok(read_again(&step.probe, observation))
    }

    fn judge(&self, step: &Step, observation: &Observation, seen: &Observations, ended: &mut CheckEnded) -> Outcome {
        let before = self.recording.before.get(&step.name).map(|before| read_again(&step.probe, before));
        let (deadline, what) = (step.deadline(), step.name.as_str());
        let context = Context { earlier: seen, before: before.as_ref(), deadline, what };
        let mut outcome = judge::judge(&step.expect, observation, &context);
        if outcome.is_passed()
            && let Some(before) = &before
        {
            outcome = judge_baseline(step, before, seen);
        }
        if outcome.is_passed()
            && let Some(measure) = &step.measure
        {
            let Some(figure) = self.figure(measure, observation) else {
                return Outcome::Errored { reason: format!("no figure of `{}` was recorded", measure.name) };
            };
            if let Some(budget) = measure.budget {
                outcome = held_against(&figure, budget, judge::budget(&figure, budget));
            }
            ended.measurements.push(figure);
        }
        outcome
    }

    /// The figure with all samples that were taken then, held against the budget of today.
    fn figure(&self, measure: &Measure, observation: &Observation) -> Option<Measurement> {
        let taken = self.then.and_then(|then| then.measurements.iter().find(|figure| figure.name == measure.name));
        let figure = taken.cloned().or_else(|| judge::quantity(observation, measure.quantity))?;
        Some(Measurement { name: measure.name.clone(), budget: measure.budget, ..figure })
    }
}

fn tell(ended: &mut CheckEnded, step: &Step, observation: &Observation) {
    let Probe::Run { invocation, .. } = &step.probe else { return };
    ended.invocation = Some(invocation.argv.clone());
    if let Observation::Ran(ran) = observation {
        ended.stdout = Some(ran.stdout.text.clone()).filter(|text| !text.is_empty());
        ended.stderr = Some(ran.stderr.text.clone()).filter(|text| !text.is_empty());
    }
}
