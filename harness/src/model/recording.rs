//! What a check saw, kept so that it can be judged again.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::build::ImagePart;
use super::inquiry::{Answer, Inquiry, Tree, TreeEntry};
use super::observation::{Captured, Observation, Observations};
use super::plan::{Check, Probe};

/// Bytes of one text that are kept; what printed more is not recorded.
const LONGEST: usize = 256 * 1024;

/// Entries of a tree that are kept, once what is the same in all trees of the check is left out.
const MOST_ENTRIES: usize = 500;

/// What the deciding try of a check saw.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Recording {
    /// By step, what was looked at, as a hash: an observation answers no other question.
    pub asked: BTreeMap<String, String>,
    /// What was seen before the phase's restart, by step.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub before: Observations,
    /// What was seen, by step.
    pub seen: Observations,
}

impl Recording {
    /// What is kept of a check's observations. Of pictures of the same files only what differs is, and what is too long
    /// to keep becomes unknown.
    pub fn of(check: &Check, before: &Observations, seen: &Observations) -> Self {
        let mut kept = Self { asked: BTreeMap::new(), before: before.clone(), seen: seen.clone() };
        let steps = check.steps.iter().filter(|step| seen.contains_key(&step.name));
        kept.asked = steps.map(|step| (step.name.clone(), question(&step.probe))).collect();
        let mut groups: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for step in &check.steps {
            if let Probe::Ask { inquiry: Inquiry::Tree { .. }, .. } = &step.probe {
                groups.entry(question(&step.probe)).or_default().push(&step.name);
            }
        }
        for names in groups.values() {
            kept.leave_out_common(names);
        }
        for observation in kept.before.values_mut().chain(kept.seen.values_mut()) {
            bound(observation);
        }
        kept
    }

    /// Takes out of all pictures of the same files the entries that are the same in each of them.
    fn leave_out_common(&mut self, names: &[&str]) {
        let trees: Vec<&Tree> = names
            .iter()
            .flat_map(|name| [self.before.get(*name), self.seen.get(*name)])
            .flatten()
            .filter_map(|observation| match observation {
                Observation::Answered(Answer::Tree(tree)) => Some(tree),
                _ => None,
            })
            .collect();
        let Some((first, others)) = trees.split_first() else { return };
        if others.is_empty() {
            return;
        }
        let is_common =
            |(path, entry): &(&String, &TreeEntry)| others.iter().all(|tree| tree.entries.get(*path) == Some(*entry));
        let common: BTreeSet<String> = first.entries.iter().filter(is_common).map(|(path, _)| path.clone()).collect();
        for observation in self.before.values_mut().chain(self.seen.values_mut()) {
            if let Observation::Answered(Answer::Tree(tree)) = observation {
                tree.entries.retain(|path, _| !common.contains(path));
            }
        }
    }
}

/// What is too long to keep becomes unknown: nobody may judge a part of it.
fn bound(observation: &mut Observation) {
    let long = |captured: &Captured| captured.text.len() > LONGEST;
    let too_long = match observation {
        Observation::Ran(ran) => long(&ran.stdout) || long(&ran.stderr),
        Observation::Together(several) => several.iter().any(|ran| long(&ran.stdout) || long(&ran.stderr)),
        Observation::Answered(Answer::Content(Some(content))) => content.len() > LONGEST,
        Observation::Text(captured) => long(captured),
        Observation::Answered(Answer::Tree(tree)) => tree.entries.len() > MOST_ENTRIES,
        _ => false,
    };
    if too_long {
        *observation = Observation::Unknown("it was too long to be recorded".to_owned());
    }
}

/// The text without the hosts of plain HTTP addresses: local sources are served at another port in each run.
fn wherever_served(text: String) -> String {
    let ends = |c: char| matches!(c, '/' | '"' | '\\' | ' ');
    let hosts: Vec<String> = text
        .split("http://")
        .skip(1)
        .filter_map(|rest| rest.split(ends).next())
        .filter(|host| !host.is_empty())
        .map(str::to_owned)
        .collect();
    hosts.iter().fold(text, |text, host| text.replace(host, "SERVED"))
}

