//! What a run will do, all names resolved: phases of checks of steps.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::build::ImagePart;
use super::container::{ContainerChange, Restart};
use super::expectation::{Expectation, Quantity};
use super::fault::Fault;
use super::id::CheckId;
use super::inquiry::Inquiry;
use super::invocation::Invocation;

/// All phases of one subject, in order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The subject's name.
    pub subject: String,
    /// The phases in order; none is empty.
    pub phases: Vec<PhasePlan>,
    /// Whether this is everything the subject has: no selection took anything away.
    pub whole: bool,
    /// What tells who the package manager is, for the record; judged by nobody.
    pub identity: Vec<Step>,
    /// What to look at once when a phase has its first failure; judged by nobody.
    pub diagnosis: Vec<Step>,
    /// The entries of PATH that are the manager's, absolute folders.
    pub path: Vec<String>,
    /// The versions of the manager that the suites are made for, as far as they say.
    pub supported: Vec<Supported>,
}

/// The versions of the manager that a suite is made for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Supported {
    /// The suite.
    pub suite: String,
    /// Their range, as `>=0.8`.
    pub range: String,
}

impl Plan {
    /// All checks in order.
    pub fn checks(&self) -> impl Iterator<Item = &Check> {
        self.phases.iter().flat_map(|phase| &phase.checks)
    }
}

/// One phase.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PhasePlan {
    /// Its name.
    pub phase: String,
    /// How much its failures matter to the reader.
    pub priority: Priority,
    /// What is done to a container before the checks are judged; those that expect the same as before are observed
    /// before it, too. Of several each is done to a container of its own, and each check is there once for each of them.
    pub before: Vec<Restart>,
    /// The checks in order.
    pub checks: Vec<Check>,
}

/// Priorities of phases; high ones head the report when they fail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Priority {
    /// Heads the report.
    High,
    /// In between.
    #[default]
    Medium,
    /// Comes last.
    Low,
}

/// One expectation about the subject.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// Its id, unique in the plan.
    pub id: CheckId,
    /// What it protects from, in one line.
    pub about: String,
    /// Where it runs.
    pub isolation: Isolation,
    /// What is otherwise for its container, which is its own then.
    #[serde(default)]
    pub container: ContainerChange,
    /// Checks that must have passed, else this one is blocked.
    pub needs: Vec<CheckId>,
    /// Checks that may fail for the reason that makes this one fail.
    pub explains: Vec<CheckId>,
    /// After which transitions of its phase it is looked at; none: after each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<Restart>,
    /// Shows, but does not count.
    pub advice: bool,
    /// By what a selection finds it: `fast`, `slow`, `network`, `destructive`, or words of a suite's own.
    pub tags: Vec<String>,
    /// What to do when it fails.
    pub hint: Option<String>,
    /// How often it may be tried again when it fails.
    pub retries: u32,
    /// How often a measuring step is observed; the budget is held against the median.
    pub repeat: u32,
    /// The steps in order. The first that does not come out right decides; steps marked `always` are still carried out.
    pub steps: Vec<Step>,
    /// Why it is skipped without being tried (the manager lacks a capability, for instance).
    pub skip: Option<String>,
}

/// Where a check runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Isolation {
    /// Together with others in the subject's container; it only reads.
    #[default]
    Batch,
    /// In the subject's container, alone, in order.
    Shared,
    /// In a container of its own.
    Fresh,
}

/// One look at the subject, and what should be seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Its name within the check.
    pub name: String,
    /// What to look at or do.
    pub probe: Probe,
    /// What should be seen.
    pub expect: Expectation,
    /// Carried out even when an earlier step did not come out right (taking a fault off).
    pub always: bool,
    /// A figure to take from what is seen, perhaps with a budget.
    pub measure: Option<Measure>,
}

impl Step {
    /// A step that is carried out in its turn and measures nothing.
    pub fn new(name: impl Into<String>, probe: Probe, expect: Expectation) -> Self {
        Self { name: name.into(), probe, expect, always: false, measure: None }
    }

