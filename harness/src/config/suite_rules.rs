//! What a suite must hold to beyond its syntax: phases, checks and cells.

use std::collections::BTreeSet;
use std::str::FromStr;

use pep440_rs::VersionSpecifiers;

use super::cell::{EndName, FaultCell, MET};
use super::diagnostic::{ConfigError, Place};
use super::places::{Cursor, places};
use super::scalars::Words;
use super::source::Source;
use super::suite::{Suite, SuiteCheck, SuitePhase};
use super::validate::is_plain;
use crate::managers::{self, Capability};

/// Phases whose checks are never tried again: a second try would hide what they look for.
const ONE_TRY: [&str; 3] = ["errors", "persistence", "performance"];

/// What names are made of.
const PLAIN: &str = "Names are made of lower-case letters, digits and dashes.";

/// All that is wrong with a suite, in the order of places.
pub(super) fn refused(source: &Source, suite: &Suite) -> Vec<ConfigError> {
    let document = places(source);
    let mut rules = Rules { source, errors: Vec::new() };
    rules.suite(suite, Cursor::new(&document));
    rules.errors.sort_by_key(|error| error.place);
    rules.errors
}

/// Whether a text holds a template, so that what it says is not known yet.
pub(super) fn is_template(text: &str) -> bool {
    text.contains("{{") || text.contains("{%")
}

/// A validation under way.
pub(super) struct Rules<'a> {
    source: &'a Source,
    errors: Vec<ConfigError>,
}

