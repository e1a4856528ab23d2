//! Which checks of a plan are wanted.

use std::collections::BTreeSet;

use globset::{Glob, GlobSet, GlobSetBuilder};
use thiserror::Error;

use crate::model::id::CheckId;

/// A choice among the checks of a plan: those in one of the phases and matching one of the globs. Empty: all.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    ids: Option<BTreeSet<CheckId>>,
    phases: Vec<String>,
    patterns: Vec<String>,
    checks: Option<GlobSet>,
}

/// A glob that cannot be understood.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("`{glob}` is not a glob: {reason}")]
pub struct InvalidGlob {
    /// What was given.
    pub glob: String,
    /// Why not.
    pub reason: String,
}

impl Selection {
    /// A selection of these phases and of the checks whose ids match one of these globs. An id with an item is also
    /// selected by its name without it: `packages/import` selects `packages/import[scipy]`.
    pub fn new(phases: &[String], globs: &[String]) -> Result<Self, InvalidGlob> {
        let checks = if globs.is_empty() { None } else { Some(compile(globs)?) };
        Ok(Self { ids: None, phases: phases.to_vec(), patterns: globs.to_vec(), checks })
    }

    /// A selection of exactly these checks.
    pub fn only(ids: impl IntoIterator<Item = CheckId>) -> Self {
        Self { ids: Some(ids.into_iter().collect()), ..Self::default() }
    }

    /// Whether nothing is left out.
    pub fn is_all(&self) -> bool {
        self.ids.is_none() && self.phases.is_empty() && self.checks.is_none()
    }

    /// The phases asked for by name.
    pub fn phases(&self) -> &[String] {
        &self.phases
    }

    /// The patterns of ids asked for.
    pub fn patterns(&self) -> &[String] {
        &self.patterns
    }

    /// Whether this check is wanted.
    pub fn selects(&self, id: &CheckId) -> bool {
        let in_phase = self.phases.is_empty() || self.phases.contains(&id.phase);
        let named = self.checks.as_ref().is_none_or(|globs| {
            globs.is_match(id.to_string()) || globs.is_match(CheckId::new(&id.phase, &id.name).to_string())
        });
        in_phase && named && self.ids.as_ref().is_none_or(|ids| ids.contains(id))
    }
}

/// `*` matches any text, also across `/`; brackets stand for themselves, since ids have them.
fn compile(globs: &[String]) -> Result<GlobSet, InvalidGlob> {
    let mut set = GlobSetBuilder::new();
    for text in globs {
        let escaped = text.replace('[', "\\[").replace(']', "\\]").replace('{', "\\{").replace('}', "\\}");
        let glob = Glob::new(&escaped)
            .map_err(|error| InvalidGlob { glob: text.clone(), reason: error.kind().to_string() })?;
        set.add(glob);
    }
    set.build().map_err(|error| InvalidGlob { glob: globs.join(", "), reason: error.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selected(globs: &[&str], id: &str) -> bool {
        let globs: Vec<String> = globs.iter().map(|&glob| glob.to_owned()).collect();
        Selection::new(&[], &globs).expect("valid").selects(&id.parse().expect("valid"))
    }

    #[test]
    fn brackets_are_letters_and_names_cover_their_items() {
        assert!(selected(&["packages/import[scipy]"], "packages/import[scipy]"));
        assert!(!selected(&["packages/import[scipy]"], "packages/import[rich]"));
        assert!(selected(&["packages/import"], "packages/import[rich]"));
        assert!(selected(&["packages/*"], "packages/import[rich]"));
        assert!(selected(&["*scipy*"], "packages/import[scipy]"));
        assert!(!selected(&["shell/*"], "packages/import[scipy]"));
    }

    #[test]
    fn a_phase_and_a_glob_must_both_hold() {
        let selection = Selection::new(&["shell".to_owned()], &["*/path".to_owned()]).expect("valid");
        assert!(selection.selects(&CheckId::new("shell", "path")));
        assert!(!selection.selects(&CheckId::new("packages", "path")));
        assert!(!selection.selects(&CheckId::new("shell", "cwd")));
    }
}
