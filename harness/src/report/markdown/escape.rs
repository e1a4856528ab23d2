//! Foreign texts in Markdown: nothing in them may become markup.

use crate::report::text;

/// Characters of a text on one line, in a paragraph or a table cell.
const LONGEST_INLINE: usize = 300;

/// Lines and characters a line of a block.
const BLOCK: (usize, usize) = (40, 400);

/// Plain words on one line, for a paragraph or a table cell.
pub(super) fn plain(words: &str) -> String {
    let mut escaped = String::new();
    for character in text::one_line(words, LONGEST_INLINE).chars() {
        match character {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' => escaped.extend(['\\', character]),
            _ => escaped.push(character),
        }
    }
    escaped
}

/// One line in a code span, fit for a table cell; `–` for nothing.
pub(super) fn code(words: &str) -> String {
    let line = text::one_line(words, LONGEST_INLINE);
    if line.is_empty() {
        return "–".to_owned();
    }
    let fence = "`".repeat(longest_run(&line) + 1);
    let pad = if line.starts_with('`') || line.ends_with('`') { " " } else { "" };
    // Tables are split before code spans are seen.
    format!("{fence}{pad}{}{pad}{fence}", line.replace('|', "\\|"))
}

/// A text in a fenced block, cut to what one reads, indented by `indent` blanks to stand in a list.
pub(super) fn block(language: &str, words: &str, indent: usize) -> String {
    let body = text::excerpt(words, BLOCK.0, BLOCK.1).replace('\t', "    ");
    let fence = "`".repeat((longest_run(&body) + 1).max(3));
    let margin = " ".repeat(indent);
    let lines = std::iter::once(format!("{fence}{language}")).chain(body.lines().map(str::to_owned)).chain([fence]);
    lines.map(|line| format!("{margin}{line}").trim_end().to_owned() + "\n").collect()
}

/// A table; cells are ready Markdown.
pub(super) fn table(header: &[&str], rows: &[Vec<String>]) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
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

    #[rstest]
    #[case("plain", "`plain`")]
    #[case("a|b", "`a\\|b`")]
    #[case("a `b` c", "``a `b` c``")]
    #[case("`b`", "`` `b` ``")]
    #[case("", "–")]
    #[case("two\nlines", "`two lines`")]
    fn code_stays_code(#[case] words: &str, #[case] markdown: &str) {
        assert_eq!(code(words), markdown);
    }

    #[test]
    fn words_stay_words() {
        assert_eq!(plain("a|b <b> *c* [d](e) `f`"), "a\\|b &lt;b&gt; \\*c\\* \\[d\\](e) \\`f\\`");
    }

    #[test]
    fn a_block_cannot_be_left_from_within() {
        assert_eq!(block("diff", "a\n```\nb", 2), "  ````diff\n  a\n  ```\n  b\n  ````\n");
    }
}