impl Rules<'_> {
    /// Notes a mistake; hint and suggestion can be added to what is returned.
    pub(super) fn refuse(&mut self, place: Place, message: impl Into<String>) -> &mut ConfigError {
        self.errors.push(self.source.error(place, message));
        self.errors.last_mut().expect("one was pushed just before")
    }

    fn suite(&mut self, suite: &Suite, at: Cursor<'_>) {
        if !is_plain(&suite.suite) {
            self.refuse(at.key("suite").place(), format!("`{}` cannot be a suite's name", suite.suite)).hint(PLAIN);
        }
        for (manager, range) in &suite.supports {
            let at = at.key("supports");
            let names: Vec<&str> = managers::ALL.iter().map(|manager| manager.name()).collect();
            if !names.contains(&manager.as_str()) {
                self.refuse(at.name(manager), format!("unknown manager `{manager}`"))
                    .known(manager, "managers", &names);
            }
            if VersionSpecifiers::from_str(range).is_err() {
                let message = format!("`{range}` is not a range of versions such as `>=0.30.0, <1`");
                self.refuse(at.key(manager).place(), message);
            }
        }
        if suite.phases.is_empty() {
            self.refuse(at.key("phases").place(), "a suite needs at least one phase");
        }
        let mut names = BTreeSet::new();
        for (index, phase) in suite.phases.iter().enumerate() {
            let at = at.key("phases").item(index);
            if !names.insert(&phase.phase) {
                self.refuse(at.key("phase").place(), format!("the phase `{}` is there twice", phase.phase));
            }
            self.phase(phase, at);
        }
    }

    fn phase(&mut self, phase: &SuitePhase, at: Cursor<'_>) {
        if !is_plain(&phase.phase) {
            self.refuse(at.key("phase").place(), format!("`{}` cannot be a phase's name", phase.phase)).hint(PLAIN);
        }
        if phase.checks.is_empty() {
            self.refuse(at.key("checks").place(), "a phase needs at least one check");
        }
        self.needs(&phase.needs, at.key("needs"));
        self.tags(&phase.tags, at.key("tags"));
        let mut ids = BTreeSet::new();
        for (index, check) in phase.checks.iter().enumerate() {
            let at = at.key("checks").item(index);
            if !ids.insert(&check.id) {
                self.refuse(at.key("id").place(), format!("the check `{}` is there twice in this phase", check.id));
            }
            if check.retries > 0 && ONE_TRY.contains(&phase.phase.as_str()) {
                self.refuse(
                    at.key("retries").place(),
                    format!("checks of the phase `{}` are never tried again", phase.phase),
                )
                .hint("Take `retries` away.");
            }
            self.check(check, at);
        }
    }

    fn check(&mut self, check: &SuiteCheck, at: Cursor<'_>) {
        if !is_plain(&check.id) {
            self.refuse(at.key("id").place(), format!("`{}` cannot be a check's id", check.id)).hint(PLAIN);
        }
        if check.about.trim().is_empty() {
            self.refuse(at.key("about").place(), "say in one line what this check protects from");
        }
        if check.each.len() > 1 {
            self.refuse(at.name("each"), "`each` has more than one variable").hint("Write one variable and its list.");
        }
        for variable in check.each.keys() {
            if !is_identifier(variable) {
                self.refuse(at.key("each").name(variable), format!("`{variable}` cannot be a variable of templates"))
                    .hint("Names are made of letters, digits and underscores.");
            }
        }
        if let Some(name) = check.capability.as_deref().filter(|name| Capability::find(name).is_none()) {
            self.refuse(at.key("capability").place(), format!("unknown capability `{name}`")).known(
                name,
                "capabilities",
                &Capability::ALL.map(Capability::name),
            );
        }
        if check.repeat == Some(0) {
            self.refuse(at.key("repeat").place(), "a check is observed at least once");
        }
        if check.timeout.is_some_and(|timeout| timeout.0.is_zero()) {
            self.refuse(at.key("timeout").place(), "nothing can be done in no time")
                .hint("Take `timeout` away for the default, 60 s.");
        }
        self.needs(&check.needs, at.key("needs"));
        self.needs(&check.explains, at.key("explains"));
        self.tags(check.tags.as_deref().unwrap_or_default(), at.key("tags"));
        self.content(check, at);
    }

    fn tags(&mut self, tags: &[String], at: Cursor<'_>) {
        for (index, tag) in tags.iter().enumerate() {
            if !is_plain(tag) {
                self.refuse(at.item(index).place(), format!("`{tag}` cannot be a tag")).hint(PLAIN);
            }
        }
    }

    /// Exactly one of a verb, `steps` and `cell`.
    fn content(&mut self, check: &SuiteCheck, at: Cursor<'_>) {
        let ways = [check.step.is_some(), !check.steps.is_empty(), check.cell.is_some()];
        match ways.into_iter().filter(|way| *way).count() {
            0 => {
                self.refuse(at.key("id").place(), format!("the check `{}` does nothing", check.id))
                    .hint("Write a verb such as `run`, or `steps`, or a fault `cell`.");
            }
            1 => {}
            _ => {
                let (key, keys) = if check.steps.is_empty() {
                    ("cell", "a verb, its context or its `expect` stands beside `cell`")
                } else if check.step.is_some() {
                    ("steps", "a verb, its context or its `expect` stands beside `steps`")
                } else {
                    ("cell", "`steps` stands beside `cell`")
                };
                self.refuse(at.name(key), keys).hint("A check has one verb, or `steps`, or a fault `cell`.");
                return;
            }
        }
        if let Some(step) = &check.step {
            self.step(step, &[], at.key("id").place(), at);
        }
        for (index, step) in check.steps.iter().enumerate() {
            let at = at.key("steps").item(index);
            self.step(step, &check.steps[..index], at.place(), at);
        }
        if let Some(cell) = &check.cell {
            self.cell(cell, at.key("cell"));
        }
    }

    fn cell(&mut self, cell: &FaultCell, at: Cursor<'_>) {
        self.operation(&cell.operation, at.key("operation"));
        if let Some(operation) = &cell.recovers {
            self.operation(operation, at.key("recovers"));
        }
        for (key, operations) in [("first", &cell.first), ("then", &cell.then)] {
            for (index, operation) in operations.iter().enumerate() {
                self.operation(operation, at.key(key).item(index));
            }
        }
        if cell.ends == EndName::Refused && cell.residue == Words::default() {
            self.refuse(at.place(), "it is not said where a refused operation may leave nothing")
                .hint("Write `residue` with the folders, or `ends: succeeds`.");
        }
        if cell.ends == EndName::Succeeds && !cell.says.is_empty() {
            self.refuse(at.name("says"), "an operation that succeeds has no reason to say");
        }
        if cell.kill_when.as_deref() == Some(MET) && cell.index.is_none() {
            self.refuse(at.name("kill-when"), "nothing goes wrong at the index that could be met")
                .hint("Write `index` with what goes wrong, or the path of a file.");
        }
        for (index, class) in cell.says.iter().enumerate() {
            self.error_class(class, at.key("says").item(index).place());
        }
    }

    /// References to checks: `phase/check` or `phase/check[item]`.
    fn needs(&mut self, needs: &[String], at: Cursor<'_>) {
        for (index, need) in needs.iter().enumerate() {
            if !is_reference(need) {
                self.refuse(at.item(index).place(), format!("`{need}` does not name a check"))
                    .hint("Write `phase/check` or `phase/check[item]`.");
            }
        }
    }
}

fn is_identifier(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && name.bytes().next().is_some_and(|byte| !byte.is_ascii_digit())
}

fn is_reference(need: &str) -> bool {
    let Some((phase, check)) = need.split_once('/') else { return false };
    let name = match check.split_once('[') {
        Some((name, item)) if item.len() > 1 && item.ends_with(']') => name,
        Some(_) => return false,
        None => check,
    };
    let fits = |part: &str| is_template(part) || is_plain(part);
    fits(phase) && fits(name)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("installation/binary", true)]
    #[case("packages/import[scipy]", true)]
    #[case("packages/import[{{ package }}]", true)]
    #[case("packages/{{ package }}", true)]
    #[case("binary", false)]
    #[case("installation/", false)]
    #[case("packages/import[]", false)]
    #[case("packages/import[scipy", false)]
    #[case("Packages/import", false)]
    fn references_name_a_phase_and_a_check(#[case] need: &str, #[case] fits: bool) {
        assert_eq!(is_reference(need), fits);
    }
}
