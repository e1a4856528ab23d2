//! The streams of a run: one for each user of each container, opened when first needed and opened anew when it ended.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::context::Docker;
use super::life;
use super::stream::{Reached, reach};
use crate::engine::EngineError;
use crate::engine::agent::channel::Channel;

/// How long the agent's volume may be in the making by another run.
const FILLING: Duration = Duration::from_secs(3);

/// How to get something done inside a container.
#[derive(Clone, Debug)]
pub(super) enum Way {
    /// Through the agent.
    Agent(Arc<Channel>),
    /// By the engine's plain exec, since the agent cannot run there, for this reason.
    Plain(String),
    /// Not at all: the image knows no such user.
    NoUser(String),
}

type Key = (String, Option<String>);
type Slot = Arc<tokio::sync::Mutex<Option<Way>>>;

/// All streams of a run.
#[derive(Debug)]
pub(super) struct Channels {
    slots: Mutex<HashMap<Key, Slot>>,
    plain_exec: bool,
}

impl Channels {
    /// No streams yet; with `plain_exec` there will never be one.
    pub(super) fn new(plain_exec: bool) -> Self {
        Self { slots: Mutex::default(), plain_exec }
    }

    /// The way into a container as this user (absent: its own).
    ///
    /// [`EngineError::Exited`] when the container does not run.
    pub(super) async fn way(&self, docker: &Docker, container: &str, user: Option<&str>) -> Result<Way, EngineError> {
        if self.plain_exec {
            life::check(docker, container).await?;
            return Ok(Way::Plain("it was left out on purpose".to_owned()));
        }
        let key = (container.to_owned(), user.map(str::to_owned));
        let slot = Arc::clone(self.slots().entry(key).or_default());
        let mut slot = slot.lock().await;
        match &*slot {
            Some(Way::Agent(channel)) if !channel.is_open() => {}
            Some(way) => return Ok(way.clone()),
            None => {}
        }
        let way = open(docker, container, user).await?;
        // A user may be made later on.
        *slot = Some(way.clone()).filter(|way| !matches!(way, Way::NoUser(_)));
        Ok(way)
    }

    /// Ends all streams into a container.
    pub(super) fn forget(&self, container: &str, reason: &str) {
        let gone: Vec<Slot> = self.slots().extract_if(|(id, _), _| id == container).map(|(_, slot)| slot).collect();
        for slot in gone {
            // A slot that is locked is being opened; its stream ends with the container.
            if let Ok(slot) = slot.try_lock()
                && let Some(Way::Agent(channel)) = &*slot
            {
                channel.close(reason);
            }
        }
    }

    fn slots(&self) -> MutexGuard<'_, HashMap<Key, Slot>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn open(docker: &Docker, container: &str, user: Option<&str>) -> Result<Way, EngineError> {
    let begun = Instant::now();
    loop {
        match reach(docker, container, user).await? {
            Reached::Agent(channel) => return Ok(Way::Agent(Arc::new(channel))),
            Reached::NoUser(reason) => return Ok(Way::NoUser(reason)),
            Reached::NotRunning => return Err(life::ended(docker, container).await),
            Reached::Other if begun.elapsed() > FILLING => {
                return Err(EngineError::Failed {
                    action: "start the agent".to_owned(),
                    reason: "the volume `shakedown-agent-…` holds another agent than this shakedown's; remove it"
                        .to_owned(),
                });
            }
            Reached::Other => {}
            Reached::Cannot(reason) => {
                if let Some(ended) = life::ending(docker, container).await {
                    return Err(ended);
                }
                // An executable that is still being written cannot be run, or does not get far.
                if begun.elapsed() > FILLING || !reason.contains("text file busy") {
                    tracing::warn!(container, %reason, "the agent cannot run here; plain exec serves");
                    return Ok(Way::Plain(reason));
                }
            }
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
