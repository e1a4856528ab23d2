//! What of a plan this machine is asked for, where it stands in an image's place.

use crate::model::invocation::Invocation;
use crate::model::plan::{Check, Isolation, PhasePlan, Probe};

/// Skips what only a container can be asked for, or what would change this machine. It says nothing about the manager, so it
/// does not count.
pub(super) fn fit(phases: &mut [PhasePlan]) {
    for phase in phases {
        let restarts = !phase.before.is_empty();
        phase.before.clear();
        for check in phase.checks.iter_mut().filter(|check| check.skip.is_none()) {
            if let Some(reason) = unfit(check, restarts) {
                check.skip = Some(reason.to_owned());
                check.advice = true;
                check.steps.clear();
            }
        }
    }
}

/// Of several transitions one is told of: none is done here.
pub(super) fn without_transitions(phases: &mut [PhasePlan]) {
    for phase in phases {
        phase.before.truncate(1);
    }
}

fn unfit(check: &Check, restarts: bool) -> Option<&'static str> {
    if restarts {
        return Some("this machine is not restarted");
    }
    if check.isolation == Isolation::Fresh {
        return Some("it would change this machine");
    }
    check.steps.iter().find_map(|step| match &step.probe {
        Probe::Inject(_) | Probe::Heal(_) => Some("no fault is put on this machine"),
        Probe::Image(_) | Probe::BuildStep(_) | Probe::Entrypoint { .. } => Some("this machine is no image"),
        Probe::Log { .. } => Some("this machine has no container's log"),
        Probe::Run { invocation, .. } if has_user(invocation) => Some(ONE_USER),
        Probe::Together(invocations) if invocations.iter().any(has_user) => Some(ONE_USER),
        Probe::Ask { user: Some(_), .. } => Some(ONE_USER),
        _ => None,
    })
}

const ONE_USER: &str = "on this machine commands run as their caller alone";

fn has_user(invocation: &Invocation) -> bool {
    invocation.user.is_some() || invocation.login.is_some()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use rstest::rstest;

    use super::*;
    use crate::model::build::ImagePart;
    use crate::model::container::Restart;
    use crate::model::expectation::Expectation;
    use crate::model::fault::Fault;
    use crate::model::id::CheckId;
    use crate::model::plan::{Priority, Skip, Step};

    fn run(user: Option<&str>) -> Probe {
        let invocation = Invocation { user: user.map(str::to_owned), ..Invocation::new(["true"]) };
        Probe::Run { invocation, read: None, skip: Skip::default() }
    }

    fn skipped(probe: Probe, isolation: Isolation, before: &[Restart]) -> Option<String> {
        let steps = vec![Step::new("step", probe, Expectation::Observed)];
        let check = Check { steps, ..Check::bare(CheckId::new("shell", "one"), isolation) };
        let (phase, priority) = ("shell".to_owned(), Priority::Medium);
        let mut phases = [PhasePlan { phase, priority, before: before.to_vec(), checks: vec![check] }];
        fit(&mut phases);
        assert!(phases[0].before.is_empty());
        let [check] = &phases[0].checks[..] else { panic!("one check") };
        assert_eq!((check.advice, check.steps.is_empty()), (check.skip.is_some(), check.skip.is_some()));
        check.skip.clone()
    }

    #[rstest]
    #[case(run(None), Isolation::Batch, &[], None)]
    #[case(run(Some("nobody")), Isolation::Batch, &[], Some(ONE_USER))]
    #[case(run(None), Isolation::Fresh, &[], Some("it would change this machine"))]
    #[case(run(None), Isolation::Batch, &[Restart::Kill], Some("this machine is not restarted"))]
    #[case(Probe::Image(ImagePart::Size), Isolation::Batch, &[], Some("this machine is no image"))]
    #[case(Probe::Log { allowed: BTreeMap::new() }, Isolation::Batch, &[], Some("this machine has no container's log"))]
    #[case(Probe::Inject(Fault::Network), Isolation::Shared, &[], Some("no fault is put on this machine"))]
    fn what_this_machine_cannot_be_asked_for_is_skipped_and_does_not_count(
        #[case] probe: Probe,
        #[case] isolation: Isolation,
        #[case] before: &[Restart],
        #[case] reason: Option<&str>,
    ) {
        assert_eq!(skipped(probe, isolation, before).as_deref(), reason);
    }
}
