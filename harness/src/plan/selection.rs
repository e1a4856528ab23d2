//! Which checks of a plan are wanted.

use std::collections::BTreeSet;

use globset::{Glob, GlobMatcher};
use thiserror::Error;

use crate::model::id::CheckId;
use crate::model::plan::Check;

/// A choice among the checks of a plan: those in one of the phases that match one of the globs and have one of the tags,
/// but for those that are to be left out. Empty: all.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    ids: Option<BTreeSet<CheckId>>,
    phases: Vec<String>,
    checks: Vec<Named>,
    tags: Vec<String>,
    left_out: Vec<Named>,
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

/// Checks by a glob over their ids.
#[derive(Clone, Debug)]
struct Named {
    written: String,
    glob: GlobMatcher,
}

impl Selection {
    /// A selection of these phases and of the checks whose ids match one of these globs. An id with an item or a
    /// transition is also selected by its name without: `packages/import` selects `packages/import[scipy]`.
    pub fn new(phases: &[String], globs: &[String]) -> Result<Self, InvalidGlob> {
        Ok(Self { phases: phases.to_vec(), checks: compile(globs)?, ..Self::default() })
    }

    /// A selection of exactly these checks.
    pub fn only(ids: impl IntoIterator<Item = CheckId>) -> Self {
        Self { ids: Some(ids.into_iter().collect()), ..Self::default() }
    }

    /// Of these checks those that have one of these tags.
    #[must_use]
    pub fn tagged(self, tags: &[String]) -> Self {
        Self { tags: tags.to_vec(), ..self }
    }

    /// These checks without those whose ids match one of these globs.
    pub fn without(self, globs: &[String]) -> Result<Self, InvalidGlob> {
        Ok(Self { left_out: compile(globs)?, ..self })
    }

    /// Whether nothing is left out.
    pub fn is_all(&self) -> bool {
        self.ids.is_none()
            && self.phases.is_empty()
            && self.checks.is_empty()
            && self.tags.is_empty()
            && self.left_out.is_empty()
    }

    /// The phases asked for by name.
    pub fn phases(&self) -> &[String] {
        &self.phases
    }

    /// The patterns of ids asked for.
    pub fn patterns(&self) -> impl Iterator<Item = &str> {
        self.checks.iter().map(|named| named.written.as_str())
    }

    /// The tags asked for by name.
    pub fn tags(&self) -> &[String] {
        &self.tags
    }

    /// Globs of what is to be left out that match none of these checks.
    pub(super) fn leaving_out_nothing<'a>(&'a self, ids: &[&CheckId]) -> Vec<&'a str> {
        let idle = self.left_out.iter().filter(|named| !ids.iter().any(|id| named.matches(id)));
        idle.map(|named| named.written.as_str()).collect()
    }

    /// Whether this check is wanted.
    pub fn selects(&self, check: &Check) -> bool {
        self.names(&check.id) && (self.tags.is_empty() || check.tags.iter().any(|tag| self.tags.contains(tag)))
    }

    fn names(&self, id: &CheckId) -> bool {
        let in_phase = self.phases.is_empty() || self.phases.contains(&id.phase);
        let named = self.checks.is_empty() || self.checks.iter().any(|named| named.matches(id));
        let left_out = self.left_out.iter().any(|named| named.matches(id));
        in_phase && named && !left_out && self.ids.as_ref().is_none_or(|ids| ids.contains(id))
    }
}

impl Named {
    fn matches(&self, id: &CheckId) -> bool {
        let whenever = CheckId { after: None, ..id.clone() };
        [id, &whenever, &id.without_item()].into_iter().any(|id| self.glob.is_match(id.to_string()))
    }
}

/// `*` matches any text, also across `/`; brackets stand for themselves, since ids have them.
fn compile(globs: &[String]) -> Result<Vec<Named>, InvalidGlob> {
    let named = |text: &String| {
        let escaped = text.replace('[', "\\[").replace(']', "\\]").replace('{', "\\{").replace('}', "\\}");
        let glob = Glob::new(&escaped)
            .map_err(|error| InvalidGlob { glob: text.clone(), reason: error.kind().to_string() })?;
        Ok(Named { written: text.clone(), glob: glob.compile_matcher() })
    };
    globs.iter().map(named).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|&text| text.to_owned()).collect()
    }

    fn selected(globs: &[&str], id: &str) -> bool {
        Selection::new(&[], &texts(globs)).expect("valid").names(&id.parse().expect("valid"))
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
        let selection = Selection::new(&texts(&["shell"]), &texts(&["*/path"])).expect("valid");
        assert!(selection.names(&CheckId::new("shell", "path")));
        assert!(!selection.names(&CheckId::new("packages", "path")));
        assert!(!selection.names(&CheckId::new("shell", "cwd")));
    }

    #[test]
    fn what_is_left_out_goes_before_what_is_wanted() {
        let selection = Selection::new(&texts(&["shell"]), &[]).expect("valid");
        let selection = selection.without(&texts(&["shell/path", "errors/*"])).expect("valid");
        assert!(selection.names(&CheckId::new("shell", "sh")));
        assert!(!selection.names(&CheckId::new("shell", "path").with_item("/bin")));
        assert!(!selection.is_all());
        let (path, plain) = (CheckId::new("shell", "path"), CheckId::new("shell", "plain"));
        assert_eq!(selection.leaving_out_nothing(&[&path, &plain]), ["errors/*"]);
    }
}
