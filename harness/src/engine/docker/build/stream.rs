//! Folds what `BuildKit` reports during a build into steps and events.
//!
//! The builder reports vertices of its graph, each several times: announced, started, completed. Those named
//! `[stage 2/4] RUN …` are the Dockerfile's own steps; `FROM` is none of them, since it does nothing to the image.

use std::collections::HashMap;

use bollard_buildkit_proto::google::protobuf::Timestamp;
use bollard_buildkit_proto::moby::buildkit::v1::{StatusResponse, Vertex};

use super::log::StepLog;
use super::rewording::Rewording;
use crate::model::{BuildStep, Event};

/// What a vertex that the builder gave up because of another one's failure says.
const CANCELLED: &str = "context canceled";

/// A step that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FailedStep {
    /// The instruction, or the builder's name for what it was doing.
    pub step: String,
    /// The builder's words.
    pub message: String,
    /// The last lines.
    pub log: Vec<String>,
    /// Whether lines are known to be missing.
    pub clipped: bool,
}

/// The state of a build, fed by [`BuildFold::take`].
#[derive(Debug)]
pub(super) struct BuildFold {
    stage: String,
    /// Names of the Dockerfile's stages, in its order.
    order: Vec<String>,
    /// What was put into the Dockerfile, which nobody needs to see.
    rewording: Rewording,
    vertices: Vec<Known>,
    places: HashMap<String, usize>,
    /// When the first vertex started, seconds since the epoch.
    began: Option<f64>,
}

#[derive(Debug)]
struct Known {
    name: String,
    step: Option<StepName>,
    started: Option<f64>,
    completed: Option<f64>,
    cached: bool,
    error: String,
    log: StepLog,
}

/// `[build 2/4] RUN make` taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
struct StepName {
    stage: Option<String>,
    number: usize,
    text: String,
}

impl StepName {
    fn read(name: &str, rewording: &Rewording) -> Option<Self> {
        let (head, text) = name.strip_prefix('[')?.split_once("] ")?;
        let (stage, count) = match head.rsplit_once(' ') {
            Some((stage, count)) => (Some(stage.trim().to_owned()), count),
            None => (None, head),
        };
        let number = count.split_once('/')?.0.parse().ok()?;
        Some(Self { stage, number, text: rewording.as_written(text) })
    }

    fn is_from(&self) -> bool {
        self.text.get(..5).is_some_and(|head| head.eq_ignore_ascii_case("FROM "))
    }
}

impl BuildFold {
    /// A build of this stage from a Dockerfile with these build stages; `rewording` is undone in the steps' texts.
    pub(super) fn new(stage: &str, order: Vec<String>, rewording: Rewording) -> Self {
        let stage = stage.to_owned();
        Self { stage, order, rewording, vertices: Vec::new(), places: HashMap::new(), began: None }
    }

    /// Takes one message; what it tells.
    pub(super) fn take(&mut self, status: &StatusResponse) -> Vec<Event> {
        let mut events = Vec::new();
        for vertex in &status.vertexes {
            self.take_vertex(vertex, &mut events);
        }
        for log in &status.logs {
            let Some(place) = self.places.get(&log.vertex) else { continue };
            let known = &mut self.vertices[*place];
            let lines = known.log.take(log.stream, &log.msg);
            if known.step.is_some() {
                events.extend(lines.into_iter().map(|line| Event::BuildLine { stage: self.stage.clone(), line }));
            }
        }
        events
    }

    /// The Dockerfile's steps in its order.
    pub(super) fn steps(&self) -> Vec<BuildStep> {
        let mut own: Vec<&Known> =
            self.vertices.iter().filter(|known| known.is_own() && known.completed.is_some()).collect();
        own.sort_by_key(|known| known.step.as_ref().map(|step| (self.rank(step.stage.as_deref()), step.number)));
        own.into_iter().filter_map(|known| known.ended(self.began)).collect()
    }

    /// The step that failed, where one did.
    pub(super) fn failure(&mut self) -> Option<FailedStep> {
        let failed = |known: &&mut Known| !known.error.is_empty() && !known.error.contains(CANCELLED);
        let known = self.vertices.iter_mut().find(failed)?;
        known.log.flush();
        Some(FailedStep {
            step: known.step.as_ref().map_or_else(|| known.name.clone(), |step| step.text.clone()),
            message: known.error.clone(),
            log: known.log.last(),
            clipped: known.log.clipped(),
        })
    }

    fn rank(&self, stage: Option<&str>) -> usize {
        let named = |stage| self.order.iter().position(|name| name == stage);
        stage.map_or(0, |stage| named(stage).unwrap_or(self.order.len()))
    }

    fn take_vertex(&mut self, vertex: &Vertex, events: &mut Vec<Event>) {
        let rewording = &self.rewording;
        let place = *self.places.entry(vertex.digest.clone()).or_insert_with(|| {
            self.vertices.push(Known::new(vertex, rewording));
            self.vertices.len() - 1
        });
        let known = &mut self.vertices[place];
        known.cached |= vertex.cached;
        if !vertex.error.is_empty() {
            known.error.clone_from(&vertex.error);
        }
        let stage = || self.stage.clone();
        let starts = known.started.is_none() && vertex.started.is_some();
        let ends = known.completed.is_none() && vertex.completed.is_some();
        known.started = known.started.or_else(|| vertex.started.as_ref().map(seconds));
        known.completed = known.completed.or_else(|| vertex.completed.as_ref().map(seconds));
        self.began = self.began.into_iter().chain(known.started).reduce(f64::min);
        if !known.is_own() {
            return;
        }
        if let (true, Some(step)) = (starts, &known.step) {
            events.push(Event::BuildStepStarted { stage: stage(), step: step.text.clone() });
        }
        if ends {
            let rest = known.log.flush();
            events.extend(rest.into_iter().map(|line| Event::BuildLine { stage: stage(), line }));
            events.extend(known.ended(self.began).map(|step| Event::BuildStepEnded { stage: stage(), step }));
        }
    }
}

impl Known {
    fn new(vertex: &Vertex, rewording: &Rewording) -> Self {
        Self {
            name: vertex.name.clone(),
            step: StepName::read(&vertex.name, rewording),
            started: None,
            completed: None,
            cached: false,
            error: String::new(),
            log: StepLog::default(),
        }
    }

    fn is_own(&self) -> bool {
        self.step.as_ref().is_some_and(|step| !step.is_from())
    }

    /// The step, in a build that began then.
    fn ended(&self, origin: Option<f64>) -> Option<BuildStep> {
        let step = self.step.as_ref()?.text.clone();
        let (began, seconds) = match (self.started, self.completed) {
            (Some(started), Some(completed)) if !self.cached => {
                (origin.map(|origin| (started - origin).max(0.0)), (completed - started).max(0.0))
            }
            _ => (None, 0.0),
        };
        Some(BuildStep { step, began, seconds, cached: self.cached })
    }
}

fn seconds(timestamp: &Timestamp) -> f64 {
    timestamp.seconds as f64 + f64::from(timestamp.nanos) / 1e9
}

#[cfg(test)]
mod tests;
