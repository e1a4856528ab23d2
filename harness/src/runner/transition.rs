//! Restarts before a phase: what is to stay the same is looked at first, and the restart is proven.

use crate::engine::{Container, EngineError};
use crate::model::event::Event;
use crate::model::expectation::Expectation;
use crate::model::observation::{Observation, Observations};
use crate::model::outcome::{Failure, Outcome};
use crate::model::plan::{Check, PhasePlan};

use super::phase::Baselines;
use super::{Runner, Stop};

impl Runner<'_> {
    /// Takes the baselines, restarts the container as the phase asks, and proves it. `Ok(Err(outcome))`: the container
    /// did not come back, and that is the outcome of every check of the phase.
    pub(super) async fn transition(
        &self,
        phase: &PhasePlan,
        container: &Container,
    ) -> Result<Result<Baselines, Outcome>, Stop> {
        if phase.before.is_empty() {
            return Ok(Ok(Baselines::new()));
        }
        let mut baselines = Baselines::new();
        for check in phase.checks.iter().filter(|check| check.steps.iter().any(|step| compares(&step.expect))) {
            baselines.insert(check.id.clone(), self.baseline(check, container).await);
        }
        for &restart in &phase.before {
            match self.engine.restart(container, restart).await {
                Ok((before, after)) => {
                    let proof = format!(
                        "process 1 was {} (started {}), is {} (started {})",
                        before.process, before.started_at, after.process, after.started_at
                    );
                    (self.emit)(Event::Restarted { phase: phase.phase.clone(), restart, proof });
                }
                Err(error) if error.is_subject_failure() => return Ok(Err(not_back(&error))),
                Err(error) => return Err(Stop::Broken(format!("{error}. {}", error.hint()))),
            }
        }
        Ok(Ok(baselines))
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

/// Whether something is held against what was before.
fn compares(expectation: &Expectation) -> bool {
    match expectation {
        Expectation::SameAsBefore => true,
        Expectation::All(all) | Expectation::Any(all) => all.iter().any(compares),
        Expectation::Not(inner) => compares(inner),
        _ => false,
    }
}
