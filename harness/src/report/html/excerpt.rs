//! What programs printed, as much of it as the page has room for.

use serde::Serialize;

use crate::report::commands::Commands;
use crate::report::text;

/// How much of a text a block shows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    /// Lines.
    pub(super) lines: usize,
    /// Bytes.
    pub(super) bytes: usize,
    /// Which of the commands to copy are shown: one that is, is shown whole.
    pub(super) commands: Commands,
}

/// A block of text.
#[derive(Debug, Default, PartialEq, Serialize)]
pub(super) struct Excerpt {
    /// What is shown.
    pub(super) text: String,
    /// How many lines that is.
    lines: usize,
    /// How much is left out: `12 lines, 3.4 kB`; empty where nothing is.
    pub(super) left_out: String,
}

impl Excerpt {
    /// The first lines, of the first at least its beginning.
    pub(super) fn of(words: &str, room: Room) -> Self {
        let (kept, rest) = split(words.trim_end(), room);
        let left_out = match rest.len() {
            0 => String::new(),
            bytes => format!("{}, {}", text::count(rest.lines().count(), "line"), text::bytes(bytes as f64)),
        };
        Self { text: text::visible(kept.trim_end()), lines: kept.lines().count(), left_out }
    }

    /// All of it.
    pub(super) fn whole(words: &str) -> Self {
        let words = words.trim_end();
        Self { text: text::visible(words), lines: words.lines().count(), left_out: String::new() }
    }
}

fn split(words: &str, room: Room) -> (&str, &str) {
    let mut end = 0;
    for line in words.split_inclusive('\n').take(room.lines) {
        if end + line.len() > room.bytes {
            break;
        }
        end += line.len();
    }
    if end == 0 {
        end = words.floor_char_boundary(room.bytes);
    }
    words.split_at(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: Room = Room { lines: 2, bytes: 10, commands: Commands::All };

    fn shown(words: &str) -> (String, String) {
        let excerpt = Excerpt::of(words, ROOM);
        (excerpt.text, excerpt.left_out)
    }

    #[test]
    fn what_has_no_room_is_counted() {
        let told = |text: &str, left_out: &str| (text.to_owned(), left_out.to_owned());
        assert_eq!(shown("a\nb\n"), told("a\nb", ""));
        assert_eq!(shown("a\nb\nc\nd"), told("a\nb", "2 lines, 3 B"));
        assert_eq!(shown("a\nlonger than that"), told("a", "1 line, 16 B"));
        assert_eq!(shown("üüüüüüüü"), told("üüüüü", "1 line, 6 B"));
        assert_eq!(shown(""), told("", ""));
    }
}
