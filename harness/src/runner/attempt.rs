//! One try of a check: its steps in order, each observed and judged, figures taken.

use crate::engine::Container;
use crate::judge::{self, Context};
use crate::model::event::Nearest;
use crate::model::expectation::Quantity;
use crate::model::measure::{BudgetAnswer, Measurement};
use crate::model::observation::{Observation, Observations};
use crate::model::outcome::{Failure, Outcome};
use crate::model::plan::{Check, Isolation, Measure, Step};
use crate::model::recording::Recording;
use crate::observe::{Observer, Told};

use super::{Runner, Stop};

/// What came of one try.
#[derive(Debug)]
pub(super) struct Attempt {
    pub(super) outcome: Outcome,
    pub(super) measurements: Vec<Measurement>,
    /// The steps that figures are from and that are held against their budgets when all samples are there, in the order of
    /// `measurements`; none where each was held at once.
    measured: Vec<(Step, Observation)>,
    /// The step that decided: the first that did not come out right, else the last.
    pub(super) deciding: Option<(Step, Observation)>,
    pub(super) notes: Vec<String>,
    /// The step that came nearest to its deadline.
    pub(super) nearest: Option<Nearest>,
    /// What was seen, to be judged again.
    pub(super) recording: Option<Recording>,
}

impl Default for Attempt {
    fn default() -> Self {
        Self::errored("it was not tried".to_owned())
    }
}

impl Attempt {
    pub(super) fn errored(reason: String) -> Self {
        Self::ended(Outcome::Errored { reason })
    }

    /// The subject's own container did not do its part: it did not come up, or went.
    pub(super) fn without_container(actual: String) -> Self {
        let expected = "a container that comes up and goes on running".to_owned();
        Self::ended(Outcome::Failed(Failure { expected, actual, ..Failure::default() }))
    }

    fn ended(outcome: Outcome) -> Self {
        Self {
            outcome,
            measurements: Vec::new(),
            measured: Vec::new(),
            deciding: None,
            notes: Vec::new(),
            nearest: None,
            recording: None,
        }
    }

    /// The same steps again, in another container: their samples come to those that there are, and all else is as it was the last time.
    pub(super) fn joined(mut self, again: Self) -> Self {
        for (figure, more) in self.measurements.iter_mut().zip(&again.measurements) {
            figure.samples.extend(&more.samples);
            figure.waited.extend(&more.waited);
            figure.slowdown = slower(figure.slowdown, more.slowdown);
        }
        let notes = again.notes.into_iter().filter(|note| !self.notes.contains(note)).collect::<Vec<_>>();
        self.notes.extend(notes);
        Self {
            measurements: self.measurements,
            measured: self.measured,
            nearest: nearer(self.nearest, again.nearest),
            notes: self.notes,
            ..again
        }
    }

    pub(super) fn is_too_noisy(&self) -> bool {
        let answers = self.measurements.iter().filter_map(|figure| Some(judge::budget(figure, figure.budget?)));
        self.outcome.is_passed() && answers.into_iter().any(|answer| answer == BudgetAnswer::TooNoisy)
    }

    /// What the figures say, all samples being there: one that is beyond its budget decides, else one that is too noisy.
    pub(super) fn held(mut self) -> Self {
        let held = |figure: &Measurement| {
            let budget = figure.budget?;
            Some(held_against(figure, budget, judge::budget(figure, budget)))
        };
        let figures = self.measurements.iter().zip(&self.measured);
        let outcomes = figures.filter_map(|(figure, measured)| Some((figure.name.clone(), held(figure)?, measured)));
        let (mut failed, others): (Vec<_>, Vec<_>) =
            outcomes.partition(|(_, outcome, _)| matches!(outcome, Outcome::Failed(_)));
        failed.extend(others);
        let decides = failed.iter().find(|(_, outcome, _)| !outcome.is_passed());
        if let Some((_, _, (step, observation))) = decides {
            self.deciding = Some((step.clone(), observation.clone()));
            let outcomes: Vec<_> = failed.iter().map(|(name, outcome, _)| (name.clone(), outcome.clone())).collect();
            self.outcome = judge::conclude(&outcomes);
        }
        self
    }
}

/// Whether a check is repeated from its first step on, in another container each time: what changes something finds things
/// otherwise the second time.
pub(super) fn is_repeated_whole(check: &Check) -> bool {
    check.repeat > 1 && check.isolation == Isolation::Fresh
}

