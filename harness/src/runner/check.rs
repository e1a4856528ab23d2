//! One check: in its container, with its retries, down to what is told of it.

use crate::engine::{Container, EngineError};
use crate::model::event::{CheckEnded, Event, Observed};
use crate::model::login::Ssh;
use crate::model::observation::Observation;
use crate::model::outcome::Outcome;
use crate::model::plan::{Check, Isolation, Probe, Step};
use crate::observe::{ByHand, Rebuilt, looked_at, reproduce, words};

use super::attempt::{Attempt, is_repeated_whole};
use super::phase::Stage;
use super::{Runner, Stop};

/// Phases in which a second try would hide what the phase is there to find.
const WITHOUT_RETRIES: [&str; 3] = ["errors", "persistence", "performance"];

impl Runner<'_> {
    /// Brings one check to an outcome. `settled`: what it is already, by the checks that it needs.
    pub(super) async fn check(
        &self,
        stage: &Stage<'_>,
        check: &Check,
        settled: Option<Outcome>,
    ) -> Result<CheckEnded, Stop> {
        let mut ended = CheckEnded::pending(check.id.clone(), !check.advice);
        ended.about.clone_from(&check.about);
        let skipped = check.skip.as_ref().map(Outcome::skipped);
        if let Some(outcome) = skipped.or(settled) {
            ended.outcome = outcome;
            return Ok(ended);
        }
        (self.emit)(Event::CheckStarted { check: check.id.clone() });
        let started = self.clock.elapsed();
        let tries = 1 + self.retries(stage, check);
        let mut attempt = Attempt::default();
        for number in 1..=tries {
            attempt = self.attempt_somewhere(stage, check).await?;
            ended.attempts = number;
            if !matches!(attempt.outcome, Outcome::Failed(_) | Outcome::TimedOut { .. }) {
                break;
            }
        }
        ended.seconds = self.clock.elapsed().saturating_sub(started).as_secs_f64();
        self.fill(&mut ended, stage, check, attempt);
        tracing::debug!(outcome = ended.outcome.name(), seconds = ended.seconds, attempts = ended.attempts, "ended");
        Ok(ended)
    }

    fn retries(&self, stage: &Stage<'_>, check: &Check) -> u32 {
        if WITHOUT_RETRIES.contains(&stage.phase.phase.as_str()) { 0 } else { check.retries.max(self.options.retries) }
    }

    async fn attempt_somewhere(&self, stage: &Stage<'_>, check: &Check) -> Result<Attempt, Stop> {
        if check.isolation != Isolation::Fresh {
            return self.attempt(check, stage.container, stage.baselines.get(&check.id)).await;
        }
        let mut attempt = self.attempt_apart(stage, check).await?;
        if !is_repeated_whole(check) {
            return Ok(attempt);
        }
        for times in [check.repeat - 1, check.repeat] {
            for _ in 0..times {
                if !attempt.outcome.is_passed() {
                    return Ok(attempt);
                }
                attempt = attempt.joined(self.attempt_apart(stage, check).await?);
            }
            if !attempt.is_too_noisy() {
                break;
            }
        }
        Ok(if attempt.outcome.is_passed() { attempt.held() } else { attempt })
    }

    /// One try in a container of its own.
    async fn attempt_apart(&self, stage: &Stage<'_>, check: &Check) -> Result<Attempt, Stop> {
        let purpose = check.id.word();
        let container = match self.engine.start(&self.spec(&purpose).changed(&check.container)).await {
            Ok((container, _)) => container,
            Err(error) => return self.no_container(&error).await,
        };
        let attempt = match self.attempt(check, &container, stage.baselines.get(&check.id)).await {
            Err(Stop::Died(reason)) => Ok(Attempt::without_container(reason)),
            other => other,
        };
        self.discard(&container).await;
        attempt
    }

    /// Removes a container that nobody needs any more; what cannot be removed now is teardown's.
    pub(super) async fn discard(&self, container: &Container) {
        if let Err(error) = self.engine.remove(container).await {
            (self.emit)(Event::Notice { text: format!("Container {} was not removed yet: {error}", container.name) });
        }
    }

    pub(super) async fn no_container(&self, error: &EngineError) -> Result<Attempt, Stop> {
        if error.is_subject_failure() {
            return Ok(Attempt::without_container(error.to_string()));
        }
        self.still_there(error).await?;
        Ok(Attempt::errored(format!("no container of its own: {error}")))
    }

    /// After an engine's error: whether the engine still answers. If not, the run is over.
    pub(super) async fn still_there(&self, error: &EngineError) -> Result<(), Stop> {
        match self.engine.facts().await {
            Ok(_) => Ok(()),
            Err(gone) => Err(Stop::Broken(format!("{error}; then: {gone}. {}", gone.hint()))),
        }
    }

    fn fill(&self, ended: &mut CheckEnded, stage: &Stage<'_>, check: &Check, attempt: Attempt) {
        if !attempt.outcome.is_passed() {
            let own = match &attempt.outcome {
                Outcome::Failed(failure) => failure.hint.clone(),
                _ => None,
            };
            ended.hint = match (check.hint.clone(), own) {
                (Some(given), Some(own)) if given != own => Some(format!("{given} {own}")),
                (given, own) => given.or(own),
            };
        }
        if let Some(recording) = attempt.recording {
            let check = check.id.clone();
            (self.emit)(Event::Observed(Box::new(Observed { check, recording: Some(recording) })));
        }
        ended.notes = attempt.notes;
        ended.nearest = attempt.nearest;
        if let Some((step, observation)) = attempt.deciding {
            tell(ended, &step, &observation, self.container.ssh.as_ref());
            if !attempt.outcome.is_passed() {
                ended.reproduce = Some(self.reproduction(stage, check, &step));
            }
        }
        ended.measurements = attempt.measurements;
        ended.outcome = attempt.outcome;
    }

    fn reproduction(&self, stage: &Stage<'_>, check: &Check, step: &Step) -> String {
        let container = self.container.clone();
        let container = if stage.restarts.is_empty() { container } else { container.in_transition() };
        let by_hand = ByHand {
            bring: &self.options.bring,
            image: &self.options.by_hand_image,
            rebuilt: Rebuilt { bring: &self.options.rebuild, image: &self.options.rebuilt_image },
            entrypoint: &self.image.entrypoint,
            container: &container.changed(&check.container),
            occupant: self.occupant,
            restarts: stage.restarts,
            earlier: &before(check, &step.probe),
            run: &self.options.by_hand_run,
            check: &check.id,
        };
        reproduce(by_hand, step)
    }
}

/// What a check did before the step that decided, where that may have changed something.
fn before<'a>(check: &'a Check, deciding: &Probe) -> Vec<&'a Probe> {
    if check.isolation != Isolation::Fresh {
        return Vec::new();
    }
    check.steps.iter().map(|step| &step.probe).take_while(|probe| *probe != deciding).collect()
}

/// What was run and printed, or looked at, in the step that decided.
fn tell(ended: &mut CheckEnded, step: &Step, observation: &Observation, ssh: Option<&Ssh>) {
    ended.looked_at = looked_at(step);
    let (Probe::Run { invocation, .. } | Probe::Entrypoint { invocation, .. }) = &step.probe else { return };
    ended.invocation = Some(words(invocation, ssh));
    if let Observation::Ran(ran) = observation {
        ended.stdout = Some(ran.stdout.text.clone()).filter(|text| !text.is_empty());
        ended.stderr = Some(ran.stderr.text.clone()).filter(|text| !text.is_empty());
    }
}
