//! Commands that run while something goes wrong at shakedown's own index, with the proof that it did.

use std::pin::pin;

use crate::engine::{Container, EngineError};
use crate::model::event::Event;
use crate::model::fault::Disturbance;
use crate::model::inquiry::Inquiry;
use crate::model::invocation::{Invocation, Kill, Trigger};
use crate::model::observation::Ran;
use crate::model::plan::Reading;

use super::Observer;

/// Where the file appears that tells the agent that what goes wrong has met an answer.
const SIGNAL: &str = "/tmp/shakedown-met";

impl Observer<'_> {
    /// Runs a command while this goes wrong at the index. `Err`: why it cannot be told; what was never met says nothing
    /// about the command.
    pub(super) async fn under(
        &self,
        container: &Container,
        invocation: &Invocation,
        read: Option<&Reading>,
        disturbance: &Disturbance,
    ) -> Result<Result<Ran, String>, EngineError> {
        let Some(index) = self.index else {
            return Ok(Err("no index of shakedown's own is served here".to_owned()));
        };
        index.disturb(disturbance);
        let ran = match &invocation.kill {
            Some(Kill { trigger: Trigger::Met, signal }) => {
                let kill = Some(Kill { trigger: Trigger::Appears(SIGNAL.to_owned()), signal: *signal });
                let invocation = Invocation { kill, ..invocation.clone() };
                let running = self.carry_out(container, &invocation, read);
                self.signalled(container, running, index.met(&disturbance.place)).await
            }
            _ => self.carry_out(container, invocation, read).await,
        };
        let met = index.calm(&disturbance.place);
        let (ran, trouble) = (ran?, disturbance.trouble.words());
        if met == 0 {
            return Ok(Err(format!("the fault was never met: the index had no answer to be {trouble}")));
        }
        self.tell(format!("shakedown's index: answers that were {trouble}: {met}"));
        Ok(Ok(ran))
    }

    /// Lets the file appear that the agent waits for, once this has come to pass; takes it away when the command ended.
    async fn signalled(
        &self,
        container: &Container,
        running: impl Future<Output = Result<Ran, EngineError>>,
        met: impl Future<Output = ()>,
    ) -> Result<Ran, EngineError> {
        let mut running = pin!(running);
        tokio::select! {
            ran = &mut running => return ran,
            () = met => {}
        }
        let write = Inquiry::Write { path: SIGNAL.to_owned(), content: Vec::new(), mode: 0o644 };
        self.engine.ask(container, None, &write).await?;
        let ran = running.await;
        self.engine.ask(container, None, &Inquiry::Remove(SIGNAL.to_owned())).await?;
        ran
    }

    fn tell(&self, line: String) {
        if let Some(told) = self.told {
            (told.emit)(Event::OperationLine { operation: told.operation.to_owned(), line });
        }
    }
}
