//! What happens in a run, as it happens. The runner emits events, everything else listens.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::baseline::Baseline;
use super::build::{BuildStep, BuiltStage, ImageFacts, Recipe};
use super::container::Restart;
use super::goals::Goals;
use super::history::Past;
use super::id::{CheckId, RunId};
use super::limits::Limits;
use super::measure::Measurement;
use super::outcome::Outcome;
use super::plan::Priority;
use super::recording::Recording;
use super::reference::Calibration;
use super::setup::Setup;
use super::stage::Stage;
use super::survey::Survey;
use super::verdict::Verdict;

/// One event with its place in the run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Envelope {
    /// Counts from 0 without gaps.
    pub sequence: u64,
    /// When, RFC 3339 in UTC with milliseconds.
    pub at: String,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// A run begins.
    RunStarted(Box<RunStarted>),
    /// Something worth telling that is no outcome: how an environment differs, what stood in for what.
    Notice {
        /// The text, a sentence.
        text: String,
    },
    /// A stage's build begins.
    BuildStarted {
        /// The stage.
        stage: String,
        /// Whether the cache may be used.
        cache: bool,
        /// What it is built of; absent in journals of old.
        #[serde(default)]
        recipe: Box<Recipe>,
    },
    /// A step of a build begins.
    BuildStepStarted {
        /// The stage.
        stage: String,
        /// The instruction.
        step: String,
    },
    /// A step of a build prints a line.
    BuildLine {
        /// The stage.
        stage: String,
        /// The line.
        line: String,
    },
    /// A step of a build ended.
    BuildStepEnded {
        /// The stage.
        stage: String,
        /// The step.
        step: BuildStep,
    },
    /// A stage was built.
    BuildEnded {
        /// What came of it.
        built: BuiltStage,
    },
    /// A stage could not be built.
    BuildFailed {
        /// The stage.
        stage: String,
        /// The step that failed, where one did.
        step: Option<String>,
        /// What went wrong.
        message: String,
        /// The step's last lines, at most 40.
        log: Vec<String>,
        /// Whether the environment (network, name resolution, TLS, engine) is at fault: makes the run inconclusive instead of not stable.
        environment: bool,
        /// What to do.
        hint: Option<String>,
    },
    /// The image to be judged is there.
    ImageReady {
        /// Its metadata.
        image: ImageFacts,
    },
    /// The subject's container is up and ready.
    ContainerReady {
        /// Its name.
        container: String,
        /// Whether it is the subject's own (`main`) or one check's.
        purpose: String,
        /// What it may use; empty in journals of old.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        limits: Limits,
    },
    /// The package manager was asked who it is.
    ManagerFound {
        /// Its version, where it said.
        version: Option<String>,
        /// Its configuration and view of its installation.
        configuration: BTreeMap<String, String>,
    },
    /// The subject's files were looked over.
    Surveyed {
        /// What stands out.
        survey: Survey,
    },
    /// The reference work was done, which tells how fast the machine is.
    Calibrated(Calibration),
    /// A phase begins.
    PhaseStarted {
        /// The phase.
        phase: String,
        /// Its priority.
        priority: Priority,
        /// How many checks it has.
        checks: usize,
    },
    /// The container was restarted, and that was proven.
    Restarted {
        /// The phase that it belongs to.
        phase: String,
        /// How.
        restart: Restart,
        /// The proof: process 1 before and after.
        proof: String,
    },
    /// A check begins.
    CheckStarted {
        /// The check.
        check: CheckId,
    },
    /// A package manager at work prints a line.
    OperationLine {
        /// What it is at, as a check's id or `install`.
        operation: String,
        /// The line.
        line: String,
    },
    /// A package manager at work tells how far it is.
    OperationStage {
        /// What it is at.
        operation: String,
        /// How far it is.
        stage: Stage,
    },
    /// What a check saw in its deciding try, kept to be judged again; comes before its end.
    Observed(Box<Observed>),
    /// A check ended.
    CheckEnded(Box<CheckEnded>),
    /// The first failure of a phase was looked into.
    Diagnosed {
        /// The phase.
        phase: String,
        /// What was found, as text of several lines.
        text: String,
    },
    /// A phase ended.
    PhaseEnded {
        /// The phase.
        phase: String,
        /// Seconds it took.
        seconds: f64,
    },
    /// The run ended.
    RunEnded {
        /// How.
        ending: Ending,
        /// Seconds in all.
        seconds: f64,
    },
    /// Earlier runs of the subject were looked up, for whoever reports or judges this one.
    Recalled {
        /// The latest of them, oldest first.
        past: Vec<Past>,
        /// What the latest stable one among them looked at, its checks and times left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stable: Option<Box<Baseline>>,
    },
    /// It was looked whether the image holds anything of this machine, such as its certificate authorities.
    Traced {
        /// Where it does, a line each; empty: it does not.
        traces: Vec<String>,
    },
    /// The run that this one is held against.
    BaselineFound {
        /// What is known of it.
        baseline: Box<Baseline>,
    },
    /// The gate has spoken.
    Judged {
        /// What it said.
        verdict: Verdict,
    },
}

