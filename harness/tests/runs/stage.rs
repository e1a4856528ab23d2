//! Carries out a plan on a script as a session does, and judges the record.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use shakedown::clock::SystemClock;
use shakedown::engine::Occupant;
use shakedown::engine::scripted::ScriptedEngine;
use shakedown::gate::judge_record;
use shakedown::model::build::CACHE_MOUNTS;
use shakedown::model::event::{PlannedCheck, RunStarted};
use shakedown::model::survey::Survey;
use shakedown::model::{
    ContainerSpec, Decision, Envelope, Event, ImageFacts, Measurement, Outcome, Record, Unit, Verdict,
};
use shakedown::observe::BuildFigure;
use shakedown::plan::Selection;
use shakedown::runner::{Again, Anew, NotAnew, Options, Runner};

use crate::plans::{Planned, planned};
use crate::script::Script;

/// An engine that answers by this script.
pub(crate) fn engine(script: Script) -> ScriptedEngine {
    with_script(ScriptedEngine::new(), script)
}

/// Adds the answers of a script behind the rules that an engine has.
pub(crate) fn with_script(engine: ScriptedEngine, script: Script) -> ScriptedEngine {
    let script = Arc::new(script);
    let asked = script.clone();
    engine
        .when_run_in(move |container, invocation| script.run(container, invocation).map(Ok))
        .when_asked_in(move |container, _, inquiry| asked.ask(container, inquiry))
}

/// What came of a run.
pub(crate) struct Done {
    pub(crate) events: Vec<Envelope>,
    pub(crate) record: Record,
    pub(crate) verdict: Verdict,
}

impl Done {
    /// The ids of all counted checks with such an outcome, without their items, each once, in the plan's order.
    pub(crate) fn names(&self, is_so: impl Fn(&Outcome) -> bool) -> Vec<String> {
        let checks = self.record.checks().filter(|check| check.ended.counted && is_so(&check.ended.outcome));
        let mut names: Vec<String> = checks.map(|check| check.ended.check.to_string()).collect();
        names.dedup_by_key(|name| name.split('[').next().unwrap_or_default().to_owned());
        names
    }

    /// The checks that failed or timed out.
    pub(crate) fn red(&self) -> Vec<String> {
        self.names(|outcome| matches!(outcome, Outcome::Failed(_) | Outcome::TimedOut { .. }))
    }

    /// The outcome of a check.
    pub(crate) fn outcome(&self, id: &str) -> &Outcome {
        let id = id.parse().expect("an id");
        &self.record.check(&id).unwrap_or_else(|| panic!("{id} is not in the plan")).ended.outcome
    }

    /// How many counted checks are blocked by this one.
    pub(crate) fn blocked_by(&self, root: &str) -> usize {
        let is_it = |outcome: &Outcome| matches!(outcome, Outcome::Blocked { by } if by.to_string() == root);
        self.record.checks().filter(|check| check.ended.counted && is_it(&check.ended.outcome)).count()
    }

    /// The decision must be this one, and one of the reasons hold this text.
    pub(crate) fn assert(&self, decision: Decision, reason: &str) {
        let reasons = &self.verdict.reasons;
        assert_eq!(self.verdict.decision, decision, "{reasons:#?}");
        assert!(reasons.iter().any(|one| one.contains(reason)), "no reason says `{reason}`: {reasons:#?}");
    }
}

/// Options of a run: one check after another, so that calls come in one order.
pub(crate) fn options() -> Options {
    Options {
        jobs: 1,
        retries: 0,
        survey: Survey::PLACES.map(str::to_owned).to_vec(),
        fail_fast: false,
        bring: String::new(),
        by_hand_image: "uv:look".to_owned(),
        rebuild: "shakedown build uv --tag look && ".to_owned(),
        rebuilt_image: "look".to_owned(),
        by_hand_run: "shakedown run uv --use uv:look".to_owned(),
    }
}

/// Stands for the image's build, which comes out as it did.
struct Rebuilt;

#[async_trait]
impl Again for Rebuilt {
    async fn again(&self) -> Result<Anew, NotAnew> {
        Ok(anew(0.0))
    }
}

