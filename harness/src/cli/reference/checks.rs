//! The page of all checks that come with shakedown.

use crate::config::suite::{SuiteCheck, SuitePhase};
use crate::config::{self, ConfigErrors, Suite};
use crate::session::EMBEDDED_SUITES;

use super::{Page, table};

/// The checks of the embedded suites: what each promises, and what to do when it fails.
pub(super) fn page() -> Result<Page, ConfigErrors> {
    let suites: Result<Vec<Suite>, _> =
        EMBEDDED_SUITES.iter().map(|(name, _)| config::load_suite(name, EMBEDDED_SUITES)).collect();
    let suites = suites?;
    let count: usize = suites.iter().flat_map(|suite| &suite.phases).map(|phase| phase.checks.len()).sum();
    let intro = format!(
        "{count} definitions in {} suites. One with an item stands for a check an item; `shakedown list SUBJECT` prints \
         what becomes of them for a subject.\n",
        suites.len()
    );
    let sections: String = suites.iter().map(section).collect();
    Ok(super::page("checks.md", "The checks that come with shakedown", &(intro + &sections)))
}

fn section(suite: &Suite) -> String {
    let rows: Vec<_> =
        suite.phases.iter().flat_map(|phase| phase.checks.iter().map(|check| row(phase, check))).collect();
    format!("\n## The suite `{}`\n\n{}", suite.suite, table(&["Check", "Promise", "When it fails"], &rows))
}

fn row(phase: &SuitePhase, check: &SuiteCheck) -> Vec<String> {
    let item = check.each.keys().next().map(|variable| format!("[{variable}]")).unwrap_or_default();
    let advice = if check.advice { " (advice: shown, not counted)" } else { "" };
    let id = format!("`{}/{}{item}`{advice}", phase.phase, check.id);
    vec![id, code_free(&check.about), check.hint.as_deref().map(code_free).unwrap_or_default()]
}

/// Templates are shown as they are written; in Markdown they stand as code.
fn code_free(text: &str) -> String {
    text.replace("{{ ", "`{{ ").replace(" }}", " }}`")
}