/// How a run begins.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RunStarted {
    /// The run.
    pub run: RunId,
    /// The subject's name.
    pub subject: String,
    /// The package manager.
    pub manager: String,
    /// How it is set up, by the subject's configuration.
    #[serde(default)]
    pub setup: Setup,
    /// The success rates that its policy asks for.
    #[serde(default)]
    pub goals: Goals,
    /// Whether all checks of the subject are in the plan.
    pub whole: bool,
    /// All checks of the plan in order, with their phase's priority known from `PhaseStarted`: what does not come to an outcome is errored.
    pub checks: Vec<PlannedCheck>,
    /// shakedown's version.
    pub shakedown: String,
    /// Whether the host's CA bundle is given: `host` or `image`.
    pub trust: String,
    /// Engine, version and API version.
    pub engine: BTreeMap<String, String>,
    /// The host: `cpus`, `memory_bytes`, `kernel`, `os`.
    pub host: BTreeMap<String, String>,
    /// Where the run folder is.
    pub folder: String,
    /// What was asked for, by content.
    #[serde(default)]
    pub hashes: Hashes,
}

/// What a run was asked for, by content: SHA-256 in hexadecimal, empty where there is nothing of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hashes {
    /// Of the subject's file.
    pub config: String,
    /// Of all suites, in the subject's order.
    pub suites: String,
    /// Of the stages' Dockerfiles, in order; empty where the image was not built here.
    pub dockerfiles: String,
}

/// A check as the plan has it, enough to count it when it never came to run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlannedCheck {
    /// The check.
    pub id: CheckId,
    /// Priority of its phase.
    pub priority: Priority,
    /// Whether it counts.
    pub counted: bool,
    /// Checks that may fail for the reason that makes this one fail.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub explains: Vec<CheckId>,
}

/// How a check ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CheckEnded {
    /// The check.
    pub check: CheckId,
    /// What became of it.
    pub outcome: Outcome,
    /// Whether it counts.
    pub counted: bool,
    /// What it protects from.
    pub about: String,
    /// What to do, when it did not pass.
    pub hint: Option<String>,
    /// Seconds from its start to its end.
    pub seconds: f64,
    /// How many tries it took; a pass with more than one is flaky.
    pub attempts: u32,
    /// Figures it took.
    pub measurements: Vec<Measurement>,
    /// What was run in the step that decided, where that ran a command.
    pub invocation: Option<Vec<String>>,
    /// What the step that decided looked at, in words, as `file /opt/uv/bin/uv`, where that ran no command.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub looked_at: Option<String>,
    /// What the deciding step printed on standard output.
    pub stdout: Option<String>,
    /// What the deciding step printed on standard error.
    pub stderr: Option<String>,
    /// A line to type that does by hand what the deciding step did, or the check again where that ran no command; of
    /// checks that did not pass.
    pub reproduce: Option<String>,
    /// The step that came nearest to its deadline, where one ran a command.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nearest: Option<Nearest>,
    /// Worth telling although it is no outcome, as "output cut after 1 MiB".
    pub notes: Vec<String>,
}

/// What a check saw.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Observed {
    /// The check.
    pub check: CheckId,
    /// What it saw; absent in the journal, which keeps it in a file of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recording: Option<Recording>,
}

/// How near a step came to its deadline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Nearest {
    /// The step.
    pub step: String,
    /// Seconds that its command took.
    pub seconds: f64,
    /// Seconds that it might have taken.
    pub deadline: f64,
}

impl Nearest {
    /// How much of the deadline was used up, 1 being all of it.
    pub fn share(&self) -> f64 {
        self.seconds / self.deadline
    }
}

/// Where a run folder keeps what a check printed: paths within it, absent where nothing was printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutputPaths {
    /// Of standard output, as `outputs/packages.import.scipy.stdout`.
    pub stdout: Option<String>,
    /// Of standard error.
    pub stderr: Option<String>,
}

impl CheckEnded {
    /// Where a run folder keeps what the deciding step printed.
    pub fn output_paths(&self) -> OutputPaths {
        let stem = self.check.file_stem();
        let path = |text: &Option<String>, stream: &str| {
            text.as_ref().filter(|text| !text.is_empty()).map(|_| format!("outputs/{stem}.{stream}"))
        };
        OutputPaths { stdout: path(&self.stdout, "stdout"), stderr: path(&self.stderr, "stderr") }
    }
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// Everything planned was tried.
    Completed,
    /// The image could not be built; the event before says why.
    NotBuilt,
    /// The subject cannot be had here, for this reason (its package manager cannot be obtained, for instance).
    NotObtained {
        /// Why.
        reason: String,
        /// The way out.
        hint: String,
    },
    /// The container did not come up; the subject's fault.
    NotStarted {
        /// Why, with its last log lines.
        reason: String,
    },
    /// Stopped after the first failure, as asked.
    Cut,
    /// The user interrupted it.
    Interrupted,
    /// The engine or the host failed.
    Broken {
        /// How.
        reason: String,
    },
}
