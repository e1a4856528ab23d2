//! One subject from beginning to end. Whatever happens in between: teardown, verdict, reports.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::Arc;

use futures_util::FutureExt;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use crate::clock::Clock;
use crate::config::{ImageSource, SshConfig, Subject, Trust};
use crate::engine::docker::{DockerEngine, OpenOptions};
use crate::engine::host::HostEngine;
use crate::engine::{Container, Engine, EngineError, EngineFacts, Leftover, Occupant, Progress};
use crate::gate;
use crate::model::build::ImageFacts;
use crate::model::event::{Ending, Event, PlannedCheck, RunStarted};
use crate::model::fault::Disturbed;
use crate::model::goals::Goals;
use crate::model::id::RunId;
use crate::model::plan::Plan;
use crate::model::record::Record;
use crate::model::setup::Setup;
use crate::model::verdict::Verdict;
use crate::plan::{Names, shuffled};
use crate::runner::{Again, Runner};

use super::again::Rebuilding;
use super::baseline::baseline;
use super::catalogue::Prepared;
use super::dead::report_dead_runs;
use super::error::SessionError;
use super::images::{Image, Making, NoImage, check_build};
use super::options::Options;
use super::setup::setup;
use super::sources::{self, Served};
use super::spine::{Listener, Spine};
use super::{facts, hashes, images, recall, reports, told};

/// What a run left: its record, its verdict, its files.
#[derive(Debug)]
pub struct Finished {
    /// Everything that is known.
    pub record: Record,
    /// What the gate says.
    pub verdict: Verdict,
    /// The exit code of this run alone.
    pub exit: u8,
    /// The run folder.
    pub folder: PathBuf,
    /// What could not be removed.
    pub leftovers: Vec<Leftover>,
    /// The first report that could not be written, as on a full disk; absent when all were.
    pub unwritten: Option<SessionError>,
}

/// What ended a run: how, and the containers to leave, where that was asked for.
struct Ended {
    ending: Ending,
    keep: Vec<Container>,
}

impl Ended {
    fn with(ending: Ending) -> Self {
        Self { ending, keep: Vec::new() }
    }
}

/// Carries out one prepared subject. Cancelling ends it early; what it made is removed all the same.
pub async fn run(
    prepared: &Prepared,
    options: &Options,
    clock: &Arc<dyn Clock>,
    listener: Listener,
    cancel: &CancellationToken,
) -> Result<Finished, SessionError> {
    sources::check_local(&prepared.subject.sources)?;
    check_build(prepared, options)?;
    let baseline = baseline(prepared, options)?;
    check_image(prepared, options).await?;
    let run = run_id(clock.as_ref());
    let folder = options.reports.join(&prepared.subject.name).join(&run.0);
    let setup = setup(&prepared.subject, prepared.manager, options.use_image.is_none());
    let configured = with_secrets(&setup.variables, prepared.subject.ssh.as_ref());
    let spine = Arc::new(Spine::open(&folder, clock.clone(), listener, &configured, &options.targets)?);
    let started = clock.elapsed();
    let span = tracing::error_span!("run", run = %run, subject = %prepared.subject.name);
    let work = Work { prepared, options, clock: clock.as_ref(), spine: &spine, run: &run, setup: &setup };
    let (ending, leftovers) = work.open_and_run(cancel).instrument(span).await;
    let (ending, mistake) = match ending {
        Ok(ending) => (ending, None),
        Err(mistake) => {
            // What is wrong and where; the lines of the file that follow are for the terminal.
            let reason = mistake.to_string().lines().take(2).collect::<String>();
            (Ending::Broken { reason }, Some(mistake))
        }
    };
    let seconds = clock.elapsed().saturating_sub(started).as_secs_f64();
    spine.emit(Event::RunEnded { ending, seconds });
    recall(&spine, options, prepared);
    if let Some(baseline) = baseline {
        spine.emit(Event::BaselineFound { baseline: Box::new(baseline) });
    }
    let verdict = gate::judge_record(&prepared.subject.gate, &spine.record());
    spine.emit(Event::Judged { verdict: verdict.clone() });
    let record = spine.record();
    let unwritten = reports::write(&folder, &record, &verdict).err();
    let targets = options.targets.iter().filter_map(|target| target.write(&record, &verdict).err());
    let unwritten = unwritten.into_iter().chain(targets).next();
    if let Some(mistake) = mistake {
        return Err(mistake);
    }
    let exit = verdict.exit_code(record.ending.as_ref());
    let exit = gate::exit_code(std::iter::once(exit).chain(unwritten.as_ref().map(SessionError::exit_code)));
    Ok(Finished { record, verdict, exit, folder, leftovers, unwritten })
}

