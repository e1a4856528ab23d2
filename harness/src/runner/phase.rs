//! One phase: the transition before it, its checks side by side or one after another, its diagnosis.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use futures_util::stream::{FuturesUnordered, StreamExt};

use tracing::Instrument;

use crate::engine::Container;
use crate::model::container::Restart;
use crate::model::event::{CheckEnded, Event};
use crate::model::expectation::Quantity;
use crate::model::id::CheckId;
use crate::model::observation::Observations;
use crate::model::outcome::Outcome;
use crate::model::plan::{Check, Isolation, PhasePlan};

use super::again::Anew;
use super::results::{Results, is_ready};
use super::{Runner, Stop};

/// What the steps of a phase's checks saw before its transition.
pub(super) type Baselines = BTreeMap<CheckId, Observations>;

/// Checks of a phase that are judged after the same.
#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    pub(super) phase: &'a PhasePlan,
    /// What the container goes through before.
    pub(super) restarts: &'a [Restart],
    pub(super) checks: &'a [Check],
}

/// A container that went through what comes before the checks of a part.
pub(super) struct Through {
    pub(super) container: Container,
    /// What the checks' steps saw before.
    pub(super) baselines: Baselines,
    /// The image that it was made of, where that is another one by now.
    pub(super) anew: Option<Anew>,
}

/// Where such checks run, and what they are held against.
pub(super) struct Stage<'a> {
    pub(super) phase: &'a PhasePlan,
    /// What the container went through before.
    pub(super) restarts: &'a [Restart],
    pub(super) checks: &'a [Check],
    pub(super) container: &'a Container,
    pub(super) baselines: Baselines,
}

/// Whether times are held against budgets in a phase, so that it matters how fast the machine is.
fn has_times(phase: &PhasePlan) -> bool {
    let tried = phase.checks.iter().filter(|check| check.skip.is_none());
    let measures = tried.flat_map(|check| &check.steps).filter_map(|step| step.measure.as_ref());
    measures.into_iter().any(|measure| measure.quantity == Quantity::Wall && measure.budget.is_some())
}

