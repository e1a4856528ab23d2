//! What is wrong in a configuration file, where, and what to do about it.

use std::fmt::{self, Write};

/// A place in a configuration file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// How many characters are meant; at least 1.
    pub length: usize,
}

/// One mistake in a configuration file. Its `Display` is plain text of several lines, without a newline at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The file as the caller named it.
    pub file: String,
    /// Where in it; absent when the file as a whole is meant.
    pub place: Option<Place>,
    /// What is wrong: a lower-case fragment.
    pub message: String,
    /// The known name nearest to the one written, where one is near.
    pub suggestion: Option<String>,
    /// The line of the file at the place; absent where there is no place.
    pub snippet: Option<String>,
    /// What to do: one sentence.
    pub hint: Option<String>,
}

/// All mistakes found in one configuration file, in the order of their places; never empty.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ConfigErrors(pub Vec<ConfigError>);

/// Longest part of a line that is shown, in characters.
const SHOWN: usize = 110;

/// Most columns shown before the place in a line that is too long.
const BEFORE: usize = 40;

impl ConfigError {
    /// A mistake of the file as a whole.
    pub(super) fn whole(file: &str, message: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            place: None,
            message: message.into(),
            suggestion: None,
            snippet: None,
            hint: None,
        }
    }

    /// Adds what to do.
    pub fn hint(&mut self, hint: impl Into<String>) -> &mut Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds the known names: the nearest one as a suggestion, and all of them as the hint.
    pub(super) fn known(&mut self, written: &str, what: &str, names: &[&str]) -> &mut Self {
        self.suggestion = nearest(written, names.iter().copied());
        let list = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        self.hint(if list.is_empty() { format!("There are no {what}.") } else { format!("The {what} are {list}.") })
    }
}

impl From<ConfigError> for ConfigErrors {
    fn from(error: ConfigError) -> Self {
        Self(vec![error])
    }
}

impl std::error::Error for ConfigError {}

impl fmt::Display for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)?;
        if let Some(suggestion) = &self.suggestion {
            write!(formatter, "; did you mean `{suggestion}`?")?;
        }
        write!(formatter, "\n --> {}", self.file)?;
        if let Some(place) = self.place {
            write!(formatter, ":{}:{}", place.line, place.column)?;
            if let Some(snippet) = &self.snippet {
                write_snippet(formatter, place, snippet)?;
            }
        }
        if let Some(hint) = &self.hint {
            write!(formatter, "\n  = hint: {hint}")?;
        }
        Ok(())
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            if index > 0 {
                formatter.write_str("\n\n")?;
            }
            write!(formatter, "{error}")?;
        }
        Ok(())
    }
}

/// The line with a caret below the place; of a long line the part around it.
fn write_snippet(formatter: &mut fmt::Formatter<'_>, place: Place, line: &str) -> fmt::Result {
    let number = place.line.to_string();
    let margin = " ".repeat(number.len());
    let total = line.chars().count();
    let start = if total > SHOWN { place.column.saturating_sub(BEFORE + 1).min(total) } else { 0 };
    let mut shown = String::new();
    if start > 0 {
        shown.push('…');
    }
    let mut before = start.min(1);
    // Control characters would move the cursor, and with it the caret.
    for (index, character) in line.chars().enumerate().skip(start).take(SHOWN) {
        shown.push(match character {
            '\t' => ' ',
            character if character.is_control() => '\u{fffd}',
            character => character,
        });
        before += usize::from(index + 1 < place.column);
    }
    let length = place.length.clamp(1, (start + SHOWN).min(total).saturating_sub(place.column - 1).max(1));
    if start + SHOWN < total {
        shown.push('…');
    }
    write!(formatter, "\n{margin} |\n{number} | {shown}\n{margin} | ")?;
    (0..before).try_for_each(|_| formatter.write_char(' '))?;
    (0..length).try_for_each(|_| formatter.write_char('^'))
}

/// The name that is nearest to the one written, if it is near enough to be meant.
pub fn nearest<'a>(written: &str, names: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let reach = (written.chars().count() / 3).max(1);
    names
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(written, name), name))
        .filter(|(distance, _)| *distance <= reach)
        .min()
        .map(|(_, name)| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        let names = ["manager", "dockerfile", "host"];
        assert_eq!(nearest("manger", names), Some("manager".into()));
        assert_eq!(nearest("dockerfle", names), Some("dockerfile".into()));
        assert_eq!(nearest("hots", names), Some("host".into()));
        assert_eq!(nearest("banana", names), None);
    }

    #[test]
    fn of_a_long_line_the_part_around_the_place_is_shown() {
        let error = ConfigError {
            place: Some(Place { line: 1, column: 301, length: 900 }),
            snippet: Some(format!("{}\tHERE{}", "a".repeat(299), "b".repeat(500))),
            ..ConfigError::whole("a.yml", "wrong")
        };
        let shown = error.to_string();
        let lines: Vec<&str> = shown.lines().collect();
        assert!(lines.iter().all(|line| line.chars().count() < 130), "{shown}");
        let caret = lines[4].chars().position(|character| character == '^');
        assert_eq!(caret, lines[3].chars().position(|character| character == 'H'), "{shown}");
    }
}
