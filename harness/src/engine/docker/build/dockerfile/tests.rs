use insta::assert_snapshot;
use rstest::rstest;

use super::*;

fn with_bundle(text: &str) -> Dockerfile {
    Dockerfile::changed(text, Changes { bundle: Some(BundleMount::Secret), ..Changes::default() })
}

/// The rewritten text with the long flag and the arguments in short.
fn rewritten(text: &str) -> String {
    let result = with_bundle(text);
    let arguments: Vec<String> = BUNDLE_VARIABLES.iter().map(|name| format!("ARG {name}={BUNDLE_TARGET}\n")).collect();
    let arguments = arguments.concat();
    result.text.replace(&BundleMount::Secret.flag(), "<MOUNT>").replace(&arguments, "<ARGS>\n")
}

#[test]
fn each_from_is_followed_by_the_arguments_and_each_run_gets_the_mount() {
    assert_snapshot!(rewritten("ARG BASE\nFROM ${BASE} AS build\nRUN make\nCOPY . /src\nFROM scratch\nRUN install\n"), @r"
    ARG BASE
    FROM ${BASE} AS build
    <ARGS>
    RUN <MOUNT> make
    COPY . /src
    FROM scratch
    <ARGS>
    RUN <MOUNT> install
    ");
}

#[test]
fn the_flag_and_the_arguments_are_those_that_programs_look_for() {
    assert_snapshot!(with_bundle("FROM x\nRUN y\n").text, @r"
    FROM x
    ARG SSL_CERT_FILE=/run/shakedown-ca.crt
    ARG CURL_CA_BUNDLE=/run/shakedown-ca.crt
    ARG PIP_CERT=/run/shakedown-ca.crt
    ARG REQUESTS_CA_BUNDLE=/run/shakedown-ca.crt
    ARG NODE_EXTRA_CA_CERTS=/run/shakedown-ca.crt
    ARG GIT_SSL_CAINFO=/run/shakedown-ca.crt
    RUN --mount=type=secret,id=shakedown-ca,target=/run/shakedown-ca.crt,mode=0444 y
    ");
    assert_snapshot!(
        BundleMount::Context.flag(),
        @"--mount=type=bind,source=.shakedown/ca.crt,target=/run/shakedown-ca.crt,readonly"
    );
}

#[rstest]
#[case::lower_case("from x\nrun y\n", "from x\n<ARGS>\nrun <MOUNT> y\n")]
#[case::other_flags_are_kept(
    "FROM x\nRUN --network=none --mount=type=cache,target=/c y\n",
    "FROM x\n<ARGS>\nRUN <MOUNT> --network=none --mount=type=cache,target=/c y\n"
)]
#[case::exec_form("FROM x\nRUN [\"a\", \"b c\"]\n", "FROM x\n<ARGS>\nRUN <MOUNT> [\"a\", \"b c\"]\n")]
#[case::continuation(
    "FROM x\nRUN a && \\\n  RUN b\nUSER u\n",
    "FROM x\n<ARGS>\nRUN <MOUNT> a && \\\n  RUN b\nUSER u\n"
)]
#[case::comment_and_blank_line_within_a_continuation(
    "FROM x\nRUN a \\\n# RUN no\n\n  && b\nRUN c\n",
    "FROM x\n<ARGS>\nRUN <MOUNT> a \\\n# RUN no\n\n  && b\nRUN <MOUNT> c\n"
)]
#[case::blank_after_the_escape("FROM x\nRUN a \\  \n  b\n", "FROM x\n<ARGS>\nRUN <MOUNT> a \\  \n  b\n")]
#[case::command_in_the_next_line("FROM x\nRUN \\\n  a\n", "FROM x\n<ARGS>\nRUN <MOUNT> \\\n  a\n")]
#[case::escape_right_after_the_keyword("FROM x\nRUN\\\n  a\n", "FROM x\n<ARGS>\nRUN <MOUNT> \\\n  a\n")]
#[case::from_over_two_lines("FROM x \\\n  AS y\nRUN a\n", "FROM x \\\n  AS y\n<ARGS>\nRUN <MOUNT> a\n")]
#[case::escape_directive(
    "# escape=`\nFROM x\nRUN dir c:\\\nRUN a `\n  b\n",
    "# escape=`\nFROM x\n<ARGS>\nRUN <MOUNT> dir c:\\\nRUN <MOUNT> a `\n  b\n"
)]
#[case::escape_directive_too_late(
    "\n# escape=`\nFROM x\nRUN a \\\n  RUN b\n",
    "\n# escape=`\nFROM x\n<ARGS>\nRUN <MOUNT> a \\\n  RUN b\n"
)]
#[case::heredoc(
    "FROM x\nRUN <<EOF\nRUN no\nFROM no\nEOF\nRUN b\n",
    "FROM x\n<ARGS>\nRUN <MOUNT> <<EOF\nRUN no\nFROM no\nEOF\nRUN <MOUNT> b\n"
)]
#[case::heredoc_with_tabs_and_quotes(
    "FROM x\nCOPY <<-\"EOF\" /a\n\tRUN no\n\tEOF\nRUN b\n",
    "FROM x\n<ARGS>\nCOPY <<-\"EOF\" /a\n\tRUN no\n\tEOF\nRUN <MOUNT> b\n"
)]
#[case::two_heredocs(
    "FROM x\nRUN a <<A <<B\nRUN 1\nA\nRUN 2\nB\nRUN b\n",
    "FROM x\n<ARGS>\nRUN <MOUNT> a <<A <<B\nRUN 1\nA\nRUN 2\nB\nRUN <MOUNT> b\n"
)]
#[case::no_heredoc_in_arithmetic_strings_and_here_strings(
    "FROM x\nRUN echo $((1 << 2)) '<<A b' cat <<<A\nRUN b\n",
    "FROM x\n<ARGS>\nRUN <MOUNT> echo $((1 << 2)) '<<A b' cat <<<A\nRUN <MOUNT> b\n"
)]
#[case::onbuild("FROM x\nONBUILD RUN a\nRUN b\n", "FROM x\n<ARGS>\nONBUILD RUN a\nRUN <MOUNT> b\n")]
#[case::onbuild_heredoc("FROM x\nONBUILD RUN <<E\nRUN no\nE\n", "FROM x\n<ARGS>\nONBUILD RUN <<E\nRUN no\nE\n")]
#[case::comments("# RUN a\nFROM x\n  # RUN b\nRUN c # d\n", "# RUN a\nFROM x\n<ARGS>\n  # RUN b\nRUN <MOUNT> c # d\n")]
#[case::indented_and_tabbed("FROM x\n  RUN\ta\n", "FROM x\n<ARGS>\n  RUN <MOUNT>\ta\n")]
#[case::carriage_returns("FROM x\r\nRUN a \\\r\n  b\r\n", "FROM x\r\n<ARGS>\nRUN <MOUNT> a \\\r\n  b\r\n")]
#[case::byte_order_mark("\u{feff}FROM x\nRUN a\n", "\u{feff}FROM x\n<ARGS>\nRUN <MOUNT> a\n")]
#[case::no_line_break_at_the_end("FROM x", "FROM x\n<ARGS>\n")]
#[case::words_that_begin_alike("FROM x\nRUNNER y\nLABEL RUN=1\n", "FROM x\n<ARGS>\nRUNNER y\nLABEL RUN=1\n")]
#[case::empty("", "")]
fn what_is_not_ours_stays_as_it_was(#[case] text: &str, #[case] expected: &str) {
    assert_eq!(rewritten(text), expected);
    assert_eq!(Dockerfile::plain(text).text, text);
}

