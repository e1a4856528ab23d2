//! Order and time: carries out a plan and emits events. Never prints, never judges the whole.
//!
//! The subject's container is started once; phases run in order in it. Within a phase, consecutive checks of the
//! isolation `batch` (or `fresh`) run side by side, `shared` ones alone. Every planned check comes to an outcome, unless
//! the run ends early; what did not is errored in the record.

mod again;
mod attempt;
mod check;
mod diagnosis;
mod machine;
mod phase;
mod replay;
mod results;
mod transition;

use crate::clock::Clock;
use crate::engine::{Container, Engine, EngineError, Occupant};
use crate::judge;
use crate::model::build::ImageFacts;
use crate::model::container::ContainerSpec;
use crate::model::event::{Ending, Event};
use crate::model::fact::Fact;
use crate::model::fault::Disturbed;
use crate::model::inquiry::{Answer, Inquiry};
use crate::model::observation::Observation;
use crate::model::plan::{Plan, Supported};
use crate::model::survey::Survey;
use crate::observe::{BuildFigures, Observer};

pub use again::{Again, Anew, NotAnew};
pub use replay::replay;

use results::Results;

/// Where events go.
pub type Emit<'a> = &'a (dyn Fn(Event) + Send + Sync);

/// How a plan is to be carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// How many checks run side by side, at least 1.
    pub jobs: usize,
    /// How often a check may be tried again beyond what the suite allows; not in the phases that forbid it.
    pub retries: u32,
    /// End the run after the first check that the subject failed.
    pub fail_fast: bool,
    /// Folders to look over, for comparisons with other runs; none: nobody looks.
    pub survey: Vec<String>,
    /// What brings the image in lines to reproduce by hand, as `shakedown build … && `; empty where it is there.
    pub bring: String,
    /// The image's name in these lines.
    pub by_hand_image: String,
    /// What builds the image a second time in these lines, as `shakedown build … && `.
    pub rebuild: String,
    /// The name of that second image in these lines.
    pub rebuilt_image: String,
    /// What carries out checks again, as `shakedown run configs/uv.yml --use uv:test`.
    pub by_hand_run: String,
}

/// Carries out one plan.
#[derive(Clone, Copy)]
pub struct Runner<'a> {
    /// The engine.
    pub engine: &'a dyn Engine,
    /// The plan.
    pub plan: &'a Plan,
    /// The image to check.
    pub image: &'a ImageFacts,
    /// What its build measured.
    pub figures: &'a BuildFigures,
    /// How its containers run; the purpose is filled in here.
    pub container: &'a ContainerSpec,
    /// What builds the image again; absent where it was not built in this run.
    pub again: Option<&'a dyn Again>,
    /// shakedown's own index, where it is served; what goes wrong there is put on and taken off by checks.
    pub index: Option<&'a dyn Disturbed>,
    /// What its containers run, which the first of them shows; until then the image's own.
    pub occupant: Occupant,
    /// How to go about it.
    pub options: &'a Options,
    /// The clock.
    pub clock: &'a dyn Clock,
    /// Where events go.
    pub emit: Emit<'a>,
}

/// Why a run stops before its plan is done.
#[derive(Debug)]
enum Stop {
    /// The first failure, as asked.
    Cut,
    /// The engine is gone.
    Broken(String),
    /// The subject's container ended by itself.
    Died(String),
}

