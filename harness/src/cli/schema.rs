//! `shakedown schema` and `shakedown completions`.

use clap::CommandFactory;

use crate::{config, report};

use super::arguments::{Arguments, Completions, Schema, SchemaName};
use super::terminal::Terminal;
use super::trouble::Trouble;

pub(super) fn schema(given: &Schema) -> Result<u8, Trouble> {
    let schema = match given.of {
        SchemaName::Project => config::schema_project(),
        SchemaName::Subject => config::schema_subject(),
        SchemaName::Suite => config::schema_suite(),
        SchemaName::Report => report::schema(),
        SchemaName::Verdict => report::verdict_schema(),
    };
    let text = serde_json::to_string_pretty(&schema).map_err(|error| Trouble::new(error.to_string()))?;
    Terminal::result(&format!("{text}\n"));
    Ok(0)
}

pub(super) fn completions(given: &Completions) -> u8 {
    let mut script = Vec::new();
    clap_complete::generate(given.shell, &mut Arguments::command(), "shakedown", &mut script);
    Terminal::result(&String::from_utf8_lossy(&script));
    0
}
