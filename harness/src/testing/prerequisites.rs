//! What must be there for a run, looked at before anything is listed: a trial that is only ignored when it runs is a
//! pass under nextest.

use crate::session::{Finding, Prepared, prerequisites};

/// What is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Missing {
    /// What, why, and what to do.
    pub(super) reason: String,
    /// `SHAKEDOWN_REQUIRE` names it.
    pub(super) required: bool,
}

/// Names what must be there: a list such as `docker,uv`.
const REQUIRE: &str = "SHAKEDOWN_REQUIRE";

/// The first thing that is missing.
pub(super) fn missing(prepared: &Prepared) -> Option<Missing> {
    let findings = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(prerequisites(prepared)),
        Err(error) => {
            return Some(Missing { reason: format!("no threads can be started: {error}"), required: true });
        }
    };
    let required = std::env::var(REQUIRE).unwrap_or_default();
    first_missing(findings, &required)
}

fn first_missing(findings: Vec<Finding>, required: &str) -> Option<Missing> {
    findings.into_iter().find_map(|finding| {
        let (problem, hint) = finding.state.err()?;
        let required = required.split(',').any(|name| name.trim() == finding.what);
        Some(Missing { reason: format!("{problem}. {hint}"), required })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(what: &str, there: bool) -> Finding {
        let state = if there { Ok("there".to_owned()) } else { Err(("gone".to_owned(), "Get it.".to_owned())) };
        Finding { what: what.to_owned(), state }
    }

    #[test]
    fn what_is_required_by_name_is_an_error_and_the_rest_is_not() {
        let missing = |required| first_missing(vec![finding("docker", true), finding("pixi", false)], required);
        assert_eq!(missing("docker"), Some(Missing { reason: "gone. Get it.".to_owned(), required: false }));
        assert!(missing("docker, pixi").is_some_and(|missing| missing.required));
        assert_eq!(first_missing(vec![finding("docker", true)], "docker"), None);
    }
}
