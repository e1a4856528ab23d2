//! Foreign texts in Markdown: nothing in them may become markup.

use crate::report::commands::Commands;
use crate::report::text;

/// Characters of a text on one line, in a paragraph or a table cell.
const LONGEST_WORDS: usize = 1000;

/// Characters of a code span.
const LONGEST_CODE: usize = 300;

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

/// Plain words on one line, for a paragraph or a table cell. What stands in backticks is code.
pub(super) fn plain(words: &str) -> String {
    let line = text::one_line(words, LONGEST_WORDS);
    let parts: Vec<_> = line.split('`').collect();
    // Backticks without a partner, or with nothing between them, are no quotes.
    let is_quoted = parts.len() % 2 == 1 && parts.iter().skip(1).step_by(2).all(|part| !part.trim().is_empty());
    if !is_quoted {
        return escaped(&line);
    }
    let rendered = parts.iter().enumerate();
    rendered.map(|(number, part)| if number % 2 == 0 { escaped(part) } else { code(part) }).collect()
}

fn escaped(words: &str) -> String {
    let mut escaped = String::new();
    for character in words.chars() {
        match character {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '~' => escaped.extend(['\\', character]),
            _ => escaped.push(character),
        }
    }
    escaped
}

/// One line in a code span; `–` for nothing.
pub(super) fn code(words: &str) -> String {
    let line = text::one_line(words, LONGEST_CODE);
    if line.is_empty() {
        return "–".to_owned();
    }
    let fence = "`".repeat(longest_run(&line) + 1);
    let pad = if line.starts_with('`') || line.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{line}{pad}{fence}")
}

/// A text in a fenced block, as much of it as there is room for, indented by `indent` blanks to stand in a list. What is
/// left out is in `report.json`, and the block says so.
pub(super) fn block(language: &str, words: &str, indent: usize, room: Room) -> String {
    let body = within(&text::visible(words).replace('\t', "    "), room);
    let fence = "`".repeat((longest_run(&body) + 1).max(3));
    let margin = " ".repeat(indent);
    let lines = std::iter::once(format!("{fence}{language}")).chain(body.lines().map(str::to_owned)).chain([fence]);
    lines.map(|line| format!("{margin}{line}").trim_end().to_owned() + "\n").collect()
}

/// A command in a fenced block, whole and as it is, so that it can be copied.
pub(super) fn command(words: &str) -> String {
    let body = text::visible(words.trim_end());
    let fence = "`".repeat((longest_run(&body) + 1).max(3));
    format!("{fence}sh\n{body}\n{fence}\n")
}

/// The first lines that there is room for, of the first at least its beginning.
fn within(words: &str, room: Room) -> String {
    let words = words.trim_end();
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
    let (kept, rest) = words.split_at(end);
    if rest.is_empty() {
        return kept.to_owned();
    }
    let (lines, bytes) = (text::count(rest.lines().count(), "line"), text::bytes(rest.len() as f64));
    format!("{}\n… ({lines}, {bytes} left out; the whole is in report.json)", kept.trim_end())
}

/// A table; cells are ready Markdown. It is split at bars before anything else is seen in it, code spans included, so
/// every bar in a cell is escaped here and nowhere else.
pub(super) fn table(header: &[&str], rows: &[Vec<String>]) -> String {
    let line = |cells: &[String]| {
        let cells: Vec<_> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let header: Vec<_> = header.iter().map(|&cell| cell.to_owned()).collect();
    let rule: Vec<_> = header.iter().map(|_| "---".to_owned()).collect();
    [line(&header), line(&rule)].into_iter().chain(rows.iter().map(|row| line(row))).collect()
}

fn longest_run(words: &str) -> usize {
    words.split(|character| character != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const WIDE: Room = Room { lines: 200, bytes: 16 << 10, commands: Commands::All };

    #[rstest]
    #[case("plain", "`plain`")]
    #[case("a|b", "`a|b`")]
    #[case("a `b` c", "``a `b` c``")]
    #[case("`b`", "`` `b` ``")]
    #[case(r"C:\dir\|", r"`C:\dir\|`")]
    #[case("", "–")]
    #[case("two\nlines", "`two lines`")]
    fn code_stays_code(#[case] words: &str, #[case] markdown: &str) {
        assert_eq!(code(words), markdown);
    }

    #[rstest]
    #[case("a|b <b> *c* [d](e) f_g", r"a|b &lt;b&gt; \*c\* \[d\](e) f\_g")]
    #[case(r"a\|b", r"a\\|b")]
    #[case("the companion `a_b` is *there*", r"the companion `a_b` is \*there\*")]
    #[case("one ` alone, and `` none", r"one \` alone, and \`\` none")]
    fn words_stay_words_but_for_quoted_code(#[case] words: &str, #[case] markdown: &str) {
        assert_eq!(plain(words), markdown);
    }

    #[rstest]
    #[case(code("a|b"), r"| `a\|b` |")]
    #[case(code(r"a\|b\"), r"| `a\\|b\` |")]
    #[case(plain("a|b"), r"| a\|b |")]
    #[case(plain(r"a\|b"), r"| a\\\|b |")]
    fn a_cell_ends_at_no_bar_of_its_own(#[case] cell: String, #[case] row: &str) {
        let table = table(&["x"], &[vec![cell]]);
        assert_eq!(table.lines().last(), Some(row));
        // As GitHub reads it: bars are unescaped when the row is split, before anything else is read.
        let split = row.replace(r"\|", "\u{0}").split('|').count();
        assert_eq!(split, 3, "one cell between two bars");
    }

    #[test]
    fn a_block_cannot_be_left_from_within() {
        assert_eq!(block("diff", "a\n```\nb", 2, WIDE), "  ````diff\n  a\n  ```\n  b\n  ````\n");
    }

    #[test]
    fn a_command_is_whole_and_as_it_is() {
        let script = format!("sh -c '\n{}\tb  \n```\n'", "a\n".repeat(2000));
        assert_eq!(command(&script), format!("````sh\n{script}\n````\n"));
    }

    #[rstest]
    #[case(2, 100, "a\nb\n… (2 lines, 5 B left out; the whole is in report.json)")]
    #[case(9, 5, "a\nb\n… (2 lines, 5 B left out; the whole is in report.json)")]
    #[case(4, 100, "a\nb\ncé\nd")]
    #[case(9, 10, "a\nb\ncé\nd")]
    fn a_block_shows_whole_lines_and_says_what_it_leaves_out(
        #[case] lines: usize,
        #[case] bytes: usize,
        #[case] shown: &str,
    ) {
        assert_eq!(within("a\nb\ncé\nd\n\n", Room { lines, bytes, ..WIDE }), shown);
    }

    #[test]
    fn of_one_endless_line_the_beginning_is_shown() {
        let shown = within(&"é".repeat(100), Room { lines: 5, bytes: 5, ..WIDE });
        assert_eq!(shown, "éé\n… (1 line, 196 B left out; the whole is in report.json)");
    }
}
