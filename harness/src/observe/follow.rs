//! A package manager at work, listened to.

use std::sync::Arc;

use tokio::sync::mpsc;

use crate::engine::{Container, Engine, EngineError, Heard};
use crate::managers::{Sign, Stages};
use crate::model::event::Event;
use crate::model::invocation::Invocation;
use crate::model::observation::Ran;

/// Who is told what a manager prints, and how far it is.
#[derive(Clone, Copy)]
pub struct Told<'a> {
    /// What it is at, as a check's id or `install`.
    pub operation: &'a str,
    /// Where the events go.
    pub emit: &'a (dyn Fn(Event) + Send + Sync),
}

impl Told<'_> {
    fn tell(&self, line: String, stages: &mut Stages) {
        let stage = stages.hear(&line);
        (self.emit)(Event::OperationLine { operation: self.operation.to_owned(), line });
        if let Some(stage) = stage {
            (self.emit)(Event::OperationStage { operation: self.operation.to_owned(), stage });
        }
    }
}

/// Carries out an invocation of a manager. Each line that it prints is told while it runs, and the stage that the line
/// tells of by these signs. Dropping the future ends the command with all that it has started.
pub async fn follow(
    engine: &dyn Engine,
    container: &Container,
    invocation: &Invocation,
    signs: &'static [Sign],
    told: Told<'_>,
) -> Result<Ran, EngineError> {
    let (sender, mut lines) = mpsc::unbounded_channel();
    // Whoever does not listen any more has what was wanted.
    let heard: Heard = Arc::new(move |spoken| drop(sender.send(spoken.line)));
    let mut stages = Stages::new(signs);
    let mut running = engine.follow(container, invocation, &heard);
    let ran = loop {
        tokio::select! {
            biased;
            Some(line) = lines.recv() => told.tell(line, &mut stages),
            ran = &mut running => break ran,
        }
    };
    while let Ok(line) = lines.try_recv() {
        told.tell(line, &mut stages);
    }
    ran
}
