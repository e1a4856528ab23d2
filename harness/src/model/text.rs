//! Program output made comparable: programs wrap their messages, indent them, and draw boxes around them.

/// The text as one line of lower-case words: colour codes, box characters, line breaks and indents are undone.
///
/// A word that was broken at a dash (`no-` / `such-package`) keeps a space in it; [`squeezed`] has none.
pub fn unwrapped(text: &str) -> String {
    let plain = without_escapes(text);
    let lines = plain.lines().map(without_gutter).map(without_boxes);
    let words: Vec<String> =
        lines.flat_map(|line| line.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>()).collect();
    words.join(" ")
}

/// The same without any white space: two texts that differ only in where they were broken are equal.
pub fn squeezed(text: &str) -> String {
    unwrapped(text).split(' ').collect()
}

/// Whether a character only draws: boxes, and the marks that error reports put before a message.
fn draws(character: char) -> bool {
    matches!(character, '\u{2500}'..='\u{257f}' | '▶' | '×' | '✗' | '✘' | '·' | '•' | '⚠' | '❌')
}

fn without_boxes(line: &str) -> String {
    line.chars().map(|character| if draws(character) { ' ' } else { character }).collect()
}

/// The line without the gutter that stands in for boxes where only ASCII may be printed: `| `, `|-> `, `` `-> ``.
fn without_gutter(line: &str) -> &str {
    let inner = line.trim_start();
    if inner.starts_with(['|', '`']) {
        let rest = inner[1..].trim_start_matches(['-', '>', '|']);
        if rest.is_empty() || rest.starts_with(char::is_whitespace) {
            return rest;
        }
    }
    line
}

/// The text without terminal escape sequences (colours, cursor movements, hyperlinks).
pub fn without_escapes(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if character != '\u{1b}' {
            plain.push(character);
            continue;
        }
        match characters.next() {
            Some('[') => while characters.next().is_some_and(|next| !('@'..='~').contains(&next)) {},
            Some(']') => {
                while let Some(next) = characters.next() {
                    if next == '\u{7}' {
                        break;
                    }
                    if next == '\u{1b}' {
                        characters.next();
                        break;
                    }
                }
            }
            _ => {}
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    const WRAPPED: &str = "  × failed to solve the environment\n  ╰─▶ Cannot solve the request because of: No candidates \
                           were found for no-\n      such-package-xyz *.\n      \n\n";

    #[test]
    fn line_breaks_indents_boxes_and_case_are_undone() {
        assert_eq!(
            unwrapped(WRAPPED),
            "failed to solve the environment cannot solve the request because of: no candidates were found for no- \
             such-package-xyz *."
        );
        assert_eq!(unwrapped("Error:   × No space\n  │ left on\r\n  │ device"), "error: no space left on device");
    }

    #[test]
    fn a_word_that_was_broken_at_a_dash_or_a_slash_is_whole_again_when_squeezed() {
        assert!(squeezed(WRAPPED).contains("nocandidateswerefoundforno-such-package-xyz*."));
        assert_eq!(squeezed("conda-forge/\n  │  linux-64"), "conda-forge/linux-64");
    }

    #[test]
    fn colours_and_links_are_undone() {
        assert_eq!(unwrapped("\u{1b}[1;31mError\u{1b}[0m: no"), "error: no");
        assert_eq!(unwrapped("\u{1b}]8;;http://a\u{1b}\\here\u{1b}]8;;\u{7} now"), "here now");
        assert_eq!(unwrapped("cut \u{1b}"), "cut");
        assert_eq!(unwrapped("cut \u{1b}[3"), "cut");
    }

    #[test]
    fn the_gutter_of_ascii_boxes_is_undone_and_a_command_in_back_ticks_is_not() {
        assert_eq!(unwrapped("  |-> No space\n  |   left\n  `-> on device"), "no space left on device");
        assert_eq!(unwrapped("`pixi add` failed"), "`pixi add` failed");
    }

    #[test]
    fn a_text_of_nothing_is_empty() {
        assert_eq!(unwrapped(" \n ╰─▶ \n"), "");
        assert_eq!(squeezed(""), "");
    }
}
