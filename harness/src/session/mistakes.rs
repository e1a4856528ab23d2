//! Mistakes that the plan, or the build, brought to light, with their places in the files.

use std::path::Path;

use crate::config::{self, ConfigError, ConfigErrors, Subject};
use crate::plan::{Mistake, Origin, PlanError};

use super::catalogue::EMBEDDED_SUITES;
use super::error::SessionError;
use super::setup::shown;

/// All of them, each with its place: what is wrong in files first, then what is wrong with the command line.
pub(super) fn placed(errors: Vec<PlanError>, subject: &Subject) -> SessionError {
    let in_files: Vec<ConfigError> = errors.iter().filter_map(|error| in_file(error, subject)).collect();
    let first = errors.into_iter().next();
    match first {
        Some(error) if in_files.is_empty() => SessionError::Plan(Box::new(error)),
        _ => SessionError::Config(ConfigErrors(in_files)),
    }
}

/// A mistake at a key of the subject.
pub(super) fn of_subject(subject: &Subject, keys: &[&str], mistake: &Mistake) -> ConfigError {
    let written = mistake.written.as_deref();
    let error = config::mistake_of_subject(Path::new(&shown(&subject.file)), keys, written, &mistake.problem);
    with_advice(error, mistake)
}

fn in_file(PlanError { origin, mistake }: &PlanError, subject: &Subject) -> Option<ConfigError> {
    match origin {
        Origin::Check { suite, phase, check, .. } => {
            let own = shown(&subject.file);
            let suite = subject.suites.get(*suite).map_or(own.as_str(), String::as_str);
            let written = mistake.written.as_deref();
            let check = (phase.as_str(), check.as_str());
            let error = config::mistake_of_check(suite, EMBEDDED_SUITES, check, written, &mistake.problem);
            Some(with_advice(error, mistake))
        }
        Origin::Subject(keys) => {
            let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
            Some(of_subject(subject, &keys, mistake))
        }
        Origin::Option(_) => None,
    }
}

fn with_advice(mut error: ConfigError, mistake: &Mistake) -> ConfigError {
    error.suggestion.clone_from(&mistake.suggestion);
    error.hint.clone_from(&mistake.hint);
    error
}
