//! Foreign texts in HTML: nothing in them may become markup, hide, or turn the direction of writing.

use crate::report::text;

/// Characters of a text that stands in a line of prose.
const LONGEST_PROSE: usize = 1000;

/// A text whose characters mean nothing but themselves, in content as in quoted attributes.
pub(super) fn escaped(words: &str) -> String {
    let mut escaped = String::with_capacity(words.len());
    for character in text::visible(words).chars() {
        match character {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // Tabs align by a width that the page sets; a control character it is nevertheless.
            '\t' => escaped.push_str("    "),
            _ => escaped.push(character),
        }
    }
    escaped
}

/// One line of prose as HTML. What stands in backticks is code.
pub(super) fn prose(words: &str) -> String {
    let line = text::one_line(words, LONGEST_PROSE);
    let parts: Vec<_> = line.split('`').collect();
    // Backticks without a partner, or with nothing between them, are no quotes.
    let is_quoted = parts.len() % 2 == 1 && parts.iter().skip(1).step_by(2).all(|part| !part.trim().is_empty());
    if !is_quoted {
        return escaped(&line);
    }
    let render = |(number, part): (usize, &&str)| match number % 2 {
        0 => escaped(part),
        _ => format!("<code>{}</code>", escaped(part)),
    };
    parts.iter().enumerate().map(render).collect()
}

/// A unified difference as HTML, with its sides told apart by more than their signs.
pub(super) fn diff(lines: &str) -> String {
    let line = |line: &str| match line.as_bytes().first() {
        Some(b'+') => format!("<ins>{}</ins>", escaped(line)),
        Some(b'-') => format!("<del>{}</del>", escaped(line)),
        _ => escaped(line),
    };
    lines.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_foreign_becomes_markup() {
        assert_eq!(escaped("</script> \"x\" 'y' &amp;"), "&lt;/script&gt; &quot;x&quot; &#39;y&#39; &amp;amp;");
        assert_eq!(escaped("a\u{202e}b\u{0}c\r\nd\te"), "a\\u{202e}b\\u{0}c\nd    e");
    }

    #[test]
    fn backticks_make_code_where_they_come_in_pairs() {
        assert_eq!(prose("run `a <b>`\nagain"), "run <code>a &lt;b&gt;</code> again");
        assert_eq!(prose("it`s <here>"), "it`s &lt;here&gt;");
        assert_eq!(prose("``"), "``");
    }

    #[test]
    fn a_difference_says_which_side_a_line_is_of() {
        assert_eq!(diff(" a\n-<b>\n+c\n"), " a\n<del>-&lt;b&gt;</del>\n<ins>+c</ins>");
    }
}
