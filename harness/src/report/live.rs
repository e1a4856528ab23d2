//! What the terminal shows on the way: bars where it can move a cursor, plain lines where it cannot.
//!
//! It listens to the run's events and never hides one that matters: failures, notices and verdicts stay on the screen
//! whatever the bars do. Writing is best effort, a closed terminal does not stop a run.

use std::io::Write;

use indicatif::{MultiProgress, ProgressDrawTarget};

use super::bars::Bars;
use super::lines::Lines;
use crate::model::Envelope;

/// Live progress of one run.
pub struct Live {
    lines: Lines,
    sink: Sink,
}

enum Sink {
    Plain(Box<dyn Write + Send>),
    Bars(Bars),
    Quiet,
}

impl Live {
    /// Plain lines, as for a log file. From `verbosity` 1 on, passed checks and the build's lines are told, too.
    pub fn plain(out: impl Write + Send + 'static, color: bool, verbosity: u8) -> Self {
        Self { lines: Lines::new(color, verbosity, true), sink: Sink::Plain(Box::new(out)) }
    }

    /// Bars at the foot of a terminal and what is worth keeping above them; `None` where `target` shows nothing, as
    /// where it is no terminal: plain lines serve there.
    pub fn bars(target: ProgressDrawTarget, color: bool, verbosity: u8) -> Option<Self> {
        let sink = Sink::Bars(Bars::new(target)?);
        Some(Self { lines: Lines::new(color, verbosity, false), sink })
    }

    /// Nothing at all.
    pub fn quiet() -> Self {
        Self { lines: Lines::new(false, 0, false), sink: Sink::Quiet }
    }

    /// Shows an event.
    pub fn show(&mut self, envelope: &Envelope) {
        match &mut self.sink {
            Sink::Quiet => {}
            Sink::Plain(out) => {
                let text = self.lines.of(&envelope.event);
                // A reader that went away is no fault of the run.
                let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
            }
            Sink::Bars(bars) => {
                let text = self.lines.of(&envelope.event);
                bars.keep(&text);
                bars.follow(&envelope.event);
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

    use super::*;
    use crate::model::{Event, sample};

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

    fn plain(events: &[Envelope], verbosity: u8) -> String {
        let screen = Screen::default();
        let mut live = Live::plain(screen.clone(), false, verbosity);
        for event in events {
            live.show(event);
        }
        screen.text()
    }

    #[test]
    fn plain_lines_of_a_run_with_every_outcome() {
        insta::assert_snapshot!(plain(&sample::events(), 0));
    }

    #[test]
    fn plain_lines_of_a_failed_build_told_in_full() {
        insta::assert_snapshot!(plain(&sample::not_built_events(), 1));
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
        let mut live = Live::plain(std::fs::File::options().write(true).open("/dev/full").unwrap(), false, 0);
        for event in &sample::events() {
            live.show(event);
        }
        assert!(live.terminal().is_none());
    }

    #[test]
    fn bars_are_refused_where_nothing_would_be_seen() {
        assert!(Live::bars(ProgressDrawTarget::hidden(), true, 0).is_none());
    }
}
