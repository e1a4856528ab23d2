//! Probes → observations: asks the engine, the agent and the managers' parsers, and judges nothing.

mod by_ssh;
mod files;
mod follow;
mod image;
mod index;
mod log;
mod look;
mod reproduce;
mod typed;

use std::collections::BTreeMap;

use futures_util::future::try_join_all;

pub use by_ssh::words;
pub use follow::{Told, follow};
pub use look::looked_at;
pub use reproduce::{ByHand, Rebuilt, reproduce};

use crate::engine::{Container, Engine, EngineError};
use crate::managers;
use crate::model::build::{CACHE_MOUNTS, ImageFacts};
use crate::model::container::ContainerSpec;
use crate::model::fact::{Fact, Package};
use crate::model::fault::Disturbed;
use crate::model::invocation::Invocation;
use crate::model::measure::Measurement;
use crate::model::observation::{ExitStatus, Observation, Ran};
use crate::model::plan::{Probe, Question, Reading, Skip};

/// What was measured while the image was built, by the names of `measure`; `None`: the image was not built here.
pub type BuildFigures = Option<BTreeMap<String, BuildFigure>>;

/// The figure of one build step.
#[derive(Clone, Debug, PartialEq)]
pub struct BuildFigure {
    /// Its seconds.
    pub measurement: Measurement,
    /// Whether the step's result came from the cache, so that the seconds mean nothing.
    pub cached: bool,
}

/// Looks at containers of one image.
#[derive(Clone, Copy)]
pub struct Observer<'a> {
    /// Where the containers are.
    pub engine: &'a dyn Engine,
    /// The image that they were made from.
    pub image: &'a ImageFacts,
    /// How the subject's containers run.
    pub container: &'a ContainerSpec,
    /// What its build measured.
    pub figures: &'a BuildFigures,
    /// Who is told of operations while they run.
    pub told: Option<Told<'a>>,
    /// shakedown's own index, where it is served.
    pub index: Option<&'a dyn Disturbed>,
}

impl Observer<'_> {
    /// Carries out one probe. An error is the environment's fault.
    pub async fn observe(&self, container: &Container, probe: &Probe) -> Result<Observation, EngineError> {
        match probe {
            Probe::Run { invocation, read, skip } => self.run(container, invocation, read.as_ref(), *skip).await,
            Probe::Together(invocations) => {
                let runs = invocations.iter().map(|invocation| self.operate(container, invocation, &[]));
                Ok(Observation::Together(try_join_all(runs).await?))
            }
            Probe::Ask { inquiry, user } => {
                self.engine.ask(container, user.as_deref(), inquiry).await.map(Observation::Answered)
            }
            Probe::Records { folder, suffix, reading } => self.records(container, folder, suffix, reading).await,
            Probe::Manifest { path, reading } => self.manifest(container, path, reading).await,
            Probe::BuildStep(name) => Ok(self.build_step(name)),
            Probe::Image(part) => self.image(*part).await,
            Probe::Log { allowed } => {
                let log = self.engine.log(container).await?;
                Ok(Observation::Text(log::without(log, allowed.keys())))
            }
            Probe::Entrypoint { invocation, terminal, manager } => {
                self.entrypoint(invocation, *terminal, manager).await
            }
            Probe::Inject(fault) => self.engine.inject(container, *fault).await.map(Observation::Confirmed),
            Probe::Heal(fault) => self.engine.heal(container, *fault).await.map(Observation::Confirmed),
        }
    }

    async fn run(
        &self,
        container: &Container,
        invocation: &Invocation,
        read: Option<&Reading>,
        skip: Skip,
    ) -> Result<Observation, EngineError> {
        let mut ran = match &invocation.under {
            None => self.carry_out(container, invocation, read).await?,
            Some(disturbance) => match self.under(container, invocation, read, disturbance).await? {
                Ok(ran) => ran,
                Err(reason) => return Ok(Observation::Unknown(reason)),
            },
        };
        if let Some(nothing) = nothing_here(skip, invocation, &ran) {
            return Ok(nothing);
        }
        ran.fact = read.and_then(|reading| read_output(reading, &ran));
        Ok(Observation::Ran(Box::new(ran)))
    }

    /// Runs a command; one whose refusal is to be read is an operation of a manager.
    async fn carry_out(
        &self,
        container: &Container,
        invocation: &Invocation,
        read: Option<&Reading>,
    ) -> Result<Ran, EngineError> {
        match read {
            Some(Reading { what: Question::Refusal, manager, .. }) => {
                let signs = managers::find(manager).map_or(&[][..], |manager| manager.signs());
                self.operate(container, invocation, signs).await
            }
            _ => match (&invocation.login, &self.container.ssh) {
                (None, _) => self.engine.run(container, invocation).await,
                (Some(_), Some(ssh)) => self.engine.log_in(container, ssh, invocation).await,
                (Some(login), None) => Err(EngineError::Failed {
                    action: format!("log in by SSH with the {}", login.way.name()),
                    reason: "the subject does not say who logs in".to_owned(),
                }),
            },
        }
    }

    /// An operation of a manager, told of while it runs.
    async fn operate(
        &self,
        container: &Container,
        invocation: &Invocation,
        signs: &'static [managers::Sign],
    ) -> Result<Ran, EngineError> {
        match self.told {
            Some(told) => follow(self.engine, container, invocation, signs, told).await,
            None => self.engine.run(container, invocation).await,
        }
    }

    fn build_step(&self, name: &str) -> Observation {
        let not_here = |reason: &str, remedy: &str| Observation::NotHere {
            reason: reason.to_owned(),
            remedy: Some(remedy.to_owned()),
        };
        let Some(figures) = self.figures else {
            return not_here("not built here", "Build the image in the run to measure its build");
        };
        match figures.get(name) {
            None if name == CACHE_MOUNTS => not_here(
                "no step of the image's last stage keeps anything for the next build",
                "Have the package manager's cache in a cache mount (`RUN --mount=type=cache,target=FOLDER`)",
            ),
            None => not_here(
                &format!("the subject measures no build step as `{name}`"),
                &format!("Name the build step of `{name}` by `measure` of its stage"),
            ),
            Some(figure) if figure.cached => not_here(
                "the step came from the build cache",
                "Build without cache (`--no-cache`) to measure the build",
            ),
            Some(figure) => Observation::Measured(figure.measurement.clone()),
        }
    }
}

