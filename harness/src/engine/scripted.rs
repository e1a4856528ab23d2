//! An engine without containers, for tests of what stands on one: it answers from rules and remembers what it was asked.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;

use super::{
    Container, Engine, EngineError, EngineFacts, FailedBuild, Heard, Leftover, Life, Occupant, Progress, Restarted,
    Spoken,
};
use crate::model::{
    Answer, BuildRequest, BuiltStage, Captured, ContainerSpec, ExitStatus, Fault, ImageFacts, Inquiry, Invocation, Ran,
    Restart, Ssh, Usage,
};

type RunRule = Box<dyn Fn(&str, &Invocation) -> Option<Result<Ran, EngineError>> + Send + Sync>;
type AskRule = Box<dyn Fn(&str, Option<&str>, &Inquiry) -> Option<Answer> + Send + Sync>;
type RestartRule = Box<dyn Fn(&str, Restart) -> Option<EngineError> + Send + Sync>;
type StartRule = Box<dyn Fn(&ContainerSpec) -> Option<EngineError> + Send + Sync>;
type BuildRule = Box<dyn Fn(&BuildRequest, &Progress) -> Option<Result<BuiltStage, FailedBuild>> + Send + Sync>;

/// One call that was made of a [`ScriptedEngine`].
#[derive(Clone, Debug, PartialEq)]
pub enum Call {
    /// [`Engine::base`] of this reference.
    Base(String),
    /// [`Engine::build`].
    Build(BuildRequest),
    /// [`Engine::image`] of this reference.
    Image(String),
    /// [`Engine::history`] of this image.
    History(String),
    /// [`Engine::once`], and whether there was a terminal.
    Once(ContainerSpec, bool),
    /// [`Engine::log`] of the container of this name.
    Log(String),
    /// [`Engine::tag`]: image and name.
    Tag(String, String),
    /// [`Engine::start`].
    Start(ContainerSpec),
    /// [`Engine::restart`] of the container of this name.
    Restart(String, Restart),
    /// [`Engine::run`] in the container of this name.
    Run(String, Invocation),
    /// [`Engine::ask`] in the container of this name.
    Ask(String, Inquiry),
    /// [`Engine::inject`] into the container of this name.
    Inject(String, Fault),
    /// [`Engine::heal`] of the container of this name.
    Heal(String, Fault),
    /// [`Engine::remove`] of the container of this name.
    Remove(String),
    /// [`Engine::teardown`], with the names of the containers kept.
    Teardown(Vec<String>),
    /// [`Engine::sweep`].
    Sweep,
}

/// An engine that answers from rules; the first rule that has an answer gives it.
///
/// Without a rule a command is missing (errno 2), a question refused, an image absent, a build done at once, and
/// everything else succeeds.
#[derive(Default)]
pub struct ScriptedEngine {
    runs: Vec<RunRule>,
    asks: Vec<AskRule>,
    starts: Vec<StartRule>,
    restarts: Vec<RestartRule>,
    builds: Vec<BuildRule>,
    images: Vec<(String, ImageFacts)>,
    history: Vec<String>,
    log: String,
    dies_at: Option<usize>,
    calls: Mutex<Vec<Call>>,
}

impl std::fmt::Debug for ScriptedEngine {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("ScriptedEngine").field("calls", &self.calls()).finish_non_exhaustive()
    }
}

impl ScriptedEngine {
    /// An engine without rules.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a rule for invocations.
    #[must_use]
    pub fn when_run(self, rule: impl Fn(&Invocation) -> Option<Ran> + Send + Sync + 'static) -> Self {
        self.when_run_in(move |_, invocation| rule(invocation).map(Ok))
    }

    /// Adds a rule for invocations that is told the container's name, and may make the engine fail.
    #[must_use]
    pub fn when_run_in(
        mut self,
        rule: impl Fn(&str, &Invocation) -> Option<Result<Ran, EngineError>> + Send + Sync + 'static,
    ) -> Self {
        self.runs.push(Box::new(rule));
        self
    }

    /// Adds a rule for questions; it is told the user who asks.
    #[must_use]
    pub fn when_asked(self, rule: impl Fn(Option<&str>, &Inquiry) -> Option<Answer> + Send + Sync + 'static) -> Self {
        self.when_asked_in(move |_, user, inquiry| rule(user, inquiry))
    }

    /// Adds a rule for questions; it is told the container's name and the user who asks.
    #[must_use]
    pub fn when_asked_in(
        mut self,
        rule: impl Fn(&str, Option<&str>, &Inquiry) -> Option<Answer> + Send + Sync + 'static,
    ) -> Self {
        self.asks.push(Box::new(rule));
        self
    }

    /// Adds a rule for restarts that fail; it is told the container's name.
    #[must_use]
    pub fn when_restarted(
        mut self,
        rule: impl Fn(&str, Restart) -> Option<EngineError> + Send + Sync + 'static,
    ) -> Self {
        self.restarts.push(Box::new(rule));
        self
    }

