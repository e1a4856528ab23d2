//! Failures by what they may come of: as far as the checks of a suite say that one explains others, as far as the items of
//! one check fail alike, or the check after one transition as after another, and as far as the manager names one reason
//! in what is around it, as a network that is not there.

use std::collections::BTreeMap;

use super::fact::ErrorClass;
use super::id::CheckId;
use super::outcome::Outcome;
use super::record::{CheckRecord, Record};

/// A failure, and those that may be there for the same reason.
#[derive(Clone, Debug)]
pub struct Cause<'a> {
    /// The check that tells most.
    pub check: &'a CheckRecord,
    /// Others that failed, too, and may be explained by it.
    pub explains: Vec<&'a CheckRecord>,
}

impl Record {
    /// The checks that failed by themselves, those of important phases first, each once: as a cause, or below another.
    ///
    /// What blocked ones failed of stands elsewhere. A check that does not count explains none, since reports may leave
    /// it out.
    pub fn causes(&self) -> Vec<Cause<'_>> {
        let failed = self.failed();
        let explanations = self.explanations(&failed);
        let mut causes: Vec<Cause<'_>> = Vec::new();
        let mut explained = Vec::new();
        for (place, check) in failed.iter().enumerate() {
            match root(&explanations, place) {
                root if root == place => causes.push(Cause { check, explains: Vec::new() }),
                root => explained.push((failed[root], *check)),
            }
        }
        for (root, check) in explained {
            if let Some(cause) = causes.iter_mut().find(|cause| std::ptr::eq(cause.check, root)) {
                cause.explains.push(check);
            }
        }
        causes
    }

    /// What failed by itself, by the priority of phases.
    fn failed(&self) -> Vec<&CheckRecord> {
        self.by_priority().into_iter().flat_map(|phase| &phase.checks).filter(|check| check.is_failed()).collect()
    }

    /// Of each failure the one that explains it.
    fn explanations(&self, failed: &[&CheckRecord]) -> Vec<Option<usize>> {
        let planned: BTreeMap<&CheckId, &[CheckId]> =
            self.start.checks.iter().map(|planned| (&planned.id, planned.explains.as_slice())).collect();
        let explains = |check: &CheckRecord| planned.get(&check.ended.check).copied().unwrap_or_default();
        let words: Vec<Option<String>> = failed.iter().map(|check| words(check)).collect();
        let one = |(place, check): (usize, &&CheckRecord)| {
            let id = &check.ended.check;
            let told = failed.iter().position(|other| {
                let is_other = other.ended.counted && other.ended.check != *id;
                is_other && explains(other).iter().any(|one| one.covers(id))
            });
            let is_alike = |earlier: &usize| {
                let words_are = words[place].is_some() && words[*earlier] == words[place];
                words_are && are_akin(failed[*earlier], check) || have_one_reason(failed[*earlier], check)
            };
            told.or_else(|| (0..place).find(is_alike))
        };
        failed.iter().enumerate().map(one).collect()
    }
}

/// The failure at the end of the chain of explanations; of checks that explain each other each is its own.
fn root(explanations: &[Option<usize>], place: usize) -> usize {
    let mut chain = vec![place];
    while let Some(next) = explanations[chain[chain.len() - 1]] {
        if chain.contains(&next) {
            return place;
        }
        chain.push(next);
    }
    chain[chain.len() - 1]
}

/// Whether two are items of one check, or the same one after two transitions.
fn are_akin(one: &CheckRecord, other: &CheckRecord) -> bool {
    let (id, with) = (&one.ended.check, &other.ended.check);
    let is_one_check = (&id.phase, &id.name) == (&with.phase, &with.name);
    let both_are_items = id.item.is_some() && with.item.is_some();
    let both_are_cells = id.item == with.item && id.after.is_some() && with.after.is_some();
    is_one_check && (both_are_items || both_are_cells) && one.ended.counted == other.ended.counted
}

/// Whether both failed of the same thing in what is around the manager, as of a network that is not there.
fn have_one_reason(one: &CheckRecord, other: &CheckRecord) -> bool {
    let hint = |check: &CheckRecord| match &check.ended.outcome {
        Outcome::Failed(failure) => failure.hint.clone(),
        _ => None,
    };
    let (hint, others) = (hint(one), hint(other));
    let is_around = |hint: &String| ErrorClass::SURROUNDINGS.iter().any(|class| class.hint() == hint);
    one.ended.counted == other.ended.counted && hint == others && hint.as_ref().is_some_and(is_around)
}

