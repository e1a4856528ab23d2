//! The fold of all events of a run: the one source of reports and verdicts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::baseline::Baseline;
use super::build::{BuiltStage, ImageFacts, Recipe};
use super::container::Restart;
use super::event::{CheckEnded, Ending, Envelope, Event, RunStarted};
use super::history::Past;
use super::id::CheckId;
use super::limits::Limits;
use super::measure::Measurement;
use super::moment::seconds_between;
use super::outcome::Outcome;
use super::plan::Priority;
use super::reference::Calibration;
use super::survey::Survey;
use super::verdict::Verdict;

/// Everything that is known of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// How it began.
    pub start: RunStarted,
    /// When it began, RFC 3339.
    pub started: String,
    /// Whether events are missing among those that it is made of, so that it may lack anything.
    pub damaged: bool,
    /// Notices in order.
    pub notices: Vec<String>,
    /// What the stages are built of, in order, that of a stage that could not be built included.
    #[serde(default)]
    pub recipes: Vec<Recipe>,
    /// Stages that were built.
    pub stages: Vec<BuiltStage>,
    /// The build that failed, if one did.
    pub build_failure: Option<BuildFailure>,
    /// The image that was judged.
    pub image: Option<ImageFacts>,
    /// The manager's version, where it said.
    pub manager_version: Option<String>,
    /// The manager's configuration.
    pub configuration: BTreeMap<String, String>,
    /// What the subject's container may use; empty where nobody looked.
    #[serde(default)]
    pub limits: Limits,
    /// What the reference work took, in the order in which it was done.
    #[serde(default)]
    pub calibrations: Vec<Calibration>,
    /// Phases in the plan's order, with those of their checks that ended.
    pub phases: Vec<PhaseRecord>,
    /// Checks in the order in which they came to their end.
    #[serde(default)]
    pub order: Vec<CheckId>,
    /// How it ended; absent while it runs and after it died.
    pub ending: Option<Ending>,
    /// Seconds in all, or up to the last event where the run did not come to its end.
    pub seconds: f64,
    /// Files that whoever gets in could use; absent where nobody looked.
    #[serde(default)]
    pub survey: Option<Survey>,
    /// Where the image holds something of the machine that built it; absent where nobody looked.
    #[serde(default)]
    pub traces: Option<Vec<String>>,
    /// Earlier runs of the subject, oldest first.
    #[serde(default)]
    pub past: Vec<Past>,
    /// What the latest stable one of these looked at, its checks and times left out.
    pub last_stable: Option<Box<Baseline>>,
    /// The run that this one is held against, where one was named.
    #[serde(default)]
    pub baseline: Option<Baseline>,
    /// What the gate said, if it came to that.
    pub verdict: Option<Verdict>,
}

/// A build that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BuildFailure {
    /// The stage.
    pub stage: String,
    /// The step.
    pub step: Option<String>,
    /// What went wrong.
    pub message: String,
    /// The step's last lines.
    pub log: Vec<String>,
    /// Whether the environment is at fault.
    pub environment: bool,
    /// What to do.
    pub hint: Option<String>,
}

/// What is known of one phase.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PhaseRecord {
    /// Its name.
    pub phase: String,
    /// Its priority.
    pub priority: Priority,
    /// Its checks in the plan's order. One that never came to an outcome is errored.
    pub checks: Vec<CheckRecord>,
    /// Seconds it took; while it is under way, and where the run ended in its midst, those up to the last event of it.
    pub seconds: f64,
    /// When it began, RFC 3339, while it is under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub began: Option<String>,
    /// How the container was restarted in it, with the proof.
    pub restarts: Vec<(Restart, String)>,
    /// The diagnosis of its first failure.
    pub diagnosis: Option<String>,
}

/// What is known of one check.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CheckRecord {
    /// How it ended. Before it ended: errored, "it did not come to run".
    pub ended: CheckEnded,
    /// Whether it came to an end at all.
    pub concluded: bool,
}

impl CheckRecord {
    /// Passed, but not at the first try.
    pub fn is_flaky(&self) -> bool {
        self.ended.outcome.is_passed() && self.ended.attempts > 1
    }

    /// The subject failed it by itself: blocked ones failed elsewhere.
    pub fn is_failed(&self) -> bool {
        matches!(self.ended.outcome, Outcome::Failed(_) | Outcome::TimedOut { .. })
    }
}

/// How many of how many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rate {
    /// Passed.
    pub passed: usize,
    /// Passed, failed, timed out, or blocked by one of these.
    pub counted: usize,
}

impl Rate {
    /// Percent with one decimal, rounded down: what is below a limit never looks like the limit, and less than all
    /// never like 100. `None` where nothing was counted: no rate at all, which satisfies no gate.
    pub fn percent(self) -> Option<f64> {
        // In whole tenths, since 29% of 100 is a little less in binary fractions.
        let tenths = (1000 * self.passed).checked_div(self.counted)?;
        Some(tenths as f64 / 10.0)
    }

