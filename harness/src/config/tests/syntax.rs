//! Mistakes of YAML, unknown keys and wrong types.

use super::{LEAST, message, read, with};

#[test]
fn what_is_not_yaml_is_said_at_its_place() {
    insta::assert_snapshot!(message("subject: [a\nmanager: uv\n"), @r#"
    expected a text, found a list
     --> configs/small.yml:1:10
      |
    1 | subject: [a
      |          ^
    "#);
    insta::assert_snapshot!(message(&with("trust: \"host\n")), @r#"
    invalid indentation in multiline quoted scalar
     --> configs/small.yml:7:1
      |
    7 | 
      | ^
    "#);
    insta::assert_snapshot!(message(&with("ready: {run: a: b}\n")), @r#"
    while parsing a flow mapping, did not find expected ',' or '}'
     --> configs/small.yml:6:15
      |
    6 | ready: {run: a: b}
      |               ^
    "#);
    insta::assert_snapshot!(message("just words\n"), @r#"
    expected a map, found a single value
     --> configs/small.yml:1:1
      |
    1 | just words
      | ^^^^^^^^^^
    "#);
}

#[test]
fn an_empty_file_is_said_to_be_empty() {
    insta::assert_snapshot!(message(""), @r#"
    the file is empty
     --> configs/small.yml
      = hint: See the examples in `configs/` and `suites/`.
    "#);
    insta::assert_snapshot!(message("# only a comment\n---\n"), @r#"
    the file is empty
     --> configs/small.yml
      = hint: See the examples in `configs/` and `suites/`.
    "#);
}

#[test]
fn tabs_are_refused_with_the_reason() {
    insta::assert_snapshot!(message(&with("container:\n\tuser: root\n")), @r#"
    tabs disallowed within this context (block indentation)
     --> configs/small.yml:7:2
      |
    7 |  user: root
      |  ^
      = hint: YAML is indented with blanks, never with tabs.
    "#);
}

#[test]
fn a_second_document_is_refused() {
    insta::assert_snapshot!(message(&with("---\nsubject: other\n")), @r#"
    a second YAML document begins here; there must be one
     --> configs/small.yml:7:1
      |
    7 | subject: other
      | ^
    "#);
}

#[test]
fn an_unknown_key_is_said_with_the_nearest_or_all_known_ones() {
    insta::assert_snapshot!(message(&LEAST.replace("manager:", "manger:")), @r#"
    unknown key `manger`; did you mean `manager`?
     --> configs/small.yml:2:1
      |
    2 | manger: uv
      | ^^^^^^
    "#);
    insta::assert_snapshot!(message(&with("container: {banana: 1}\n")), @r#"
    unknown key `banana`
     --> configs/small.yml:6:13
      |
    6 | container: {banana: 1}
      |             ^^^^^^
      = hint: The keys here are `volumes`, `persistent`, `env`, `user`, `command`, `network`, `memory`, `cpus`, `pids`, `tmpfs`, `read-only`, `allow-log`.
    "#);
}

#[test]
fn a_wrong_type_is_said_in_plain_words() {
    insta::assert_snapshot!(message(&LEAST.replace("small\n", "[small]\n")), @r#"
    expected a text, found a list
     --> configs/small.yml:1:10
      |
    1 | subject: [small]
      |          ^
    "#);
    insta::assert_snapshot!(message(&LEAST.replace("[manager]", "manager")), @r#"
    expected a list, found a single value
     --> configs/small.yml:5:9
      |
    5 | suites: manager
      |         ^^^^^^^
    "#);
    insta::assert_snapshot!(message(&LEAST.replace("{home: /opt/uv}", "/opt/uv")), @r#"
    expected a map, found a single value
     --> configs/small.yml:4:10
      |
    4 | install: /opt/uv
      |          ^^^^^^^
    "#);
    insta::assert_snapshot!(message(&LEAST.replace("{home: /opt/uv}", "")), @r#"
    `home` is missing here
     --> configs/small.yml:4:1
      |
    4 | install: 
      | ^^^^^^^
    "#);
    insta::assert_snapshot!(message(&with("default: yes\n")), @r#"
    expected `true` or `false`
     --> configs/small.yml:6:10
      |
    6 | default: yes
      |          ^^^
    "#);
    insta::assert_snapshot!(message(&with("trust: hots\n")), @r#"
    unknown word `hots`; did you mean `host`?
     --> configs/small.yml:6:8
      |
    6 | trust: hots
      |        ^^^^
    "#);
    insta::assert_snapshot!(message(&with("container:\n  user:\n    - root\n")), @r#"
    expected a text, found a list
     --> configs/small.yml:8:5
      |
    8 |     - root
      |     ^
    "#);
    insta::assert_snapshot!(message(&with("container:\n  user:\n    name: root\n")), @r#"
    expected a text, found a map or nothing
     --> configs/small.yml:8:5
      |
    8 |     name: root
      |     ^
    "#);
}

#[test]
fn a_missing_key_is_said_where_it_should_be() {
    insta::assert_snapshot!(message(&LEAST.replace("manager: uv\n", "")), @r#"
    no package manager is named
     --> configs/small.yml:1:10
      |
    1 | subject: small
      |          ^^^^^
      = hint: Write `manager:`, or give a default by --manager, SHAKEDOWN_MANAGER or shakedown.yml.
    "#);
    insta::assert_snapshot!(message(&with("environments:\n  common:\n    packages: [click]\n")), @r#"
    `kind` is missing here
     --> configs/small.yml:8:5
      |
    8 |     packages: [click]
      |     ^^^^^^^^
    "#);
}

#[test]
fn a_key_that_is_there_twice_is_refused() {
    insta::assert_snapshot!(message(&with("manager: pixi\n")), @r#"
    the key `manager` is there twice
     --> configs/small.yml:6:1
      |
    6 | manager: pixi
      | ^^^^^^^
    "#);
    insta::assert_snapshot!(message(&with("environments:\n  a: {kind: tool}\n  a: {kind: tool}\n")), @r#"
    the key `a` is there twice
     --> configs/small.yml:8:3
      |
    8 |   a: {kind: tool}
      |   ^
    "#);
}

#[test]
fn anchors_aliases_and_merges_work() {
    let text = with("environments:\n  a: &a {kind: tool, packages: &p [x]}\n  b: *a\n  c: {<<: *a, exposes: *p}\n");
    let subject = read(&text).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(subject.environment("b").unwrap().packages, ["x"]);
    assert_eq!(subject.environment("c").unwrap().exposes, ["x"]);
}

#[test]
fn scalars_are_taken_to_the_letter() {
    let subject = read(&with("container: {env: {A: no, B: 1.0, C: 0o17, D: 'x'}}\n")).unwrap();
    let values: Vec<&str> = subject.container.environment.values().map(String::as_str).collect();
    assert_eq!(values, ["no", "1.0", "0o17", "x"]);
}

#[test]
fn a_bracket_that_is_left_open_is_told_before_keys_that_do_not_belong_here() {
    let told = message("a: [b\n");
    assert!(told.starts_with("unclosed bracket '['") && told.contains("small.yml:1:4"), "{told}");
}

#[test]
fn hostile_files_are_refused_before_they_cost_anything() {
    insta::assert_snapshot!(message(&with(&format!("ready: {}\n", "[".repeat(5_000)))), @r#"
    expected a map, found a list
     --> configs/small.yml:6:8
      |
    6 | ready: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[…
      |        ^
    "#);
    // A million steps in 400 words: each alias stands for a hundred of what is below it.
    let hundred = |alias: &str| vec![alias; 100].join(", ");
    let check = "{id: a, about: x, steps: &steps [&step {run: b}";
    let bomb = format!(
        "suite: own\nphases: [&phase {{phase: shell, checks: [&check {check}, {}]}}, {}]}}, {}]\n",
        hundred("*step"),
        hundred("*check"),
        hundred("*phase"),
    );
    let errors = crate::config::parse_suite("bomb.yml", &bomb).unwrap_err();
    assert_eq!(errors.0[0].message, "holds too many values, or nests them too deeply");

    let (begin, end) = ("[".repeat(5_000), "]".repeat(5_000));
    let errors = crate::config::parse_suite("deep.yml", &format!("suite: own\nphases: {begin}{end}\n")).unwrap_err();
    assert_eq!(errors.0[0].place.unwrap().line, 2);
}
