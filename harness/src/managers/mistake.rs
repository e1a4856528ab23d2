//! A mistake in a manifest or lock file, with its place.

use std::fmt;
use std::ops::Range;

/// A mistake in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The file.
    pub file: String,
    /// The line, from 1, where it is known.
    pub line: Option<usize>,
    /// The column, from 1, in characters, where it is known.
    pub column: Option<usize>,
    /// What is wrong.
    pub problem: String,
}

impl Mistake {
    /// A mistake somewhere in a file.
    pub(super) fn somewhere(file: &str, problem: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line: None, column: None, problem: problem.into() }
    }

    /// A mistake in a line, from 1.
    pub(super) fn in_line(file: &str, line: usize, problem: impl Into<String>) -> Self {
        Self { line: Some(line), ..Self::somewhere(file, problem) }
    }

    /// A mistake at these bytes of the text.
    pub(super) fn at(file: &str, text: &str, place: &Range<usize>, problem: impl Into<String>) -> Self {
        let before = text.get(..place.start).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Self { line: Some(line), column: Some(column), ..Self::somewhere(file, problem) }
    }

    /// What the parser of TOML says.
    pub(super) fn in_toml(file: &str, text: &str, error: &toml::de::Error) -> Self {
        match error.span() {
            Some(place) => Self::at(file, text, &place, error.message()),
            None => Self::somewhere(file, error.message()),
        }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.file)?;
        for number in [self.line, self.column].into_iter().flatten() {
            write!(formatter, ":{number}")?;
        }
        write!(formatter, ": {}", self.problem)
    }
}

impl std::error::Error for Mistake {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_names_file_line_and_column() {
        let text = "[project]\nname = \"ö\" x\n";
        let error = toml::from_str::<toml::Table>(text).unwrap_err();
        let mistake = Mistake::in_toml("/p/pyproject.toml", text, &error);
        assert_eq!((mistake.line, mistake.column), (Some(2), Some(12)), "{mistake}");
        assert!(mistake.to_string().starts_with("/p/pyproject.toml:2:12: "), "{mistake}");
        assert_eq!(Mistake::in_line("r.txt", 3, "bad").to_string(), "r.txt:3: bad");
        assert_eq!(Mistake::somewhere("r.txt", "bad").to_string(), "r.txt: bad");
    }
}
