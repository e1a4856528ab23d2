//! What is wrong with something that a suite says, before it is known where that is written.

use crate::config::nearest;

/// A mistake in a suite: what is wrong, the words at fault, and what may have been meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mistake {
    /// What is wrong: a lower-case fragment.
    pub problem: String,
    /// The words at fault, as they are written.
    pub written: Option<String>,
    /// The known name nearest to the one written, where one is near.
    pub suggestion: Option<String>,
    /// What to do: one sentence.
    pub hint: Option<String>,
}

impl Mistake {
    /// A name that there is not, among those of its kind (`environments`) that there are.
    pub(super) fn unknown(written: &str, problem: impl Into<String>, what: &str, known: &[&str]) -> Self {
        let listed = known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let hint =
            if listed.is_empty() { format!("There are no {what}.") } else { format!("The {what} are {listed}.") };
        Self {
            problem: problem.into(),
            written: Some(written.to_owned()),
            suggestion: nearest(written, known.iter().copied()),
            hint: Some(hint),
        }
    }

    /// The same, with the words at fault as they stand in the file.
    #[must_use]
    pub fn written_as(self, written: &str) -> Self {
        Self { written: Some(written.to_owned()), ..self }
    }
}

impl From<String> for Mistake {
    fn from(problem: String) -> Self {
        Self { problem, ..Self::default() }
    }
}

impl From<&str> for Mistake {
    fn from(problem: &str) -> Self {
        problem.to_owned().into()
    }
}