/// Looks for the image that is to be there already. What else may be wrong with the engine is the run's to tell.
async fn check_image(prepared: &Prepared, options: &Options) -> Result<(), SessionError> {
    let is_image_wanted = options.use_image.is_some() || options.tag.is_some();
    let named = match (&options.use_image, &prepared.subject.image) {
        (_, ImageSource::ThisMachine) if is_image_wanted => return Err(images::no_image(&prepared.subject)),
        (Some(reference), _) | (None, ImageSource::Use(reference)) => reference,
        (None, ImageSource::Build { .. } | ImageSource::ThisMachine) => return Ok(()),
    };
    let engine = OpenOptions::new(RunId(String::new()), &prepared.subject.name);
    match DockerEngine::look_up(&engine, named).await {
        Err(EngineError::NoImage(reference)) => Err(SessionError::NoImage { reference }),
        _ => Ok(()),
    }
}

/// Tells what earlier runs of the subject were like, so that reports need nothing but this run's journal.
/// The configured variables, and what lets somebody in by SSH under names that tell of secrets.
fn with_secrets(variables: &BTreeMap<String, String>, ssh: Option<&SshConfig>) -> BTreeMap<String, String> {
    let credentials = ssh.map(|config| config.ssh.credentials.as_slice()).unwrap_or_default();
    let secrets = credentials.iter().filter_map(|credential| {
        Some((format!("{}_PASSWORD", credential.way().name()), credential.secret()?.to_owned()))
    });
    variables.clone().into_iter().chain(secrets).collect()
}

fn recall(spine: &Spine, options: &Options, prepared: &Prepared) {
    let recalled = recall::recall(&options.reports, &prepared.subject.name, spine.folder());
    for text in recalled.unreadable {
        spine.emit(Event::Notice { text });
    }
    spine.emit(Event::Recalled { past: recalled.past, stable: recalled.stable });
}

struct Work<'a> {
    prepared: &'a Prepared,
    options: &'a Options,
    clock: &'a dyn Clock,
    spine: &'a Arc<Spine>,
    run: &'a RunId,
    setup: &'a Setup,
}

