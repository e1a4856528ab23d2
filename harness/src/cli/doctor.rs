//! `shakedown doctor`: whether a run can be had here, and what to do where not.

use std::fmt::Write as _;

use crate::plan::Selection;
use crate::session::{self, Finding};

use super::arguments::Doctor;
use super::run::bootstrap;
use super::terminal::Terminal;
use super::trouble::Trouble;

/// Something is missing.
const MISSING: u8 = 3;

/// A configuration is wrong.
const MISTAKE: u8 = 2;

pub(super) async fn doctor(given: &Doctor, terminal: &Terminal) -> Result<u8, Trouble> {
    if given.bootstrap {
        bootstrap(terminal).await?;
    }
    let (subjects, mistake) = match session::prepare_for(
        given.subjects.manager.as_deref(),
        &given.subjects.subjects,
        &Selection::default(),
    ) {
        Ok(subjects) => (subjects, None),
        Err(session::SessionError::NoDefault { .. }) => (Vec::new(), None),
        // What the machine lacks is worth knowing all the same.
        Err(error) => (Vec::new(), Some(error)),
    };
    let findings = session::examine(&subjects).await;
    let mut text = String::new();
    for Finding { what, state } in &findings {
        match state {
            Ok(found) => writeln!(text, "ok       {what}: {found}"),
            Err((problem, hint)) => writeln!(text, "missing  {what}: {problem}\n         {hint}"),
        }
        .unwrap_or_default();
    }
    if let Some(error) = &mistake {
        writeln!(text, "wrong    configuration: {}", indented(&error.to_string())).unwrap_or_default();
        if let Some(hint) = error.hint() {
            writeln!(text, "         {}", indented(&hint)).unwrap_or_default();
        }
    }
    Terminal::result(&text);
    if mistake.is_some() {
        return Ok(MISTAKE);
    }
    Ok(if findings.iter().all(|finding| finding.state.is_ok()) { 0 } else { MISSING })
}

/// Later lines under the first.
fn indented(text: &str) -> String {
    text.replace('\n', "\n         ")
}
