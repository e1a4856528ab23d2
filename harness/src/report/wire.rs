//! The types of `report.json`: public by their form, private as types, so that the model may change and the file not.
//!
//! The doc comments are the descriptions in the schema. Fields may be added under one schema number; one that goes,
//! or changes its meaning, needs the next.

#![expect(clippy::struct_field_names, reason = "the names are those of the file")]

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The number of this form.
pub(super) const SCHEMA: u32 = 1;

/// What a run of shakedown found out about one subject.
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "report.json of shakedown")]
pub(super) struct Report {
    /// Number of the form of this file: 1.
    pub(super) schema: u32,
    /// The run's id.
    pub(super) run: String,
    /// The subject's name.
    pub(super) subject: String,
    /// shakedown's version.
    pub(super) shakedown: String,
    /// When the run began, RFC 3339.
    pub(super) started: String,
    /// Seconds in all.
    pub(super) seconds: f64,
    /// Whether all checks of the subject were in the plan.
    pub(super) whole: bool,
    /// How the run ended; null when it died before it could say.
    pub(super) ending: Option<Ending>,
    /// What the gate said.
    pub(super) verdict: Verdict,
    /// The success rate over all counted checks.
    pub(super) rate: Rate,
    /// The image that was judged, and how it was built.
    pub(super) image: Image,
    /// The package manager.
    pub(super) manager: Manager,
    /// The container engine.
    pub(super) engine: Engine,
    /// The machine that ran the checks.
    pub(super) host: Host,
    /// What the subject's container might use, by name: `processors`, `memory_bytes`, `processes`, `io`, `open_files`,
    /// `user_processes`, `stack_bytes`. A number or `unlimited`; of `io` the devices with their rates. What could not be
    /// read is not there.
    #[serde(default)]
    pub(super) limits: BTreeMap<String, String>,
    /// What the reference work took in the course of the run: how fast the machine was.
    #[serde(default)]
    pub(super) reference: Vec<Reference>,
    /// Worth telling although it is no outcome.
    pub(super) notices: Vec<String>,
    /// The phases in the plan's order.
    pub(super) phases: Vec<Phase>,
    /// All figures of all checks.
    pub(super) measurements: Vec<Measurement>,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Ending {
    /// Everything planned was tried.
    Completed,
    /// The image could not be built.
    NotBuilt,
    /// The subject cannot be had on this machine.
    NotObtained,
    /// The container did not come up.
    NotStarted,
    /// Stopped after the first failure, as asked.
    Cut,
    /// The user interrupted it.
    Interrupted,
    /// The engine or the host failed.
    Broken,
}

/// What the gate said.
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct Verdict {
    /// The answer.
    pub(super) verdict: Decision,
    /// The exit code: 0 stable, 1 not stable, 3 inconclusive, 4 empty, 130 interrupted.
    pub(super) exit: u8,
    /// Why, most important first.
    pub(super) reasons: Vec<String>,
    /// Worth telling although it decided nothing.
    pub(super) remarks: Vec<String>,
}

/// The gate's four answers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Decision {
    /// The image works, as far as the whole suite can tell.
    Stable,
    /// It does not.
    NotStable,
    /// It could not be told.
    Inconclusive,
    /// Nothing was selected.
    Empty,
}

/// How many of how many.
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct Rate {
    /// Checks that passed.
    pub(super) passed: usize,
    /// Checks that passed, failed, timed out, or were blocked by one of these.
    pub(super) counted: usize,
    /// Percent with one decimal, rounded down; null when nothing was counted.
    pub(super) percent: Option<f64>,
}

/// The image that was judged.
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct Image {
    /// Its id; null when there was none.
    pub(super) id: Option<String>,
    /// What it was called by whoever asked for it; null when it was built here.
    pub(super) name: Option<String>,
    /// Operating system and architecture.
    pub(super) platform: Option<String>,
    /// Size of all layers.
    pub(super) bytes: Option<u64>,
    /// Whose CA bundle counts in it: `host` or `image`.
    pub(super) trust: String,
    /// The stages that were built.
    pub(super) stages: Vec<Stage>,
    /// The build that failed, if one did.
    pub(super) failure: Option<BuildFailure>,
}

/// A stage that was built.
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct Stage {
    /// Its name.
    pub(super) name: String,
    /// Whether every step came from the cache.
    pub(super) cached: bool,
    /// Size of the image that it made, with all below it; null where that is not known.
    #[serde(default)]
    pub(super) bytes: Option<u64>,
    /// Size of what it was built on; null where that is not known.
    #[serde(default)]
    pub(super) base_bytes: Option<u64>,
    /// Seconds for the whole build.
    pub(super) seconds: f64,
    /// Its steps in order.
    pub(super) steps: Vec<Step>,
}

/// A step of a build.
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct Step {
    /// The instruction.
    pub(super) step: String,
    /// Seconds; 0 when it came from the cache.
    pub(super) seconds: f64,
    /// Whether it came from the cache.
    pub(super) cached: bool,
}

/// A build that failed.
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct BuildFailure {
    /// The stage.
    pub(super) stage: String,
    /// The step, where one failed.
    pub(super) step: Option<String>,
    /// What went wrong.
    pub(super) message: String,
    /// The step's last lines.
    pub(super) log: Vec<String>,
    /// Whether the environment (network, engine) is at fault, not the image.
    pub(super) environment: bool,
    /// What to do.
    pub(super) hint: Option<String>,
}

