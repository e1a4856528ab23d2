//! What the run was made of: where it ran, the image, the package manager and its configuration. Secrets were masked
//! before any of it was recorded.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::setup::Setup;
use crate::model::{ImageFacts, Record, Verdict};
use crate::report::{machine, text};

/// A table of names and values.
#[derive(Debug, Serialize)]
pub(super) struct Facts {
    title: String,
    rows: Vec<Fact>,
}

/// A name and its values.
#[derive(Debug, Serialize)]
struct Fact {
    name: String,
    values: Vec<String>,
    /// Values are shown as code.
    code: bool,
}

/// All tables that have something in them.
pub(super) fn environment(record: &Record, verdict: &Verdict) -> Vec<Facts> {
    let manager = &record.start.manager;
    let tables = [
        ("Run".to_owned(), run(record, verdict)),
        ("Engine and host".to_owned(), machine(record)),
        ("Image".to_owned(), record.image.as_ref().map(image).unwrap_or_default()),
        (format!("Package manager {manager}, as configured"), configured(record)),
        (format!("What {manager} says of itself"), said(record)),
    ];
    let tables = tables.into_iter().filter(|(_, rows)| !rows.is_empty());
    tables.map(|(title, rows)| Facts { title, rows }).collect()
}

/// Rows of which those without a value are left out.
#[derive(Default)]
struct Rows(Vec<Fact>);

impl Rows {
    fn all(mut self, name: &str, values: Vec<String>, code: bool) -> Self {
        let values: Vec<_> = values.into_iter().filter(|value| !value.trim().is_empty()).collect();
        if !values.is_empty() {
            self.0.push(Fact { name: name.to_owned(), values, code });
        }
        self
    }

    fn words(self, name: &str, value: impl Into<String>) -> Self {
        self.all(name, vec![value.into()], false)
    }

    fn code(self, name: &str, value: impl Into<String>) -> Self {
        self.all(name, vec![value.into()], true)
    }

    fn variables(self, variables: &BTreeMap<String, String>) -> Self {
        variables.iter().fold(self, |rows, (name, value)| rows.code(name, value))
    }
}

fn run(record: &Record, verdict: &Verdict) -> Vec<Fact> {
    let start = &record.start;
    if record.started.is_empty() {
        return Vec::new();
    }
    let plan = match (start.checks.len(), start.whole) {
        (0, _) => String::new(),
        (number, true) => format!("{}, all of the subject", text::count(number, "check")),
        (number, false) => format!("{}, narrowed by a selection", text::count(number, "check")),
    };
    let took = if record.ending.is_some() { text::seconds(record.seconds) } else { String::new() };
    let exit = verdict.exit_code(record.ending.as_ref());
    let rows = Rows::default()
        .words("Date", text::moment(&record.started))
        .words("Verdict", format!("{} (exit code {exit})", verdict.decision.words()))
        .words("Run", &start.run.0)
        .words("Plan", plan)
        .words("Took", took)
        .words("shakedown", &start.shakedown);
    rows.0
}

fn machine(record: &Record) -> Vec<Fact> {
    let start = &record.start;
    let of = |facts: &BTreeMap<String, String>, key: &str| facts.get(key).cloned().unwrap_or_default();
    let (engine, host) = (|key| of(&start.engine, key), |key| of(&start.host, key));
    let memory = host("memory_bytes").parse().map(text::bytes).unwrap_or_default();
    let rows = Rows::default()
        .words("Engine", format!("{} {}", engine("name"), engine("version")))
        .words("Engine API", engine("api"))
        .words("Engine platform", engine("platform"))
        .words("Operating system", host("os"))
        .words("Kernel", host("kernel"))
        .words("Processors", host("cpus"))
        .words("Memory", memory)
        .words("Limits of the container", machine::limits(record))
        .words("CA bundle", &start.trust);
    rows.0
}

fn image(image: &ImageFacts) -> Vec<Fact> {
    let or = |text: &str, other: &str| if text.is_empty() { other.to_owned() } else { text.to_owned() };
    let rows = Rows::default()
        .code("Name", image.name.as_deref().unwrap_or_default())
        .code("Digest of its configuration", &image.id)
        .words("Platform", &image.platform)
        .words("Size", text::bytes(image.bytes as f64))
        .all("Entrypoint", image.entrypoint.clone(), true)
        .all("Command", image.command.clone(), true)
        .code("User", or(&image.user, "root"))
        .code("Folder", or(&image.directory, "/"))
        .variables(&image.environment);
    rows.0
}

fn configured(record: &Record) -> Vec<Fact> {
    let setup: &Setup = &record.start.setup;
    let rows = Rows::default()
        .words("Version", record.manager_version.clone().unwrap_or_default())
        .code("Versions allowed", &setup.version)
        .code("Configuration", &setup.file)
        .code("Program", &setup.binary)
        .code("Home", &setup.home)
        .all("Folders", setup.folders.clone(), true)
        .all("On PATH", setup.path.clone(), true)
        .all("Sources", setup.sources.clone(), true)
        .variables(&setup.variables);
    rows.0
}

fn said(record: &Record) -> Vec<Fact> {
    // What was told of the version stands above already.
    let is_news = |key: &str, value: &String| key != "version" || Some(value) != record.manager_version.as_ref();
    let said = record.configuration.iter().filter(|(key, value)| is_news(key, value));
    said.fold(Rows::default(), |rows, (name, value)| rows.code(name, value)).0
}
