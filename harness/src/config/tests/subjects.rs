//! Mistakes that only show in what a subject says, and what the right ones become.

use std::path::Path;
use std::time::Duration;

use rstest::rstest;

use super::super::{ImageSource, Sources, Trust};
use super::{LEAST, message, read, read_with, with};
use crate::model::container::ReadyCondition;
use crate::model::measure::Unit;
use crate::model::verdict::{Regressions, Tolerance};

#[test]
fn the_least_subject_has_sensible_defaults() {
    let subject = read(LEAST).unwrap_or_else(|errors| panic!("{errors}"));
    assert!(subject.default && subject.environments.is_empty() && subject.budgets.is_empty());
    assert_eq!(subject.image, ImageSource::Use("small:1".into()));
    assert_eq!(subject.trust, Trust::Image);
    assert_eq!(subject.ready.condition, ReadyCondition::Started);
    assert!((subject.gate.success_rate.percent - 100.0).abs() < 1e-9);
}

#[test]
fn everything_that_can_be_said_is_read() {
    let text = with(
        "container: {volumes: ['data:/data', './files:/f:ro'], network: none, memory: 2GiB, cpus: 1.5, pids: 100, \
         tmpfs: {/scratch: size=64m}, read-only: true, command: [sleep, inf], allow-log: {'^WARNING: a': it is meant}}\n\
         ready: {port: 8080, within: 5s}\nbudgets: {import: 1s, memory: {default: 100MB, install: 1GiB}, files: 12}\n\
         gate: {success-rate: '>= 99.5%', install: 2min, phases: {shell: '> 90%'}, allow-flaky: [shell/path], \
         must-pass: [installation/version], allow-advice: [], platforms: [linux/amd64, linux/arm64], \
         quarantine: [{check: 'packages/import[scipy]', reason: known upstream, until: 2026-12-31}], \
         baseline: {run: ../baseline, regressions: fail, tolerance: {time: 30%}}}\n\
         environments: {z: {kind: tool}, a: {kind: venv, path: '${HOME}/a'}}\n",
    );
    let subject = read(&text).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(subject.container.volumes, ["data:/data", "/project/configs/files:/f:ro"]);
    assert_eq!((subject.container.memory, subject.container.processors), (Some(2 << 30), Some(1_500_000)));
    assert_eq!((subject.container.processes, subject.container.network.as_deref()), (Some(100), Some("none")));
    assert_eq!(subject.container.tmpfs["/scratch"], "size=64m");
    assert_eq!(subject.container.allowed_in_log["^WARNING: a"], "it is meant");
    assert_eq!(
        (subject.ready.condition.clone(), subject.ready.within),
        (ReadyCondition::Port(8080), Duration::from_secs(5))
    );
    let names: Vec<&str> = subject.environments.iter().map(|environment| environment.name.as_str()).collect();
    assert_eq!(names, ["z", "a"]);
    assert_eq!(subject.environments[1].path.as_deref(), Some("/home/someone/a"));
    assert_eq!(subject.budget("memory.install").map(|budget| budget.value), Some(1_073_741_824.0));
    assert_eq!(subject.budget("memory.list").map(|budget| budget.unit), Some(Unit::Bytes));
    assert_eq!(subject.budget("files").map(|budget| budget.unit), Some(Unit::Count));
    assert_eq!(subject.gate.budgets["install"].to_bits(), 120.0_f64.to_bits());
    assert!(!subject.gate.success_rate.exclusive && subject.gate.phases["shell"].exclusive);
    assert_eq!(subject.gate.allowed_flaky, ["shell/path"]);
    assert_eq!((subject.gate.must_pass.len(), subject.gate.allowed_advice), (1, Some(Vec::new())));
    assert_eq!(subject.gate.platforms, ["linux/amd64", "linux/arm64"]);
    assert_eq!(subject.gate.quarantine[0].until, "2026-12-31");
    let baseline = subject.gate.baseline.expect("said");
    assert_eq!((baseline.run.as_deref(), baseline.regressions), (Some("/project/baseline"), Regressions::Fail));
    assert_eq!(baseline.tolerance, Tolerance { time: 30.0, size: 10.0 });
}

