//! The moving foot of a terminal: the step that is being built, or the check that runs and how far the phase is.

use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::pace::Estimate;
use super::text;
use crate::model::{Envelope, Event, Outcome};

/// How often the elapsed time moves on.
const TICK: Duration = Duration::from_millis(200);

/// Columns below which there is room for numbers alone.
const NARROW: u16 = 80;

/// The bars of one run.
pub(super) struct Bars {
    terminal: MultiProgress,
    /// The one bar there is; its form changes between build and phases.
    bar: Option<ProgressBar>,
    is_narrow: bool,
    /// Checks of the current phase that did not pass, those aside that were skipped.
    not_passed: u64,
    /// What runs: the step of a build, or the check that began last.
    current: String,
}

impl Bars {
    /// `None` where the target shows nothing. `columns` are those of its terminal.
    pub(super) fn new(target: ProgressDrawTarget, columns: u16) -> Option<Self> {
        if target.is_hidden() {
            return None;
        }
        let terminal = MultiProgress::with_draw_target(target);
        Some(Self { terminal, bar: None, is_narrow: columns < NARROW, not_passed: 0, current: String::new() })
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
    pub(super) fn follow(&mut self, envelope: &Envelope, estimate: &Estimate) {
        let left = estimate.left(&envelope.at);
        match &envelope.event {
            Event::BuildStarted { stage, .. } => {
                self.begin(ProgressBar::new_spinner().with_style(style(BUILD)), stage);
                self.tell(left, "");
            }
            Event::BuildStepStarted { step, .. } => {
                // Where something is mounted says nothing of what is done.
                let words = step.split_whitespace().filter(|word| !word.starts_with("--mount="));
                self.current = text::one_line(&words.collect::<Vec<_>>().join(" "), STEP);
                self.tell(left, "");
            }
            Event::BuildLine { line, .. } | Event::OperationLine { line, .. } => self.tell(left, line),
            Event::OperationStage { stage, .. } => self.tell(left, &stage.to_string()),
            Event::PhaseStarted { phase, checks, .. } => {
                let form = style(if self.is_narrow { NARROW_PHASE } else { PHASE });
                let name = format!("{} ({})", text::one_line(phase, 24), estimate.place());
                self.begin(ProgressBar::new(*checks as u64).with_style(form), &name);
                self.tell(left, "");
            }
            Event::CheckStarted { check } => {
                self.current = check.to_string();
                self.tell(left, "");
            }
            Event::CheckEnded(ended) => {
                let as_planned = matches!(ended.outcome, Outcome::Passed | Outcome::Skipped { .. });
                self.not_passed += u64::from(!as_planned);
                if let Some(bar) = &self.bar {
                    bar.inc(1);
                }
                self.tell(left, "");
            }
            Event::BuildEnded { .. }
            | Event::BuildFailed { .. }
            | Event::PhaseEnded { .. }
            | Event::RunEnded { .. }
            | Event::Judged { .. } => self.end(),
            _ => {}
        }
    }

    fn begin(&mut self, bar: ProgressBar, prefix: &str) {
        self.end();
        self.not_passed = 0;
        self.current.clear();
        let bar = self.terminal.add(bar);
        bar.set_prefix(text::one_line(prefix, 40));
        bar.enable_steady_tick(TICK);
        self.bar = Some(bar);
    }

    /// What is left, what did not pass, what runs, and the line that it printed last; the most important first, since
    /// the terminal's width cuts off the rest.
    fn tell(&self, left: Option<f64>, printed: &str) {
        let Some(bar) = &self.bar else { return };
        let left = left.map(|seconds| format!("{} left", text::about(seconds)));
        let not_passed = (self.not_passed > 0).then(|| format!("{} not passed", self.not_passed));
        let told = [left, not_passed, Some(self.current.clone()), Some(text::one_line(printed, 200))];
        let told: Vec<String> = told.into_iter().flatten().filter(|words| !words.is_empty()).collect();
        bar.set_message(told.join(" · "));
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

/// Characters of a build's step, beside which its last line is to have room.
const STEP: usize = 60;

const BUILD: &str = "{spinner} {prefix} {elapsed} {wide_msg}";
const PHASE: &str = "{spinner} {prefix} [{bar:20}] {pos}/{len} {elapsed} {wide_msg}";
const NARROW_PHASE: &str = "{spinner} {prefix} {pos}/{len} {elapsed} {wide_msg}";

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template)
        .expect("the template is a constant that a test uses")
        .progress_chars("=> ")
        .tick_chars("-\\|/ ")
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};
    use std::time::Instant;

