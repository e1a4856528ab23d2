//! Text for terminals: colours by meaning, and lines broken at a width. Everything reads the same without colours.

use anstyle::{AnsiColor, Style};
use tabled::grid::util::string::{get_char_width, get_string_width};

use crate::model::{Decision, Outcome};

/// It did what it should.
pub(super) const GOOD: Style = AnsiColor::Green.on_default();
/// It did not.
pub(super) const BAD: Style = AnsiColor::Red.on_default().bold();
/// It could not be told.
pub(super) const UNKNOWN: Style = AnsiColor::Yellow.on_default();
/// Beside the point.
pub(super) const QUIET: Style = Style::new().dimmed();
/// What to do.
pub(super) const HINT: Style = AnsiColor::Cyan.on_default();

/// The colour of an outcome.
pub(super) fn of_outcome(outcome: &Outcome) -> Style {
    match outcome {
        Outcome::Passed => GOOD,
        Outcome::Failed(_) | Outcome::TimedOut { .. } | Outcome::Blocked { .. } => BAD,
        Outcome::Errored { .. } | Outcome::Undecided { .. } => UNKNOWN,
        Outcome::Skipped { .. } => QUIET,
    }
}

/// The colour of a verdict.
pub(super) fn of_decision(decision: Decision) -> Style {
    match decision {
        Decision::Stable => GOOD,
        Decision::NotStable => BAD,
        Decision::Inconclusive | Decision::Empty => UNKNOWN,
    }
}

/// The words in a style, or plain.
pub(super) fn paint(words: &str, style: Style, color: bool) -> String {
    if color && !words.is_empty() { format!("{style}{words}{style:#}") } else { words.to_owned() }
}

/// Lines of at most `width` columns, broken at blanks where there are any and inside words where there are none.
/// Leading blanks of a line are kept, so that listings and diffs stay readable.
pub(super) fn wrap(words: &str, width: usize) -> Vec<String> {
    let width = width.max(10);
    words.lines().flat_map(|line| wrap_line(line, width)).collect()
}

fn wrap_line(line: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut current = String::new();
    for word in line.split_inclusive(' ') {
        if get_string_width(&current) + get_string_width(word.trim_end()) > width && !current.trim().is_empty() {
            lines.push(current.trim_end().to_owned());
            current.clear();
        }
        for character in word.chars() {
            if character != ' ' && get_string_width(&current) + get_char_width(character) > width {
                lines.push(std::mem::take(&mut current));
            }
            current.push(character);
        }
    }
    lines.push(current.trim_end().to_owned());
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_blanks_and_else_inside_words() {
        assert_eq!(wrap("one two three four", 10), ["one two", "three four"]);
        assert_eq!(wrap("0123456789abcdef", 10), ["0123456789", "abcdef"]);
        assert_eq!(wrap("  kept\nnext", 20), ["  kept", "next"]);
        assert_eq!(wrap("漢字漢字漢字漢字", 10), ["漢字漢字漢", "字漢字"]);
        assert_eq!(wrap("a 0123456789abc", 10), ["a", "0123456789", "abc"]);
    }

    #[test]
    fn without_colours_words_are_just_words() {
        assert_eq!(paint("failed", BAD, false), "failed");
        assert_eq!(paint("failed", GOOD, true), "\u{1b}[32mfailed\u{1b}[0m");
        assert_eq!(paint("", BAD, true), "");
    }
}