impl Work<'_> {
    /// How it ended, or the mistake that only showed on the way; and what could not be removed.
    async fn open_and_run(&self, cancel: &CancellationToken) -> (Result<Ending, SessionError>, Vec<Leftover>) {
        // Not broken off when cancelled: what opening makes would have no owner who takes it down.
        let (engine, facts) = match self.open().await {
            Ok(opened) => opened,
            Err(error) => {
                let ending = if cancel.is_cancelled() { Ending::Interrupted } else { broken(&error) };
                self.begin(&EngineFacts::default());
                return (Ok(ending), Vec::new());
            }
        };
        self.begin(&facts);
        let work = AssertUnwindSafe(self.work(engine.as_ref())).catch_unwind();
        let ended = tokio::select! {
            ended = work => ended.unwrap_or_else(|panic| Ok(Ended::with(panicked(panic.as_ref())))),
            () = cancel.cancelled() => Ok(Ended::with(Ending::Interrupted)),
        };
        let keep = ended.as_ref().map(|ended| ended.keep.clone()).unwrap_or_default();
        let leftovers = engine.teardown(&keep).await;
        self.tell_of(&leftovers);
        (ended.map(|ended| ended.ending), leftovers)
    }

    async fn open(&self) -> Result<(Box<dyn Engine>, EngineFacts), EngineError> {
        let engine: Box<dyn Engine> = if self.is_this_machine() {
            Box::new(HostEngine::open().await?)
        } else {
            let options = OpenOptions::new(self.run.clone(), &self.prepared.subject.name);
            Box::new(DockerEngine::open(options).await?)
        };
        let facts = engine.facts().await?;
        Ok((engine, facts))
    }

    /// Whether this machine is judged, in an image's place.
    fn is_this_machine(&self) -> bool {
        self.prepared.subject.image == ImageSource::ThisMachine
    }

    fn begin(&self, engine: &EngineFacts) {
        let Prepared { subject, plan, manager, .. } = self.prepared;
        let planned = plan.phases.iter().flat_map(|phase| {
            phase.checks.iter().map(|check| PlannedCheck {
                id: check.id.clone(),
                priority: phase.priority,
                counted: !check.advice,
                explains: check.explains.clone(),
            })
        });
        self.spine.emit(Event::RunStarted(Box::new(RunStarted {
            run: self.run.clone(),
            subject: subject.name.clone(),
            manager: manager.name().to_owned(),
            setup: self.setup.clone(),
            goals: Goals::of(&subject.gate),
            whole: plan.whole,
            checks: planned.collect(),
            shakedown: env!("CARGO_PKG_VERSION").to_owned(),
            trust: if subject.trust == Trust::Host { "host" } else { "image" }.to_owned(),
            engine: facts::engine(engine),
            host: facts::host(),
            folder: self.spine.folder().display().to_string(),
            hashes: hashes::hashes(subject, self.options.use_image.is_none()),
        })));
        self.report_dead_runs();
    }

    async fn work(&self, engine: &dyn Engine) -> Result<Ended, SessionError> {
        let subject = &self.prepared.subject;
        if let Err(unreachable) = self.obtainable(subject).await {
            return Ok(Ended::with(Ending::NotObtained { reason: unreachable.reason, hint: unreachable.hint }));
        }
        self.sweep(engine).await;
        let served = match self.serve(engine).await {
            Ok(served) => served,
            Err(reason) => return Ok(Ended::with(Ending::Broken { reason })),
        };
        let ended = self.with_sources(engine, &served).await;
        served.stop().await;
        ended
    }

    /// Takes away what dead runs left, and tells of it.
    async fn sweep(&self, engine: &dyn Engine) {
        let (gone, left): (Vec<Leftover>, Vec<Leftover>) =
            engine.sweep().await.unwrap_or_default().into_iter().partition(|leftover| leftover.trouble.is_empty());
        if !gone.is_empty() {
            let names: Vec<&str> = gone.iter().map(|leftover| leftover.name.as_str()).collect();
            let text = format!("Removed what dead runs had left behind: {}.", names.join(", "));
            self.spine.emit(Event::Notice { text });
        }
        self.tell_of(&left);
    }

    /// Makes the reports of earlier runs of the subject that died before they could, and tells of it.
    fn report_dead_runs(&self) {
        for folder in report_dead_runs(&self.options.reports, &self.prepared.subject.name) {
            let text = format!("Made the reports of a run that had died: {}.", folder.display());
            self.spine.emit(Event::Notice { text });
        }
    }

    fn tell_of(&self, leftovers: &[Leftover]) {
        for leftover in leftovers {
            let text = format!("The {} {} could not be removed: {}.", leftover.kind, leftover.name, leftover.trouble);
            self.spine.emit(Event::Notice { text });
        }
    }

    async fn obtainable(&self, subject: &Subject) -> Result<(), sources::Unreachable> {
        if self.options.use_image.is_some() { Ok(()) } else { sources::preflight(subject).await }
    }

    async fn serve(&self, engine: &dyn Engine) -> Result<Served, String> {
        let sources = &self.prepared.subject.sources;
        if sources.binary.is_none() && sources.channel.is_none() && !sources.packages {
            return Ok(Served::default());
        }
        let address = engine.host_address().await.map_err(|error| error.to_string())?;
        Served::start(sources, address).await
    }

    async fn with_sources(&self, engine: &dyn Engine, served: &Served) -> Result<Ended, SessionError> {
        let Prepared { subject, manager, .. } = self.prepared;
        let names = Names::of(subject, *manager).with_sources(&served.addresses);
        let plan = self.prepared.plan_with(&served.addresses)?;
        if self.is_this_machine() {
            let image = Image { reference: String::new(), base: None, name: None, figures: None, last: None };
            return self.check(engine, &image, &plan, served, None).await;
        }
        let making =
            Making { engine, subject, options: self.options, run: self.run, names: &names, progress: &self.progress() };
        match making.image().await {
            Ok(image) => self.check(engine, &image, &plan, served, Some(&making)).await,
            Err(NoImage::Mistake(error)) => Err(error),
            Err(NoImage::Engine(error)) => Ok(Ended::with(broken(&error))),
            Err(NoImage::NotBuilt { .. }) => Ok(Ended::with(Ending::NotBuilt)),
        }
    }

    async fn check(
        &self,
        engine: &dyn Engine,
        image: &Image,
        plan: &Plan,
        served: &Served,
        making: Option<&Making<'_>>,
    ) -> Result<Ended, SessionError> {
        let shuffled = self.options.shuffle.map(|seed| self.shuffled(plan, seed));
        let plan = shuffled.as_ref().unwrap_or(plan);
        let facts = match self.facts(engine, image).await {
            Ok(facts) => facts,
            Err(error) => return Ok(Ended::with(broken(&error))),
        };
        let emit = |event| self.spine.emit(event);
        let subject = &self.prepared.subject;
        let places = served.places();
        let again = making.zip(image.last.as_ref());
        let again = again.map(|(making, last)| Rebuilding { making, figures: &image.figures, last });
        let runner = Runner {
            engine,
            plan,
            image: &facts,
            figures: &image.figures,
            container: &told::container(subject, &image.reference),
            again: again.as_ref().map(|again| again as &dyn Again),
            index: places.as_ref().map(|places| places as &dyn Disturbed),
            occupant: Occupant::Own,
            options: &told::options(subject, self.options, image),
            clock: self.clock,
            emit: &emit,
        };
        let (ending, container) = runner.run().await;
        self.trace(engine, image).await;
        let keep =
            if self.options.keep && !self.is_this_machine() { container.into_iter().collect() } else { Vec::new() };
        for container in &keep {
            let name = &container.name;
            let text = format!("Kept for a look: docker exec -it {name} sh. It goes by: docker rm --force {name}");
            self.spine.emit(Event::Notice { text });
        }
        Ok(Ended { ending, keep })
    }

    /// The plan in another order, which is told; reports keep the suites' order.
    fn shuffled(&self, plan: &Plan, seed: u64) -> Plan {
        let text = format!("The checks were shuffled within their phases; `--shuffle={seed}` repeats their order.");
        self.spine.emit(Event::Notice { text });
        shuffled(plan, seed)
    }

    /// What is known of the image that is judged; nothing where this machine is.
    async fn facts(&self, engine: &dyn Engine, image: &Image) -> Result<ImageFacts, EngineError> {
        if self.is_this_machine() {
            return Ok(ImageFacts::default());
        }
        // It is for comparisons alone: a run is none the worse where the engine does not tell it.
        let history = engine.history(&image.reference).await.unwrap_or_default();
        let facts = ImageFacts { name: image.name.clone(), history, ..engine.image(&image.reference).await? };
        self.spine.emit(Event::ImageReady { image: facts.clone() });
        Ok(facts)
    }

    /// Looks whether the image holds anything of this machine, where it was lent something and may go out by this run.
    async fn trace(&self, engine: &dyn Engine, image: &Image) {
        if self.is_this_machine() || self.prepared.subject.trust != Trust::Host || !self.prepared.plan.whole {
            return;
        }
        match engine.traces(&image.reference, image.base.as_deref()).await {
            Ok(traces) => self.spine.emit(Event::Traced { traces }),
            Err(error) => {
                let text = format!("It could not be told whether the image holds anything of this machine: {error}.");
                self.spine.emit(Event::Notice { text });
            }
        }
    }

    fn progress(&self) -> Progress {
        let spine = self.spine.clone();
        Arc::new(move |event| spine.emit(event))
    }
}

/// `20261120T121005Z-3fa2`: sorts by time, and two runs begun in one second differ.
pub(super) fn run_id(clock: &dyn Clock) -> RunId {
    let salt = std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), std::process::id());
    RunId(format!("{}-{:04x}", clock.now().strftime("%Y%m%dT%H%M%SZ"), salt & 0xffff))
}

fn broken(error: &EngineError) -> Ending {
    Ending::Broken { reason: format!("{error}. {}", error.hint()) }
}

fn panicked(panic: &(dyn std::any::Any + Send)) -> Ending {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    Ending::Broken { reason: format!("a fault in shakedown itself: {}", text.unwrap_or("unknown")) }
}
