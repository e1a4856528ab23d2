//! Reading configuration files.

use std::path::Path;

use super::diagnostic::{ConfigError, ConfigErrors};
use super::extension::{chain, extend};
use super::source::Source;
use super::subject::Subject;
use super::suite::Suite;
use super::suite_rules::refused;
use super::validate::{Known, Surroundings, subject};

/// Reads a subject. Paths in it become absolute; `environment` answers for the caller's variables.
///
/// Files that it names (Dockerfiles, suites) must be there; folders and programs of `sources` are not looked at.
/// All mistakes of content are told together; a mistake of YAML, an unknown key or a wrong type alone.
pub fn load_subject(
    path: &Path,
    environment: &dyn Fn(&str) -> Option<String>,
    known: &Known<'_>,
) -> Result<Subject, ConfigErrors> {
    let source = Source::read(path)?;
    let unreadable = |error: std::io::Error| ConfigError::whole(&source.label, format!("cannot be found: {error}"));
    // Links are resolved first, since the `..` of paths in the file are taken by the letter.
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = parent.canonicalize().map_err(unreadable)?;
    let file = folder.join(path.file_name().unwrap_or_default());
    let text = |path: &Path| std::fs::read_to_string(path).ok();
    let surroundings = Surroundings { folder: &folder, environment, known, exists: &Path::is_file, text: &text };
    subject(&source, file, &surroundings)
}

/// Reads a suite: one of the embedded ones (name, text), or a file whose path ends with `.yml`. Of one that extends
/// another the whole is returned.
pub fn load_suite(name_or_path: &str, embedded: &[(&str, &str)]) -> Result<Suite, ConfigErrors> {
    let chain = chain(name_or_path, embedded)?;
    let mut suites = chain.into_iter().rev().map(|(suite, _)| suite);
    let first = suites.next().ok_or_else(|| ConfigError::whole(name_or_path, "there is no suite"))?;
    Ok(suites.fold(first, extend))
}

/// The texts of a suite and of those that it extends; what cannot be read is left out.
pub fn texts_of_suite(name_or_path: &str, embedded: &[(&str, &str)]) -> Vec<String> {
    let chain = chain(name_or_path, embedded).unwrap_or_default();
    chain.into_iter().map(|(_, source)| source.text).collect()
}

/// Parses a suite from memory; mistakes are told as of a file of this name.
pub fn parse_suite(file_label: &str, text: &str) -> Result<Suite, ConfigErrors> {
    suite(&Source::new(file_label, text))
}

pub(super) fn suite(source: &Source) -> Result<Suite, ConfigErrors> {
    let suite: Suite = source.parse()?;
    match refused(source, &suite) {
        errors if errors.is_empty() => Ok(suite),
        errors => Err(ConfigErrors(errors)),
    }
}