    /// Adds a rule for containers that cannot be started.
    #[must_use]
    pub fn when_started(
        mut self,
        rule: impl Fn(&ContainerSpec) -> Option<EngineError> + Send + Sync + 'static,
    ) -> Self {
        self.starts.push(Box::new(rule));
        self
    }

    /// Adds a rule for builds; it may report progress.
    #[must_use]
    pub fn when_built(
        mut self,
        rule: impl Fn(&BuildRequest, &Progress) -> Option<Result<BuiltStage, FailedBuild>> + Send + Sync + 'static,
    ) -> Self {
        self.builds.push(Box::new(rule));
        self
    }

    /// Adds an image.
    #[must_use]
    pub fn with_image(mut self, reference: impl Into<String>, facts: ImageFacts) -> Self {
        self.images.push((reference.into(), facts));
        self
    }

    /// Gives its images this history, the oldest step first.
    #[must_use]
    pub fn with_history<const N: usize>(mut self, steps: [&str; N]) -> Self {
        self.history = steps.map(str::to_owned).to_vec();
        self
    }

    /// Gives its containers this log.
    #[must_use]
    pub fn with_log(mut self, text: impl Into<String>) -> Self {
        self.log = text.into();
        self
    }

    /// Makes every call fail from the `call`th on, counted from 1, but teardown: an engine that dies.
    #[must_use]
    pub fn that_dies_at(mut self, call: usize) -> Self {
        self.dies_at = Some(call);
        self
    }

    /// The calls made so far, in order.
    pub fn calls(&self) -> Vec<Call> {
        self.noted().clone()
    }

    fn noted(&self) -> MutexGuard<'_, Vec<Call>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a call and returns its number.
    fn note(&self, call: Call) -> Result<usize, EngineError> {
        let mut calls = self.noted();
        calls.push(call);
        self.lives_at(calls.len())?;
        Ok(calls.len())
    }

    /// Whether it still answers; asking is no call.
    fn alive(&self) -> Result<(), EngineError> {
        self.lives_at(self.noted().len())
    }

    fn answer(&self, container: &str, invocation: &Invocation) -> Result<Ran, EngineError> {
        self.runs.iter().find_map(|rule| rule(container, invocation)).unwrap_or_else(|| {
            let reason = "the script has no rule for it".to_owned();
            Ok(Ran { status: ExitStatus::NotStarted { errno: 2, reason }, ..ran(0, "") })
        })
    }

    fn lives_at(&self, call: usize) -> Result<(), EngineError> {
        if self.dies_at.is_none_or(|first| call < first) {
            return Ok(());
        }
        let address = "script".to_owned();
        Err(EngineError::NoEngine { address, reason: "it died, as the script says".to_owned() })
    }
}

/// What is seen of a command that printed this to standard output and exited with this code.
pub fn ran(code: i32, stdout: impl Into<String>) -> Ran {
    Ran {
        status: ExitStatus::Exited(code),
        stdout: Captured::whole(stdout),
        stderr: Captured::default(),
        usage: Usage::default(),
        fact: None,
    }
}

/// A life that no other call of the same engine has.
fn life(number: usize) -> Life {
    Life { started_at: format!("start {number}"), process: i64::try_from(number).unwrap_or(i64::MAX) }
}

#[async_trait]
impl Engine for ScriptedEngine {
    async fn host_address(&self) -> Result<IpAddr, EngineError> {
        self.alive()?;
        Ok(Ipv4Addr::LOCALHOST.into())
    }

    async fn facts(&self) -> Result<EngineFacts, EngineError> {
        self.alive()?;
        Ok(EngineFacts { name: "scripted".to_owned(), ..EngineFacts::default() })
    }

    async fn base(&self, reference: &str, _: Option<&str>, _: &Progress) -> Result<String, EngineError> {
        self.note(Call::Base(reference.to_owned()))?;
        Ok(reference.to_owned())
    }

    async fn build(&self, request: &BuildRequest, progress: &Progress) -> Result<BuiltStage, FailedBuild> {
        self.note(Call::Build(request.clone())).map_err(|error| FailedBuild {
            step: None,
            message: error.to_string(),
            log: Vec::new(),
            clipped: false,
            environment: true,
            hint: None,
        })?;
        self.builds.iter().find_map(|rule| rule(request, progress)).unwrap_or_else(|| {
            Ok(BuiltStage {
                name: request.stage.clone(),
                image: format!("sha256:{}", request.stage),
                tag: request.tag.clone(),
                seconds: 0.0,
                cached: false,
                steps: Vec::new(),
                bytes: None,
                base_bytes: None,
            })
        })
    }

    /// Asking is no call: none of the builds of scripts has any.
    async fn cache_mounts(&self, _: &BuildRequest) -> Result<Option<u64>, FailedBuild> {
        Ok(None)
    }

