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

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::engine::scripted::{Call, ScriptedEngine, ran};
    use crate::model::fault::{Answers, Disturbed, Trouble};
    use crate::model::inquiry::Answer;
    use crate::model::{ContainerSpec, ImageFacts, Observation, Probe, Skip};

    /// An index at which what goes wrong was met, or was not; notes what was asked of it.
    struct Index {
        is_met: bool,
        calls: Mutex<Vec<&'static str>>,
    }

    impl Disturbed for Index {
        fn disturb(&self, _: &Disturbance) {
            self.calls.lock().expect("no panic").push("disturb");
        }

        fn calm(&self, _: &str) -> u32 {
            self.calls.lock().expect("no panic").push("calm");
            u32::from(self.is_met)
        }

        fn met<'a>(&'a self, _: &'a str) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send + 'a>> {
            let is_met = self.is_met;
            Box::pin(async move {
                if !is_met {
                    std::future::pending::<()>().await;
                }
            })
        }
    }

    async fn observed(engine: &ScriptedEngine, index: Option<&dyn Disturbed>, kill: Option<Kill>) -> Observation {
        let disturbance = Disturbance {
            place: "here".to_owned(),
            trouble: Trouble::Reset,
            of: Answers::Files,
            times: None,
            after: 0,
        };
        let invocation = Invocation { under: Some(Box::new(disturbance)), kill, ..Invocation::new(["uv", "add", "x"]) };
        let (image, figures) = (ImageFacts::default(), None);
        let spec = ContainerSpec::new("uv:look", "main", std::time::Duration::from_secs(1));
        let observer = Observer { engine, image: &image, container: &spec, figures: &figures, told: None, index };
        let container = Container { id: "1".to_owned(), name: "main".to_owned() };
        let probe = Probe::Run { invocation, read: None, skip: Skip::default() };
        observer.observe(&container, &probe).await.expect("the engine lives")
    }

    #[tokio::test]
    async fn what_nobody_met_and_what_is_not_served_says_nothing() {
        let engine = ScriptedEngine::new().when_run(|_| Some(ran(2, "refused")));
        let index = Index { is_met: false, calls: Mutex::default() };
        let seen = observed(&engine, Some(&index), None).await;
        assert!(matches!(&seen, Observation::Unknown(why) if why.starts_with("the fault was never met")), "{seen:?}");
        assert_eq!(*index.calls.lock().expect("no panic"), ["disturb", "calm"]);
        let seen = observed(&engine, None, None).await;
        assert!(matches!(&seen, Observation::Unknown(why) if why.starts_with("no index")), "{seen:?}");
    }

    #[tokio::test]
    async fn a_command_that_is_to_be_killed_then_waits_for_a_file_to_appear() {
        let engine = ScriptedEngine::new().when_run(|_| Some(ran(2, "refused"))).when_asked(|_, _| Some(Answer::Done));
        let index = Index { is_met: true, calls: Mutex::default() };
        let kill = Kill { trigger: Trigger::Met, signal: 15 };
        let seen = observed(&engine, Some(&index), Some(kill)).await;
        assert!(matches!(seen, Observation::Ran(_)), "{seen:?}");
        let appears = |call: &Call| {
            let expected = Kill { trigger: Trigger::Appears(SIGNAL.to_owned()), signal: 15 };
            matches!(call, Call::Run(_, invocation) if invocation.kill.as_ref() == Some(&expected))
        };
        assert!(engine.calls().iter().any(appears), "{:?}", engine.calls());
    }
}