impl Runner<'_> {
    pub(super) async fn phase(
        &self,
        phase: &PhasePlan,
        container: &Container,
        results: &mut Results,
    ) -> Result<(), Stop> {
        let started = self.clock.elapsed();
        (self.emit)(Event::PhaseStarted {
            phase: phase.phase.clone(),
            priority: phase.priority,
            checks: phase.checks.len(),
        });
        let ended = self.calibrated(phase, container, results).await;
        let seconds = self.clock.elapsed().saturating_sub(started).as_secs_f64();
        (self.emit)(Event::PhaseEnded { phase: phase.phase.clone(), seconds });
        ended
    }

    /// All checks of a phase; where times are among them between two looks at how fast the machine is.
    async fn calibrated(&self, phase: &PhasePlan, container: &Container, results: &mut Results) -> Result<(), Stop> {
        if !has_times(phase) {
            return self.parts(phase, container, results).await;
        }
        self.calibrate(container, &format!("before {}", phase.phase)).await?;
        self.parts(phase, container, results).await?;
        self.calibrate(container, &format!("after {}", phase.phase)).await
    }

    /// All checks of a phase: after its one transition or none in the subject's container, or after each of several, each
    /// in a container that goes through nothing else.
    async fn parts(&self, phase: &PhasePlan, main: &Container, results: &mut Results) -> Result<(), Stop> {
        let in_main = match phase.before.as_slice() {
            [] => true,
            [only] => only.is_in_place(),
            _ => false,
        };
        if in_main {
            let part = Part { phase, restarts: &phase.before, checks: &phase.checks };
            let gone_through = self.transition(&part, main, None).await?;
            return self.judged(&part, gone_through, main, results).await;
        }
        let of = |how: &Restart| -> Vec<Check> {
            let is_of = |check: &&Check| check.id.after.is_none_or(|after| after == *how);
            phase.checks.iter().filter(is_of).cloned().collect()
        };
        let all: Vec<(Restart, Vec<Check>)> = phase.before.iter().map(|how| (*how, of(how))).collect();
        let part = |(how, checks)| Part { phase, restarts: std::slice::from_ref(how), checks };
        // Most of a transition is waiting for the engine, so they go on side by side; the checks do not. A build does not
        // wait, and its time is a figure, so it comes alone.
        let (building, others): (Vec<_>, Vec<_>) = all.iter().partition(|(how, _)| *how == Restart::Rebuild);
        for side_by_side in [others, building] {
            let gone_through = join_all(side_by_side.iter().map(|(how, checks)| self.apart(part((how, checks))))).await;
            for ((how, checks), gone_through) in side_by_side.into_iter().zip(gone_through) {
                self.judged(&part((how, checks)), gone_through?, main, results).await?;
            }
        }
        Ok(())
    }

    /// A container of a transition's own, after it.
    async fn apart(&self, part: Part<'_>) -> Result<Result<Through, Outcome>, Stop> {
        let how = part.restarts.first().copied();
        let anew = match how {
            Some(Restart::Rebuild) => match self.anew().await? {
                Ok(anew) => Some(anew),
                Err(outcome) => return Ok(Err(outcome)),
            },
            _ => None,
        };
        let purpose = format!("{}-{}", part.phase.phase, how.map_or("", Restart::name));
        match self.engine.start(&self.spec(&purpose).in_transition()).await {
            Ok((container, _)) => self.transition(&part, &container, anew).await,
            Err(error) => Ok(Err(self.no_container(&error).await?.outcome)),
        }
    }

    /// The checks of a part, in the container that went through what comes before them.
    async fn judged(
        &self,
        part: &Part<'_>,
        gone_through: Result<Through, Outcome>,
        main: &Container,
        results: &mut Results,
    ) -> Result<(), Stop> {
        match gone_through {
            Ok(Through { container: now, baselines, anew }) => {
                let Part { phase, restarts, checks } = *part;
                let stage = Stage { phase, restarts, checks, container: &now, baselines };
                let spec = self.spec_of(anew.as_ref());
                self.with(anew.as_ref(), &spec).checks(&stage, results).await?;
                // The subject's own container is for the phases after it.
                if now != *main {
                    self.discard(&now).await;
                }
                Ok(())
            }
            Err(outcome) => {
                self.conclude_all(part.checks, &outcome, results);
                // What is skipped, as a second build of an image that was not built, is no failure to stop at.
                let failed = matches!(outcome, Outcome::Failed(_) | Outcome::TimedOut { .. });
                if failed && self.options.fail_fast { Err(Stop::Cut) } else { Ok(()) }
            }
        }
    }

    /// Runs the checks segment by segment: neighbours of the same isolation side by side, shared ones alone.
    async fn checks(&self, stage: &Stage<'_>, results: &mut Results) -> Result<(), Stop> {
        let same = |one: &Check, other: &Check| {
            one.isolation == other.isolation
                && one.isolation != Isolation::Shared
                && one.repeat == 1
                && other.repeat == 1
        };
        for segment in stage.checks.chunk_by(same) {
            self.segment(stage, segment, results).await?;
        }
        Ok(())
    }

    async fn segment(&self, stage: &Stage<'_>, segment: &[Check], results: &mut Results) -> Result<(), Stop> {
        let mut waiting: Vec<&Check> = segment.iter().collect();
        let mut running = FuturesUnordered::new();
        let mut unfinished: Vec<&Check> = waiting.clone();
        loop {
            while running.len() < self.options.jobs.max(1)
                && let Some(index) = waiting.iter().position(|check| is_ready(check, &unfinished))
            {
                let check = waiting.remove(index);
                let span = tracing::error_span!("check", check = %check.id);
                running.push(self.check(stage, check, results.verdict_of_needs(check)).instrument(span));
            }
            let Some(ended) = running.next().await else { break };
            let ended = ended?;
            unfinished.retain(|check| check.id != ended.check);
            self.conclude(stage, ended, results).await?;
        }
        Ok(())
    }

    async fn conclude(&self, stage: &Stage<'_>, ended: CheckEnded, results: &mut Results) -> Result<(), Stop> {
        let failed = matches!(ended.outcome, Outcome::Failed(_) | Outcome::TimedOut { .. }) && ended.counted;
        results.note(ended.check.clone(), ended.outcome.clone());
        (self.emit)(Event::CheckEnded(Box::new(ended)));
        if failed && results.is_first_failure_of(&stage.phase.phase) {
            self.diagnose(stage).await;
        }
        if failed && self.options.fail_fast { Err(Stop::Cut) } else { Ok(()) }
    }

    /// The same outcome for all checks that cannot be tried.
    fn conclude_all(&self, checks: &[Check], outcome: &Outcome, results: &mut Results) {
        for check in checks {
            let mut ended = CheckEnded::pending(check.id.clone(), !check.advice);
            ended.about.clone_from(&check.about);
            ended.hint.clone_from(&check.hint);
            let skipped = check.skip.as_ref().map(Outcome::skipped);
            ended.attempts = u32::from(skipped.is_none());
            ended.outcome = skipped.unwrap_or_else(|| outcome.clone());
            results.note(check.id.clone(), ended.outcome.clone());
            (self.emit)(Event::CheckEnded(Box::new(ended)));
        }
    }
}