/// The package manager.
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct Manager {
    /// Its name.
    pub(super) name: String,
    /// Its version, where it said.
    pub(super) version: Option<String>,
    /// What it says itself of its configuration and installation.
    pub(super) configuration: BTreeMap<String, String>,
    /// What the subject's configuration says of it.
    pub(super) setup: Setup,
}

/// What the subject's configuration says of the package manager's installation.
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct Setup {
    /// The file that says it.
    pub(super) file: String,
    /// The range that the version must lie in; null: any.
    pub(super) version: Option<String>,
    /// The program.
    pub(super) binary: String,
    /// The home.
    pub(super) home: String,
    /// The folder of downloads that are kept, where a variable names it.
    pub(super) cache: Option<String>,
    /// Variables of the installation and the containers; those that hold secrets are masked.
    pub(super) variables: BTreeMap<String, String>,
    /// Folders of the installation.
    pub(super) folders: Vec<String>,
    /// Folders that PATH must hold.
    pub(super) path: Vec<String>,
    /// Where the build got the manager and its packages from, as far as the configuration names it: URLs, and local
    /// files and folders in their place.
    pub(super) sources: Vec<String>,
}

/// The container engine.
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct Engine {
    /// Its name.
    pub(super) name: Option<String>,
    /// Its version.
    pub(super) version: Option<String>,
    /// The version of its API.
    pub(super) api: Option<String>,
}

/// The machine that ran the checks.
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct Host {
    /// Processors.
    pub(super) cpus: Option<u64>,
    /// Memory.
    pub(super) memory_bytes: Option<u64>,
    /// Operating system.
    pub(super) os: Option<String>,
    /// Kernel.
    pub(super) kernel: Option<String>,
}

/// The reference work, done several times at one moment; times are those of the sample in the middle.
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct Reference {
    /// When, as `before performance`.
    pub(super) moment: String,
    /// How often it was done.
    pub(super) samples: usize,
    /// Seconds in all.
    pub(super) seconds: f64,
    /// Seconds for hashing.
    pub(super) processor_seconds: f64,
    /// Seconds for making, reading and removing small files.
    pub(super) files_seconds: f64,
    /// Seconds for starting processes and awaiting their end.
    pub(super) processes_seconds: f64,
    /// How many times as long as stated it took.
    pub(super) slowdown: f64,
}

/// A phase.
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct Phase {
    /// Its name.
    pub(super) phase: String,
    /// `high`, `medium` or `low`.
    pub(super) priority: String,
    /// Checks that passed.
    pub(super) passed: usize,
    /// Checks that were counted; 0 means that there is no rate.
    pub(super) counted: usize,
    /// Seconds.
    pub(super) seconds: f64,
    /// What was found when its first failure was looked into.
    pub(super) diagnosis: Option<String>,
    /// Its checks in the plan's order.
    pub(super) checks: Vec<Check>,
}

/// A check.
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct Check {
    /// `phase/name` or `phase/name[item]`.
    pub(super) id: String,
    /// What became of it.
    pub(super) outcome: Outcome,
    /// Whether it counts for the rate; advice does not.
    pub(super) counted: bool,
    /// Passed, but not at the first try.
    pub(super) flaky: bool,
    /// Seconds.
    pub(super) seconds: f64,
    /// How many tries it took; 0 when it was not tried.
    pub(super) attempts: u32,
    /// What it protects from.
    pub(super) about: String,
    /// What should have been; of failed and timed-out checks.
    pub(super) expected: Option<String>,
    /// What was; of failed and timed-out checks.
    pub(super) actual: Option<String>,
    /// A unified diff, where both are texts of several lines.
    pub(super) diff: Option<String>,
    /// Why: what blocked it, why it was skipped, why it could not be told, at which step it failed.
    pub(super) reason: Option<String>,
    /// What to do, when it did not pass.
    pub(super) hint: Option<String>,
    /// What was run in the step that decided.
    pub(super) invocation: Option<Vec<String>>,
    /// What the step that decided looked at, in words; null where it ran a command.
    pub(super) looked_at: Option<String>,
    /// Figures it took.
    pub(super) measurements: Vec<Measurement>,
    /// File in the run folder with what it printed on standard output; null when that is nothing.
    pub(super) stdout: Option<String>,
    /// File in the run folder with what it printed on standard error; null when that is nothing.
    pub(super) stderr: Option<String>,
    /// A line to type that does the same by hand, or carries out the check again; of checks that did not pass.
    pub(super) reproduce: Option<String>,
    /// Worth telling although it is no outcome.
    pub(super) notes: Vec<String>,
}

/// What became of a check.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Outcome {
    /// The expectation was met.
    Passed,
    /// It was not.
    Failed,
    /// The deadline passed first.
    TimedOut,
    /// A check that it needs did not pass.
    Blocked,
    /// It does not apply.
    Skipped,
    /// The environment of the test is at fault: it could not be told.
    Errored,
    /// Too noisy to hold against its budget.
    Undecided,
}

/// A figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct Measurement {
    /// What was measured.
    pub(super) name: String,
    /// The check that took it; at the top level only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) check: Option<String>,
    /// `s` (seconds), `B` (bytes) or `count`.
    pub(super) unit: String,
    /// The median of the samples.
    pub(super) median: f64,
    /// The median absolute deviation from the median; 0 for one sample.
    pub(super) spread: f64,
    /// How many samples there are.
    pub(super) samples: usize,
    /// The limit, in the same unit.
    pub(super) budget: Option<f64>,
    /// How many times as long as stated the machine took for the reference work right after; of times beyond their limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) slowdown: Option<f64>,
}
