//! What was typed → what is done. The only module that knows clap, and the one door to standard output and error.

mod arguments;
mod build;
mod clean;
mod doctor;
mod env;
mod exit_codes;
mod formats;
mod gate;
mod github;
mod history;
mod list;
mod log;
mod reference;
mod replay;
mod report;
mod run;
mod schema;
mod terminal;
mod trouble;

use std::process::ExitCode;
use std::sync::Arc;

use crate::clock::{Clock, SystemClock};
use crate::session::cancelled_by_signals;
use clap::Parser;
use tokio_util::sync::CancellationToken;

pub use reference::{Page, pages as reference_pages};

use arguments::{Arguments, Command};
use terminal::Terminal;
use trouble::Trouble;

/// The exit code of a mistake in usage or configuration.
const USAGE: u8 = 2;

/// The exit code where nothing can be told.
const INCONCLUSIVE: u8 = 3;

/// The program.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return terminal::help_or_usage(&error),
    };
    let terminal = Terminal::new(&arguments.look);
    log::start(&arguments.look);
    let code = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => {
            let code = runtime.block_on(carry_out(&arguments.command, &terminal));
            runtime.shutdown_background();
            code
        }
        Err(error) => Err(Trouble::new(format!("no threads can be started: {error}")).with_code(3)),
    };
    match code {
        Ok(0) if terminal::lost_a_result() => ExitCode::from(INCONCLUSIVE),
        Ok(code) => ExitCode::from(code),
        Err(trouble) => {
            Terminal::trouble(&trouble);
            ExitCode::from(trouble.code)
        }
    }
}

/// A token that signals cancel. Taking down takes a while, so the first of them is acknowledged at once.
fn cancelled(terminal: &Terminal) -> CancellationToken {
    let (token, say) = (cancelled_by_signals(), terminal.messenger());
    let cancelled = token.clone();
    tokio::spawn(async move {
        cancelled.cancelled().await;
        say("Interrupted: what was made is being removed.");
    });
    token
}

async fn carry_out(command: &Command, terminal: &Terminal) -> Result<u8, Trouble> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
    match command {
        Command::Run(options) => run::run(options, terminal, &clock, &cancelled(terminal)).await,
        Command::Build(options) => build::build(options, terminal, &clock, &cancelled(terminal)).await,
        Command::Env(options) => env::env(options, terminal, &clock, &cancelled_by_signals()).await,
        Command::List(options) => list::list(options),
        Command::Doctor(options) => doctor::doctor(options, terminal).await,
        Command::Report(options) => report::report(options, terminal),
        Command::Gate(options) => gate::gate(options, terminal, clock.as_ref()).await,
        Command::History(options) => history::history(options, terminal),
        Command::Compare(options) => history::compare_runs(options, terminal),
        Command::Replay(options) => replay::replay(options, terminal),
        Command::Clean => clean::clean(clock.as_ref()).await,
        Command::Schema(options) => schema::schema(options),
        Command::Completions(options) => Ok(schema::completions(options)),
    }
}
