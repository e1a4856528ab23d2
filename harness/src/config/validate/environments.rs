//! The environments.

use super::super::diagnostic::Place;
use super::super::located::{Located, Ordered, Text};
use super::super::raw::RawEnvironment;
use super::names::is_word;
use super::validator::Validator;
use crate::managers::{EnvironmentKind, EnvironmentSpec};

/// All kinds that there are.
const KINDS: [EnvironmentKind; 4] =
    [EnvironmentKind::Global, EnvironmentKind::Venv, EnvironmentKind::Tool, EnvironmentKind::Workspace];

impl Validator<'_> {
    /// The environments in the order of the file. Kinds are held against the manager where that one is known.
    pub(super) fn environments(
        &mut self,
        raw: &Ordered<Located<RawEnvironment>>,
        manager: Option<&str>,
    ) -> Vec<EnvironmentSpec> {
        let managers = self.surroundings.known.managers;
        let kinds = managers.iter().find(|known| Some(known.name) == manager).map_or(&KINDS[..], |known| known.kinds);
        let mut environments = Vec::new();
        for (name, environment) in &raw.0 {
            if !is_word(name.text()) {
                self.refuse(name.place, format!("`{}` cannot be an environment's name", name.text()))
                    .hint("Names are made of letters, digits, dots, dashes and underscores.");
            }
            let what = manager.map_or_else(|| "kinds".to_owned(), |manager| format!("kinds of {manager}"));
            environments.extend(self.environment(name.text(), environment, kinds, &what));
        }
        environments
    }

    fn environment(
        &mut self,
        name: &str,
        raw: &Located<RawEnvironment>,
        kinds: &[EnvironmentKind],
        what: &str,
    ) -> Option<EnvironmentSpec> {
        let RawEnvironment { kind, path, packages, sets, set, exposes } = &raw.value;
        let mut packages = self.all(packages, "the package");
        packages.extend(self.chosen(sets, set.as_ref(), raw.place));
        let exposes = self.all(exposes, "the program");
        let kind = self.kind(kind, kinds, what);
        let folder = path.as_ref().and_then(|path| self.inside(path, "the path"));
        let kind = kind?;
        let in_folder = matches!(kind, EnvironmentKind::Venv | EnvironmentKind::Workspace);
        match path {
            None if in_folder => {
                self.refuse(raw.place, format!("`path` is missing here: a {} lies in a folder", kind.name()));
            }
            Some(path) if !in_folder => {
                self.refuse(path.place, format!("an environment of kind `{}` has no path of its own", kind.name()))
                    .hint("The package manager decides where it lies; take `path` away.");
            }
            _ => {}
        }
        Some(EnvironmentSpec { name: name.to_owned(), kind, path: folder, packages, exposes })
    }

    /// The packages of the set that is meant. All sets are looked at: which one is meant may be the caller's choice.
    fn chosen(&mut self, sets: &Ordered<Vec<Text>>, set: Option<&Text>, place: Place) -> Vec<String> {
        let read: Vec<(&str, Vec<String>)> =
            sets.0.iter().map(|(name, packages)| (name.text(), self.all(packages, "the package"))).collect();
        let names: Vec<&str> = read.iter().map(|(name, _)| *name).collect();
        let Some(text) = set else {
            if !names.is_empty() {
                self.refuse(place, "`set` is missing here: it says which of the `sets` is meant")
                    .hint(format!("The sets are {}.", names.join(", ")));
            }
            return Vec::new();
        };
        let Some(wanted) = self.filled(text, "the set") else { return Vec::new() };
        if !names.contains(&wanted.as_str()) {
            self.refuse(text.place, format!("there is no set `{wanted}`")).known(&wanted, "sets", &names);
        }
        read.into_iter().find(|(name, _)| *name == wanted).map(|(_, packages)| packages).unwrap_or_default()
    }

    fn kind(&mut self, text: &Text, kinds: &[EnvironmentKind], what: &str) -> Option<EnvironmentKind> {
        let written = self.text(text)?;
        if let Some(kind) = kinds.iter().find(|kind| kind.name() == written) {
            return Some(*kind);
        }
        let names: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
        let message = if KINDS.iter().any(|kind| kind.name() == written) {
            format!("the manager has no environments of kind `{written}`")
        } else {
            format!("unknown kind `{written}`")
        };
        self.refuse(text.place, message).known(&written, what, &names);
        None
    }
}
