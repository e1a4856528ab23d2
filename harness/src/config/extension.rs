//! Suites that extend another one.

use std::path::Path;

use super::diagnostic::{ConfigError, ConfigErrors};
use super::load::suite;
use super::places::{Cursor, places};
use super::source::Source;
use super::suite::{Suite, SuiteCheck, SuitePhase};
use super::validate::is_file;

/// The text of a suite: one of the embedded ones (name, text), or a file.
pub(super) fn source_of(name_or_path: &str, embedded: &[(&str, &str)]) -> Result<Source, ConfigErrors> {
    if let Some((name, text)) = embedded.iter().find(|(name, _)| *name == name_or_path) {
        return Ok(Source::new(format!("suites/{name}.yml"), *text));
    }
    if is_file(name_or_path) {
        return Source::read(Path::new(name_or_path));
    }
    let names: Vec<&str> = embedded.iter().map(|(name, _)| *name).collect();
    let mut error = ConfigError::whole(name_or_path, format!("unknown suite `{name_or_path}`"));
    error.known(name_or_path, "suites", &names);
    Err(error.into())
}

/// A suite, the one that it extends, the one that this extends, and so on. Paths are relative to the file that names them.
pub(super) fn chain(name_or_path: &str, embedded: &[(&str, &str)]) -> Result<Vec<(Suite, Source)>, ConfigErrors> {
    let mut chain: Vec<(Suite, Source)> = Vec::new();
    let mut next = Some(name_or_path.to_owned());
    while let Some(name) = next {
        let source = match chain.last() {
            None => source_of(&name, embedded)?,
            Some((_, extending)) => source_of(&name, embedded).map_err(|errors| blamed(errors, extending, &name))?,
        };
        if let Some((_, extending)) = chain.last()
            && chain.iter().any(|(_, earlier)| is_same(&earlier.label, &source.label))
        {
            let message = format!("`{name}` extends this suite, which would never end");
            return Err(at_extends(extending, &message).into());
        }
        let suite = suite(&source)?;
        next = suite.extends.as_ref().map(|base| beside(&source, base));
        chain.push((suite, source));
    }
    Ok(chain)
}

/// A suite with the checks of another one that extends it: a check of the same phase and id takes the place of the one
/// that was there, others come last in their phase. What the extending phase says of itself counts.
pub(super) fn extend(base: Suite, extending: Suite) -> Suite {
    let mut phases = base.phases;
    for phase in extending.phases {
        match phases.iter_mut().find(|known| known.phase == phase.phase) {
            Some(known) => extend_phase(known, phase),
            None => phases.push(phase),
        }
    }
    let mut requires = base.requires;
    requires.extend(extending.requires.into_iter().filter(|path| !requires.contains(path)).collect::<Vec<_>>());
    let mut supports = base.supports;
    supports.extend(extending.supports);
    Suite { suite: extending.suite, extends: None, requires, supports, phases }
}

fn extend_phase(known: &mut SuitePhase, phase: SuitePhase) {
    for check in phase.checks {
        match known.checks.iter_mut().find(|one| one.id == check.id) {
            Some(one) => *one = check,
            None => known.checks.push(check),
        }
    }
    known.priority = phase.priority.or(known.priority);
    known.isolation = phase.isolation.or(known.isolation);
    for (given, there) in [(phase.needs, &mut known.needs), (phase.tags, &mut known.tags)] {
        if !given.is_empty() {
            *there = given;
        }
    }
    if !phase.before.is_empty() {
        known.before = phase.before;
    }
}

/// Whether a suite has a check of this phase and id itself.
pub(super) fn has(suite: &Suite, (phase, check): (&str, &str)) -> bool {
    let is_it = |one: &SuiteCheck| one.id == check;
    suite.phases.iter().any(|one| one.phase == phase && one.checks.iter().any(is_it))
}

/// Whether two labels are of one suite: links and dots in paths are looked through.
fn is_same(one: &str, other: &str) -> bool {
    let file = |label: &str| Path::new(label).canonicalize().ok();
    one == other || file(one).is_some_and(|path| file(other) == Some(path))
}

fn beside(source: &Source, base: &str) -> String {
    if !is_file(base) {
        return base.to_owned();
    }
    let folder = Path::new(&source.label).parent().unwrap_or(Path::new(""));
    folder.join(base.trim_start_matches("./")).display().to_string()
}

/// What is wrong with a suite as such, told where it is named.
fn blamed(errors: ConfigErrors, extending: &Source, name: &str) -> ConfigErrors {
    let mut errors = errors.0.into_iter();
    let Some(error) = errors.next() else { return at_extends(extending, &format!("cannot extend `{name}`")).into() };
    let message = if is_file(name) { format!("`{name}`: {}", error.message) } else { error.message };
    ConfigError { hint: error.hint, suggestion: error.suggestion, ..at_extends(extending, &message) }.into()
}

fn at_extends(source: &Source, message: &str) -> ConfigError {
    let document = places(source);
    source.error(Cursor::new(&document).key("extends").place(), message)
}
