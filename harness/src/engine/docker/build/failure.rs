//! What went wrong with a build, put together from what the builder said and what its steps printed.

use std::sync::LazyLock;

use bollard::errors::Error;
use regex::{Captures, Regex};

use super::classify::{self, Trouble};
use super::context::ContextError;
use super::dockerfile::Dockerfile;
use super::stream::BuildFold;
use crate::engine::{EngineError, FailedBuild};

/// The line number in a message about a Dockerfile, as engines old and new word it.
static PARSE_ERROR: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(parse error (?:on )?line )(\d+)").expect("a constant pattern"));

/// A build that the builder gave up.
pub(super) fn failure(error: &Error, fold: &mut BuildFold, dockerfile: &Dockerfile) -> FailedBuild {
    let (words, is_transport) = match error {
        Error::DockerStreamError { error } => (error.clone(), false),
        Error::DockerResponseServerError { message, .. } => (message.clone(), false),
        other => (other.to_string(), true),
    };
    if is_transport {
        return FailedBuild { hint: Some(Trouble::Engine.hint().to_owned()), ..plain(words, true) };
    }
    let Some(step) = fold.failure() else {
        return of_builder(&words, dockerfile);
    };
    let trouble = classify::of_step(&step.step, &step.message, &step.log);
    let message = dockerfile.rewording.as_written(&step.message);
    let hint = trouble.map(Trouble::hint).or_else(|| own_hint(&step.step, &message));
    FailedBuild {
        step: Some(step.step),
        log: step.log,
        clipped: step.clipped,
        hint: hint.map(str::to_owned),
        ..plain(message, trouble.is_some())
    }
}

/// A build that never began, since its context cannot be made.
pub(super) fn context_failure(error: &ContextError) -> FailedBuild {
    let source = std::error::Error::source(error).map(|source| format!(": {source}")).unwrap_or_default();
    let environment = matches!(error, ContextError::Temporary(_));
    let hint = match error {
        ContextError::NoDockerfile(_) => "Correct `dockerfile` in the subject; it is relative to the subject's file.",
        ContextError::Unreadable { .. } => {
            "Make it readable, or leave it out by a `.dockerignore` beside the Dockerfile."
        }
        ContextError::Pattern { .. } => "Correct the pattern.",
        ContextError::Temporary(_) => "Check that TMPDIR can be written to and has space.",
    };
    FailedBuild { hint: Some(hint.to_owned()), ..plain(format!("{error}{source}"), environment) }
}

/// A build that the engine failed.
pub(super) fn engine_failure(error: &EngineError) -> FailedBuild {
    FailedBuild { hint: Some(error.hint().to_owned()), ..plain(error.to_string(), true) }
}

fn plain(message: String, environment: bool) -> FailedBuild {
    FailedBuild { step: None, message, log: Vec::new(), clipped: false, environment, hint: None }
}

/// No step is to blame: the Dockerfile itself, its base, or the builder.
fn of_builder(words: &str, dockerfile: &Dockerfile) -> FailedBuild {
    let trouble = classify::of_builder(words);
    let message = PARSE_ERROR.replace(words, |found: &Captures<'_>| {
        let line = found[2].parse().map_or_else(|_| found[2].to_owned(), |line| dockerfile.origin(line).to_string());
        format!("{}{line}", &found[1])
    });
    let hint = match &dockerfile.syntax {
        Some(syntax) if trouble.is_some() => Some(format!(
            "The Dockerfile's line `# syntax={syntax}` makes the builder pull a frontend; take it out where no registry answers."
        )),
        _ => trouble.map(|trouble| trouble.hint().to_owned()),
    };
    FailedBuild { hint, ..plain(message.into_owned(), trouble.is_some()) }
}

/// What to do about some failures that are the subject's own.
fn own_hint(step: &str, message: &str) -> Option<&'static str> {
    let instruction = step.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
    let copies = instruction == "COPY" || instruction == "ADD";
    if copies && message.contains("not found") {
        return Some("The build context is the Dockerfile's folder, less what its ignore file names; check the path.");
    }
    message.ends_with(": 127").then_some("A command of the step was not found; install it in an earlier step.")
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::super::dockerfile::{BundleMount, Changes};
    use super::super::rewording::Rewording;
    use super::*;

    fn empty() -> BuildFold {
        BuildFold::new("stage-2", Vec::new(), Rewording::default())
    }

    fn said(words: &str, text: &str) -> FailedBuild {
        let error = Error::DockerStreamError { error: words.to_owned() };
        let changes = Changes { bundle: Some(BundleMount::Secret), ..Changes::default() };
        failure(&error, &mut empty(), &Dockerfile::changed(text, changes))
    }

    #[test]
    fn a_mistake_in_the_dockerfile_is_the_subjects_and_names_the_authors_line() {
        let failed = said("dockerfile parse error line 8: unknown instruction: RUNN", "FROM x\nRUNN y\n");
        assert_eq!(failed.message, "dockerfile parse error line 2: unknown instruction: RUNN");
        assert!(!failed.environment);
    }

    #[test]
    fn a_frontend_that_cannot_be_pulled_is_laid_to_the_syntax_line() {
        let words = r#"failed to do request: Head "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io: no such host"#;
        let failed = said(words, "# syntax=docker/dockerfile:1\nFROM x\n");
        assert!(failed.environment);
        assert!(failed.hint.expect("a hint").contains("`# syntax=docker/dockerfile:1`"));
    }

    #[test]
    fn a_broken_connection_to_the_engine_is_the_environments() {
        let failed = failure(&Error::RequestTimeoutError, &mut empty(), &Dockerfile::plain(""));
        assert!(failed.environment);
        assert!(failed.hint.is_some());
    }

    #[test]
    fn a_missing_dockerfile_is_the_subjects() {
        let failed = context_failure(&ContextError::NoDockerfile(PathBuf::from("docker/x")));
        assert_eq!(failed.message, "no Dockerfile at `docker/x`");
        assert!(!failed.environment);
        assert!(failed.hint.is_some());
    }

    #[test]
    fn hints_help_with_what_is_often_forgotten() {
        assert!(own_hint("COPY nix /", r#"failed to compute cache key: "/nix" not found: not found"#).is_some());
        assert!(own_hint("RUN foo", "executor failed running [/bin/sh -c foo]: exit code: 127").is_some());
        assert!(own_hint("RUN foo", "executor failed running [/bin/sh -c foo]: exit code: 1").is_none());
    }
}