    use indicatif::TermLike;
    use rstest::rstest;

    use crate::model::sample;
    use crate::report::{Live, Look, Pace};

    use super::*;

    /// Keeps everything that was ever written.
    #[derive(Clone, Debug, Default)]
    struct Terminal(Arc<Mutex<String>>, u16);

    impl Terminal {
        fn add(&self, text: &str) {
            self.0.lock().unwrap().push_str(text);
        }
    }

    impl TermLike for Terminal {
        fn width(&self) -> u16 {
            self.1
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

    /// A run on this terminal, after another one of the same pace.
    fn live(terminal: &Terminal) -> Live {
        let target = ProgressDrawTarget::term_like_with_hz(Box::new(terminal.clone()), 255);
        let look = Look { width: usize::from(terminal.1), color: false };
        Live::bars(target, look, 0).unwrap().at_pace(Pace::of(&sample::mixed().0))
    }

    #[test]
    fn what_matters_stays_above_the_bars_and_the_bars_show_what_runs() {
        let terminal = Terminal(Arc::default(), 120);
        let mut live = live(&terminal);
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
        assert!(
            seen.contains("packages (2/5) [====") && seen.contains("1 not passed · packages/real[scipy]"),
            "{seen}"
        );
        assert!(seen.contains("RUN install-uv · downloading uv 0.13.8"), "{seen}");
    }

    #[rstest]
    #[case(60, "packages (2/5) 2/5 ", "s about 3 s left · 1 not passed · pack")]
    #[case(80, "packages (2/5) [========>           ] 2/5 ", "s about 3 s left · 1 not passed · p")]
    #[case(120, "packages (2/5) [========>           ] 2/5 ", "s about 3 s left · 1 not passed · packages/real[scipy]")]
    #[case(200, "packages (2/5) [========>           ] 2/5 ", "s about 3 s left · 1 not passed · packages/real[scipy]")]
    fn the_bar_fits_the_terminal(#[case] columns: u16, #[case] count: &str, #[case] told: &str) {
        let terminal = Terminal(Arc::default(), columns);
        let events = sample::events();
        let is_real = |one: &Envelope| matches!(&one.event, Event::CheckStarted { check } if check.name == "real");
        let real = events.iter().position(is_real).unwrap();
        let mut live = live(&terminal);
        events[..=real].iter().for_each(|event| live.show(event));
        // It is drawn so many times a second; what it shows in the end is what was told last.
        let deadline = Instant::now() + Duration::from_mins(1);
        let picture = loop {
            let seen = terminal.0.lock().unwrap().clone();
            let picture = seen.rsplit_once(count).map(|(_, rest)| rest.trim_end().to_owned());
            if let Some(picture) = picture.filter(|picture| picture.contains("1 not passed · p")) {
                break picture;
            }
            assert!(Instant::now() < deadline, "{seen}");
            std::thread::sleep(Duration::from_millis(5));
        };
        let picture = picture.trim_start_matches(|character: char| character.is_ascii_digit());
        // The seconds that it took so far may have one digit more on a slow machine, and push out what comes last.
        let is_told = told.starts_with(picture) && picture.len() + 2 >= told.len();
        assert!(is_told, "{picture}\n{told}");
    }
}
