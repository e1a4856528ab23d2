//! Commands that show a person what a step looked at without any program of the image.

use super::look::variable;
use crate::model::inquiry::Inquiry;
use crate::model::invocation::Invocation;
use crate::model::plan::{Probe, Step};

/// The command of a step, or one of every Linux image that shows the same; absent where there is none.
pub(super) fn typed(step: &Step) -> Option<Invocation> {
    match &step.probe {
        Probe::Run { invocation, .. } => Some(invocation.clone()),
        Probe::Ask { inquiry, user } => {
            let variable = || variable(&step.expect).map_or_else(|| vec!["env"], |name| vec!["printenv", name]);
            let mut invocation = match inquiry {
                Inquiry::File(path) => Invocation::new(["ls", "-ld", path]),
                Inquiry::Content { path, .. } => Invocation::new(["cat", path]),
                Inquiry::Which { name, path } => {
                    let mut which = Invocation::new(["/bin/sh", "-c", &format!("command -v {name}")]);
                    which.environment.extend(path.clone().map(|path| ("PATH".to_owned(), Some(path))));
                    which
                }
                Inquiry::Environment => Invocation::new(variable()),
                Inquiry::Usage(paths) => {
                    Invocation::new(["du", "-sk"].into_iter().chain(paths.iter().map(String::as_str)))
                }
                Inquiry::Space(path) => Invocation::new(["df", "-k", path]),
                Inquiry::Tree { .. }
                | Inquiry::Init
                | Inquiry::Write { .. }
                | Inquiry::Remove(_)
                | Inquiry::Memory
                | Inquiry::Reference => {
                    return None;
                }
            };
            invocation.user.clone_from(user);
            Some(invocation)
        }
        Probe::Records { folder, suffix, .. } => Some(records(folder, suffix)),
        Probe::Manifest { path, .. } => Some(Invocation::new(["cat", path])),
        Probe::Together(_)
        | Probe::BuildStep(_)
        | Probe::Image(_)
        | Probe::Log { .. }
        | Probe::Entrypoint { .. }
        | Probe::Inject(_)
        | Probe::Heal(_) => None,
    }
}

/// Lists the records; of those whose file name is the same everywhere, with the versions in them.
fn records(folder: &str, suffix: &str) -> Invocation {
    let files = ["find", folder, "-path", &format!("*{suffix}")].map(str::to_owned);
    let versions = ["-exec", "grep", "-H", "^Version: ", "{}", "+"].map(str::to_owned);
    let versions = suffix.ends_with("METADATA").then_some(versions);
    Invocation::new(files.into_iter().chain(versions.into_iter().flatten()))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::model::expectation::{Expectation, Text};

    #[rstest]
    #[case::file(Inquiry::File("/opt/a b".to_owned()), Some("ls -ld /opt/a b"))]
    #[case::program(Inquiry::Which { name: "uv".to_owned(), path: None }, Some("/bin/sh -c command -v uv"))]
    #[case::room(Inquiry::Usage(vec!["/a".to_owned(), "/b".to_owned()]), Some("du -sk /a /b"))]
    #[case::variable(Inquiry::Environment, Some("printenv PATH"))]
    #[case::process(Inquiry::Init, None)]
    fn what_the_agent_finds_out_is_shown_by_plain_programs(#[case] inquiry: Inquiry, #[case] argv: Option<&str>) {
        let is_set = Expectation::Variable { name: "PATH".to_owned(), is: Text::Something };
        let probe = Probe::Ask { inquiry, user: Some("me".to_owned()) };
        let command = typed(&Step::new("look", probe, is_set));
        assert_eq!(command.as_ref().map(|command| command.argv.join(" ")).as_deref(), argv);
        assert!(command.is_none_or(|command| command.user.as_deref() == Some("me")));
    }

    #[test]
    fn a_search_along_another_path_takes_it() {
        let probe =
            Probe::Ask { inquiry: Inquiry::Which { name: "uv".to_owned(), path: Some("/x".to_owned()) }, user: None };
        let command = typed(&Step::new("look", probe, Expectation::Observed)).expect("there is one");
        assert_eq!(command.environment.get("PATH"), Some(&Some("/x".to_owned())));
    }
}
