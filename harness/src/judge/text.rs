//! Texts held against what they should be.

use regex::{Regex, RegexBuilder};
use serde_json::Value;
use similar::TextDiff;

use super::finding::Finding;
use super::{version, words};
use crate::model::expectation::Text;
use crate::model::text::squeezed;
use crate::model::{Captured, Failure};

/// Lines of a text that a failure shows.
const LINES: usize = 18;
/// Texts beyond this many bytes are not compared line by line.
const LARGEST_DIFF: usize = 64 * 1024;
/// Lines of a diff that a failure shows.
const DIFF_LINES: usize = 200;

/// Whether a stream is as wanted. What was cut off could be what is wanted, or what is not.
pub(super) fn of_captured(wanted: &Text, captured: &Captured) -> Finding {
    let found = matches(wanted, &captured.text);
    if captured.cut == 0 {
        return found;
    }
    let found = match (found, wanted) {
        (Finding::Unmet(failure), Text::Nothing | Text::NoMatch(_)) => Finding::Unmet(failure),
        (Finding::Unmet(failure), _) => Finding::Misfit(failure),
        (Finding::Met, Text::NoMatch(_)) => Finding::misfit("nothing that matches in what was kept"),
        (other, _) => other,
    };
    found.prefixed(&format!("{}; ", words::cut(captured)))
}

/// Whether a text is as wanted. A text that lacks it is shown with its last lines.
pub(super) fn matches(wanted: &Text, text: &str) -> Finding {
    let met = |met: bool| Finding::when(met, || shown(text));
    match wanted {
        Text::Equals(exact) => equals(exact, text),
        Text::Contains(part) => met(text.contains(part)),
        Text::Says(phrase) => says(phrase, text),
        Text::Matches(pattern) => with_regex(pattern, |regex| met(regex.is_match(text))),
        Text::NoMatch(pattern) => with_regex(pattern, |regex| no_match(regex, text)),
        Text::Line(line) => met(text.lines().any(|one| one.trim_end() == line.trim_end())),
        Text::Something => met(!text.trim().is_empty()),
        Text::Nothing => met(text.trim().is_empty()),
        Text::Json => match json(text) {
            Ok(_) => Finding::Met,
            Err(finding) => finding,
        },
        Text::JsonAt { pointer, is } => json_at(pointer, is, text),
        Text::VersionWithin(range) => version_within(range, text),
        Text::PathEntry(entry) => {
            let plain = |one: &str| if one == "/" { one.to_owned() } else { one.trim_end_matches('/').to_owned() };
            let entries: Vec<String> = text.trim().split(':').map(plain).collect();
            Finding::when(entries.contains(&plain(entry)), || format!("one entry a line:\n{}", entries.join("\n")))
        }
    }
}

fn with_regex(pattern: &str, hold: impl FnOnce(&Regex) -> Finding) -> Finding {
    match RegexBuilder::new(pattern).multi_line(true).build() {
        Ok(regex) => hold(&regex),
        Err(error) => Finding::errored(format!("`{pattern}` is not a regular expression: {error}")),
    }
}

/// Nothing matches; the lines in which something does are what is wrong.
fn no_match(regex: &Regex, text: &str) -> Finding {
    if !regex.is_match(text) {
        return Finding::Met;
    }
    let lines: Vec<&str> = text.lines().filter(|line| regex.is_match(line)).collect();
    Finding::unmet(if lines.is_empty() { shown(text) } else { shown(&lines.join("\n")) })
}

/// A text for a failure.
fn shown(text: &str) -> String {
    match text.trim() {
        "" => "nothing".to_owned(),
        trimmed if trimmed.contains('\n') => words::tail(text, LINES),
        trimmed => format!("`{}`", words::shortened(trimmed)),
    }
}

fn equals(wanted: &str, text: &str) -> Finding {
    if wanted.trim() == text.trim() {
        return Finding::Met;
    }
    Finding::Unmet(Failure { actual: shown(text), diff: diff(wanted, text), ..Failure::default() })
}

