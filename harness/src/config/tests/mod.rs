//! Tests of reading as a whole: files in, subjects and suites or messages out.

mod committed;
mod files;
mod logins;
mod projects;
mod subjects;
mod suites;
mod syntax;

use std::path::{Path, PathBuf};

use super::source::Source;
use super::validate::{Surroundings, subject};
use super::{ConfigErrors, Known, KnownManager, Subject};
use crate::managers::EnvironmentKind;

/// What the tests' subjects may refer to.
const KNOWN: Known<'static> = Known {
    managers: &[
        KnownManager { name: "pixi", kinds: &[EnvironmentKind::Global, EnvironmentKind::Workspace] },
        KnownManager { name: "uv", kinds: &[EnvironmentKind::Venv, EnvironmentKind::Tool] },
    ],
    suites: &[
        "manager",
        "tools",
        "pixi",
        "uv",
        "image",
        "python",
        "venv",
        "shells",
        "ssh",
        "faults",
        "index",
        "limits",
        "rebuild",
        "uv-trouble",
        "pixi-trouble",
    ],
    phases: &["installation", "environments", "packages", "shell", "performance", "persistence", "errors"],
    default_manager: None,
};

/// The least that a subject needs.
const LEAST: &str = "\
subject: small
manager: uv
image: {use: 'small:1'}
install: {home: /opt/uv}
suites: [manager]
";

/// Reads a subject from memory as `configs/small.yml`; every file that it names is there.
fn read(text: &str) -> Result<Subject, ConfigErrors> {
    read_with(text, &|_| true)
}

fn read_with(text: &str, exists: &dyn Fn(&Path) -> bool) -> Result<Subject, ConfigErrors> {
    let environment = |name: &str| match name {
        "HOME" => Some("/home/someone".to_owned()),
        "EMPTY" => Some(String::new()),
        _ => None,
    };
    let content = |path: &Path| exists(path).then(|| format!("ssh-ed25519 AAAA {}\n", path.display()));
    let surroundings = Surroundings {
        folder: Path::new("/project/configs"),
        environment: &environment,
        known: &KNOWN,
        exists,
        text: &content,
    };
    subject(&Source::new("configs/small.yml", text), PathBuf::from("/project/configs/small.yml"), &surroundings)
}

/// What is said of a wrong subject.
fn message(text: &str) -> String {
    read(text).map_or_else(|errors| errors.to_string(), |subject| format!("accepted: {subject:#?}"))
}

/// The least subject and this.
fn with(more: &str) -> String {
    format!("{LEAST}{more}")
}
