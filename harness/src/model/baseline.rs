//! A run that others are held against: as much of its record as a comparison needs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::build::ImageFacts;
use super::id::{CheckId, RunId};
use super::measure::Measurement;
use super::record::{CheckRecord, Record};
use super::survey::Survey;

/// What is known of the run that another one is held against.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Baseline {
    /// The run.
    pub run: RunId,
    /// The subject's name.
    pub subject: String,
    /// When it began, RFC 3339.
    pub started: String,
    /// Whether it was the whole suite.
    pub whole: bool,
    /// shakedown's version.
    pub shakedown: String,
    /// The package manager's version, where it said.
    pub manager_version: Option<String>,
    /// Engine, version and API version.
    pub engine: BTreeMap<String, String>,
    /// The host.
    pub host: BTreeMap<String, String>,
    /// The image that was judged.
    pub image: Option<ImageFacts>,
    /// Files that whoever gets in could use; absent where nobody looked.
    #[serde(default)]
    pub survey: Option<Survey>,
    /// Seconds of each stage's build, those from the cache left out.
    pub builds: BTreeMap<String, f64>,
    /// Seconds by phase.
    pub phases: BTreeMap<String, f64>,
    /// Its checks.
    pub checks: Vec<BaselineCheck>,
}

/// What is known of a check of such a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BaselineCheck {
    /// The check.
    pub id: CheckId,
    /// The name of its outcome, as `passed`; of one that never came to an end `errored`.
    #[serde(rename = "outcome")]
    pub result: String,
    /// Whether it counts.
    pub counted: bool,
    /// Its figures.
    pub measurements: Vec<Measurement>,
}

impl Baseline {
    /// What is kept of a record.
    pub fn of(record: &Record) -> Self {
        let start = &record.start;
        let stages = record.stages.iter().filter(|stage| !stage.cached);
        Self {
            run: start.run.clone(),
            subject: start.subject.clone(),
            started: record.started.clone(),
            whole: start.whole,
            shakedown: start.shakedown.clone(),
            manager_version: record.manager_version.clone(),
            engine: start.engine.clone(),
            host: start.host.clone(),
            image: record.image.clone(),
            survey: record.survey.clone(),
            builds: stages.map(|stage| (stage.name.clone(), stage.seconds)).collect(),
            phases: record.phases.iter().map(|phase| (phase.phase.clone(), phase.seconds)).collect(),
            checks: record.checks().map(BaselineCheck::of).collect(),
        }
    }

    /// A check by id.
    pub fn check(&self, id: &CheckId) -> Option<&BaselineCheck> {
        self.checks.iter().find(|check| check.id == *id)
    }
}

impl BaselineCheck {
    fn of(check: &CheckRecord) -> Self {
        let ended = &check.ended;
        let result = ended.outcome.name().to_owned();
        Self { id: ended.check.clone(), result, counted: ended.counted, measurements: ended.measurements.clone() }
    }
}