impl Runner<'_> {
    /// Carries out the steps. After the first that does not come out right only those that are carried out always follow.
    pub(super) async fn attempt(
        &self,
        check: &Check,
        container: &Container,
        baseline: Option<&Observations>,
    ) -> Result<Attempt, Stop> {
        let mut seen = Observations::new();
        let mut outcomes: Vec<(String, Outcome)> = Vec::new();
        let mut attempt = Attempt { measurements: Vec::new(), ..Attempt::default() };
        for step in &check.steps {
            let going = outcomes.iter().all(|(_, outcome)| outcome.is_passed());
            if !going && !step.always {
                continue;
            }
            let observation = self.look(check, container, step).await?;
            attempt.nearest = nearer(attempt.nearest, nearest(step, &observation));
            let context = Context {
                earlier: &seen,
                before: baseline.and_then(|baseline| baseline.get(&step.name)),
                deadline: step.deadline(),
                what: &step.name,
            };
            let mut outcome = judge::judge(&step.expect, &observation, &context);
            if outcome.is_passed()
                && let Some(before) = context.before
            {
                outcome = judge_baseline(step, before, &seen);
            }
            if outcome.is_passed()
                && let Some(measure) = &step.measure
            {
                let (figure, judged) = self.measure(check, step, measure, container, &observation).await?;
                if figure.is_some() && is_repeated_whole(check) {
                    attempt.measured.push((step.clone(), observation.clone()));
                }
                attempt.measurements.extend(figure);
                outcome = judged;
            }
            if going {
                attempt.notes.extend(notes(&observation));
                attempt.deciding = Some((step.clone(), observation.clone()));
            }
            outcomes.push((step.name.clone(), outcome));
            seen.insert(step.name.clone(), observation);
        }
        attempt.outcome = judge::conclude(&outcomes);
        attempt.recording = Some(Recording::of(check, baseline.unwrap_or(&Observations::new()), &seen));
        Ok(attempt)
    }

    async fn look(&self, check: &Check, container: &Container, step: &Step) -> Result<Observation, Stop> {
        let operation = check.id.to_string();
        let told = Some(Told { operation: &operation, emit: self.emit });
        let observer = Observer { told, ..self.observer() };
        match observer.observe(container, &step.probe).await {
            Ok(observation) => Ok(observation),
            Err(error) if error.is_subject_failure() => Err(Stop::Died(error.to_string())),
            Err(error) => {
                self.still_there(&error).await?;
                Ok(Observation::Unknown(error.to_string()))
            }
        }
    }

    /// Takes the figure as often as the check asks, and holds it against its budget; one more round where it is too noisy.
    async fn measure(
        &self,
        check: &Check,
        step: &Step,
        measure: &Measure,
        container: &Container,
        first: &Observation,
    ) -> Result<(Option<Measurement>, Outcome), Stop> {
        let Some(mut figure) = self.figure(first, measure.quantity) else {
            let reason = format!("no figure of `{}` could be taken", measure.name);
            return Ok((None, Outcome::Errored { reason }));
        };
        figure.name.clone_from(&measure.name);
        figure.budget = measure.budget;
        if is_repeated_whole(check) {
            self.calibrate_figure(measure, container, &mut figure).await?;
            return Ok((Some(figure), Outcome::Passed));
        }
        self.repeat(check, check.repeat.saturating_sub(1), step, measure, container, &mut figure).await?;
        let Some(budget) = measure.budget else { return Ok((Some(figure), Outcome::Passed)) };
        self.calibrate_figure(measure, container, &mut figure).await?;
        let mut answer = judge::budget(&figure, budget);
        if answer == BudgetAnswer::TooNoisy {
            self.repeat(check, check.repeat, step, measure, container, &mut figure).await?;
            self.calibrate_figure(measure, container, &mut figure).await?;
            answer = judge::budget(&figure, budget);
        }
        let outcome = held_against(&figure, budget, answer);
        Ok((Some(figure), outcome))
    }

    /// A figure of an observation. Under a limit of its own the subject waits for processors by right.
    fn figure(&self, seen: &Observation, quantity: Quantity) -> Option<Measurement> {
        let figure = judge::quantity(seen, quantity)?;
        let waited = if self.container.processors.is_some() { Vec::new() } else { figure.waited };
        Some(Measurement { waited, ..figure })
    }

    /// Where a time is beyond its budget: how slow the machine is right after it. Under a limit of its own on processors
    /// the subject is slow by right.
    async fn calibrate_figure(
        &self,
        measure: &Measure,
        container: &Container,
        figure: &mut Measurement,
    ) -> Result<(), Stop> {
        let is_beyond = measure.budget.is_some_and(|budget| figure.against(budget) == BudgetAnswer::Beyond);
        if measure.quantity == Quantity::Wall && is_beyond && self.container.processors.is_none() {
            let calibration = self.reference_work(container).await?;
            figure.slowdown = slower(figure.slowdown, calibration.map(|calibration| calibration.slowdown()));
        }
        Ok(())
    }

    async fn repeat(
        &self,
        check: &Check,
        times: u32,
        step: &Step,
        measure: &Measure,
        container: &Container,
        figure: &mut Measurement,
    ) -> Result<(), Stop> {
        for _ in 0..times {
            let observation = self.look(check, container, step).await?;
            if let Some(again) = self.figure(&observation, measure.quantity) {
                figure.samples.extend(again.samples);
                figure.waited.extend(again.waited);
            }
        }
        Ok(())
    }
}

/// What was before must have been right by itself, too: two equal failures are no persistence.
pub(super) fn judge_baseline(step: &Step, before: &Observation, seen: &Observations) -> Outcome {
    let context = Context { earlier: seen, before: Some(before), deadline: step.deadline(), what: &step.name };
    match judge::judge(&step.expect.by_itself(), before, &context) {
        Outcome::Failed(failure) => {
            Outcome::Failed(Failure { actual: format!("before it already: {}", failure.actual), ..failure })
        }
        outcome => outcome,
    }
}

