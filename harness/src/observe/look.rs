//! What a step looks at, in words, where no command says it.

use std::collections::BTreeMap;

use super::reproduce::quoted;
use crate::model::build::ImagePart;
use crate::model::expectation::Expectation;
use crate::model::inquiry::Inquiry;
use crate::model::plan::{Probe, Step};

/// What the step looks at, as `file /opt/uv/bin/uv`; absent where it runs one command, which can be typed.
pub fn looked_at(step: &Step) -> Option<String> {
    let words = match &step.probe {
        Probe::Run { .. } => return None,
        Probe::Together(invocations) => {
            let commands = invocations
                .iter()
                .map(|invocation| invocation.argv.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" "));
            format!("at the same time: {}", commands.collect::<Vec<_>>().join(" & "))
        }
        Probe::Ask { inquiry, user } => {
            let user = user.as_ref().map(|user| format!(" as user {user}")).unwrap_or_default();
            format!("{}{user}", of_inquiry(inquiry, &step.expect))
        }
        Probe::Records { folder, suffix, .. } => format!("records …{suffix} below {folder}"),
        Probe::Manifest { path, .. } => format!("manifest {path}"),
        Probe::BuildStep(name) => format!("time of the build step `{name}`"),
        Probe::Image(ImagePart::Size) => "the image's size".to_owned(),
        Probe::Image(ImagePart::Configuration) => "what the image says of itself".to_owned(),
        Probe::Image(ImagePart::History) => "the image's history".to_owned(),
        Probe::Image(ImagePart::Secrets) => "secrets in the image's configuration and history".to_owned(),
        Probe::Log { allowed } => format!("the container's log{}", but_for(allowed)),
        Probe::Entrypoint { invocation, terminal, .. } => {
            let command = invocation.argv.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ");
            let where_to = if *terminal { "on a terminal" } else { "without a terminal" };
            format!("{command}, given to the image's entrypoint {where_to}")
        }
        Probe::Inject(fault) => format!("the fault `{}`, put on", fault.name()),
        Probe::Heal(fault) => format!("the fault `{}`, taken off", fault.name()),
    };
    Some(words)
}

/// The lines that a log may have, and why.
fn but_for(allowed: &BTreeMap<String, String>) -> String {
    let lines: Vec<String> = allowed.iter().map(|(line, reason)| format!("`{line}` ({reason})")).collect();
    if lines.is_empty() { String::new() } else { format!(" without what is allowed there: {}", lines.join(", ")) }
}

fn of_inquiry(inquiry: &Inquiry, expect: &Expectation) -> String {
    match inquiry {
        Inquiry::File(path) => format!("file {path}"),
        Inquiry::Content { path, .. } => format!("content of {path}"),
        Inquiry::Which { name, path: None } => format!("what PATH finds for {name}"),
        Inquiry::Which { name, path: Some(path) } => format!("what {path} finds for {name}"),
        Inquiry::Tree { paths, .. } => format!("everything below {}", paths.join(", ")),
        Inquiry::Usage(paths) => format!("room that {} takes", paths.join(", ")),
        Inquiry::Space(path) => format!("room left at {path}"),
        Inquiry::Init => "process 1".to_owned(),
        Inquiry::Environment => match variable(expect) {
            Some(name) => format!("variable {name}"),
            None => "the variables".to_owned(),
        },
        Inquiry::Write { path, .. } => format!("writing {path}"),
        Inquiry::Remove(path) => format!("removing {path}"),
        Inquiry::Memory => "memory of the control group".to_owned(),
        Inquiry::Reference => "the reference work".to_owned(),
    }
}

/// The variable that an expectation is about.
pub(super) fn variable(expect: &Expectation) -> Option<&str> {
    match expect {
        Expectation::Variable { name, .. } => Some(name),
        Expectation::All(several) | Expectation::Any(several) => several.iter().find_map(variable),
        Expectation::Not(other) => variable(other),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::model::expectation::Text;
    use crate::model::fault::Fault;
    use crate::model::invocation::Invocation;
    use crate::model::plan::Skip;

    fn ask(inquiry: Inquiry, user: Option<&str>) -> Probe {
        Probe::Ask { inquiry, user: user.map(str::to_owned) }
    }

    #[rstest]
    #[case::file(ask(Inquiry::File("/opt/uv".to_owned()), None), "file /opt/uv")]
    #[case::of_a_user(ask(Inquiry::Which { name: "uv".to_owned(), path: None }, Some("me")), "what PATH finds for uv as user me")]
    #[case::room(ask(Inquiry::Usage(vec!["/a".to_owned(), "/b".to_owned()]), None), "room that /a, /b takes")]
    #[case::variable(ask(Inquiry::Environment, None), "variable PATH")]
    #[case::secrets(Probe::Image(ImagePart::Secrets), "secrets in the image's configuration and history")]
    #[case::entrypoint(
        Probe::Entrypoint { invocation: Invocation::new(["uv", "--version"]), terminal: true, manager: "uv".to_owned() },
        "uv --version, given to the image's entrypoint on a terminal"
    )]
    #[case::log(
        Probe::Log { allowed: [("^WARNING".to_owned(), "it is meant".to_owned())].into() },
        "the container's log without what is allowed there: `^WARNING` (it is meant)"
    )]
    #[case::fault(Probe::Inject(Fault::Network), "the fault `no network`, put on")]
    #[case::together(
        Probe::Together(vec![Invocation::new(["uv", "add", "a b"]), Invocation::new(["uv"])]),
        "at the same time: uv add 'a b' & uv"
    )]
    fn what_is_looked_at_is_named(#[case] probe: Probe, #[case] words: &str) {
        let is_set = Expectation::Variable { name: "PATH".to_owned(), is: Text::Something };
        let step = Step::new("look", probe, Expectation::All(vec![Expectation::Observed, is_set]));
        assert_eq!(looked_at(&step).as_deref(), Some(words));
    }

    #[test]
    fn a_command_says_itself_what_it_does() {
        let probe = Probe::Run { invocation: Invocation::new(["true"]), read: None, skip: Skip::default() };
        assert_eq!(looked_at(&Step::new("run", probe, Expectation::Observed)), None);
    }
}
