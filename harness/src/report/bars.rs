//! The moving foot of a terminal: the step that is being built, or the check that runs and how far the phase is.

use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::text;
use crate::model::Event;

/// How often the elapsed time moves on.
const TICK: Duration = Duration::from_millis(200);

/// The bars of one run.
pub(super) struct Bars {
    terminal: MultiProgress,
    /// The one bar there is; its form changes between build and phases.
    bar: Option<ProgressBar>,
    /// Checks of the current phase that did not pass.
    not_passed: u64,
}

impl Bars {
    /// `None` where the target shows nothing.
    pub(super) fn new(target: ProgressDrawTarget) -> Option<Self> {
        if target.is_hidden() {
            return None;
        }
        Some(Self { terminal: MultiProgress::with_draw_target(target), bar: None, not_passed: 0 })
    }

    pub(super) fn terminal(&self) -> MultiProgress {
        self.terminal.clone()
    }

    /// Puts lines above the bar, to stay.
    pub(super) fn keep(&self, lines: &str) {
        for line in lines.lines() {
            // A terminal that went away is no fault of the run.
            let _ = self.terminal.println(line);
        }
    }

    /// Moves on with the run.
    pub(super) fn follow(&mut self, event: &Event) {
        match event {
            Event::BuildStarted { stage, .. } => self.begin(spinner(), stage),
            Event::BuildStepStarted { step, .. } => self.tell(step),
            Event::BuildLine { line, .. } => self.tell(line),
            Event::PhaseStarted { phase, checks, .. } => {
                self.not_passed = 0;
                self.begin(ProgressBar::new(*checks as u64).with_style(style(PHASE)), phase);
            }
            Event::CheckStarted { check } => self.tell_check(&check.to_string()),
            Event::CheckEnded(ended) => {
                self.not_passed += u64::from(!ended.outcome.is_passed());
                if let Some(bar) = &self.bar {
                    bar.inc(1);
                }
            }
            Event::BuildEnded { .. }
            | Event::BuildFailed { .. }
            | Event::PhaseEnded { .. }
            | Event::RunEnded { .. }
            | Event::Judged { .. } => self.end(),
            Event::RunStarted(_)
            | Event::Notice { .. }
            | Event::BuildStepEnded { .. }
            | Event::ImageReady { .. }
            | Event::ContainerReady { .. }
            | Event::ManagerFound { .. }
            | Event::Restarted { .. }
            | Event::Recalled { .. }
            | Event::Traced { .. }
            | Event::BaselineFound { .. }
            | Event::Diagnosed { .. } => {}
        }
    }

    fn begin(&mut self, bar: ProgressBar, prefix: &str) {
        self.end();
        let bar = self.terminal.add(bar);
        bar.set_prefix(text::one_line(prefix, 40));
        bar.enable_steady_tick(TICK);
        self.bar = Some(bar);
    }

    fn tell(&self, words: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(text::one_line(words, 200));
        }
    }

    fn tell_check(&self, check: &str) {
        match self.not_passed {
            0 => self.tell(check),
            number => self.tell(&format!("{number} not passed · {check}")),
        }
    }

    fn end(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
            self.terminal.remove(&bar);
        }
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        self.end();
    }
}

const BUILD: &str = "{spinner} {prefix} {elapsed} {wide_msg}";
const PHASE: &str = "{spinner} {prefix} [{bar:20}] {pos}/{len} {elapsed} {wide_msg}";

fn spinner() -> ProgressBar {
    ProgressBar::new_spinner().with_style(style(BUILD))
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template)
        .expect("the template is a constant that a test uses")
        .progress_chars("=> ")
        .tick_chars("-\\|/ ")
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use indicatif::TermLike;

    use crate::model::sample;
    use crate::report::Live;

    use super::*;

    /// Keeps everything that was ever written.
    #[derive(Clone, Debug, Default)]
    struct Terminal(Arc<Mutex<String>>);

    impl Terminal {
        fn add(&self, text: &str) {
            self.0.lock().unwrap().push_str(text);
        }
    }

    impl TermLike for Terminal {
        fn width(&self) -> u16 {
            120
        }
        fn move_cursor_up(&self, _: usize) -> std::io::Result<()> {
            Ok(())
        }
        fn move_cursor_down(&self, _: usize) -> std::io::Result<()> {
            Ok(())
        }
        fn move_cursor_right(&self, _: usize) -> std::io::Result<()> {
            Ok(())
        }
        fn move_cursor_left(&self, _: usize) -> std::io::Result<()> {
            Ok(())
        }
        fn write_line(&self, text: &str) -> std::io::Result<()> {
            self.add(&format!("{text}\n"));
            Ok(())
        }
        fn write_str(&self, text: &str) -> std::io::Result<()> {
            self.add(text);
            Ok(())
        }
        fn clear_line(&self) -> std::io::Result<()> {
            Ok(())
        }
        fn flush(&self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_matters_stays_above_the_bars_and_the_bars_show_what_runs() {
        let terminal = Terminal::default();
        let target = ProgressDrawTarget::term_like_with_hz(Box::new(terminal.clone()), 255);
        let mut live = Live::bars(target, false, 0).unwrap();
        for event in &sample::events() {
            live.show(event);
        }
        assert!(live.terminal().is_some());
        drop(live);
        let seen = terminal.0.lock().unwrap().clone();
        for kept in [
            "failed  packages/import[scipy]",
            "Activate the environment",
            "blocked  packages/real[scipy]: by packages/import[scipy]",
            "could not tell  performance/memory",
            "stage-2: built in 8.1 s",
        ] {
            assert!(seen.contains(kept), "{kept} is missing in:\n{seen}");
        }
        assert!(seen.contains("packages [====") && seen.contains("1 not passed · packages/real[scipy]"), "{seen}");
    }
}