    async fn image(&self, reference: &str) -> Result<ImageFacts, EngineError> {
        self.note(Call::Image(reference.to_owned()))?;
        let found = self.images.iter().find(|(name, _)| name == reference);
        found.map(|(_, facts)| facts.clone()).ok_or_else(|| EngineError::NoImage(reference.to_owned()))
    }

    async fn history(&self, image: &str) -> Result<Vec<String>, EngineError> {
        self.note(Call::History(image.to_owned()))?;
        Ok(self.history.clone())
    }

    async fn traces(&self, _: &str, _: Option<&str>) -> Result<Vec<String>, EngineError> {
        Ok(Vec::new())
    }

    async fn tag(&self, image: &str, name: &str) -> Result<(), EngineError> {
        self.note(Call::Tag(image.to_owned(), name.to_owned())).map(|_| ())
    }

    async fn start(&self, spec: &ContainerSpec) -> Result<(Container, Occupant), EngineError> {
        let number = self.note(Call::Start(spec.clone()))?;
        match self.starts.iter().find_map(|rule| rule(spec)) {
            Some(error) => Err(error),
            None => Ok((Container { id: number.to_string(), name: spec.purpose.clone() }, Occupant::Own)),
        }
    }

    /// Answered as an invocation of the same command in a container of that purpose is.
    async fn once(&self, spec: &ContainerSpec, terminal: bool, _: Duration) -> Result<Ran, EngineError> {
        self.note(Call::Once(spec.clone(), terminal))?;
        self.answer(&spec.purpose, &Invocation::new(spec.command.clone().unwrap_or_default()))
    }

    async fn log(&self, container: &Container) -> Result<Captured, EngineError> {
        self.note(Call::Log(container.name.clone()))?;
        Ok(Captured::whole(self.log.clone()))
    }

    async fn restart(
        &self,
        container: &Container,
        spec: &ContainerSpec,
        how: Restart,
    ) -> Result<Restarted, EngineError> {
        let number = self.note(Call::Restart(container.name.clone(), how))?;
        if let Some(error) = self.restarts.iter().find_map(|rule| rule(&container.name, how)) {
            return Err(error);
        }
        let next = Container { id: number.to_string(), name: spec.purpose.clone() };
        let container = if how.is_in_place() { container.clone() } else { next };
        Ok(Restarted { container, before: life(number - 1), after: life(number) })
    }

    async fn run(&self, container: &Container, invocation: &Invocation) -> Result<Ran, EngineError> {
        self.note(Call::Run(container.name.clone(), invocation.clone()))?;
        self.answer(&container.name, invocation)
    }

    /// A script knows only how commands end, so their lines are told then.
    async fn follow(&self, container: &Container, invocation: &Invocation, heard: &Heard) -> Result<Ran, EngineError> {
        let ran = self.run(container, invocation).await?;
        for (error, text) in [(false, &ran.stdout.text), (true, &ran.stderr.text)] {
            text.lines().for_each(|line| heard(Spoken { error, line: line.to_owned() }));
        }
        Ok(ran)
    }

    /// The rules for invocations hold, however these get in.
    async fn log_in(&self, container: &Container, _: &Ssh, invocation: &Invocation) -> Result<Ran, EngineError> {
        self.run(container, invocation).await
    }

    async fn ask(&self, container: &Container, user: Option<&str>, inquiry: &Inquiry) -> Result<Answer, EngineError> {
        self.note(Call::Ask(container.name.clone(), inquiry.clone()))?;
        let answer = self.asks.iter().find_map(|rule| rule(&container.name, user, inquiry));
        Ok(answer.unwrap_or_else(|| Answer::Refused("the script has no rule for it".to_owned())))
    }

    async fn inject(&self, container: &Container, fault: Fault) -> Result<String, EngineError> {
        self.note(Call::Inject(container.name.clone(), fault))?;
        Ok(format!("{} is on", fault.name()))
    }

    async fn heal(&self, container: &Container, fault: Fault) -> Result<String, EngineError> {
        self.note(Call::Heal(container.name.clone(), fault))?;
        Ok(format!("{} is off", fault.name()))
    }

    async fn remove(&self, container: &Container) -> Result<(), EngineError> {
        self.note(Call::Remove(container.name.clone())).map(|_| ())
    }

    async fn teardown(&self, keep: &[Container]) -> Vec<Leftover> {
        let kept = keep.iter().map(|container| container.name.clone()).collect();
        // What cannot be removed any more because the engine is dead is nothing that a script leaves.
        let _ = self.note(Call::Teardown(kept));
        Vec::new()
    }

    async fn sweep(&self) -> Result<Vec<Leftover>, EngineError> {
        self.note(Call::Sweep).map(|_| Vec::new())
    }
}

#[cfg(test)]
mod tests;