/// That there is nothing to check here, where what was seen means that.
fn nothing_here(skip: Skip, invocation: &Invocation, ran: &Ran) -> Option<Observation> {
    match &ran.status {
        ExitStatus::Exited(code) if skip.exit == Some(*code) => {
            let mut lines = ran.stdout.text.lines().map(str::to_owned);
            Some(Observation::NotHere { reason: lines.next().unwrap_or_default(), remedy: lines.next() })
        }
        // One that is there and cannot be run is a fault of the image.
        ExitStatus::NotStarted { errno: 2, reason } if skip.missing && reason.starts_with(NOWHERE) => {
            let program = invocation.argv.first().map_or("program", String::as_str);
            Some(Observation::NotHere {
                reason: format!("the image has no {program}"),
                remedy: Some(format!("Install {program} in the image to have it looked at there")),
            })
        }
        _ => None,
    }
}

/// How the agent names the step in which a program is looked for, where PATH holds none of that name.
const NOWHERE: &str = "find ";

/// A recorded observation with its output read by the parser of today; of files that were read then only what was made
/// of them is there.
pub fn read_again(probe: &Probe, observation: &Observation) -> Observation {
    match (probe, observation) {
        (Probe::Run { read, .. }, Observation::Ran(ran)) => {
            let fact = read.as_ref().and_then(|reading| read_output(reading, ran));
            Observation::Ran(Box::new(Ran { fact, ..ran.as_ref().clone() }))
        }
        _ => observation.clone(),
    }
}

/// What a manager's parser makes of an output. A command that failed is only read for the reason of its refusal.
fn read_output(reading: &Reading, ran: &Ran) -> Option<Result<Fact, String>> {
    let exit = ran.status.code();
    if exit != Some(0) && reading.what != Question::Refusal {
        return None;
    }
    Some(with_manager(reading, |manager| manager.read(&reading.what, exit, &ran.stdout.text, &ran.stderr.text)))
}

fn with_manager(
    reading: &Reading,
    read: impl FnOnce(&dyn managers::PackageManager) -> Result<Fact, String>,
) -> Result<Fact, String> {
    let manager = managers::find(&reading.manager).ok_or_else(|| format!("no manager `{}`", reading.manager))?;
    let fact = read(manager)?;
    Ok(match (&reading.only, fact) {
        (Some(only), Fact::Packages(packages)) => Fact::Packages(narrowed(packages, only)),
        (_, fact) => fact,
    })
}

fn narrowed(packages: Vec<Package>, only: &str) -> Vec<Package> {
    let wanted = Package::normalized(only);
    packages.into_iter().filter(|package| Package::normalized(&package.name) == wanted).collect()
}
