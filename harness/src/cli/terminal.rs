//! The one door to standard output and standard error.

use std::fmt::Write as _;
use std::io::{ErrorKind, IsTerminal, Write};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use indicatif::ProgressDrawTarget;

use crate::report::{self, Live, Pace};
use crate::session::Listener;

use super::USAGE;
use super::arguments::{Look, Progress, When};
use super::github::{self, Inert};
use super::trouble::Trouble;

/// Columns where the terminal does not say.
const WIDTH: usize = 100;

/// Columns of what is told on the way where that goes to a file.
const LOG_WIDTH: usize = 120;

/// Results go to standard output, all else to standard error.
pub(super) struct Terminal {
    look: Look,
}

impl Terminal {
    pub(super) fn new(look: &Look) -> Self {
        Self { look: look.clone() }
    }

    /// A result for people, in which no workflow of GitHub finds commands.
    pub(super) fn told(text: &str) {
        Self::result(&github::inert(text));
    }

    /// A result. A closed pipe is no error: whoever reads has read enough.
    pub(super) fn result(text: &str) {
        if let Err(error) = write_to(&mut std::io::stdout(), text) {
            LOST.store(true, Ordering::Relaxed);
            tell(&format!("error: standard output cannot be written: {error}\n"));
        }
    }

    /// Workflow commands. A runner of GitHub takes them from standard error as well, and there they are in nobody's way:
    /// standard output may be a report, or lead into a file.
    pub(super) fn annotate(commands: &str) {
        tell(commands);
    }

    /// A message, unless quiet.
    pub(super) fn message(&self, text: &str) {
        self.messenger()(text);
    }

    /// What writes messages, for a task of its own.
    pub(super) fn messenger(&self) -> impl Fn(&str) + Send + Sync + use<> {
        let quiet = self.look.quiet;
        move |text| {
            if !quiet {
                tell(&github::inert(&format!("{text}\n")));
            }
        }
    }

    /// What went wrong, and what to do.
    pub(super) fn trouble(trouble: &Trouble) {
        let mut text = format!("error: {}\n", trouble.message.trim_end());
        if let Some(hint) = &trouble.hint {
            let _ = writeln!(text, "hint: {hint}");
        }
        tell(&text);
    }

    /// How the summary is to look.
    pub(super) fn summary_look(&self) -> report::Look {
        report::Look { width: width(&console::Term::stdout()), color: self.color(std::io::stdout().is_terminal()) }
    }

    /// Somebody who shows the progress of a run on standard error; an earlier run's pace tells how long it may take.
    pub(super) fn listener(&self, pace: Option<Pace>) -> Listener {
        let live = Mutex::new(self.live().at_pace(pace));
        Arc::new(move |envelope| live.lock().unwrap_or_else(PoisonError::into_inner).show(envelope))
    }

    fn live(&self) -> Live {
        if self.look.quiet || self.look.progress == Progress::None {
            return Live::quiet();
        }
        let terminal = std::io::stderr().is_terminal() && !is_dumb();
        let columns = if terminal { width(&console::Term::stderr()) } else { LOG_WIDTH };
        let look = report::Look { width: columns, color: self.color(terminal) };
        let bars = (terminal && self.look.progress == Progress::Auto)
            .then(|| Live::bars(ProgressDrawTarget::stderr(), look, self.look.verbose))
            .flatten();
        bars.unwrap_or_else(|| Live::plain(Inert::new(std::io::stderr()), look, self.look.verbose))
    }

    /// Whether to use colours on a stream that is a terminal, or none: what is typed comes first, then `NO_COLOR`, then
    /// `CLICOLOR_FORCE`.
    fn color(&self, terminal: bool) -> bool {
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
        match self.look.color {
            When::Always => true,
            When::Never => false,
            When::Auto if std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) => false,
            When::Auto => is_set("CLICOLOR_FORCE") || terminal && !is_dumb(),
        }
    }
}

/// A terminal that can neither move its cursor nor show colours.
fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|name| name == "dumb")
}

/// Set when a result could not be written for another reason than that nobody reads it.
static LOST: AtomicBool = AtomicBool::new(false);

/// Whether a result was lost, as on a full disk: then no exit code but that of trouble is true.
pub(super) fn lost_a_result() -> bool {
    LOST.load(Ordering::Relaxed)
}

fn write_to(stream: &mut dyn Write, text: &str) -> std::io::Result<()> {
    match stream.write_all(text.as_bytes()).and_then(|()| stream.flush()) {
        // Whoever reads has read enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// On standard error nobody can be told that it cannot be written to.
fn tell(text: &str) {
    let _ = write_to(&mut std::io::stderr(), text);
}

/// The columns that `COLUMNS` names, or those of the terminal.
fn width(terminal: &console::Term) -> usize {
    let named = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    named.or_else(|| terminal.size_checked().map(|(_, columns)| usize::from(columns))).unwrap_or(WIDTH)
}

/// What clap has to say: help on standard output, mistakes on standard error with the exit code of mistakes.
pub(super) fn help_or_usage(error: &clap::Error) -> ExitCode {
    let printed = error.print();
    if error.use_stderr() || printed.is_err() { ExitCode::from(USAGE) } else { ExitCode::SUCCESS }
}
