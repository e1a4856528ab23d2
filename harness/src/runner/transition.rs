//! Restarts before a phase: what is to stay the same is looked at first, and the restart is proven.

use std::fmt::Write as _;
use std::time::Duration;

use futures_util::StreamExt as _;

use crate::engine::{Container, EngineError, Restarted};
use crate::model::container::ContainerSpec;
use crate::model::event::Event;
use crate::model::inquiry::{Answer, Inquiry};
use crate::model::observation::{Observation, Observations};
use crate::model::outcome::{Failure, Outcome};
use crate::model::plan::{Check, Isolation};

use super::again::Anew;
use super::phase::{Baselines, Part, Through};
use super::{Runner, Stop};

/// How long process 1 may take after a restart to get to what it ran before, and how often that is looked at.
const SETTLING: Duration = Duration::from_secs(30);
const TURN: Duration = Duration::from_millis(20);

impl Runner<'_> {
    /// Takes the baselines, has the container go through what comes before the checks, and proves it; then it may be
    /// another one. `Ok(Err(outcome))`: it did not come back, and that is the outcome of every one of these checks.
    pub(super) async fn transition(
        &self,
        part: &Part<'_>,
        container: &Container,
        anew: Option<Anew>,
    ) -> Result<Result<Through, Outcome>, Stop> {
        let mut baselines = Baselines::new();
        let mut now = container.clone();
        let Some(&last) = part.restarts.last() else {
            return Ok(Ok(Through { container: now, baselines, anew }));
        };
        let figures = anew.as_ref().map(|anew| &anew.before);
        self.with_figures(figures).baselines(part.checks, container, &mut baselines).await;
        let settled = self.process_1(container).await;
        for &restart in part.restarts {
            let purpose = format!("{}-after-{}", part.phase.phase, last.name());
            let spec = ContainerSpec { purpose, ..self.spec_of(anew.as_ref()).in_transition() };
            match self.engine.restart(&now, &spec, restart).await {
                Ok(Restarted { container, before, after }) => {
                    let mut proof = format!(
                        "process 1 was {} (started {}), is {} (started {})",
                        before.process, before.started_at, after.process, after.started_at
                    );
                    if let Some(anew) = &anew {
                        let _ = write!(proof, "; {}", anew.proof);
                    }
                    now = container;
                    (self.emit)(Event::Restarted { phase: part.phase.phase.clone(), restart, proof });
                    self.settle(&now, settled.as_deref()).await;
                }
                Err(error) if error.is_subject_failure() => return Ok(Err(not_back(&error))),
                Err(error) => return Err(Stop::Broken(format!("{error}. {}", error.hint()))),
            }
        }
        Ok(Ok(Through { container: now, baselines, anew }))
    }

    /// What process 1 of the container runs; `None` where that cannot be told.
    async fn process_1(&self, container: &Container) -> Option<String> {
        match self.engine.ask(container, None, &Inquiry::Init).await {
            Ok(Answer::Init { command, .. }) => Some(command),
            _ => None,
        }
    }

    /// Awaits that process 1 runs again what it ran before: an entrypoint that is still at work may be changing what
    /// the checks look at. One that never gets there is told of, and judged as it is.
    async fn settle(&self, container: &Container, before: Option<&str>) {
        let Some(before) = before else { return };
        let deadline = self.clock.elapsed() + SETTLING;
        loop {
            match self.process_1(container).await {
                Some(now) if now != before && self.clock.elapsed() < deadline => tokio::time::sleep(TURN).await,
                Some(now) if now != before => {
                    let seconds = SETTLING.as_secs();
                    let text = format!(
                        "{seconds} s after the restart process 1 still runs `{now}`, where it ran `{before}` before."
                    );
                    return (self.emit)(Event::Notice { text });
                }
                _ => return,
            }
        }
    }

    /// What those of the checks see that compare with before. What changes the container for all comes first, one after
    /// another, so that the others see before what they see afterwards.
    async fn baselines(&self, checks: &[Check], container: &Container, baselines: &mut Baselines) {
        let compares = |check: &&Check| check.steps.iter().any(|step| step.expect.compares_with_before());
        let is_shared = |check: &&Check| check.isolation == Isolation::Shared;
        for check in checks.iter().filter(compares).filter(is_shared) {
            baselines.insert(check.id.clone(), self.baseline(check, container).await);
        }
        let looks = checks.iter().filter(compares).filter(|check| !is_shared(check)).map(async |check: &Check| {
            let seen = self.baseline(check, container).await;
            (check.id.clone(), seen)
        });
        let mut looks = futures_util::stream::iter(looks).buffer_unordered(self.options.jobs.max(1));
        while let Some((check, seen)) = looks.next().await {
            baselines.insert(check, seen);
        }
    }

    async fn baseline(&self, check: &Check, container: &Container) -> Observations {
        let mut seen = Observations::new();
        for step in &check.steps {
            let observation = self.observer().observe(container, &step.probe).await;
            let observation = observation.unwrap_or_else(|error| Observation::Unknown(error.to_string()));
            seen.insert(step.name.clone(), observation);
        }
        seen
    }
}

fn not_back(error: &EngineError) -> Outcome {
    Outcome::Failed(Failure {
        expected: "the container comes back after the restart".to_owned(),
        actual: error.to_string(),
        hint: Some(error.hint().to_owned()),
        ..Failure::default()
    })
}
