//! A subject's checks as test trials: one's own `cargo test --test …` in any repository.
//!
//! ```no_run
//! // tests/image.rs, with `harness = false` in Cargo.toml
//! fn main() -> std::process::ExitCode {
//!     shakedown::testing::main("configs/mine.yml")
//! }
//! ```
//!
//! There is one trial for each check, named by its id, and one named `verdict`. The run is carried out once, by the first
//! trial that wants an outcome, under `cargo nextest` by the first process; a filter narrows it to the checks that it
//! names. Where the engine or the package manager cannot be had, all trials are ignored with the reason, or fail when
//! `SHAKEDOWN_REQUIRE` (a list such as `docker,uv`) names what is missing.

mod outcome;
mod prerequisites;
mod session;
mod shared;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Completion, Failed, Trial};

use crate::plan::Selection;
use crate::session::{Prepared, prepare};

use session::Session;

/// The trial that stands for the run as a whole.
const VERDICT: &str = "verdict";

/// Runs the checks of one subject as trials; the whole `main` of a test target with `harness = false`.
///
/// `config` is relative to the working folder or to any folder above it; reports go to `reports/` in that folder.
pub fn main(config: &str) -> ExitCode {
    let arguments = Arguments::from_args();
    let trials = match locate(config).and_then(|root| trials(config, &root, &arguments)) {
        Ok(trials) => trials,
        Err(problem) => vec![Trial::test("configuration", || Err(Failed::from(problem)))],
    };
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// Goes to the folder that `config` is relative to.
fn locate(config: &str) -> Result<PathBuf, String> {
    let here = std::env::current_dir().map_err(|error| format!("no working folder: {error}"))?;
    let root = here.ancestors().find(|folder| folder.join(config).is_file()).map(Path::to_owned);
    let root = root.ok_or_else(|| format!("there is no {config} in {} or above it", here.display()))?;
    std::env::set_current_dir(&root).map_err(|error| format!("{}: {error}", root.display()))?;
    Ok(root)
}

fn trials(config: &str, root: &Path, arguments: &Arguments) -> Result<Vec<Trial>, String> {
    let whole = prepared(config, &Selection::default())?;
    let names: Vec<String> = whole.plan.checks().map(|check| check.id.to_string()).collect();
    if let Some(missing) = prerequisites::missing(&whole) {
        return Ok(without(&names, &missing));
    }
    let wanted = wanted(arguments, &names);
    let narrowed = if wanted.len() == names.len() || wanted.is_empty() || shared::is_nextest() {
        whole
    } else {
        prepared(config, &Selection::only(wanted.iter().filter_map(|name| name.parse().ok())))?
    };
    let session = Arc::new(Session::new(narrowed, root));
    let trial = |name: String| {
        let session = session.clone();
        Trial::ignorable_test(name.clone(), move || outcome::of(&session, &name))
    };
    Ok(names.into_iter().chain([VERDICT.to_owned()]).map(trial).collect())
}

fn prepared(config: &str, selection: &Selection) -> Result<Prepared, String> {
    let mut prepared = prepare(&[config.to_owned()], selection).map_err(|error| error.to_string())?;
    prepared.pop().ok_or_else(|| format!("{config} is no subject"))
}

/// The checks that the command line's filters leave; none where the verdict itself is wanted, since that needs them all.
fn wanted(arguments: &Arguments, names: &[String]) -> Vec<String> {
    let is_wanted = |name: &str| {
        let matches =
            |pattern: &String| if arguments.exact { name == pattern } else { name.contains(pattern.as_str()) };
        arguments.filter.as_ref().is_none_or(matches) && !arguments.skip.iter().any(matches)
    };
    if is_wanted(VERDICT) {
        return Vec::new();
    }
    names.iter().filter(|name| is_wanted(name)).cloned().collect()
}

/// All trials, ignored or failed for the same reason.
fn without(names: &[String], missing: &prerequisites::Missing) -> Vec<Trial> {
    let names = names.iter().map(String::as_str).chain([VERDICT]);
    let trial = |name: &str| {
        let reason = missing.reason.clone();
        if missing.required {
            return Trial::test(name, move || Err(Failed::from(format!("errored: {reason}"))));
        }
        let ignored = Trial::ignorable_test(name, move || Ok(Completion::ignored_with(reason)));
        ignored.with_ignored_flag(shared::is_nextest())
    };
    names.map(trial).collect()
}