impl Runner<'_> {
    /// Carries out the plan; returns how that ended, and the subject's container where it was started.
    pub async fn run(&self) -> (Ending, Option<Container>) {
        let (container, occupant) = match self.engine.start(&self.spec("main")).await {
            Ok(started) => started,
            Err(error) if error.is_subject_failure() => {
                return (Ending::NotStarted { reason: error.to_string() }, None);
            }
            Err(error) => return (broken(&error), None),
        };
        self.tell_occupant(occupant);
        let ending = Runner { occupant, ..*self }.checked(&container).await;
        (ending, Some(container))
    }

    /// Carries out the plan with the subject's container; returns how that ended.
    async fn checked(&self, container: &Container) -> Ending {
        let limits = self.limits(container).await;
        (self.emit)(Event::ContainerReady { container: container.name.clone(), purpose: "main".to_owned(), limits });
        let version = self.identify(container).await;
        if let Some(ending) = self.unsupported(version.as_deref()) {
            return ending;
        }
        if !self.options.survey.is_empty() {
            self.survey(container).await;
        }
        let mut results = Results::default();
        for phase in &self.plan.phases {
            match self.phase(phase, container, &mut results).await {
                Ok(()) => {}
                Err(Stop::Cut) => return Ending::Cut,
                Err(Stop::Broken(reason)) => return Ending::Broken { reason },
                Err(Stop::Died(reason)) => {
                    let reason = format!("it came up, and went in phase {}: {reason}", phase.phase);
                    return Ending::NotStarted { reason };
                }
            }
        }
        Ending::Completed
    }

    fn observer(&self) -> Observer<'_> {
        let Self { engine, image, container, figures, index, .. } = self;
        Observer { engine: *engine, image, container, figures, told: None, index: *index }
    }

    fn spec(&self, purpose: &str) -> ContainerSpec {
        ContainerSpec { purpose: purpose.to_owned(), ..self.container.clone() }
    }

    fn tell_occupant(&self, occupant: Occupant) {
        let text = match occupant {
            Occupant::Own => return,
            Occupant::HoldForNone => "The image has neither entrypoint nor command; shakedown's own stands in for it.",
            Occupant::HoldByEntrypoint => {
                "The image's own command ends with 0 by itself; its entrypoint starts shakedown's own instead, so that there is a container to look into."
            }
            Occupant::HoldForEnded => {
                "The image's own command ends with 0 by itself; shakedown's own stands in for it, so that there is a container to look into."
            }
        };
        (self.emit)(Event::Notice { text: text.to_owned() });
    }

    /// Who the manager is, for the record; its version. What cannot be told here, a check says.
    async fn identify(&self, container: &Container) -> Option<String> {
        let mut version = None;
        let mut configuration = std::collections::BTreeMap::new();
        for step in &self.plan.identity {
            let Ok(Observation::Ran(ran)) = self.observer().observe(container, &step.probe).await else { continue };
            match ran.fact {
                Some(Ok(Fact::Version(found))) => version = Some(found),
                Some(Ok(Fact::Installation(entries))) => configuration.extend(entries),
                _ => {}
            }
        }
        (self.emit)(Event::ManagerFound { version: version.clone(), configuration });
        version
    }

    /// Of a version that a suite is not made for nothing can be told: its checks would fail for reasons of their own.
    fn unsupported(&self, version: Option<&str>) -> Option<Ending> {
        let version = version?;
        let outside = |wanted: &&Supported| judge::version::within(version, &wanted.range) == Ok(false);
        let Supported { suite, range } = self.plan.supported.iter().find(outside)?;
        Some(Ending::NotObtained {
            reason: format!("the package manager's version is {version}, and the suite `{suite}` is made for {range}"),
            hint: "Take another version of the package manager, or a suite that is made for this one.".to_owned(),
        })
    }
}

impl Runner<'_> {
    /// What of the subject's files stands out, for comparisons. Where that cannot be told, nothing is.
    async fn survey(&self, container: &Container) {
        let inquiry = Inquiry::Tree { paths: self.options.survey.clone(), hash: false, exclude: Vec::new() };
        if let Ok(Answer::Tree(tree)) = self.engine.ask(container, None, &inquiry).await {
            (self.emit)(Event::Surveyed { survey: Survey::of(&tree) });
        }
    }
}

fn broken(error: &EngineError) -> Ending {
    Ending::Broken { reason: format!("{error}. {}", error.hint()) }
}