/// The words in which a check failed, but for numbers and for what the item is called.
fn words(check: &CheckRecord) -> Option<String> {
    let told = match &check.ended.outcome {
        Outcome::Failed(failure) => &failure.actual,
        Outcome::TimedOut { what, .. } => what,
        _ => return None,
    };
    let item = check.ended.check.item.as_deref().unwrap_or_default();
    let told = if item.is_empty() { told.clone() } else { told.replace(item, "") };
    Some(told.chars().filter(|character| !character.is_ascii_digit()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::outcome::Failure;
    use crate::model::{Ending, sample};

    fn id(text: &str) -> CheckId {
        text.parse().expect("valid")
    }

    /// The causes of a run in which all these checks fail, each with what it explains.
    fn told(explains: &[(&str, &str)], checks: &[&str]) -> Vec<String> {
        let ended: Vec<_> =
            checks.iter().map(|check| sample::with(check, Outcome::Failed(Failure::default()))).collect();
        let mut record = Record::of(&sample::run(&ended, Ending::Completed));
        for planned in &mut record.start.checks {
            let own = explains.iter().filter(|(one, _)| id(one) == planned.id);
            planned.explains = own.map(|(_, other)| id(other)).collect();
        }
        let words = |cause: Cause<'_>| {
            let names: Vec<String> = cause.explains.iter().map(|check| check.ended.check.to_string()).collect();
            format!("{}: {}", cause.check.ended.check, names.join(" "))
        };
        record.causes().into_iter().map(words).collect()
    }

    #[test]
    fn what_another_failure_explains_stands_below_it() {
        let explains = [("packages/files", "packages/import"), ("packages/import[rich]", "packages/use[rich]")];
        let checks = ["packages/import[rich]", "packages/use[click]", "packages/files", "packages/use[rich]"];
        let told = told(&explains, &checks);
        // An explanation stands for its own item only.
        assert_eq!(told, ["packages/use[click]: ", "packages/files: packages/import[rich] packages/use[rich]"]);
    }

    #[test]
    fn items_of_one_check_that_fail_alike_are_told_together() {
        let fails = |check: &str, actual: &str| {
            sample::with(check, Outcome::Failed(Failure { actual: actual.to_owned(), ..Failure::default() }))
        };
        let ended = [
            fails("packages/import[rich]", "No module named 'rich', after 0.31 s"),
            fails("packages/import[click]", "No module named 'click', after 0.42 s"),
            fails("packages/import[scipy]", "libopenblas.so is missing"),
            fails("packages/use[rich]", "No module named 'rich', after 0.31 s"),
        ];
        let record = Record::of(&sample::run(&ended, Ending::Completed));
        let told: Vec<_> =
            record.causes().iter().map(|cause| (cause.check.ended.check.to_string(), cause.explains.len())).collect();
        let expected = [("packages/import[rich]", 1), ("packages/import[scipy]", 0), ("packages/use[rich]", 0)];
        assert_eq!(told, expected.map(|(id, behind)| (id.to_owned(), behind)));
    }

    #[test]
    fn what_fails_alike_after_several_transitions_is_one_cause() {
        let explains = [("persistence/files@kill", "persistence/launchers@kill")];
        let checks = ["persistence/files@restart", "persistence/files@kill", "persistence/launchers@kill"];
        let told = told(&explains, &checks);
        assert_eq!(told, ["persistence/files@restart: persistence/files@kill persistence/launchers@kill"]);
    }

    #[test]
    fn checks_that_explain_each_other_are_not_lost() {
        let explains = [("packages/a", "packages/b"), ("packages/b", "packages/a")];
        assert_eq!(told(&explains, &["packages/a", "packages/b"]), ["packages/a: ", "packages/b: "]);
    }

    #[test]
    fn what_the_manager_says_is_around_it_is_one_cause_and_what_is_its_own_matter_is_not() {
        let told = |class: ErrorClass| {
            let failure = |words: &str| {
                let hint = Some(class.hint().to_owned());
                Outcome::Failed(Failure { actual: words.to_owned(), hint, ..Failure::default() })
            };
            let checks = [
                sample::with("packages/lifecycle", failure("no cowsay")),
                sample::with("errors/conflict", failure("no httpie")),
            ];
            Record::of(&sample::run(&checks, Ending::Completed)).causes().len()
        };
        assert_eq!(told(ErrorClass::Offline), 1);
        assert_eq!(told(ErrorClass::PermissionDenied), 2);
    }

    #[test]
    fn what_does_not_count_explains_nothing() {
        let ended = ["packages/a", "packages/b"].map(|check| sample::with(check, Outcome::Failed(Failure::default())));
        let mut record = Record::of(&sample::run(&ended, Ending::Completed));
        record.start.checks[0].explains = vec![id("packages/b")];
        record.phases[0].checks[0].ended.counted = false;
        assert_eq!(record.causes().len(), 2);
    }
}
