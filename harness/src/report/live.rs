//! What the terminal shows on the way: bars where it can move a cursor, plain lines where it cannot.
//!
//! It listens to the run's events and never hides one that matters: failures, notices and verdicts stay on the screen
//! whatever the bars do. Writing is best effort, a closed terminal does not stop a run.

use std::io::Write;

use indicatif::{MultiProgress, ProgressDrawTarget};

use super::bars::Bars;
use super::lines::Lines;
use super::pace::{Estimate, Pace};
use super::summary::Look;
use crate::model::Envelope;

/// Live progress of one run.
pub struct Live {
    lines: Lines,
    sink: Sink,
    estimate: Estimate,
}

enum Sink {
    Plain(Box<dyn Write + Send>),
    Bars(Bars),
    Quiet,
}

impl Live {
    /// Plain lines, as for a log file. From `verbosity` 1 on, passed checks and the build's lines are told, too.
    pub fn plain(out: impl Write + Send + 'static, look: Look, verbosity: u8) -> Self {
        Self::new(Lines::new(look, verbosity, true), Sink::Plain(Box::new(out)))
    }

    /// Bars at the foot of a terminal and what is worth keeping above them; `None` where `target` shows nothing, as
    /// where it is no terminal: plain lines serve there.
    pub fn bars(target: ProgressDrawTarget, look: Look, verbosity: u8) -> Option<Self> {
        let columns = u16::try_from(look.width).unwrap_or(u16::MAX);
        let sink = Sink::Bars(Bars::new(target, columns)?);
        Some(Self::new(Lines::new(look, verbosity, false), sink))
    }

    /// Nothing at all.
    pub fn quiet() -> Self {
        Self::new(Lines::new(Look { width: 0, color: false }, 0, false), Sink::Quiet)
    }

    fn new(lines: Lines, sink: Sink) -> Self {
        Self { lines, sink, estimate: Estimate::default() }
    }

    /// Estimates the time that is left by what an earlier run took. Without one there is no estimate.
    #[must_use]
    pub fn at_pace(self, pace: Option<Pace>) -> Self {
        Self { estimate: Estimate::new(pace), ..self }
    }

    /// Shows an event.
    pub fn show(&mut self, envelope: &Envelope) {
        self.estimate.follow(envelope);
        match &mut self.sink {
            Sink::Quiet => {}
            Sink::Plain(out) => {
                let text = self.lines.of(envelope, &self.estimate);
                // A reader that went away is no fault of the run.
                let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
            }
            Sink::Bars(bars) => {
                let text = self.lines.of(envelope, &self.estimate);
                bars.keep(&text);
                bars.follow(envelope, &self.estimate);
            }
        }
    }

    /// What else writes to the same terminal suspends this first; `None` where there are no bars.
    pub fn terminal(&self) -> Option<MultiProgress> {
        match &self.sink {
            Sink::Bars(bars) => Some(bars.terminal()),
            Sink::Plain(_) | Sink::Quiet => None,
        }
    }
}

impl std::fmt::Debug for Live {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sink = match self.sink {
            Sink::Plain(_) => "plain",
            Sink::Bars(_) => "bars",
            Sink::Quiet => "quiet",
        };
        formatter.debug_struct("Live").field("sink", &sink).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use rstest::rstest;

    use super::*;
    use crate::model::{Event, sample};
    use crate::report::text;

    #[derive(Clone, Default)]
    struct Screen(Arc<Mutex<Vec<u8>>>);

    impl Write for Screen {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    impl Screen {
        fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    /// What plain lines tell of a run, at this width and with the pace of an earlier run, where there was one.
    fn told(events: &[Envelope], look: Look, verbosity: u8, pace: Option<Pace>) -> String {
        let screen = Screen::default();
        let mut live = Live::plain(screen.clone(), look, verbosity).at_pace(pace);
        for event in events {
            live.show(event);
        }
        screen.text()
    }

    fn plain(events: &[Envelope], verbosity: u8) -> String {
        told(events, Look { width: 120, color: false }, verbosity, None)
    }

    #[rstest]
    #[case(60)]
    #[case(80)]
    #[case(120)]
    #[case(200)]
    fn plain_lines_of_a_run_with_every_outcome(#[case] width: usize) {
        let pace = Pace::of(&sample::mixed().0);
        let told = told(&sample::events(), Look { width, color: false }, 0, pace);
        insta::assert_snapshot!(format!("plain_lines_at_{width}_columns"), told);
    }

    #[test]
    fn plain_lines_of_a_failed_build_told_in_full() {
        insta::assert_snapshot!(plain(&sample::not_built_events(), 1));
    }

    #[test]
    fn colours_change_no_word_of_the_plain_lines() {
        let colored = told(&sample::events(), Look { width: 120, color: true }, 0, None);
        assert!(colored.contains("\u{1b}[1m\u{1b}[31mfailed\u{1b}[0m  environments/list"), "{colored}");
        let bare: String = text::visible(&colored).lines().map(|line| line.trim_end().to_owned() + "\n").collect();
        assert_eq!(bare, plain(&sample::events(), 0));
    }

    #[test]
    fn a_quiet_run_shows_nothing() {
        let mut live = Live::quiet();
        for event in &sample::events() {
            live.show(event);
        }
        assert!(live.terminal().is_none());
        assert!(format!("{live:?}").contains("quiet"));
    }

    #[test]
    fn control_characters_of_others_do_not_reach_the_terminal() {
        let events = vec![
            Event::Notice { text: "a\u{1b}]0;title\u{7}b\nc".to_owned() },
            Event::BuildLine { stage: "s\u{1b}[2J".to_owned(), line: "\u{1b}[31mred\u{0}".to_owned() },
        ];
        let text = plain(&sample::envelopes(events), 2);
        assert_eq!(text.chars().find(|character| character.is_control() && *character != '\n'), None, "{text:?}");
    }

    #[test]
    fn a_terminal_that_went_away_does_not_stop_the_run() {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let mut live = Live::plain(full, Look { width: 80, color: false }, 0);
        for event in &sample::events() {
            live.show(event);
        }
        assert!(live.terminal().is_none());
    }

    #[test]
    fn bars_are_refused_where_nothing_would_be_seen() {
        assert!(Live::bars(ProgressDrawTarget::hidden(), Look { width: 80, color: true }, 0).is_none());
    }
}
