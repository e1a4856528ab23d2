//! What dead runs left behind, outside a run.

use crate::clock::Clock;
use crate::engine::docker::{DockerEngine, OpenOptions};
use crate::engine::{Engine, Leftover};

use super::error::SessionError;
use super::run::run_id;

/// Removes what dead runs and other versions of shakedown left behind; returns what was found.
pub async fn clean(clock: &dyn Clock) -> Result<Vec<Leftover>, SessionError> {
    let engine = DockerEngine::open(OpenOptions::new(run_id(clock), "clean")).await?;
    let found = engine.sweep().await;
    let agents = engine.remove_other_agents().await;
    let mut left = engine.teardown(&[]).await;
    left.extend(found?);
    left.extend(agents?);
    Ok(left)
}