#[test]
fn stages_are_named_as_the_builder_names_them() {
    let text = "FROM --platform=linux/amd64 a AS Build\nFROM b\nfrom c as last\n";
    assert_eq!(Dockerfile::plain(text).stages, ["build", "stage-1", "last"]);
}

#[rstest]
#[case("# syntax=docker/dockerfile:1\nFROM x\n", Some("docker/dockerfile:1"))]
#[case("#Syntax = a/b\nFROM x\n", Some("a/b"))]
#[case("# escape=`\n# syntax=a/b\nFROM x\n", Some("a/b"))]
#[case("# a comment\n# syntax=a/b\nFROM x\n", None)]
#[case("FROM x\n# syntax=a/b\n", None)]
fn a_syntax_line_counts_at_the_head_only(#[case] text: &str, #[case] syntax: Option<&str>) {
    assert_eq!(Dockerfile::plain(text).syntax.as_deref(), syntax);
}

#[test]
fn lines_of_the_builders_messages_lead_back_to_the_authors_lines() {
    let result = with_bundle("FROM x\nRUN a\nRUNN b\n");
    let line = result.text.lines().position(|line| line == "RUNN b").expect("kept") + 1;
    assert_eq!(line, 9);
    assert_eq!(result.origin(line), 3);
    assert_eq!(result.origin(1), 1);
    assert_eq!(result.origin(99), 3);
}

#[test]
fn commands_are_those_that_the_builder_runs() {
    let text = "FROM x\nRUN --mount=type=cache,target=/c --network=none a  'b  c' \\\n  && d\nRUN [\"e\", \"f\"]\nRUN <<E\ng\nE\nCOPY h /\n";
    assert_eq!(Dockerfile::plain(text).commands, ["a 'b  c' && d", "e f", "<<E", "g\n", "<<E g\nE\n"]);
}

#[test]
fn cache_mounts_get_ids_of_the_runs_own() {
    let text = "FROM x\nRUN --mount=type=cache,target=/c \\\n  --mount=type=cache,id=d,target=/d \\\n  make --mount=type=cache,target=/c\n";
    let result = Dockerfile::changed(text, Changes { bundle: Some(BundleMount::Secret), cache_ids: Some("run") });
    let flag = BundleMount::Secret.flag();
    let run = result.text.lines().find(|line| line.starts_with("RUN")).expect("a RUN");
    assert_eq!(run, format!("RUN {flag} --mount=type=cache,target=/c,id=run-/c \\"));
    assert!(result.text.contains("--mount=type=cache,target=/d,id=run-d"), "{}", result.text);
    assert_eq!(result.cache_mounts, ["/c", "d"]);
    assert_eq!(result.rewording.as_written(run), "RUN --mount=type=cache,target=/c \\");
    assert_eq!(Dockerfile::plain(text).text, text);
}