    /// The percent as everybody writes it, `98.3%`; `–` where nothing was counted.
    pub fn words(self) -> String {
        self.percent().map_or_else(|| "–".to_owned(), |percent| format!("{percent:.1}%"))
    }

    fn of<'a>(checks: impl Iterator<Item = &'a CheckRecord>) -> Self {
        checks.filter(|check| check.ended.counted).fold(Self::default(), |rate, check| {
            let passed = usize::from(check.ended.outcome.is_passed());
            let failed = usize::from(check.ended.outcome.is_subject_failure());
            Self { passed: rate.passed + passed, counted: rate.counted + passed + failed }
        })
    }
}

impl PhaseRecord {
    /// The phase's success rate.
    pub fn rate(&self) -> Rate {
        Rate::of(self.checks.iter())
    }
}

impl Record {
    /// The fold over all events.
    pub fn of<'a>(envelopes: impl IntoIterator<Item = &'a Envelope>) -> Self {
        let mut record = Self::default();
        for envelope in envelopes {
            record.apply(envelope);
        }
        record
    }

    /// All checks in the plan's order.
    pub fn checks(&self) -> impl Iterator<Item = &CheckRecord> {
        self.phases.iter().flat_map(|phase| &phase.checks)
    }

    /// Phases with the most important first, those of one priority in the plan's order.
    pub fn by_priority(&self) -> Vec<&PhaseRecord> {
        let mut phases: Vec<_> = self.phases.iter().collect();
        phases.sort_by_key(|phase| phase.priority);
        phases
    }

    /// The success rate over all phases.
    pub fn rate(&self) -> Rate {
        Rate::of(self.checks())
    }

    /// A check by id.
    pub fn check(&self, id: &CheckId) -> Option<&CheckRecord> {
        self.checks().find(|check| check.ended.check == *id)
    }

    /// All figures: those of checks, named `check id: figure`.
    pub fn measurements(&self) -> Vec<(CheckId, &Measurement)> {
        self.checks()
            .flat_map(|check| check.ended.measurements.iter().map(|figure| (check.ended.check.clone(), figure)))
            .collect()
    }

    /// Takes in one event.
    pub fn apply(&mut self, envelope: &Envelope) {
        if self.ending.is_none()
            && let Some(seconds) = seconds_between(&self.started, &envelope.at)
        {
            self.seconds = seconds.max(0.0);
        }
        if !matches!(envelope.event, Event::RunEnded { .. } | Event::Judged { .. }) {
            self.take_time(&envelope.at);
        }
        match &envelope.event {
            Event::RunStarted(start) => self.begin(start, &envelope.at),
            Event::PhaseStarted { phase, .. } => {
                self.with_phase(phase, |phase| phase.began = Some(envelope.at.clone()));
            }
            Event::Notice { text } => self.notices.push(text.clone()),
            Event::BuildStarted { recipe, .. } => self.recipes.push(recipe.as_ref().clone()),
            Event::BuildEnded { built } => self.stages.push(built.clone()),
            Event::BuildFailed { stage, step, message, log, environment, hint } => {
                self.build_failure = Some(BuildFailure {
                    stage: stage.clone(),
                    step: step.clone(),
                    message: message.clone(),
                    log: log.clone(),
                    environment: *environment,
                    hint: hint.clone(),
                });
            }
            Event::ImageReady { image } => self.image = Some(image.clone()),
            Event::ContainerReady { limits, .. } => self.limits.clone_from(limits),
            Event::Calibrated(calibration) => self.calibrations.push(calibration.clone()),
            Event::ManagerFound { version, configuration } => {
                self.manager_version.clone_from(version);
                self.configuration.clone_from(configuration);
            }
            Event::Restarted { phase, restart, proof } => {
                self.with_phase(phase, |phase| phase.restarts.push((*restart, proof.clone())));
            }
            Event::CheckEnded(ended) => self.check_ended(ended),
            Event::Diagnosed { phase, text } => self.with_phase(phase, |phase| phase.diagnosis = Some(text.clone())),
            Event::PhaseEnded { phase, seconds } => self.with_phase(phase, |phase| {
                phase.seconds = *seconds;
                phase.began = None;
            }),
            Event::RunEnded { ending, seconds } => {
                self.ending = Some(ending.clone());
                self.seconds = *seconds;
            }
            Event::Recalled { past, stable } => {
                self.past.clone_from(past);
                self.last_stable.clone_from(stable);
            }
            Event::Surveyed { survey } => self.survey = Some(survey.clone()),
            Event::Traced { traces } => self.traces = Some(traces.clone()),
            Event::BaselineFound { baseline } => self.baseline = Some(baseline.as_ref().clone()),
            Event::Judged { verdict } => self.verdict = Some(verdict.clone()),
            Event::BuildStepStarted { .. }
            | Event::BuildLine { .. }
            | Event::OperationLine { .. }
            | Event::OperationStage { .. }
            | Event::BuildStepEnded { .. }
            | Event::Observed(_)
            | Event::CheckStarted { .. } => {}
        }
    }

    fn begin(&mut self, start: &RunStarted, at: &str) {
        self.start = start.clone();
        at.clone_into(&mut self.started);
        for planned in &start.checks {
            if self.phases.iter().all(|phase| phase.phase != planned.id.phase) {
                let phase = planned.id.phase.clone();
                self.phases.push(PhaseRecord { phase, priority: planned.priority, ..PhaseRecord::default() });
            }
            let ended = CheckEnded::pending(planned.id.clone(), planned.counted);
            self.with_phase(&planned.id.phase, |phase| phase.checks.push(CheckRecord { ended, concluded: false }));
        }
    }

    /// A phase that nothing ends took until the last event of the run.
    fn take_time(&mut self, at: &str) {
        for phase in self.phases.iter_mut().filter(|_| self.ending.is_none()) {
            let seconds = phase.began.as_ref().and_then(|began| seconds_between(began, at));
            phase.seconds = seconds.map_or(phase.seconds, |seconds| seconds.max(0.0));
        }
    }

    fn check_ended(&mut self, ended: &CheckEnded) {
        let found =
            self.phases.iter_mut().flat_map(|phase| &mut phase.checks).find(|check| check.ended.check == ended.check);
        if let Some(check) = found {
            if !check.concluded {
                self.order.push(ended.check.clone());
            }
            *check = CheckRecord { ended: ended.clone(), concluded: true };
        }
    }

    fn with_phase(&mut self, name: &str, change: impl FnOnce(&mut PhaseRecord)) {
        if let Some(phase) = self.phases.iter_mut().find(|phase| phase.phase == name) {
            change(phase);
        }
    }
}

