//! Figures and foreign texts as people read them, shared by all formats.

pub(super) use crate::model::measure::seconds;
use crate::model::{Measurement, Rate, Unit};

/// Seconds that nobody knows exactly, rounded up: `about 7 s`, `about 40 s`, `about 2 min`, `about 1 h 3 min`.
pub(super) fn about(seconds: f64) -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates")]
    let whole = seconds.ceil().max(1.0) as u64;
    match whole {
        0..=9 => format!("about {whole} s"),
        10..=55 => format!("about {} s", whole.next_multiple_of(5)),
        56..=3600 => format!("about {} min", whole.div_ceil(60)),
        _ => format!("about {} h {} min", whole / 3600, whole % 3600 / 60),
    }
}

/// A point in time, `2026-11-20T12:10:05.123Z`, as people read it: `2026-11-20 12:10:05 UTC`. Other texts as they are.
pub(super) fn moment(at: &str) -> String {
    let parts = at.strip_suffix('Z').and_then(|at| at.split_once('T'));
    match parts {
        Some((day, time)) => format!("{day} {} UTC", time.split('.').next().unwrap_or(time)),
        None => at.to_owned(),
    }
}

/// Bytes as `512 B`, `1.6 MB`, `442 MB`; decimal multiples.
pub(super) fn bytes(value: f64) -> String {
    let mut value = value;
    let mut unit = "B";
    for larger in ["kB", "MB", "GB", "TB"] {
        if value.abs() < 999.5 {
            break;
        }
        value /= 1000.0;
        unit = larger;
    }
    if unit == "B" || value.abs() >= 9.95 { format!("{value:.0} {unit}") } else { format!("{value:.1} {unit}") }
}

/// A figure in its unit.
pub(super) fn figure(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Seconds => unit.text(value),
        Unit::Bytes => bytes(value),
        Unit::Count if value.fract().abs() < 1e-9 => format!("{value:.0}"),
        Unit::Count => format!("{value:.1}"),
    }
}

/// How much of its budget a measurement uses up, percent; `None` without a budget above 0.
pub(super) fn used(measurement: &Measurement) -> Option<f64> {
    measurement.budget.filter(|budget| *budget > 0.0).map(|budget| 100.0 * measurement.median() / budget)
}

/// Both numbers and the percent: `61 of 62 checks passed (98.4%)`.
pub(super) fn rate(rate: Rate) -> String {
    match rate.counted {
        0 => "no check counted, no success rate".to_owned(),
        1 => format!("{} of 1 check passed ({})", rate.passed, rate.words()),
        counted => format!("{} of {counted} checks passed ({})", rate.passed, rate.words()),
    }
}

/// `1 check`, `2 checks`.
pub(super) fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// A text with nothing in it that could steer a terminal or hide from the eye: colours are dropped, other control
/// characters become escapes; line breaks and tabs stay.
pub(super) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '\n' | '\t' => shown.push(character),
            '\r' if rest.peek() == Some(&'\n') => {}
            '\u{1b}' if rest.peek() == Some(&'[') => {
                rest.next();
                // A control sequence ends with its first byte from `@` to `~`.
                while rest.next_if(|next| !('@'..='~').contains(next)).is_some() {}
                rest.next();
            }
            _ if character.is_control() || is_invisible(character) => shown.extend(character.escape_unicode()),
            _ => shown.push(character),
        }
    }
    shown
}

/// Characters that turn the direction of writing or take no room: they make a text read other than it is.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// The text on one line, line breaks and runs of blanks as one blank, at most `limit` characters with `…` for the rest.
pub(super) fn one_line(text: &str, limit: usize) -> String {
    let joined = visible(text).split_whitespace().collect::<Vec<_>>().join(" ");
    match joined.char_indices().nth(limit) {
        None => joined,
        Some(_) => joined.chars().take(limit.saturating_sub(1)).chain(['…']).collect(),
    }
}

/// The first and the last line on one, of about `limit` characters together: where programs say what went wrong.
pub(super) fn gist(text: &str, limit: usize) -> String {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    match (lines.next(), lines.next_back()) {
        (Some(first), Some(last)) => format!("{} … {}", one_line(first, limit / 2), one_line(last, limit / 2)),
        (first, _) => one_line(first.unwrap_or_default(), limit),
    }
}

/// At most `lines` lines of `width` characters each, and a line that says what was left out. Of a text that is too long the
/// end tells most, as of a traceback: two thirds of the lines are its last ones.
pub(super) fn excerpt(text: &str, lines: usize, width: usize) -> String {
    let text = visible(text);
    let all: Vec<_> = text.trim_end().lines().collect();
    let shorten = |lines: &[&str]| lines.iter().map(|line| shortened(line, width)).collect::<Vec<_>>();
    if all.len() <= lines {
        return shorten(&all).join("\n");
    }
    let (first, last) = (lines.div_ceil(3), lines - lines.div_ceil(3));
    let left_out = format!("… ({} left out)", count(all.len() - lines, "line"));
    [shorten(&all[..first]), vec![left_out], shorten(&all[all.len() - last..])].concat().join("\n")
}

