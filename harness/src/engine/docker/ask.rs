//! Questions about the inside of a container, answered by the agent.

use std::sync::Arc;

use async_trait::async_trait;
use shakedown_agent::wire::Question;

use super::channels::{Channels, Way};
use super::context::Docker;
use super::invoke::explain;
use crate::engine::EngineError;
use crate::engine::agent::ask::{Teller, Unanswered, send};
use crate::engine::agent::channel::{Channel, Finished, Lost};
use crate::engine::agent::invoke::Trouble;

/// Who asks, and where.
pub(super) struct Inside<'a> {
    /// The engine.
    pub(super) docker: &'a Docker,
    /// The run's streams.
    pub(super) channels: &'a Channels,
    /// The container's id.
    pub(super) container: &'a str,
    /// The user; absent: the container's own.
    pub(super) user: Option<&'a str>,
}

#[async_trait]
impl Teller for Inside<'_> {
    async fn tell(&self, question: Question) -> Result<Finished, Unanswered> {
        let channel = self.channel().await?;
        let finished = match send(&channel, question.clone()).await {
            Err(Trouble::Lost(Lost { sent: false, .. })) => send(&*self.channel().await?, question).await,
            other => other,
        };
        match finished {
            Ok(finished) => Ok(finished),
            Err(trouble) => Err(explain(self.docker, self.container, trouble).await.into()),
        }
    }
}

impl Inside<'_> {
    async fn channel(&self) -> Result<Arc<Channel>, Unanswered> {
        match self.channels.way(self.docker, self.container, self.user).await? {
            Way::Agent(channel) => Ok(channel),
            Way::NoUser(reason) => Err(Unanswered::Refused(reason)),
            Way::Plain(reason) => Err(Unanswered::Trouble(EngineError::Failed {
                action: "ask the agent".to_owned(),
                reason: format!("it cannot run in this container ({reason})"),
            })),
        }
    }
}
