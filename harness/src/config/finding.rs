//! Where something is written of which it only shows later that it is wrong: once suites and subject are brought together,
//! or once an image was built.

use std::ops::Range;
use std::path::Path;

use super::diagnostic::{ConfigError, ConfigErrors, Place};
use super::extension::{chain, has, source_of};
use super::places::{Cursor, places};
use super::source::Source;

/// A mistake at a key of a subject's file, `["gate", "phases", "shell"]`, an item of a list by its number from 0. Where the
/// words at fault are given and stand there, they are pointed at, else the key is.
///
/// The file is read again; where it cannot be, the mistake is one of the file as a whole.
pub fn mistake_of_subject(file: &Path, keys: &[&str], written: Option<&str>, message: &str) -> ConfigError {
    let Ok(source) = Source::read(file) else { return ConfigError::whole(&file.display().to_string(), message) };
    let document = places(&source);
    let Some((last, above)) = keys.split_last() else { return ConfigError::whole(&source.label, message) };
    let above = above.iter().fold(Cursor::new(&document), |at, key| below(at, key));
    let (key, value) = (above.name(last), below(above, last).place());
    let found = written.and_then(|written| text_in(&source, key.line..value.line + 1, written));
    source.error(found.unwrap_or(key), message)
}

/// A mistake in a check of a suite, which is one of the embedded ones (name, text) or a file. Where the words at fault are
/// given and stand in the check, or else in its phase, they are pointed at, else the check's name is.
pub fn mistake_of_check(
    suite: &str,
    embedded: &[(&str, &str)],
    (phase, check): (&str, &str),
    written: Option<&str>,
    message: &str,
) -> ConfigError {
    let Ok(source) = source_with(suite, embedded, (phase, check)) else { return ConfigError::whole(suite, message) };
    let document = places(&source);
    let end = source.text.lines().count() + 1;
    let phases = Cursor::new(&document).key("phases");
    let Some((at_phase, lines_of_phase)) = named(&source, phases, "phase", phase, end) else {
        return ConfigError::whole(&source.label, message);
    };
    let Some((at, lines)) = named(&source, at_phase.key("checks"), "id", check, lines_of_phase.end) else {
        return source.error(at_phase.place(), message);
    };
    let found = written
        .and_then(|written| text_in(&source, lines, written).or_else(|| text_in(&source, lines_of_phase, written)));
    source.error(found.unwrap_or_else(|| at.key("id").place()), message)
}

/// The file of a suite; where it extends another and has the check from there, the other's.
fn source_with(suite: &str, embedded: &[(&str, &str)], check: (&str, &str)) -> Result<Source, ConfigErrors> {
    let mut chain = chain(suite, embedded).unwrap_or_default();
    match chain.iter().position(|(suite, _)| has(suite, check)) {
        Some(index) => Ok(chain.swap_remove(index).1),
        // Of what is no suite by itself, as a subject with checks of its own.
        None => source_of(suite, embedded),
    }
}

fn below<'a>(at: Cursor<'a>, key: &str) -> Cursor<'a> {
    key.parse().map_or_else(|_| at.key(key), |index| at.item(index))
}

/// The item of a list whose key has this value, and its lines: up to the next item, or to `end`.
fn named<'a>(
    source: &Source,
    list: Cursor<'a>,
    key: &str,
    value: &str,
    end: usize,
) -> Option<(Cursor<'a>, Range<usize>)> {
    let items: Vec<Cursor<'a>> = list.items().iter().map(Cursor::new).collect();
    let index = items.iter().position(|item| source.at(item.key(key).place()) == value)?;
    let line = |cursor: &Cursor<'_>| cursor.place().line;
    Some((items[index], line(&items[index])..items.get(index + 1).map_or(end, line)))
}

/// Where a text first stands in these lines, comments left out.
fn text_in(source: &Source, lines: Range<usize>, written: &str) -> Option<Place> {
    let first = written.lines().next().filter(|line| !line.is_empty())?;
    let numbered = source.text.lines().enumerate().map(|(index, line)| (index + 1, line));
    numbered.filter(|(number, line)| lines.contains(number) && !line.trim_start().starts_with('#')).find_map(
        |(line, text)| {
            let column = text[..text.find(first)?].chars().count() + 1;
            Some(Place { line, column, length: first.chars().count() })
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUITE: &str = "suite: own\nphases:\n  - phase: shell\n    needs: [installation/binary]\n    checks:\n      \
                         - id: one\n        about: x\n        run: [a, '{{ b }}']\n      - id: two\n        about: y {{ b }}\n        \
                         # {{ c }}\n        run: [c]\n";

    #[test]
    fn words_are_found_in_the_check_and_then_in_its_phase() {
        let place = |check: &str, written: Option<&str>| {
            let error = mistake_of_check("own", &[("own", SUITE)], ("shell", check), written, "wrong");
            error.place.map(|place| (place.line, place.column, place.length))
        };
        assert_eq!(place("one", Some("{{ b }}")), Some((8, 19, 7)));
        assert_eq!(place("two", Some("{{ b }}")), Some((10, 18, 7)));
        assert_eq!(place("two", Some("installation/binary")), Some((4, 13, 19)));
        assert_eq!(place("two", Some("{{ c }}")), Some((9, 13, 3)), "a comment is no place");
        assert_eq!(place("two", None), Some((9, 13, 3)));
        assert_eq!(place("three", None).map(|(line, ..)| line), Some(3));
    }

    #[test]
    fn what_cannot_be_read_again_is_named_as_a_whole() {
        let error = mistake_of_subject(Path::new("/nowhere/a.yml"), &["gate"], None, "wrong");
        assert_eq!((error.file.as_str(), error.place), ("/nowhere/a.yml", None));
        let error = mistake_of_check("gone", &[], ("shell", "one"), None, "wrong");
        assert_eq!((error.file.as_str(), error.place), ("gone", None));
    }
}
