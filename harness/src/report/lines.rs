//! The lines that stay: what an event says to somebody who watches, or who reads the log later.

use super::account;
use super::pace::Estimate;
use super::paint::{self, paint};
use super::summary::{Look, failure, field, wrapped_after};
use super::text;
use crate::model::event::{CheckEnded, RunStarted};
use crate::model::{BuildStep, CheckRecord, Ending, Envelope, Event, Outcome, Rate, Verdict};

/// Turns events into lines.
pub(super) struct Lines {
    look: Look,
    verbosity: u8,
    /// Whether to say when a step begins; a bar shows it anyway.
    begins: bool,
    /// Checks of the current phase so far.
    checks: Vec<CheckRecord>,
}

impl Lines {
    pub(super) fn new(look: Look, verbosity: u8, begins: bool) -> Self {
        Self { look, verbosity, begins, checks: Vec::new() }
    }

    /// The lines of an event, each with its line break; empty for one that says nothing lasting.
    pub(super) fn of(&mut self, envelope: &Envelope, estimate: &Estimate) -> String {
        let words = match &envelope.event {
            Event::RunStarted(start) => self.fitted(&(started(start) + &expected(estimate.whole(&envelope.at)))),
            Event::PhaseStarted { phase, checks, .. } => {
                let before = estimate.of_phase(phase, *checks).map(text::about);
                self.words(&envelope.event) + &expected(before)
            }
            event => self.words(event),
        };
        if words.is_empty() || words.ends_with('\n') { words } else { words + "\n" }
    }

    fn words(&mut self, event: &Event) -> String {
        let detailed = self.verbosity > 0;
        match event {
            Event::Notice { text } => self.fitted(&format!("note: {}", text::one_line(text, 2000))),
            Event::BuildStarted { stage, cache, .. } => {
                let cache = if *cache { "with the cache" } else { "without the cache" };
                format!("{}: building {cache}", line(stage))
            }
            Event::BuildStepStarted { stage, step } if detailed || self.begins => {
                self.fitted(&format!("{}: {} …", line(stage), line(step)))
            }
            Event::BuildLine { stage, line: printed } if detailed => {
                format!("{}: | {}", line(stage), text::visible(printed).trim_end().replace(['\n', '\t'], " "))
            }
            Event::OperationLine { operation, line: printed } if detailed => {
                format!("{}: | {}", line(operation), text::visible(printed).trim_end().replace(['\n', '\t'], " "))
            }
            Event::OperationStage { operation, stage } if detailed => format!("{}: {stage}", line(operation)),
            Event::BuildStepEnded { stage, step } => self.fitted(&step_ended(stage, step)),
            Event::BuildEnded { built } => {
                let cached = if built.cached { ", all from the cache" } else { "" };
                format!("{}: built in {}{cached}", line(&built.name), text::seconds(built.seconds))
            }
            Event::BuildFailed { stage, step, message, log, hint, .. } => {
                self.build_failed(stage, step.as_deref(), message, log, hint.as_deref())
            }
            Event::ImageReady { image } => {
                let size = text::bytes(image.bytes as f64);
                self.fitted(&format!("image: {} {} {size}", line(&image.id), line(&image.platform)))
            }
            Event::ContainerReady { container, purpose, .. } if detailed || purpose == "main" => {
                format!("container: {} is ready", line(container))
            }
            Event::ManagerFound { version, .. } => {
                format!("package manager: version {}", version.as_deref().map_or("unknown".to_owned(), line))
            }
            Event::PhaseStarted { phase, checks, .. } => {
                self.checks.clear();
                format!("{}: {}", line(phase), text::count(*checks, "check"))
            }
            Event::Restarted { restart, proof, .. } => {
                format!("  container {}: {}", restart.told(), line(proof))
            }
            Event::CheckEnded(ended) => self.check_ended(ended),
            Event::Diagnosed { text, .. } if detailed => field("diagnosis", text, self.look),
            Event::PhaseEnded { phase, seconds } => self.phase_ended(phase, *seconds),
            // Beside bars, on a terminal, the summary is read right after it, with the reason.
            Event::RunEnded { ending, seconds } => run_ended(ending, *seconds, self.begins),
            Event::Judged { verdict } => self.judged(verdict),
            Event::RunStarted(_)
            | Event::BuildStepStarted { .. }
            | Event::BuildLine { .. }
            | Event::OperationLine { .. }
            | Event::OperationStage { .. }
            | Event::ContainerReady { .. }
            | Event::CheckStarted { .. }
            | Event::Recalled { .. }
            | Event::Traced { .. }
            | Event::Surveyed { .. }
            | Event::Calibrated(_)
            | Event::Observed(_)
            | Event::BaselineFound { .. }
            | Event::Diagnosed { .. } => String::new(),
        }
    }

