//! A phase with several transitions has each of its checks once for each of them: the rows and columns of a matrix.

use crate::model::container::Restart;
use crate::model::id::CheckId;
use crate::model::plan::{Check, PhasePlan};

/// Makes the checks for each transition that they are for, in the transitions' order. What is judged after the only one
/// keeps its id.
pub(super) fn unfold(phases: &mut [PhasePlan]) {
    for phase in phases.iter_mut() {
        let checks = std::mem::take(&mut phase.checks);
        let (name, is_only) = (&phase.phase, phase.before.len() == 1);
        let is_for = |check: &&Check, how| check.after.is_empty() || check.after.contains(&how);
        let after = |&how: &Restart| {
            let judged = move |check: &Check| if is_only { check.clone() } else { judged_after(check, how, name) };
            checks.iter().filter(move |check| is_for(check, how)).map(judged)
        };
        phase.checks = if phase.before.is_empty() { checks } else { phase.before.iter().flat_map(after).collect() };
    }
}

/// What it needs or explains of its own phase is judged after the same transition.
fn judged_after(check: &Check, how: Restart, phase: &str) -> Check {
    let same = |ids: &[CheckId]| -> Vec<CheckId> {
        let of = |id: &CheckId| if id.phase == phase { id.clone().judged_after(how) } else { id.clone() };
        ids.iter().map(of).collect()
    };
    Check {
        id: check.id.clone().judged_after(how),
        needs: same(&check.needs),
        explains: same(&check.explains),
        ..check.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::plan::{Isolation, Priority};

    fn ids(before: &[Restart]) -> Vec<String> {
        let bare = |id: &str| Check::bare(id.parse().expect("an id"), Isolation::Batch);
        let mut files = bare("persistence/files");
        files.needs = vec!["shell/path".parse().expect("an id"), "persistence/import".parse().expect("an id")];
        let checks = vec![bare("persistence/import[scipy]"), files];
        let phase = ("persistence".to_owned(), Priority::High);
        let mut phases = [PhasePlan { phase: phase.0, priority: phase.1, before: before.to_vec(), checks }];
        unfold(&mut phases);
        let told = |check: &Check| {
            let needs: Vec<String> = check.needs.iter().map(ToString::to_string).collect();
            format!("{} {}", check.id, needs.join(" "))
        };
        phases[0].checks.iter().map(told).collect()
    }

    #[test]
    fn each_check_is_there_for_each_transition_and_what_it_needs_too() {
        assert_eq!(
            ids(&[Restart::Restart, Restart::Kill]),
            [
                "persistence/import[scipy]@restart ",
                "persistence/files@restart shell/path persistence/import@restart",
                "persistence/import[scipy]@kill ",
                "persistence/files@kill shell/path persistence/import@kill",
            ]
        );
    }

    #[test]
    fn what_is_for_one_transition_is_not_there_after_others() {
        let bare = |id: &str| Check::bare(id.parse().expect("an id"), Isolation::Batch);
        let built = Check { after: vec![Restart::Rebuild], ..bare("persistence/built") };
        let ids = |before: &[Restart]| -> Vec<String> {
            let (phase, priority) = ("persistence".to_owned(), Priority::High);
            let checks = vec![bare("persistence/files"), built.clone()];
            let mut phases = [PhasePlan { phase, priority, before: before.to_vec(), checks }];
            unfold(&mut phases);
            phases[0].checks.iter().map(|check| check.id.to_string()).collect()
        };
        assert_eq!(
            ids(&[Restart::Kill, Restart::Rebuild]),
            ["persistence/files@kill", "persistence/files@rebuild", "persistence/built@rebuild"]
        );
        assert_eq!(ids(&[Restart::Rebuild]), ["persistence/files", "persistence/built"]);
        assert_eq!(ids(&[Restart::Kill]), ["persistence/files"]);
    }

    #[test]
    fn one_transition_needs_no_name() {
        assert_eq!(ids(&[Restart::Kill])[0], "persistence/import[scipy] ");
    }
}
