//! How far a manager at work is, by the lines that it prints on its way.

use crate::model::stage::Stage;

/// A line that tells how far a manager is: how it begins, where `*` is a number, and what it tells.
pub type Sign = (&'static str, Meaning);

/// What a line tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// Versions are being looked for.
    Solving,
    /// Versions were found, of so many packages.
    Solved,
    /// A download begins, beside others that may be under way.
    Downloading,
    /// A download begins after the one before.
    Next,
    /// A download is at its end.
    Downloaded,
    /// Packages are being put into the environment: so many, or those of a list with commas.
    Linking,
    /// So many packages were put into the environment.
    Linked,
}

/// Follows the lines of one operation.
#[derive(Clone, Debug)]
pub struct Stages {
    signs: &'static [Sign],
    last: Option<Stage>,
    begun: u32,
    done: u32,
}

impl Stages {
    /// By these signs; the first that fits a line counts.
    pub fn new(signs: &'static [Sign]) -> Self {
        Self { signs, last: None, begun: 0, done: 0 }
    }

    /// The stage that a line tells of, where that is another than before.
    pub fn hear(&mut self, line: &str) -> Option<Stage> {
        let (number, rest, meaning) = self.signs.iter().find_map(|(sign, meaning)| {
            let (number, rest) = begins(line, sign)?;
            Some((number, rest, *meaning))
        })?;
        let stage = match meaning {
            Meaning::Solving => Stage::Solving,
            Meaning::Solved => Stage::Solved { packages: number },
            Meaning::Downloading => {
                self.begun += 1;
                Stage::Downloading { done: self.done, begun: self.begun }
            }
            Meaning::Next => {
                self.done = self.begun;
                self.begun += 1;
                Stage::Downloading { done: self.done, begun: self.begun }
            }
            Meaning::Downloaded => {
                self.done += 1;
                self.begun = self.begun.max(self.done);
                Stage::Downloading { done: self.done, begun: self.begun }
            }
            Meaning::Linking => Stage::Linking { packages: number.or_else(|| listed(rest)) },
            Meaning::Linked => Stage::Linked { packages: number },
        };
        (self.last.replace(stage) != Some(stage)).then_some(stage)
    }
}

/// The number in the place of a sign's `*`, and what follows the sign, where a line begins with it.
fn begins<'a>(line: &'a str, sign: &str) -> Option<(Option<u32>, &'a str)> {
    let Some((before, after)) = sign.split_once('*') else { return Some((None, line.strip_prefix(sign)?)) };
    let rest = line.strip_prefix(before)?;
    let digits = rest.find(|end: char| !end.is_ascii_digit())?;
    Some((Some(rest[..digits].parse().ok()?), rest[digits..].strip_prefix(after)?))
}

/// How many names a list with commas has.
fn listed(text: &str) -> Option<u32> {
    let names = text.split(',').filter(|name| !name.trim().is_empty()).count();
    u32::try_from(names).ok().filter(|&count| count > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::managers::captured::{all, one};

    /// What is told of the stages in a text that was captured.
    fn told(manager: &str, text: &str) -> String {
        let mut stages = Stages::new(crate::managers::find(manager).unwrap().signs());
        let told: Vec<String> =
            text.lines().filter_map(|line| stages.hear(line)).map(|stage| stage.to_string()).collect();
        told.join(" · ")
    }

    #[test]
    fn uv_tells_how_far_it_is() {
        let command = "uv pip install --python /opt/uv/common click rich cowsay==6.0";
        let made = one("uv", "making the environment common", command);
        insta::assert_snapshot!(told("uv", &made.stderr), @"solved, 6 packages · downloading, 0 of 1 · downloading, 1 of 1 · linking, 6 packages · linked, 6 packages");
        let nothing = one("uv", "environment common made", command);
        assert_eq!(told("uv", &nothing.stderr), "");
        let tool = one("uv", "tools, in this order", "uv tool install httpie");
        insta::assert_snapshot!(told("uv", &tool.stderr), @"solved, 16 packages · downloading, 0 of 1 · downloading, 1 of 1 · linking, 12 packages · linked, 16 packages");
    }

    #[test]
    fn pip_tells_how_far_it_is() {
        let command = "pip --python /opt/pip/common install 'shakedown-plain<2' shakedown-top shakedown-program==1.0 \
                       'shakedown-extra[more]'";
        let all: Vec<_> = all("pip").into_iter().filter(|one| one.command == command).collect();
        let [old, new] = &all[..] else { panic!("{} captures", all.len()) };
        assert_eq!(told("pip", &old.stdout), "solving · linking, 6 packages · linked");
        insta::assert_snapshot!(told("pip", &new.stdout), @"solving · downloading, 0 of 1 · downloading, 1 of 2 · downloading, 2 of 3 · downloading, 3 of 4 · downloading, 4 of 5 · downloading, 5 of 6 · linking, 6 packages · linked");
    }

    #[test]
    fn what_is_said_twice_is_told_once_and_the_rest_passes() {
        const SIGNS: &[Sign] = &[("Collecting ", Meaning::Solving), ("Got ", Meaning::Downloaded)];
        let mut stages = Stages::new(SIGNS);
        assert_eq!(stages.hear("Collecting a"), Some(Stage::Solving));
        assert_eq!(stages.hear("Collecting b"), None);
        assert_eq!(stages.hear("anything else"), None);
        assert_eq!(stages.hear("Got a"), Some(Stage::Downloading { done: 1, begun: 1 }));
        assert_eq!(stages.hear(""), None);
    }
}