pub(super) fn held_against(figure: &Measurement, budget: f64, answer: BudgetAnswer) -> Outcome {
    let limit = Measurement::once(&figure.name, figure.unit, budget);
    let said = format!("{figure}");
    match answer {
        BudgetAnswer::Within => Outcome::Passed,
        BudgetAnswer::Beyond => Outcome::Failed(Failure {
            expected: format!("at most {limit}"),
            // Headlines have this alone.
            actual: format!("{said}, beyond {limit}"),
            ..Failure::default()
        }),
        BudgetAnswer::TooNoisy => {
            let held_up = figure.held_up(budget).map(|waited| {
                let waited = Measurement::once(&figure.name, figure.unit, waited);
                format!("{waited} of it went by waiting for a processor, so this machine is too busy to tell")
            });
            let slowed_down = || {
                let times = figure.slowed_down(budget)?;
                Some(format!(
                    "this machine took {times:.1} times as long as stated for the reference work, so it is too slow to tell"
                ))
            };
            let why = held_up.or_else(slowed_down).unwrap_or_else(|| "too noisy to tell".to_owned());
            Outcome::Undecided { reason: format!("{said} against a budget of {limit}: {why}") }
        }
    }
}

/// The machine counts as slow as it ever was while a figure was taken.
fn slower(one: Option<f64>, other: Option<f64>) -> Option<f64> {
    one.into_iter().chain(other).reduce(f64::max)
}

/// How near the step came to its deadline, where it ran commands.
fn nearest(step: &Step, observation: &Observation) -> Option<Nearest> {
    let ran = match observation {
        Observation::Ran(ran) => std::slice::from_ref(ran.as_ref()),
        Observation::Together(several) => several,
        _ => return None,
    };
    let seconds = ran.iter().map(|one| one.usage.wall).max()?.as_secs_f64();
    Some(Nearest { step: step.name.clone(), seconds, deadline: step.deadline().as_secs_f64() })
}

fn nearer(one: Option<Nearest>, other: Option<Nearest>) -> Option<Nearest> {
    one.into_iter().chain(other).max_by(|one, other| one.share().total_cmp(&other.share()))
}

/// What is worth telling although it is no outcome.
fn notes(observation: &Observation) -> Vec<String> {
    let Observation::Ran(ran) = observation else { return Vec::new() };
    let mut notes = Vec::new();
    for (name, stream) in [("standard output", &ran.stdout), ("standard error", &ran.stderr)] {
        if stream.cut > 0 {
            notes.push(format!("{name} was cut: {} of {} bytes kept", stream.bytes - stream.cut, stream.bytes));
        }
        if stream.binary {
            notes.push(format!("{name} is not all UTF-8; what is not was replaced"));
        }
    }
    if ran.usage.left_children {
        notes.push("it left processes behind, which were killed".to_owned());
    }
    notes
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::model::expectation::Expectation;
    use crate::model::invocation::Invocation;
    use crate::model::observation::{Captured, ExitStatus, Ran, Usage};
    use crate::model::plan::{Probe, Skip};

    fn ran(seconds: u64) -> Ran {
        let usage = Usage { wall: Duration::from_secs(seconds), ..Usage::default() };
        let (stdout, stderr) = (Captured::default(), Captured::default());
        Ran { status: ExitStatus::Exited(0), stdout, stderr, usage, fact: None }
    }

    fn step(name: &str, deadline: u64) -> Step {
        let invocation = Invocation { deadline: Duration::from_secs(deadline), ..Invocation::new(["true"]) };
        Step::new(name, Probe::Run { invocation, read: None, skip: Skip::default() }, Expectation::Observed)
    }

    #[test]
    fn what_is_beyond_its_budget_says_by_how_much() {
        let samples = vec![3.746, 3.75, 3.754];
        let figure = Measurement { samples, ..Measurement::once("import", crate::model::Unit::Seconds, 0.0) };
        let Outcome::Failed(failure) = held_against(&figure, 1.0, BudgetAnswer::Beyond) else { panic!("it failed") };
        assert_eq!(failure.expected, "at most 1.00 s");
        assert_eq!(failure.actual, "3.75 s ± 4 ms (3 samples), beyond 1.00 s");
    }

    #[test]
    fn the_step_nearest_to_its_deadline_is_told_not_the_longest() {
        let long = nearest(&step("long", 600), &Observation::Ran(Box::new(ran(60))));
        let short = nearest(&step("short", 10), &Observation::Together(vec![ran(2), ran(8)]));
        let nearer = nearer(nearer(None, long.clone()), short.clone());
        assert_eq!(nearer, Some(Nearest { step: "short".to_owned(), seconds: 8.0, deadline: 10.0 }));
        assert_eq!(super::nearer(short.clone(), long), short);
        assert_eq!(nearest(&step("none", 10), &Observation::Confirmed(String::new())), None);
    }
}