/// A second build whose steps put so many bytes into their cache mounts, where the first one's put in 1000.
pub(crate) fn anew(bytes: f64) -> Anew {
    let mounts = |bytes| {
        let measurement = Measurement::once(CACHE_MOUNTS, Unit::Bytes, bytes);
        (CACHE_MOUNTS.to_owned(), BuildFigure { measurement, cached: false })
    };
    Anew {
        reference: "uv:again".to_owned(),
        image: image(),
        before: Some(BTreeMap::from([built("environment", 52.773), mounts(1000.0)])),
        figures: Some(BTreeMap::from([built("environment", 21.5), mounts(bytes)])),
        proof: "the image was built again".to_owned(),
    }
}

/// Carries out all checks of uv.
pub(crate) async fn run(engine: &ScriptedEngine) -> Done {
    carry_out(&planned("uv", &Selection::default()), engine, &options()).await
}

/// Seconds that the build took to install the manager.
const INSTALL: f64 = 11.349;

/// Carries out a plan.
pub(crate) async fn carry_out(planned: &Planned, engine: &ScriptedEngine, options: &Options) -> Done {
    carry_out_as(planned, engine, options, INSTALL, Some(&Rebuilt)).await
}

/// The same of an image that is built again so, or was not built.
pub(crate) async fn carry_out_with(
    planned: &Planned,
    engine: &ScriptedEngine,
    options: &Options,
    again: Option<&dyn Again>,
) -> Done {
    carry_out_as(planned, engine, options, INSTALL, again).await
}

/// The same on an image whose build took so many seconds to install the manager.
pub(crate) async fn carry_out_built(
    planned: &Planned,
    engine: &ScriptedEngine,
    options: &Options,
    install: f64,
) -> Done {
    carry_out_as(planned, engine, options, install, Some(&Rebuilt)).await
}

async fn carry_out_as(
    planned: &Planned,
    engine: &ScriptedEngine,
    options: &Options,
    install: f64,
    again: Option<&dyn Again>,
) -> Done {
    let events = Mutex::new(vec![begin(planned)]);
    let emit = |event| events.lock().expect("no panic").push(event);
    let runner = Runner {
        engine,
        plan: &planned.plan,
        image: &image(),
        figures: &Some(BTreeMap::from([built("install", install), built("environment", 52.773)])),
        container: &container(),
        again,
        index: None,
        occupant: Occupant::Own,
        options,
        clock: &SystemClock::default(),
        emit: &emit,
    };
    let (ending, _) = runner.run().await;
    let mut events = events.into_inner().expect("no panic");
    events.push(Event::RunEnded { ending, seconds: 216.0 });
    let at = "2026-11-20T13:21:45.093Z";
    let number = |(sequence, event)| Envelope { sequence, at: at.to_owned(), event };
    let envelopes: Vec<Envelope> = (0..).zip(events).map(number).collect();
    let record = Record::of(&envelopes);
    let verdict = judge_record(&planned.subject.gate, &record);
    Done { events: envelopes, record, verdict }
}

fn begin(planned: &Planned) -> Event {
    let checks = planned.plan.phases.iter().flat_map(|phase| {
        phase.checks.iter().map(|check| PlannedCheck {
            id: check.id.clone(),
            explains: Vec::new(),
            priority: phase.priority,
            counted: !check.advice,
        })
    });
    Event::RunStarted(Box::new(RunStarted {
        subject: planned.subject.name.clone(),
        whole: planned.plan.whole,
        checks: checks.collect(),
        ..RunStarted::default()
    }))
}

fn built(name: &str, seconds: f64) -> (String, BuildFigure) {
    let measurement = Measurement::once(name, Unit::Seconds, seconds);
    (name.to_owned(), BuildFigure { measurement, cached: false })
}

fn image() -> ImageFacts {
    ImageFacts {
        name: None,
        id: "sha256:82e1d7b900ba".to_owned(),
        platform: "linux/amd64".to_owned(),
        bytes: 512_342_522,
        environment: BTreeMap::new(),
        entrypoint: Vec::new(),
        command: vec!["bash".to_owned()],
        user: String::new(),
        directory: String::new(),
        labels: BTreeMap::new(),
        ports: Vec::new(),
        volumes: Vec::new(),
        history: Vec::new(),
        digests: Vec::new(),
    }
}

fn container() -> ContainerSpec {
    ContainerSpec::new("uv:look", "", Duration::from_secs(30))
}
