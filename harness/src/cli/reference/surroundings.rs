//! The pages of exit codes and of variables.

use crate::cli::exit_codes::{self, EXIT_CODES};
use crate::model::variables;

use super::{Page, page, table};

/// What the program's exit code means.
pub(super) fn exit_codes() -> Page {
    let rows: Vec<_> = EXIT_CODES.iter().map(|(code, meaning)| vec![code.to_string(), (*meaning).to_owned()]).collect();
    let body = format!("{}\n{}", table(&["Code", "Meaning"], &rows), exit_codes::OF_SEVERAL);
    page("exit-codes.md", "Exit codes", &body)
}

/// What is read of the caller's environment.
pub(super) fn variables() -> Page {
    let rows: Vec<_> =
        variables::all().map(|variable| vec![format!("`{}`", variable.name), variable.meaning.to_owned()]).collect();
    let further = "A configuration reads any variable by `${NAME}` or `${NAME:-default}`; those of the subjects that come \
                   with shakedown are `PIXI_BINARY`, a pixi that is there, and `PIXI_CHANNEL_DIR`, the folder of a conda \
                   channel.";
    let body = format!("{}\n{further}", table(&["Variable", "Meaning"], &rows));
    page("environment.md", "Environment variables", &body)
}
