//! Suites: what is refused, and the two forms of a check.

use rstest::rstest;

use super::super::suite::ShellName;
use super::super::{Suite, parse_suite};

/// A suite with these checks in one phase.
fn suite(checks: &str) -> String {
    format!("suite: own\nphases:\n  - phase: shell\n    checks:\n{}", checks.replace("| ", "      "))
}

fn message(text: &str) -> String {
    parse_suite("suites/own.yml", text)
        .map_or_else(|errors| errors.to_string(), |suite| format!("accepted: {suite:#?}"))
}

fn read(text: &str) -> Suite {
    parse_suite("suites/own.yml", text).unwrap_or_else(|errors| panic!("{errors}"))
}

#[test]
fn a_check_of_one_step_carries_its_keys_itself() {
    let suite = read(&suite(
        "| - id: version\n|   about: x\n|   run: [pixi, --version]\n|   env: {A: ~, B: 1}\n|   expect: {stdout: {version: '{{ v }}'}}\n\
         | - id: two\n|   about: x\n|   steps:\n|     - {name: one, tree: /a}\n|     - {tree: /a, expect: {same-tree-as: one}}\n",
    ));
    let checks = &suite.phases[0].checks;
    let step = checks[0].step.as_ref().unwrap();
    assert_eq!((step.verbs(), step.env["A"].as_deref(), step.env["B"].as_deref()), (vec!["run"], None, Some("1")));
    assert!(step.expect.is_some() && checks[0].steps.is_empty());
    assert!(checks[1].step.is_none() && checks[1].steps.len() == 2);
}

#[test]
fn a_suite_says_which_versions_of_managers_it_is_made_for() {
    let with = |supports: &str| format!("supports: {supports}\n{}", suite("| - {id: one, about: x, run: a}\n"));
    assert_eq!(read(&with("{uv: '>=0.8, <1'}")).supports["uv"], ">=0.8, <1");
    let unknown = message(&with("{uw: '>=1'}"));
    assert!(unknown.starts_with("unknown manager `uw`; did you mean `uv`?\n --> suites/own.yml:1:12"), "{unknown}");
    let range = message(&with("{uv: new}"));
    assert!(range.contains("`new` is not a range of versions") && range.contains("own.yml:1:16"), "{range}");
}