/// A unified diff, where both are texts of several lines and not too large.
pub(super) fn diff(expected: &str, actual: &str) -> Option<String> {
    let (expected, actual) = (expected.trim(), actual.trim());
    if !expected.contains('\n') || !actual.contains('\n') || expected.len().max(actual.len()) > LARGEST_DIFF {
        return None;
    }
    let (expected, actual) = (format!("{expected}\n"), format!("{actual}\n"));
    let diff = TextDiff::from_lines(&expected, &actual);
    let unified = diff.unified_diff().context_radius(3).header("expected", "actual").to_string();
    let mut lines: Vec<&str> = unified.lines().collect();
    let more = lines.len().saturating_sub(DIFF_LINES);
    lines.truncate(DIFF_LINES);
    let tail = if more > 0 { format!("\n(… {more} lines more)") } else { String::new() };
    Some(format!("{}{tail}", lines.join("\n")))
}

/// Programs break lines within words, too (`no-` / `such-package`), so all white space is left out.
fn says(phrase: &str, text: &str) -> Finding {
    let wanted = squeezed(phrase);
    if wanted.is_empty() {
        return Finding::errored("the phrase to look for is empty");
    }
    Finding::when(squeezed(text).contains(&wanted), || shown(text))
}

fn json(text: &str) -> Result<Value, Finding> {
    serde_json::from_str(text).map_err(|error| Finding::unmet(format!("no JSON: {error}\n{}", shown(text))))
}

fn json_at(pointer: &str, wanted: &str, text: &str) -> Finding {
    let value = match json(text) {
        Ok(value) => value,
        Err(Finding::Unmet(failure)) => return Finding::Misfit(failure),
        Err(other) => return other,
    };
    let Some(found) = value.pointer(pointer) else {
        return Finding::unmet(format!("nothing at `{pointer}`"));
    };
    match found {
        Value::Null => Finding::unmet(format!("null at `{pointer}`")),
        Value::String(text) => Finding::when(text == wanted, || format!("`{text}` at `{pointer}`")),
        Value::Number(_) | Value::Bool(_) => {
            let written = found.to_string();
            Finding::when(written == wanted, || format!("`{written}` at `{pointer}`"))
        }
        Value::Array(_) | Value::Object(_) => {
            // However it is written, the order of keys aside.
            let wanted: Option<Value> = serde_json::from_str(wanted).ok();
            Finding::when(wanted.as_ref() == Some(found), || {
                format!("`{}` at `{pointer}`", words::shortened(&found.to_string()))
            })
        }
    }
}