/// The last lines, with one that says how many came before.
pub(super) fn tail(text: &str, lines: usize) -> String {
    let all: Vec<_> = text.trim_end().lines().collect();
    let before = all.len().saturating_sub(lines);
    let kept = all[before..].join("\n");
    if before == 0 { kept } else { format!("… ({} before)\n{kept}", count(before, "line")) }
}

fn shortened(line: &str, width: usize) -> String {
    let length = line.chars().count();
    if length <= width {
        return line.to_owned();
    }
    let kept: String = line.chars().take(width).collect();
    format!("{kept} … ({} left out)", count(length - width, "character"))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(0.0, "0 s")]
    #[case(0.000_4, "0.4 ms")]
    #[case(0.012, "12 ms")]
    #[case(0.099_9, "0.1 s")]
    #[case(1.24, "1.2 s")]
    #[case(59.96, "1 min 0 s")]
    #[case(125.0, "2 min 5 s")]
    #[case(3790.0, "1 h 3 min")]
    #[case(f64::NAN, "unknown")]
    fn seconds_read_as_people_say_them(#[case] value: f64, #[case] words: &str) {
        assert_eq!(seconds(value), words);
    }

    #[rstest]
    #[case(0.2, "about 1 s")]
    #[case(13.4, "about 15 s")]
    #[case(58.0, "about 1 min")]
    #[case(61.0, "about 2 min")]
    #[case(3790.0, "about 1 h 3 min")]
    fn an_estimate_claims_no_more_than_it_knows(#[case] seconds: f64, #[case] words: &str) {
        assert_eq!(about(seconds), words);
    }

    #[rstest]
    #[case("2026-11-20T12:10:05.123Z", "2026-11-20 12:10:05 UTC")]
    #[case("2026-11-20T12:10:05Z", "2026-11-20 12:10:05 UTC")]
    #[case("", "")]
    fn a_moment_reads_as_people_write_it(#[case] at: &str, #[case] words: &str) {
        assert_eq!(moment(at), words);
    }

    #[rstest]
    #[case(0.0, "0 B")]
    #[case(999.0, "999 B")]
    #[case(1_600_000.0, "1.6 MB")]
    #[case(442e6, "442 MB")]
    #[case(999_999.0, "1.0 MB")]
    fn bytes_read_as_people_say_them(#[case] value: f64, #[case] words: &str) {
        assert_eq!(bytes(value), words);
    }

    #[rstest]
    #[case(61, 62, "61 of 62 checks passed (98.3%)")]
    #[case(9999, 10_000, "9999 of 10000 checks passed (99.9%)")]
    #[case(1, 10_000, "1 of 10000 checks passed (0.0%)")]
    #[case(0, 1, "0 of 1 check passed (0.0%)")]
    #[case(7, 7, "7 of 7 checks passed (100.0%)")]
    #[case(0, 0, "no check counted, no success rate")]
    fn a_rate_shows_both_numbers_and_is_never_rounded_to_all(
        #[case] passed: usize,
        #[case] counted: usize,
        #[case] words: &str,
    ) {
        assert_eq!(rate(Rate { passed, counted }), words);
    }

    #[test]
    fn control_characters_cannot_act_or_hide() {
        assert_eq!(visible("a\u{1b}[31mred\u{1b}[0m\r\nb\u{7}\u{202e}c\td"), "ared\nb\\u{7}\\u{202e}c\td");
        assert_eq!(visible("\u{1b}[31"), "");
        assert_eq!(one_line("  a \n\tb  c ", 80), "a b c");
        assert_eq!(one_line("abcdef", 4), "abc…");
    }

    #[test]
    fn the_gist_of_an_output_is_how_it_begins_and_ends() {
        assert_eq!(
            gist("exit 1\nTraceback:\n  File x\nModuleNotFoundError: scipy\n\n", 80),
            "exit 1 … ModuleNotFoundError: scipy"
        );
        assert_eq!(gist("exit 1\n", 80), "exit 1");
        assert_eq!(gist("a\nb", 80), "a … b");
        assert_eq!(gist("", 80), "");
    }

    #[test]
    fn an_excerpt_says_what_it_leaves_out() {
        assert_eq!(excerpt("a\nb\nc\ndefgh\n", 2, 3), "a\n… (2 lines left out)\ndef … (2 characters left out)");
        assert_eq!(excerpt("a\nb\n", 2, 3), "a\nb");
        assert_eq!(tail("a\nb\nc\n", 2), "… (1 line before)\nb\nc");
        assert_eq!(tail("a\n", 2), "a");
    }
}