#[test]
fn a_check_does_exactly_one_thing() {
    insta::assert_snapshot!(message(&suite("| - id: none\n|   about: x\n")), @r#"
    the check `none` does nothing
     --> suites/own.yml:5:13
      |
    5 |       - id: none
      |             ^^^^
      = hint: Write a verb such as `run`, or `steps`, or a fault `cell`.
    "#);
    insta::assert_snapshot!(message(&suite("| - id: no-verb\n|   about: x\n|   expect: {exit: 0}\n")), @r#"
    there is no verb here
     --> suites/own.yml:5:13
      |
    5 |       - id: no-verb
      |             ^^^^^^^
      = hint: The verbs are `run`, `file`, `content`, `which`, `variable`, `tree`, `usage`, `image`, `log`, `entrypoint`, `build`, `ask`, `records`, `manifest`, `import`, `python`, `program`, `inside`, `operation`, `together`.
    "#);
    insta::assert_snapshot!(message(&suite("| - id: two\n|   about: x\n|   run: a\n|   file: /b\n")), @r#"
    `file` is a second verb, beside `run`
     --> suites/own.yml:8:9
      |
    8 |         file: /b
      |         ^^^^
      = hint: A step has one verb; write `steps` for several.
    "#);
    insta::assert_snapshot!(message(&suite("| - id: both\n|   about: x\n|   run: a\n|   steps: [{run: b}]\n")), @r#"
    a verb, its context or its `expect` stands beside `steps`
     --> suites/own.yml:8:9
      |
    8 |         steps: [{run: b}]
      |         ^^^^^
      = hint: A check has one verb, or `steps`, or a fault `cell`.
    "#);
    insta::assert_snapshot!(message(&suite("| - id: step\n|   about: x\n|   steps: [{run: b}, {user: root}]\n")), @r#"
    there is no verb here
     --> suites/own.yml:7:27
      |
    7 |         steps: [{run: b}, {user: root}]
      |                           ^
      = hint: The verbs are `run`, `file`, `content`, `which`, `variable`, `tree`, `usage`, `image`, `log`, `entrypoint`, `build`, `ask`, `records`, `manifest`, `import`, `python`, `program`, `inside`, `operation`, `together`.
    "#);
}

#[test]
fn an_unknown_key_of_a_check_or_an_expectation_is_said_with_the_nearest() {
    insta::assert_snapshot!(message(&suite("| - id: a\n|   about: x\n|   rum: b\n")), @r#"
    unknown key `rum`; did you mean `run`?
     --> suites/own.yml:7:9
      |
    7 |         rum: b
      |         ^^^
    "#);
    insta::assert_snapshot!(message(&suite("| - id: a\n|   about: x\n|   run: b\n|   expect: {stdut: {line: x}}\n")), @r#"
    unknown key `stdut`; did you mean `stdout`?
     --> suites/own.yml:8:18
      |
    8 |         expect: {stdut: {line: x}}
      |                  ^^^^^
    "#);
}

#[test]
fn ids_are_plain_and_unique_in_a_phase() {
    insta::assert_snapshot!(message(&suite("| - {id: a, about: x, run: b}\n| - {id: a, about: x, run: b}\n")), @r#"
    the check `a` is there twice in this phase
     --> suites/own.yml:6:14
      |
    6 |       - {id: a, about: x, run: b}
      |              ^
    "#);
    insta::assert_snapshot!(message(&suite("| - {id: A b, about: x, run: b}\n")), @r#"
    `A b` cannot be a check's id
     --> suites/own.yml:5:14
      |
    5 |       - {id: A b, about: x, run: b}
      |              ^^^
      = hint: Names are made of lower-case letters, digits and dashes.
    "#);
}

#[test]
fn a_bad_duration_in_a_suite_is_said_at_its_place() {
    insta::assert_snapshot!(message(&suite("| - {id: a, about: x, run: b, timeout: soon}\n")), @r#"
    `soon` is not a duration such as `30s` or `2min`: expected number at 0
     --> suites/own.yml:5:44
      |
    5 |       - {id: a, about: x, run: b, timeout: soon}
      |                                            ^^^^
    "#);
}

#[test]
fn unknown_error_classes_are_said_with_those_there_are() {
    let cell =
        "| - id: a\n|   about: x\n|   cell: {operation: {install: {environment: e}}, says: [not-fund], residue: /a}\n";
    insta::assert_snapshot!(message(&suite(cell)), @r#"
    unknown error class `not-fund`; did you mean `not-found`?
     --> suites/own.yml:7:63
      |
    7 |         cell: {operation: {install: {environment: e}}, says: [not-fund], residue: /a}
      |                                                               ^^^^^^^^
      = hint: The error classes are `not-found`, `version-unsatisfiable`, `conflict`, `network-unreachable`, `offline`, `name-resolution`, `tls`, `authentication`, `hash-mismatch`, `timeout`, `disk-full`, `permission-denied`, `read-only`, `invalid-spec`, `invalid-manifest`, `locked`, `interrupted`, `not-installed`, `unknown`.
    "#);
}

#[rstest]
#[case("run: b, expect: {stdout: {matches: '['}}", "is not a regular expression: unclosed character class")]
#[case("run: b, expect: {text: {version: newest}}", "is not a range of versions")]
#[case("ask: {what: version}, expect: {version: '>> 1'}", "is not a range of versions")]
#[case("file: /b, expect: {mode: '0855'}", "is not a mode")]
#[case("file: /b, expect: {mode-without: 22}", "is not a mode")]
#[case("file: /b, expect: {type: folder}", "unknown type `folder`")]
#[case("run: b, needs: [binary]", "does not name a check")]
#[case("run: b, each: {x: [a], y: [b]}", "more than one variable")]
#[case("run: b, each: {x-y: [a]}", "cannot be a variable")]
#[case("run: b, capability: locks", "unknown capability `locks`; did you mean `lock`?")]
#[case("operation: {remove: {environment: a}}, expect: {because: [not-fund]}", "unknown error class `not-fund`")]
#[case("operation: {clear-cache: true, add: {environment: a}}", "`clear-cache` is a second operation, beside `add`")]
#[case("operation: {clear-cache: false}", "there is no operation here")]
#[case("run: b, repeat: 0", "at least once")]
#[case("run: b, retries: -1", "expected a whole number that is not negative")]
#[case("operation: {}", "there is no operation here")]
#[case("operation: {add: {packages: [a]}}", "`add` needs an `environment`")]
#[case("operation: {add: {environment: a}, remove: {environment: a}}", "`remove` is a second operation")]
#[case("together: [{repair: {}}]", "`repair` needs an `environment`")]
#[case("steps: [{run: b, expect: {agrees-with: a}}]", "there is no earlier step `a`")]
#[case("cell: {operation: {add: {environment: a}}}", "it is not said where a refused operation may leave nothing")]
#[case("cell: {operation: {add: {environment: a}}, ends: succeeds, says: [not-found]}", "has no reason to say")]
#[case("cell: {operation: {add: {environment: a}}, residue: [/b], kill-when: met}", "nothing goes wrong at the index")]
#[case("cell: {operation: {add: {environment: a}}, residue: [/b], first: [{add: {}}]}", "`add` needs an `environment`")]
#[case("run: b, container: {memory: much}", "`much` is not a size")]
#[case("run: b, expect: {stdout: {json-at: {name: x}}}", "is not a JSON pointer")]
#[case("run: b, step: {run: c}", "unknown key `step`; did you mean `steps`?")]
fn wrong_checks_are_refused(#[case] check: &str, #[case] expected: &str) {
    let message = message(&suite(&format!("| - {{id: a, about: x, {check}}}\n")));
    assert!(message.contains(expected), "{message}");
    assert!(message.contains("suites/own.yml:5:"), "{message}");
}

#[rstest]
#[case("run: b, expect: {stdout: {matches: '{{ pattern }}['}}")]
#[case("ask: {what: version}, expect: {version: '{{ install.version }}'}")]
#[case("file: /b, expect: {mode: '{{ mode }}'}")]
#[case("run: b, needs: ['packages/import[{{ package }}]']")]
fn what_holds_a_template_is_not_judged_yet(#[case] check: &str) {
    assert_eq!(read(&suite(&format!("| - {{id: a, about: x, {check}}}\n"))).phases[0].checks.len(), 1);
}

#[test]
fn phases_are_named_once_and_hold_checks() {
    let twice = "suite: own\nphases:\n  - {phase: shell, checks: []}\n  - {phase: shell, checks: [{id: a, about: x, run: b}]}\n";
    insta::assert_snapshot!(message(twice), @r#"
    a phase needs at least one check
     --> suites/own.yml:3:28
      |
    3 |   - {phase: shell, checks: []}
      |                            ^

    the phase `shell` is there twice
     --> suites/own.yml:4:13
      |
    4 |   - {phase: shell, checks: [{id: a, about: x, run: b}]}
      |             ^^^^^
    "#);
    let errors = "suite: own\nphases: [{phase: errors, checks: [{id: a, about: x, run: b, retries: 1}]}]\n";
    insta::assert_snapshot!(message(errors), @r#"
    checks of the phase `errors` are never tried again
     --> suites/own.yml:2:70
      |
    2 | phases: [{phase: errors, checks: [{id: a, about: x, run: b, retries: 1}]}]
      |                                                                      ^
      = hint: Take `retries` away.
    "#);
}

#[rstest]
#[case("run: [a]", "mode: '755'", "`mode` cannot be expected of `run`")]
#[case("run: [a]", "because: [not-found]", "`because` cannot be expected of `run`")]
#[case("run: [a]", "text: {equals: x}", "`text` cannot be expected of `run`")]
#[case("which: a", "exit: 7", "`exit` cannot be expected of `which`")]
#[case("file: /a", "at: /b", "`at` cannot be expected of `file`")]
#[case("image: size", "stdout: {line: x}", "`stdout` cannot be expected of `image`")]
#[case("image: size", "text: {line: x}", "`text` cannot be expected of `image`")]
#[case("image: secrets", "stdout: {line: x}", "`stdout` cannot be expected of `image`")]
#[case("log: container", "exit: 0", "`exit` cannot be expected of `log`")]
#[case("tree: /a", "except: [/b]", "`except` says nothing without `same-tree-as`")]
fn what_a_verb_cannot_show_is_not_expected_of_it(#[case] verb: &str, #[case] expect: &str, #[case] words: &str) {
    let told = message(&suite(&format!("| - id: a\n|   about: x\n|   {verb}\n|   expect: {{{expect}}}\n")));
    assert!(told.starts_with(words) && told.contains(" --> suites/own.yml:8:18\n"), "{told}");
}

#[rstest]
#[case::no_ssh("run: a, login: key", "nobody logs in here")]
#[case::no_shell("run: [a], shell: ssh", "by SSH only a `run` that is one text is carried out")]
#[case::no_command("file: /a, shell: ssh-login", "by SSH only a `run` that is one text is carried out")]
#[case::user("run: a, shell: ssh, user: root", "`user` cannot be said of a command by SSH")]
#[case::folder("run: a, shell: ssh, cwd: /", "`cwd` cannot be said of a command by SSH")]
#[case::variables("run: a, shell: ssh, env: {A: b}", "`env` cannot be said of a command by SSH")]
#[case::way("run: a, shell: ssh, login: passwort", "unknown way in `passwort`; did you mean `password`?")]
fn what_cannot_be_said_of_a_login_is_told(#[case] step: &str, #[case] said: &str) {
    let message = message(&suite(&format!("| - {{id: one, about: x, {step}}}\n")));
    assert!(message.starts_with(said), "{message}");
}

#[test]
fn a_command_by_ssh_may_say_by_what_it_gets_in() {
    let suite = read(&suite("| - {id: one, about: x, run: a, shell: ssh-login, login: '{{ way }}'}\n"));
    let step = suite.phases[0].checks[0].step.as_ref().unwrap();
    assert_eq!((step.shell, step.login.as_deref()), (Some(ShellName::SshLogin), Some("{{ way }}")));
}
