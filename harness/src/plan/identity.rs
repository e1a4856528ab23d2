//! What tells who the package manager is, and what to look at when a phase fails. Judged by nobody.

use std::time::Duration;

use crate::config::Subject;
use crate::managers::PackageManager;
use crate::model::expectation::Expectation;
use crate::model::inquiry::Inquiry;
use crate::model::plan::{Probe, Question, Reading, Skip, Step};

/// How long a manager is waited for where only the record asks. One that hangs must not hold up the checks that tell of it.
const PATIENCE: Duration = Duration::from_secs(15);

/// The manager's version and its view of its installation.
pub(super) fn identity(subject: &Subject, manager: &dyn PackageManager) -> Vec<Step> {
    [("version", Question::Version), ("installation", Question::Installation)]
        .into_iter()
        .filter_map(|(name, question)| ask(name, question, subject, manager))
        .collect()
}

/// Variables, PATH, the install folder, the manager's own view, and room: once, at the first failure of a phase.
pub(super) fn diagnosis(subject: &Subject, manager: &dyn PackageManager) -> Vec<Step> {
    let home = &subject.install.home;
    let look = |name: &str, inquiry| Step::new(name, Probe::Ask { inquiry, user: None }, Expectation::Observed);
    let mut steps = vec![
        look("environment", Inquiry::Environment),
        look("room", Inquiry::Space(home.clone())),
        look("memory", Inquiry::Memory),
    ];
    let questions = [
        ("version", Question::Version),
        ("installation", Question::Installation),
        ("list of environments", Question::Environments),
    ];
    steps.extend(questions.into_iter().filter_map(|(name, question)| ask(name, question, subject, manager)));
    // The longest comes last.
    steps.push(look("install folder", Inquiry::Tree { paths: vec![home.clone()], hash: false, exclude: Vec::new() }));
    steps
}

fn ask(name: &str, what: Question, subject: &Subject, manager: &dyn PackageManager) -> Option<Step> {
    if subject.install.absent {
        return None;
    }
    let mut invocation = manager.ask(&what, &subject.install, &subject.environments).ok()?;
    invocation.deadline = invocation.deadline.min(PATIENCE);
    let reading = Reading { manager: manager.name().to_owned(), what, only: None };
    Some(Step::new(name, Probe::Run { invocation, read: Some(reading), skip: Skip::default() }, Expectation::Observed))
}