/// What a probe looks at, as 16 hexadecimal digits: what it runs or asks, as whom and where, but not how its output is
/// read, nor for how long it may take.
pub fn question(probe: &Probe) -> String {
    let text = match probe {
        Probe::Run { invocation, .. } => {
            let under = invocation.under.as_ref().map(|under| format!(" {under:?}")).unwrap_or_default();
            let login = invocation.login.map(|login| format!(" {login:?}")).unwrap_or_default();
            format!(
                "run {:?} {:?} {:?} {:?} {:?} {:?}{under}{login}",
                invocation.argv,
                invocation.environment,
                invocation.directory,
                invocation.user,
                invocation.stdin,
                invocation.kill
            )
        }
        Probe::Together(invocations) => {
            format!("together {:?}", invocations.iter().map(|one| (&one.argv, &one.environment)).collect::<Vec<_>>())
        }
        Probe::Ask { inquiry, user } => format!("ask {inquiry:?} {user:?}"),
        Probe::Records { folder, suffix, .. } => format!("records {folder:?} {suffix:?}"),
        Probe::Manifest { path, .. } => format!("manifest {path:?}"),
        Probe::BuildStep(name) => format!("build step {name:?}"),
        Probe::Image(ImagePart::Size) => "image".to_owned(),
        Probe::Image(part) => format!("image {}", part.name()),
        Probe::Log { allowed } if allowed.is_empty() => "log".to_owned(),
        Probe::Log { allowed } => format!("log without {:?}", allowed.keys().collect::<Vec<_>>()),
        Probe::Entrypoint { invocation, terminal, .. } => {
            format!("entrypoint {:?} {:?} {:?} {terminal}", invocation.argv, invocation.environment, invocation.user)
        }
        Probe::Inject(fault) => format!("inject {}", fault.name()),
        Probe::Heal(fault) => format!("heal {}", fault.name()),
    };
    let text = wherever_served(text);
    // FNV-1a: tells questions apart, and stays the same for ever.
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::inquiry::FileKind;
    use crate::model::{CheckId, Expectation, Isolation, Skip, Step};

    fn check(steps: &[(&str, &str)]) -> Check {
        let step = |(name, path): &(&str, &str)| {
            let inquiry = Inquiry::Tree { paths: vec![(*path).to_owned()], hash: true, exclude: Vec::new() };
            Step::new(*name, Probe::Ask { inquiry, user: None }, Expectation::Observed)
        };
        let steps = steps.iter().map(step).collect();
        Check { steps, ..Check::bare(CheckId::new("errors", "cell"), Isolation::Fresh) }
    }

    fn tree(entries: &[(&str, u64)]) -> Observation {
        let entry = |size: u64| TreeEntry {
            kind: FileKind::File,
            mode: 0o644,
            user: 0,
            group: 0,
            size,
            link: None,
            hash: None,
        };
        let entries = entries.iter().map(|(path, size)| ((*path).to_owned(), entry(*size))).collect();
        Observation::Answered(Answer::Tree(Tree { entries, unreadable: Vec::new() }))
    }

    fn observations(pairs: &[(&str, Observation)]) -> Observations {
        pairs.iter().map(|(name, observation)| ((*name).to_owned(), observation.clone())).collect()
    }

    #[test]
    fn of_pictures_of_the_same_files_only_what_differs_is_kept() {
        let check = check(&[("before", "/a"), ("residue", "/a"), ("other", "/b")]);
        let seen = observations(&[
            ("before", tree(&[("/a/same", 1), ("/a/changed", 1), ("/a/gone", 1)])),
            ("residue", tree(&[("/a/same", 1), ("/a/changed", 2), ("/a/new", 1)])),
            ("other", tree(&[("/b/same", 1)])),
        ]);
        let kept = Recording::of(&check, &Observations::new(), &seen);
        assert_eq!(kept.seen["before"], tree(&[("/a/changed", 1), ("/a/gone", 1)]));
        assert_eq!(kept.seen["residue"], tree(&[("/a/changed", 2), ("/a/new", 1)]));
        assert_eq!(kept.seen["other"], tree(&[("/b/same", 1)]), "there is nothing to hold it against");
        assert_eq!(kept.asked.len(), 3);
        assert_eq!(kept.asked["before"], kept.asked["residue"]);
        assert_ne!(kept.asked["before"], kept.asked["other"]);
    }

    #[test]
    fn the_port_of_a_local_source_makes_no_other_question() {
        let asked = |host: &str| {
            let argv = ["pip", "install", "--index-url", &format!("http://{host}/simple/"), "--trusted-host", host];
            let invocation = crate::model::Invocation::new(argv);
            question(&Probe::Run { invocation, read: None, skip: Skip::default() })
        };
        assert_eq!(asked("packages.invalid"), asked("172.17.0.1:40123"));
    }

    #[test]
    fn what_was_before_a_restart_is_compared_too() {
        let check = check(&[("tree", "/a")]);
        let before = observations(&[("tree", tree(&[("/a/same", 1), ("/a/changed", 1)]))]);
        let seen = observations(&[("tree", tree(&[("/a/same", 1), ("/a/changed", 2)]))]);
        let kept = Recording::of(&check, &before, &seen);
        assert_eq!(kept.before["tree"], tree(&[("/a/changed", 1)]));
        assert_eq!(kept.seen["tree"], tree(&[("/a/changed", 2)]));
    }

    #[test]
    fn what_is_too_long_is_unknown_instead_of_cut() {
        let many: Vec<(String, u64)> = (0..=500).map(|number| (format!("/a/{number}"), 1)).collect();
        let many: Vec<(&str, u64)> = many.iter().map(|(path, size)| (path.as_str(), *size)).collect();
        let long = Observation::Answered(Answer::Content(Some(vec![b'x'; LONGEST + 1])));
        let seen = observations(&[("tree", tree(&many)), ("content", long)]);
        let kept = Recording::of(&check(&[("tree", "/a"), ("content", "/b")]), &Observations::new(), &seen);
        for observation in kept.seen.values() {
            assert_eq!(*observation, Observation::Unknown("it was too long to be recorded".to_owned()));
        }
    }
}