impl CheckEnded {
    /// A check that has not come to an outcome: errored until it does.
    pub fn pending(check: CheckId, counted: bool) -> Self {
        Self {
            check,
            outcome: Outcome::Errored { reason: "it did not come to run".to_owned() },
            counted,
            about: String::new(),
            hint: None,
            seconds: 0.0,
            attempts: 0,
            measurements: Vec::new(),
            invocation: None,
            looked_at: None,
            stdout: None,
            stderr: None,
            reproduce: None,
            nearest: None,
            notes: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample;

    #[test]
    fn a_rate_below_a_limit_never_shows_as_the_limit() {
        for counted in 1..=300_usize {
            for passed in 0..=counted {
                let rate = Rate { passed, counted };
                let shown: f64 = rate.words().trim_end_matches('%').parse().expect("a number");
                assert_eq!(Some(shown), rate.percent(), "{rate:?}");
                for limit in [0.1, 50.0, 66.7, 85.0, 95.0, 99.9, 100.0] {
                    let is_below = 100.0 * (passed as f64) < limit * counted as f64;
                    assert!(!is_below || shown < limit, "{rate:?} shows as {shown} where {limit} is needed");
                }
                assert_eq!(passed == counted, rate.words() == "100.0%", "{rate:?}");
            }
        }
        assert_eq!(Rate { passed: 9_999_999, counted: 10_000_000 }.words(), "99.9%");
        assert_eq!((Rate::default().percent(), Rate::default().words().as_str()), (None, "–"));
    }

    #[test]
    fn a_phase_without_an_end_took_until_the_last_event_before_that_of_the_run() {
        let checks = ["installation/binary", "installation/version"].map(sample::passed);
        let mut events = sample::run(&checks, Ending::Interrupted);
        events.retain(|envelope| !matches!(envelope.event, Event::PhaseEnded { .. }));
        for (envelope, second) in events.iter_mut().rev().zip([59, 31, 30, 21, 20, 11]) {
            envelope.at = format!("2026-11-20T12:30:{second}.000Z");
        }
        // The phase began at 11 s, its last check ended at 31 s, and the run at 59 s.
        let told = |events: &[Envelope]| {
            let phase = Record::of(events).phases.remove(0);
            (phase.seconds, phase.began.is_some())
        };
        assert_eq!(told(&events), (20.0, true));
        assert_eq!(told(&sample::run(&checks, Ending::Completed)), (1.0, false));
    }

    #[test]
    fn a_run_without_an_end_took_until_its_last_event() {
        let passed = sample::passed("installation/binary");
        let mut events = sample::run(std::slice::from_ref(&passed), Ending::Completed);
        assert!(matches!(events.pop().map(|last| last.event), Some(Event::RunEnded { .. })));
        let last = events.last_mut().expect("it began");
        last.at = "2026-11-20T12:11:30.250Z".to_owned();
        let record = Record::of(&events);
        assert_eq!((record.seconds, record.ending), (90.25, None));
    }
}