    /// The longest that it can take, once.
    pub fn deadline(&self) -> Duration {
        match &self.probe {
            Probe::Run { invocation, .. } | Probe::Entrypoint { invocation, .. } => invocation.deadline,
            Probe::Together(invocations) => invocations.iter().map(|one| one.deadline).max().unwrap_or_default(),
            _ => Invocation::DEADLINE,
        }
    }
}

#[cfg(test)]
impl Check {
    /// A check of nothing, for tests to fill in what they are about.
    pub(crate) fn bare(id: CheckId, isolation: Isolation) -> Self {
        Self {
            id,
            about: String::new(),
            isolation,
            container: ContainerChange::default(),
            needs: Vec::new(),
            explains: Vec::new(),
            after: Vec::new(),
            advice: false,
            tags: Vec::new(),
            hint: None,
            retries: 0,
            repeat: 1,
            steps: Vec::new(),
            skip: None,
        }
    }
}

/// A figure to take from an observation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measure {
    /// What to call it in reports, as `import` or `memory`.
    pub name: String,
    /// Which figure.
    pub quantity: Quantity,
    /// The most it may be, in the quantity's unit; absent: it is shown, not judged.
    pub budget: Option<f64>,
}

/// What to look at, or do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Probe {
    /// Run a command, and let the manager's parser read its output.
    Run {
        /// The command.
        invocation: Invocation,
        /// What to make of its output.
        read: Option<Reading>,
        /// What means that there is nothing to check here.
        skip: Skip,
    },
    /// Run several commands at the same time.
    Together(Vec<Invocation>),
    /// Ask the agent.
    Ask {
        /// The question.
        inquiry: Inquiry,
        /// As which user; absent: the container's own.
        user: Option<String>,
    },
    /// Read the records that an environment's files hold: what is installed by the files' account.
    Records {
        /// Folder to search, absolute.
        folder: String,
        /// How the path of a record file ends.
        suffix: String,
        /// How to read what is there.
        reading: Reading,
    },
    /// Read one file and let the manager's parser read it, as a manifest.
    Manifest {
        /// The file, absolute.
        path: String,
        /// How to read it.
        reading: Reading,
    },
    /// The seconds of the build step that the subject's `measure` names.
    BuildStep(String),
    /// Something of the image itself.
    Image(ImagePart),
    /// The container's log, since it was made, without the lines that it may have.
    Log {
        /// Regular expression of these lines → why they are allowed.
        allowed: BTreeMap<String, String>,
    },
    /// Give a command to the image's own entrypoint, in a container that is there for that alone, as `docker run` does. It
    /// runs as the image's own user unless the invocation names one.
    Entrypoint {
        /// The command. Where the entrypoint is the program itself, only the arguments are given to it.
        invocation: Invocation,
        /// Whether there is a terminal.
        terminal: bool,
        /// The package manager: an entrypoint that is this one starts nothing else.
        manager: String,
    },
    /// Put a fault on, and see that it is on.
    Inject(Fault),
    /// Take it off, and see that it is off.
    Heal(Fault),
}

/// What of a command means that there is nothing to check here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skip {
    /// This exit code; the first line printed says why, a second one what would change that.
    pub exit: Option<i32>,
    /// That its program is not there: a shell that the image need not have.
    pub missing: bool,
}

/// Which of a manager's parsers reads an output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// The package manager.
    pub manager: String,
    /// What to read.
    pub what: Question,
    /// Of a list of packages only this one, where one is named.
    pub only: Option<String>,
}

/// What can be asked of a package manager, and read from its output or files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Question {
    /// Its version → `Fact::Version`.
    Version,
    /// Its view of its installation → `Fact::Installation`.
    Installation,
    /// All its environments → `Fact::Environments`.
    Environments,
    /// What is in one environment → `Fact::Packages`.
    Packages {
        /// The environment's name.
        environment: String,
    },
    /// What an environment's files say is in it → `Fact::Packages`.
    Records {
        /// The environment's name.
        environment: String,
    },
    /// What the manifest says of an environment → `Fact::Environments`.
    Manifest {
        /// The environment's name.
        environment: String,
    },
    /// Whether anything is to be done in one environment → `Fact::UpToDate`.
    UpToDate {
        /// The environment's name.
        environment: String,
    },
    /// Why it was refused → `Fact::Refusal`.
    Refusal,
}