fn version_within(range: &str, text: &str) -> Finding {
    let Some(found) = version::first(text) else {
        return Finding::misfit(format!("nothing that looks like a version in {}", shown(text)));
    };
    version::held(&found, range)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const WRAPPED: &str = "  ╰─▶ No candidates were found for no-\n      such-package-xyz *.\n";

    #[rstest]
    #[case::equal_but_for_white_space(Text::Equals("a b".into()), "a b\n", true)]
    #[case::unequal(Text::Equals("a b".into()), "a c", false)]
    #[case::contained(Text::Contains("B c".into()), "a B c", true)]
    #[case::contained_in_another_case(Text::Contains("b c".into()), "a B c", false)]
    #[case::said_across_a_broken_word(Text::Says("candidates were found for no-such-package-xyz".into()), WRAPPED, true)]
    #[case::said_in_another_case(Text::Says("No space left on device".into()), "no SPACE\n │ left on\n device", true)]
    #[case::not_said(Text::Says("no space left".into()), "no room left", false)]
    #[case::matches_a_line(Text::Matches("^uv \\d".into()), "x\nuv 0.8\n", true)]
    #[case::matches_nothing(Text::Matches("^uv \\d".into()), "a uv 0.8\n", false)]
    #[case::no_match(Text::NoMatch("^(WARNING|ERROR)\\b".into()), "an ERROR\nERRORS\n", true)]
    #[case::a_match(Text::NoMatch("^(WARNING|ERROR)\\b".into()), "up\nERROR: down\n", false)]
    #[case::line(Text::Line("b".into()), "a\nb\r\nc", true)]
    #[case::no_such_line(Text::Line("b".into()), "a\nbb\n", false)]
    #[case::something(Text::Something, " x", true)]
    #[case::not_something(Text::Something, " \n", false)]
    #[case::nothing(Text::Nothing, " \n", true)]
    #[case::not_nothing(Text::Nothing, "x", false)]
    #[case::json(Text::Json, "[]\n", true)]
    #[case::no_json(Text::Json, "", false)]
    #[case::json_and_more(Text::Json, "{} x", false)]
    #[case::json_text(Text::JsonAt { pointer: "/a/0".into(), is: "x".into() }, r#"{"a": ["x"]}"#, true)]
    #[case::json_number(Text::JsonAt { pointer: "/a".into(), is: "1".into() }, r#"{"a": 1}"#, true)]
    #[case::json_boolean(Text::JsonAt { pointer: "/a".into(), is: "true".into() }, r#"{"a": true}"#, true)]
    #[case::json_null_is_nothing(Text::JsonAt { pointer: "/a".into(), is: "null".into() }, r#"{"a": null}"#, false)]
    #[case::json_object(Text::JsonAt { pointer: String::new(), is: r#"{"b": [], "a": 1}"#.into() }, r#"{"a":1,"b":[]}"#, true)]
    #[case::json_array(Text::JsonAt { pointer: "/a".into(), is: "[]".into() }, r#"{"a": ["start"]}"#, false)]
    #[case::json_without_the_place(Text::JsonAt { pointer: "/b".into(), is: "1".into() }, r#"{"a": 1}"#, false)]
    #[case::version(Text::VersionWithin(">=0.30, <1".into()), "pixi 0.77.0\n", true)]
    #[case::version_beyond(Text::VersionWithin(">=0.30, <0.70".into()), "pixi 0.77.0\n", false)]
    #[case::no_version(Text::VersionWithin(">=0".into()), "command not found", false)]
    #[case::path_entry(Text::PathEntry("/opt/uv/bin/".into()), "/usr/bin:/opt/uv/bin\n", true)]
    #[case::part_of_a_path_entry(Text::PathEntry("/opt/uv".into()), "/usr/bin:/opt/uv/bin\n", false)]
    #[case::root_path_entry(Text::PathEntry("/".into()), "/usr/bin:/", true)]
    #[case::empty_path_entry_is_not_root(Text::PathEntry("/".into()), "/usr/bin:", false)]
    fn texts_are_held_against_what_is_wanted(#[case] wanted: Text, #[case] text: &str, #[case] met: bool) {
        assert_eq!(matches(&wanted, text) == Finding::Met, met, "{wanted:?} on {text:?}");
    }

    #[rstest]
    #[case::pattern(Text::Matches("(".into()))]
    #[case::forbidden_pattern(Text::NoMatch("(".into()))]
    #[case::range(Text::VersionWithin("about 1".into()))]
    #[case::phrase(Text::Says(" ╰─▶ ".into()))]
    fn a_malformed_wish_is_never_the_subjects_fault(#[case] wanted: Text) {
        assert!(matches!(matches(&wanted, "uv 1.0"), Finding::Aside(_)));
    }

    #[test]
    fn of_what_must_not_be_there_only_the_lines_are_shown_that_hold_it() {
        let wanted = Text::NoMatch("^(WARNING|ERROR)\\b".into());
        assert_eq!(matches(&wanted, "up\nERROR: down\nready"), Finding::unmet("`ERROR: down`"));
    }

    #[test]
    fn what_was_cut_off_could_be_what_must_not_be_there() {
        let cut = |text: &str| Captured { cut: 1, bytes: text.len() as u64 + 1, ..Captured::whole(text) };
        let wanted = Text::NoMatch("^ERROR".into());
        assert!(matches!(of_captured(&wanted, &cut("up")), Finding::Misfit(_)));
        assert!(matches!(of_captured(&wanted, &cut("ERROR")), Finding::Unmet(_)));
        assert_eq!(of_captured(&wanted, &Captured::whole("up")), Finding::Met);
    }

    #[test]
    fn texts_of_several_lines_are_compared_line_by_line() {
        let Finding::Unmet(failure) = matches(&Text::Equals("a\nb\nc".into()), "a\nx\nc\n") else {
            panic!("they differ");
        };
        insta::assert_snapshot!(failure.diff.expect("both have several lines"), @r"
        --- expected
        +++ actual
        @@ -1,3 +1,3 @@
         a
        -b
        +x
         c
        ");
    }

    #[test]
    fn long_texts_are_shown_by_their_end() {
        let text = (0..100).map(|number| format!("line {number}")).collect::<Vec<_>>().join("\n");
        let Finding::Unmet(failure) = matches(&Text::Contains("z".into()), &text) else {
            panic!("there is no z");
        };
        assert!(failure.actual.starts_with("(… 82 lines before)\nline 82"), "{}", failure.actual);
        assert!(failure.actual.ends_with("line 99"));
        assert_eq!(diff("a\nb", &"x\n".repeat(LARGEST_DIFF)), None);
    }
}
