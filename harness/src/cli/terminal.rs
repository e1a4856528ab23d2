//! The one door to standard output and standard error.

use std::fmt::Write as _;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use indicatif::ProgressDrawTarget;

use crate::report::{self, Live};
use crate::session::Listener;

use super::USAGE;
use super::arguments::{Look, Progress, When};
use super::trouble::Trouble;

/// Columns where the terminal does not say.
const WIDTH: usize = 100;

/// Results go to standard output, all else to standard error.
pub(super) struct Terminal {
    look: Look,
}

impl Terminal {
    pub(super) fn new(look: &Look) -> Self {
        Self { look: look.clone() }
    }

    /// A result. A closed pipe is no error: whoever reads has read enough.
    pub(super) fn result(text: &str) {
        write_to(&mut std::io::stdout(), text);
    }

    /// A message, unless quiet.
    pub(super) fn message(&self, text: &str) {
        if !self.look.quiet {
            write_to(&mut std::io::stderr(), &format!("{text}\n"));
        }
    }

    /// What went wrong, and what to do.
    pub(super) fn trouble(trouble: &Trouble) {
        let mut text = format!("error: {}\n", trouble.message.trim_end());
        if let Some(hint) = &trouble.hint {
            let _ = writeln!(text, "hint: {hint}");
        }
        write_to(&mut std::io::stderr(), &text);
    }

    /// How the summary is to look.
    pub(super) fn summary_look(&self) -> report::Look {
        report::Look { width: width(), color: self.color(std::io::stdout().is_terminal()) }
    }

    /// Somebody who shows the progress of a run on standard error.
    pub(super) fn listener(&self) -> Listener {
        let live = Mutex::new(self.live());
        Arc::new(move |envelope| live.lock().unwrap_or_else(PoisonError::into_inner).show(envelope))
    }

    fn live(&self) -> Live {
        if self.look.quiet || self.look.progress == Progress::None {
            return Live::quiet();
        }
        let terminal = std::io::stderr().is_terminal();
        let color = self.color(terminal);
        let bars = (terminal && self.look.progress == Progress::Auto)
            .then(|| Live::bars(ProgressDrawTarget::stderr(), color, self.look.verbose))
            .flatten();
        bars.unwrap_or_else(|| Live::plain(std::io::stderr(), color, self.look.verbose))
    }

    fn color(&self, terminal: bool) -> bool {
        match self.look.color {
            When::Always => true,
            When::Never => false,
            When::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        }
    }
}

fn write_to(stream: &mut dyn Write, text: &str) {
    if stream.write_all(text.as_bytes()).and_then(|()| stream.flush()).is_err() {
        tracing::debug!("a stream is closed");
    }
}

fn width() -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let terminal = std::io::stdout().is_terminal().then(|| usize::from(console::Term::stdout().size().1));
    columns.or(terminal).unwrap_or(WIDTH)
}

/// What clap has to say: help on standard output, mistakes on standard error with the exit code of mistakes.
pub(super) fn help_or_usage(error: &clap::Error) -> ExitCode {
    let printed = error.print();
    if error.use_stderr() || printed.is_err() { ExitCode::from(USAGE) } else { ExitCode::SUCCESS }
}
