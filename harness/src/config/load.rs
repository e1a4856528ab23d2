//! Reading configuration files.

use std::path::Path;

use super::diagnostic::{ConfigError, ConfigErrors};
use super::source::Source;
use super::subject::Subject;
use super::suite::Suite;
use super::suite_rules::refused;
use super::validate::{Known, Surroundings, is_file, subject};

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
    let surroundings = Surroundings { folder: &folder, environment, known, exists: &Path::is_file };
    subject(&source, file, &surroundings)
}

/// Reads a suite: one of the embedded ones (name, text), or a file whose path ends with `.yml`.
pub fn load_suite(name_or_path: &str, embedded: &[(&str, &str)]) -> Result<Suite, ConfigErrors> {
    if let Some((name, text)) = embedded.iter().find(|(name, _)| *name == name_or_path) {
        return parse_suite(&format!("suites/{name}.yml"), text);
    }
    if is_file(name_or_path) {
        return suite(&Source::read(Path::new(name_or_path))?);
    }
    let names: Vec<&str> = embedded.iter().map(|(name, _)| *name).collect();
    let mut error = ConfigError::whole(name_or_path, format!("unknown suite `{name_or_path}`"));
    error.known(name_or_path, "suites", &names);
    Err(error.into())
}

/// Parses a suite from memory; mistakes are told as of a file of this name.
pub fn parse_suite(file_label: &str, text: &str) -> Result<Suite, ConfigErrors> {
    suite(&Source::new(file_label, text))
}

fn suite(source: &Source) -> Result<Suite, ConfigErrors> {
    let suite: Suite = source.parse()?;
    match refused(source, &suite) {
        errors if errors.is_empty() => Ok(suite),
        errors => Err(ConfigErrors(errors)),
    }
}
