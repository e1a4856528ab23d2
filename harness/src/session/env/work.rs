//! A task of a package manager, carried out on an engine.

use super::error::EnvError;
use crate::engine::{Container, Engine, EngineError};
use crate::managers::{Ended, Failure, Seen, Sign, Task};
use crate::model::inquiry::{Answer, Inquiry};
use crate::model::invocation::Invocation;
use crate::model::observation::{ExitStatus, Ran};
use crate::observe::{Told, follow};

/// The largest file that is read, bytes.
const LARGEST: u64 = 16 << 20;

/// Where tasks are carried out.
pub(super) struct Place<'a> {
    /// The engine.
    pub(super) engine: &'a dyn Engine,
    /// The container in it.
    pub(super) container: &'a Container,
    /// The manager's program, as it is typed.
    pub(super) program: &'a str,
}

impl Place<'_> {
    /// Carries out a task; with `told`, its lines are told while it runs, and the stages that they tell of by these signs.
    /// Dropping the future ends its command, with all that the command has started.
    pub(super) async fn carry_out<T>(
        &self,
        task: &Task<T>,
        told: Option<(Told<'_>, &'static [Sign])>,
    ) -> Result<Result<T, Failure>, EnvError> {
        let mut seen = Seen::default();
        for invocation in &task.invocations {
            let ran = match told {
                Some((told, signs)) => follow(self.engine, self.container, invocation, signs, told).await?,
                None => self.engine.run(self.container, invocation).await?,
            };
            let ended = self.ended(invocation, ran)?;
            let succeeded = ended.exit == Some(0);
            seen.ended.push(ended);
            if !succeeded {
                break;
            }
        }
        for file in &task.files {
            seen.files.push(self.text(file).await?);
        }
        Ok(task.result(&seen))
    }

    /// What the agent answers there.
    pub(super) async fn ask(&self, inquiry: &Inquiry) -> Result<Answer, EngineError> {
        self.engine.ask(self.container, None, inquiry).await
    }

    /// Whether something lies at a path.
    pub(super) async fn is_there(&self, path: &str) -> Result<bool, EnvError> {
        match self.ask(&Inquiry::File(path.to_owned())).await? {
            Answer::File(facts) => Ok(facts.is_some()),
            other => {
                let action = format!("look at {path}");
                Err(EngineError::Failed { action, reason: format!("the answer was {other:?}") }.into())
            }
        }
    }

    /// A file's text; `None` where there is none.
    pub(super) async fn text(&self, path: &str) -> Result<Option<String>, EnvError> {
        let inquiry = Inquiry::Content { path: path.to_owned(), most: LARGEST };
        let reason = match self.ask(&inquiry).await? {
            Answer::Content(bytes) => return Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned())),
            Answer::Refused(reason) => reason,
            other => format!("the answer was {other:?}"),
        };
        Err(EngineError::Failed { action: format!("read {path}"), reason }.into())
    }

    /// How a command ended, for the manager's reader. A program that cannot be started is nothing that it can read.
    fn ended(&self, invocation: &Invocation, ran: Ran) -> Result<Ended, EnvError> {
        if let ExitStatus::NotStarted { reason, .. } = ran.status {
            let program = invocation.argv.first().cloned().unwrap_or_default();
            return Err(if program == self.program {
                EnvError::NotStarted { program, reason }
            } else {
                EnvError::NoProgram { program, reason }
            });
        }
        Ok(Ended { exit: ran.status.code(), stdout: ran.stdout.text, stderr: ran.stderr.text })
    }
}