    /// Words broken at the width, further lines indented.
    fn fitted(&self, words: &str) -> String {
        paint::wrap(words, self.look.columns() - 2).join("\n  ")
    }

    fn check_ended(&mut self, ended: &CheckEnded) -> String {
        let check = CheckRecord { ended: ended.clone(), concluded: true };
        let told = self.check(&check);
        self.checks.push(check);
        told
    }

    fn check(&self, check: &CheckRecord) -> String {
        let ended = &check.ended;
        let kind = paint(account::words(check), paint::of_outcome(&ended.outcome), self.look.color);
        let id = line(&ended.check.to_string());
        let took = text::seconds(ended.seconds);
        let reason = |reason: &str| {
            let rest = format!("{id}: {}", text::one_line(reason, 1000));
            format!("  {kind}{}", wrapped_after(&format!("  {}", account::words(check)), &rest, self.look))
        };
        match &ended.outcome {
            Outcome::Passed if check.is_flaky() => {
                let flaky = paint("flaky", paint::UNKNOWN, self.look.color);
                format!("  {flaky}  {id}: passed only at try {} ({took})", ended.attempts)
            }
            Outcome::Passed if self.verbosity == 0 => String::new(),
            Outcome::Passed => format!("  {kind}  {id} ({took})"),
            Outcome::Failed(_) | Outcome::TimedOut { .. } => {
                let look = Look { width: self.look.width.saturating_sub(2), ..self.look };
                failure(check, look).lines().map(|line| format!("  {line}\n")).collect()
            }
            Outcome::Blocked { by } => reason(&format!("by {by}")),
            Outcome::Skipped { reason: why, .. }
            | Outcome::Errored { reason: why }
            | Outcome::Undecided { reason: why } => reason(why),
        }
    }

    fn phase_ended(&mut self, phase: &str, seconds: f64) -> String {
        let counted = self.checks.iter().filter(|check| check.ended.counted);
        let rate = counted.fold(Rate::default(), |rate, check| {
            let outcome = &check.ended.outcome;
            let passed = rate.passed + usize::from(outcome.is_passed());
            let counts = outcome.is_passed() || outcome.is_subject_failure();
            Rate { passed, counted: rate.counted + usize::from(counts) }
        });
        let others = account::not_passed(&self.checks);
        let others = if others.is_empty() { others } else { format!(", {others}") };
        self.checks.clear();
        self.fitted(&format!("{}: {}{others}, {}", line(phase), text::rate(rate), text::seconds(seconds)))
    }

    fn build_failed(
        &self,
        stage: &str,
        step: Option<&str>,
        message: &str,
        log: &[String],
        hint: Option<&str>,
    ) -> String {
        let kind = paint("build failed", paint::BAD, self.look.color);
        let mut told = format!("{kind}  {}\n", line(stage));
        if let Some(step) = step {
            told += &field("step", step, self.look);
        }
        told += &field("message", message, self.look);
        for printed in log {
            told += &format!("  | {}\n", text::visible(printed).trim_end().replace(['\n', '\t'], " "));
        }
        if let Some(hint) = hint {
            told += &field("hint", hint, self.look);
        }
        told
    }

    fn judged(&self, verdict: &Verdict) -> String {
        let decision = paint(verdict.decision.words(), paint::of_decision(verdict.decision), self.look.color);
        format!("verdict: {decision}")
    }
}

/// How long something is going to take, where that is known.
fn expected(words: Option<String>) -> String {
    words.map(|words| format!(", {words}")).unwrap_or_default()
}

fn started(start: &RunStarted) -> String {
    let whole = if start.whole { "" } else { ", narrowed by a selection" };
    let checks = text::count(start.checks.len(), "check");
    format!("{}: {checks}{whole}, run {}", line(&start.subject), line(&start.run.0))
}

fn step_ended(stage: &str, step: &BuildStep) -> String {
    let took = if step.cached { "cached".to_owned() } else { text::seconds(step.seconds) };
    format!("{}: {} ({took})", line(stage), line(&step.step))
}

fn run_ended(ending: &Ending, seconds: f64, with_reason: bool) -> String {
    let (how, reason) = match ending {
        Ending::Completed => ("completed", None),
        Ending::NotBuilt => ("not built", None),
        Ending::NotObtained { reason, .. } => ("not obtained", Some(reason)),
        Ending::NotStarted { reason } => ("the container did not come up", Some(reason)),
        Ending::Cut => ("cut short after the first failure", None),
        Ending::Interrupted => ("interrupted", None),
        Ending::Broken { reason } => ("broken", Some(reason)),
    };
    let reason = reason.filter(|_| with_reason).map(|reason| format!(": {}", text::visible(reason).replace('\t', " ")));
    format!("run ended after {}: {how}{}", text::seconds(seconds), reason.unwrap_or_default())
}

fn line(words: &str) -> String {
    text::one_line(words, 200)
}