#[test]
fn a_line_that_a_log_may_have_is_a_pattern_with_a_reason() {
    insta::assert_snapshot!(message(&with("container: {allow-log: {'(': it is meant, '^WARNING': ''}}\n")), @"
    `(` is not a regular expression
     --> configs/small.yml:6:25
      |
    6 | container: {allow-log: {'(': it is meant, '^WARNING': ''}}
      |                         ^^^

    the reason for allowing a line is empty
     --> configs/small.yml:6:55
      |
    6 | container: {allow-log: {'(': it is meant, '^WARNING': ''}}
      |                                                       ^^
    ");
}

#[test]
fn unknown_names_are_said_with_those_there_are() {
    insta::assert_snapshot!(message(&LEAST.replace("manager: uv", "manager: uvv")), @r#"
    unknown manager `uvv`; did you mean `uv`?
     --> configs/small.yml:2:10
      |
    2 | manager: uvv
      |          ^^^
      = hint: The managers are `pixi`, `uv`.
    "#);
    insta::assert_snapshot!(message(&LEAST.replace("[manager]", "[managr, conda]")), @r#"
    unknown suite `managr`; did you mean `manager`?
     --> configs/small.yml:5:10
      |
    5 | suites: [managr, conda]
      |          ^^^^^^
      = hint: The suites are `manager`, `tools`, `pixi`, `uv`, `image`, `python`, `venv`, `shells`, `ssh`, `faults`, `index`, `limits`, `rebuild`, `uv-trouble`, `pixi-trouble`.

    unknown suite `conda`
     --> configs/small.yml:5:18
      |
    5 | suites: [managr, conda]
      |                  ^^^^^
      = hint: The suites are `manager`, `tools`, `pixi`, `uv`, `image`, `python`, `venv`, `shells`, `ssh`, `faults`, `index`, `limits`, `rebuild`, `uv-trouble`, `pixi-trouble`.
    "#);
    insta::assert_snapshot!(message(&with("gate: {phases: {instalation: 100%}}\n")), @r#"
    unknown phase `instalation`; did you mean `installation`?
     --> configs/small.yml:6:17
      |
    6 | gate: {phases: {instalation: 100%}}
      |                 ^^^^^^^^^^^
      = hint: The phases are `installation`, `environments`, `packages`, `shell`, `performance`, `persistence`, `errors`.
    "#);
    insta::assert_snapshot!(message(&with("gate: {sucess-rate: 100%}\n")), @r#"
    unknown key `sucess-rate`, and no stage measures it; did you mean `success-rate`?
     --> configs/small.yml:6:8
      |
    6 | gate: {sucess-rate: 100%}
      |        ^^^^^^^^^^^
      = hint: The keys here are `success-rate`, `phases`, `allow-flaky`, `must-pass`, `allow-advice`, `quarantine`, `baseline`, `platforms`, `environment`, `install`.
    "#);
    insta::assert_snapshot!(message(&with("sources: {remote: [{url: 'https://a', unless: bin}]}\n")), @r#"
    unknown source `bin`
     --> configs/small.yml:6:47
      |
    6 | sources: {remote: [{url: 'https://a', unless: bin}]}
      |                                               ^^^
      = hint: The sources are `binary`, `channel`.
    "#);
}

#[test]
fn demands_of_the_gate_that_cannot_be_read_are_said_with_an_example() {
    let gate = "gate: {must-pass: [version], platforms: [amd64], quarantine: [{check: a/b, reason: '', until: soon}], \
                baseline: {tolerance: {time: some}}}\n";
    insta::assert_snapshot!(message(&with(gate)), @r"
    `version` is not a check's id
     --> configs/small.yml:6:20
      |
    6 | gate: {must-pass: [version], platforms: [amd64], quarantine: [{check: a/b, reason: '', until: soon}], baseline…
      |                    ^^^^^^^
      = hint: Ids are written as `phase/check`, as `shakedown list` prints them.

    `amd64` is not a platform
     --> configs/small.yml:6:42
      |
    6 | …ate: {must-pass: [version], platforms: [amd64], quarantine: [{check: a/b, reason: '', until: soon}], baseline:…
      |                                          ^^^^^
      = hint: Platforms are written as `linux/amd64`.

    the reason of a quarantine is empty
     --> configs/small.yml:6:84
      |
    6 | …d64], quarantine: [{check: a/b, reason: '', until: soon}], baseline: {tolerance: {time: some}}}
      |                                          ^^

    `soon` is not a day such as `2026-12-31`
     --> configs/small.yml:6:95
      |
    6 | …ntine: [{check: a/b, reason: '', until: soon}], baseline: {tolerance: {time: some}}}
      |                                          ^^^^

    `some` is not a percentage such as `25%`
     --> configs/small.yml:6:132
      |
    6 | …l: soon}], baseline: {tolerance: {time: some}}}
      |                                          ^^^^
    ");
}

#[test]
fn figures_that_cannot_be_read_are_said_with_an_example() {
    insta::assert_snapshot!(message(&with("ready: {run: 'true', within: soon}\n")), @r#"
    `soon` is not a duration such as `30s` or `2min`: expected number at 0
     --> configs/small.yml:6:30
      |
    6 | ready: {run: 'true', within: soon}
      |                              ^^^^
    "#);
    insta::assert_snapshot!(message(&with("container: {memory: 2G}\n")), @r#"
    `2G` is not a size such as `100MB` or `2GiB`: `G` is none of B, kB, MB, GB, TB, KiB, MiB, GiB, TiB
     --> configs/small.yml:6:21
      |
    6 | container: {memory: 2G}
      |                     ^^
    "#);
    insta::assert_snapshot!(message(&with("gate: {success-rate: most}\n")), @r#"
    `most` is not a percentage such as `> 95%` or `100%`
     --> configs/small.yml:6:22
      |
    6 | gate: {success-rate: most}
      |                      ^^^^
    "#);
    insta::assert_snapshot!(message(&with("budgets: {memory: {install: 30 bananas}}\n")), @r#"
    `30 bananas` is neither a duration (`30s`), nor a size (`100MB`), nor a count (`12`): unknown time unit "bananas", supported units: ns, us/µs, ms, sec, min, hours, days, weeks, months, years (and few variations)
     --> configs/small.yml:6:29
      |
    6 | budgets: {memory: {install: 30 bananas}}
      |                             ^^^^^^^^^^
    "#);
    insta::assert_snapshot!(message(&with("container: {pids: many, cpus: 0, memory: 1MB}\n")), @r#"
    `many` is not a number of processes such as `100`
     --> configs/small.yml:6:19
      |
    6 | container: {pids: many, cpus: 0, memory: 1MB}
      |                   ^^^^

    `0` is not a number of processors such as `2` or `1.5`
     --> configs/small.yml:6:31
      |
    6 | container: {pids: many, cpus: 0, memory: 1MB}
      |                               ^

    `1MB` is too little: a container needs at least 6MiB
     --> configs/small.yml:6:42
      |
    6 | container: {pids: many, cpus: 0, memory: 1MB}
      |                                          ^^^
    "#);
}

#[test]
fn a_variable_that_is_not_set_is_said_with_the_way_out() {
    insta::assert_snapshot!(message(&with("sources:\n  binary: ${UV_BINARY}\n")), @r#"
    the variable `UV_BINARY` is not set
     --> configs/small.yml:7:11
      |
    7 |   binary: ${UV_BINARY}
      |           ^^^^^^^^^^^^
      = hint: Set UV_BINARY, or write a default: `${UV_BINARY:-default}`.
    "#);
    assert_eq!(
        read(&with("sources: {binary: '${UV_BINARY:-}', channel: {serve: '${EMPTY}'}}\n")).unwrap().sources,
        Sources { variables: vec!["UV_BINARY".to_owned(), "EMPTY".to_owned()], ..Sources::default() }
    );
}

#[test]
fn kinds_are_held_against_the_manager() {
    insta::assert_snapshot!(message(&with("environments:\n  common: {kind: global}\n")), @r#"
    the manager has no environments of kind `global`
     --> configs/small.yml:7:18
      |
    7 |   common: {kind: global}
      |                  ^^^^^^
      = hint: The kinds of uv are `venv`, `tool`.
    "#);
    insta::assert_snapshot!(message(&with("environments:\n  common: {kind: tols}\n")), @r#"
    unknown kind `tols`
     --> configs/small.yml:7:18
      |
    7 |   common: {kind: tols}
      |                  ^^^^
      = hint: The kinds of uv are `venv`, `tool`.
    "#);
    insta::assert_snapshot!(message(&with("environments:\n  a: {kind: venv}\n  b: {kind: tool, path: /b}\n")), @r#"
    `path` is missing here: a venv lies in a folder
     --> configs/small.yml:7:6
      |
    7 |   a: {kind: venv}
      |      ^

    an environment of kind `tool` has no path of its own
     --> configs/small.yml:8:25
      |
    8 |   b: {kind: tool, path: /b}
      |                         ^^
      = hint: The package manager decides where it lies; take `path` away.
    "#);
}

#[test]
fn an_image_either_exists_or_is_built() {
    insta::assert_snapshot!(message(&LEAST.replace("'small:1'", "'small:1', base: debian")), @r#"
    an image either exists (`use`) or is built (`base` and `stages`), not both
     --> configs/small.yml:3:14
      |
    3 | image: {use: 'small:1', base: debian}
      |              ^^^^^^^^^
      = hint: Take away one of the two.
    "#);
    insta::assert_snapshot!(message(&LEAST.replace("use: 'small:1'", "base: debian")), @r#"
    `stages` is missing here
     --> configs/small.yml:3:8
      |
    3 | image: {base: debian}
      |        ^
      = hint: Write `use` for an image that exists, or `base` and `stages` for one to build.
    "#);
    insta::assert_snapshot!(message(&LEAST.replace("{use: 'small:1'}", "{}")), @r#"
    the image is missing here
     --> configs/small.yml:3:8
      |
    3 | image: {}
      |        ^
      = hint: Write `use` for an image that exists, or `base` and `stages` for one to build.
    "#);
    let twice = "{base: debian, stages: [{name: one, dockerfile: a}, {name: one, dockerfile: b}]}";
    insta::assert_snapshot!(message(&LEAST.replace("{use: 'small:1'}", twice)), @r#"
    the stage `one` is there twice
     --> configs/small.yml:3:67
      |
    3 | image: {base: debian, stages: [{name: one, dockerfile: a}, {name: one, dockerfile: b}]}
      |                                                                   ^^^
    "#);
}

#[test]
fn what_cache_mounts_take_in_has_its_name_already() {
    let built = "{base: debian, stages: [{name: one, dockerfile: a, measure: {cache-mounts: apt}}]}";
    insta::assert_snapshot!(message(&LEAST.replace("{use: 'small:1'}", built)), @r#"
    `cache-mounts` is what a build's steps put into their cache mounts
     --> configs/small.yml:3:69
      |
    3 | image: {base: debian, stages: [{name: one, dockerfile: a, measure: {cache-mounts: apt}}]}
      |                                                                     ^^^^^^^^^^^^
      = hint: Give the measurement another name.
    "#);
}

#[test]
fn a_gate_cannot_limit_what_no_stage_measures() {
    let built = "{base: debian, stages: [{name: one, dockerfile: a, measure: {install: apt}}]}";
    let text = LEAST.replace("{use: 'small:1'}", built) + "gate: {environment: 120s}\n";
    insta::assert_snapshot!(message(&text), @r#"
    unknown key `environment`, and no stage measures it
     --> configs/small.yml:6:8
      |
    6 | gate: {environment: 120s}
      |        ^^^^^^^^^^^
      = hint: The keys here are `success-rate`, `phases`, `allow-flaky`, `must-pass`, `allow-advice`, `quarantine`, `baseline`, `platforms`, `install`.
    "#);
}

#[test]
fn all_mistakes_are_told_in_the_order_of_the_file() {
    let text = "subject: Big\nmanager: conda\nimage: {base: debian, stages: []}\ninstall: {home: opt, version: new}\n\
                suites: []\nready: {run: a, port: 0}\n";
    let errors = read(text).unwrap_err().0;
    let places: Vec<_> = errors.iter().map(|error| error.place.unwrap().line).collect();
    assert_eq!(places, [1, 2, 3, 4, 4, 5, 6, 6], "{errors:#?}");
}

#[rstest]
#[case("volumes: [data]", "is not a volume")]
#[case("volumes: ['data:/x:ro']", "is not a volume")]
#[case("volumes: ['./a:/']", "is not a volume")]
#[case("tmpfs: {scratch: ''}", "is not an absolute path")]
#[case("env: {'A B': 1}", "is not the name of a variable")]
#[case("network: lan", "unknown word `lan`")]
#[case("read-only: 1", "expected `true` or `false`")]
#[case("ports: ['80:80']", "unknown key `ports`")]
fn wrong_containers_are_refused(#[case] container: &str, #[case] expected: &str) {
    let message = message(&with(&format!("container: {{{container}}}\n")));
    assert!(message.contains(expected), "{message}");
}

#[test]
fn a_missing_file_is_told_beside_other_mistakes() {
    let built = "{base: debian, stages: [{name: one, dockerfile: a, measure: {install: apt}}]}";
    let text = LEAST.replace("{use: 'small:1'}", built) + "gate: {install: soon}\n";
    let errors = read_with(&text, &|path| path != Path::new("/project/configs/a")).unwrap_err().0;
    let messages: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
    assert_eq!(messages.len(), 2, "{messages:?}");
    assert_eq!(messages[0], "the Dockerfile `a` is not there");
}
