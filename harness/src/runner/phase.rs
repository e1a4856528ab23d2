//! One phase: the transition before it, its checks side by side or one after another, its diagnosis.

use std::collections::BTreeMap;

use futures_util::stream::{FuturesUnordered, StreamExt};

use tracing::Instrument;

use crate::engine::Container;
use crate::model::event::{CheckEnded, Event};
use crate::model::id::CheckId;
use crate::model::observation::Observations;
use crate::model::outcome::Outcome;
use crate::model::plan::{Check, Isolation, PhasePlan};

use super::results::{Results, is_ready};
use super::{Runner, Stop};

/// What the steps of a phase's checks saw before its transition.
pub(super) type Baselines = BTreeMap<CheckId, Observations>;

/// Where the checks of a phase run, and what they are held against.
pub(super) struct Stage<'a> {
    pub(super) phase: &'a PhasePlan,
    pub(super) container: &'a Container,
    pub(super) baselines: Baselines,
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
        let ended = match self.transition(phase, container).await? {
            Ok(baselines) => self.checks(&Stage { phase, container, baselines }, results).await,
            Err(outcome) => {
                self.conclude_all(phase, &outcome, results);
                if self.options.fail_fast { Err(Stop::Cut) } else { Ok(()) }
            }
        };
        let seconds = self.clock.elapsed().saturating_sub(started).as_secs_f64();
        (self.emit)(Event::PhaseEnded { phase: phase.phase.clone(), seconds });
        ended
    }

    /// Runs the checks segment by segment: neighbours of the same isolation side by side, shared ones alone.
    async fn checks(&self, stage: &Stage<'_>, results: &mut Results) -> Result<(), Stop> {
        let mut diagnosed = false;
        let same = |one: &Check, other: &Check| {
            one.isolation == other.isolation
                && one.isolation != Isolation::Shared
                && one.repeat == 1
                && other.repeat == 1
        };
        for segment in stage.phase.checks.chunk_by(same) {
            self.segment(stage, segment, results, &mut diagnosed).await?;
        }
        Ok(())
    }

    async fn segment(
        &self,
        stage: &Stage<'_>,
        segment: &[Check],
        results: &mut Results,
        diagnosed: &mut bool,
    ) -> Result<(), Stop> {
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
            self.conclude(stage, ended, results, diagnosed).await?;
        }
        Ok(())
    }

    async fn conclude(
        &self,
        stage: &Stage<'_>,
        ended: CheckEnded,
        results: &mut Results,
        diagnosed: &mut bool,
    ) -> Result<(), Stop> {
        let failed = matches!(ended.outcome, Outcome::Failed(_) | Outcome::TimedOut { .. }) && ended.counted;
        results.note(ended.check.clone(), ended.outcome.clone());
        (self.emit)(Event::CheckEnded(Box::new(ended)));
        if failed && !*diagnosed {
            *diagnosed = true;
            self.diagnose(stage).await;
        }
        if failed && self.options.fail_fast { Err(Stop::Cut) } else { Ok(()) }
    }

    /// The same outcome for all checks of a phase that cannot be entered.
    fn conclude_all(&self, phase: &PhasePlan, outcome: &Outcome, results: &mut Results) {
        for check in &phase.checks {
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
