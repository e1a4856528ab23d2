//! Mistakes that show when subject, suites and command line come together, and selections of nothing.

use crate::place::Place;

fn place() -> Place {
    Place::new("plan", "any:latest")
}

#[test]
fn an_unknown_phase_on_the_command_line_is_told_with_those_that_there_are() {
    let said = place().shakedown(&["run", "subject.yml", "--phase", "instalation"]);
    assert_eq!(said.code, Some(2));
    insta::assert_snapshot!(said.stderr, @"
    error: --phase: no phase is named `instalation`; did you mean `installation`?
    hint: The phases are `installation`.
    ");
}

#[test]
fn an_unknown_phase_in_the_gate_is_told_with_those_that_there_are() {
    let place = place();
    let text = "subject: small\nmanager: uv\ninstall: {home: /opt/uv}\nsuites: [./own.yml]\nimage: {use: 'any:1'}\n";
    place.write("subject.yml", &format!("{text}gate: {{phases: {{instalation: 100%}}}}\n"));
    let said = place.shakedown(&["run", "subject.yml"]);
    assert_eq!(said.code, Some(2));
    insta::assert_snapshot!(said.stderr, @"
    error: no phase is named `instalation`; did you mean `installation`?
     --> subject.yml:6:17
      |
    6 | gate: {phases: {instalation: 100%}}
      |                 ^^^^^^^^^^^
      = hint: The phases are `installation`.
    ");
}

#[test]
fn an_undefined_name_in_a_check_is_told_with_the_check() {
    let place = place();
    place.checks(&["{id: works, about: A command works., run: [\"{{ nonsense }}\"]}"]);
    let said = place.shakedown(&["run", "subject.yml"]);
    assert_eq!(said.code, Some(2));
    insta::assert_snapshot!(said.stderr, @r#"
    error: nothing is named `nonsense`
     --> [folder]/own.yml:5:56
      |
    5 |       - {id: works, about: A command works., run: ["{{ nonsense }}"]}
      |                                                        ^^^^^^^^
      = hint: The names are `binary`, `environments`, `install`, `installation`, `manager`, `scripts`, `sources`, `ssh`, `subject`, `users`, `volumes`.
    "#);
}

#[test]
fn an_undefined_name_in_a_build_argument_is_told_before_an_engine_is_asked_for() {
    let place = place();
    place.write("Dockerfile", "ARG BASE\nFROM ${BASE}\n");
    place.subject(
        "image:\n  base: any:latest\n  stages: [{name: stage-1, dockerfile: Dockerfile, args: {A: '{{ nonsense }}'}}]\n",
    );
    let said = place.shakedown(&["run", "subject.yml"]);
    assert_eq!(said.code, Some(2));
    insta::assert_snapshot!(said.stderr, @r"
    error: nothing is named `nonsense`
     --> subject.yml:8:66
      |
    8 |   stages: [{name: stage-1, dockerfile: Dockerfile, args: {A: '{{ nonsense }}'}}]
      |                                                                  ^^^^^^^^
      = hint: The names are `binary`, `environments`, `install`, `installation`, `manager`, `scripts`, `sources`, `ssh`, `subject`, `users`, `volumes`.
    ");
    assert_eq!(place.shakedown(&["build", "subject.yml"]).code, Some(2));
}

#[test]
fn an_unknown_stage_is_told_before_an_engine_is_asked_for() {
    let place = place();
    place.write("Dockerfile", "ARG BASE\nFROM ${BASE}\n");
    place.subject("image:\n  base: any:latest\n  stages: [{name: stage-1, dockerfile: Dockerfile}]\n");
    let said = place.shakedown(&["run", "subject.yml", "--no-cache=stage-9"]);
    assert_eq!(said.code, Some(2));
    insta::assert_snapshot!(said.stderr, @"error: --no-cache: no stage `stage-9`; there are: stage-1");
}

#[test]
fn a_need_that_does_not_exist_is_told_with_the_check() {
    let place = place();
    place.checks(&["{id: works, about: A command works., run: [\"true\"], needs: [installation/nowhere]}"]);
    let said = place.shakedown(&["run", "subject.yml"]);
    assert_eq!(said.code, Some(2));
    insta::assert_snapshot!(said.stderr, @r#"
    error: `installation/works` needs `installation/nowhere`, which does not exist
     --> [folder]/own.yml:5:69
      |
    5 |       - {id: works, about: A command works., run: ["true"], needs: [installation/nowhere]}
      |                                                                     ^^^^^^^^^^^^^^^^^^^^
      = hint: There are no checks of the phase `installation` that stand before it.
    "#);
}

#[test]
fn a_selection_of_nothing_ends_before_an_engine_is_asked_for() {
    for command in ["run", "list"] {
        let place = place();
        let said = place.shakedown(&[command, "subject.yml", "--check", "nowhere/*"]);
        assert_eq!(said.code, Some(4), "{command}");
        assert_eq!(said.stdout, "", "{command}");
        assert!(place.runs().is_empty(), "{command}");
        insta::allow_duplicates! {
            insta::assert_snapshot!(said.stderr, @r"
                error: nothing selected: --phase, --check, --tagged and --skip leave no check of cli-plan
                hint: `shakedown list [folder]/subject.yml` prints the ids of all checks.
                ");
        }
    }
}

#[test]
fn a_pattern_that_is_none_is_refused() {
    let said = place().shakedown(&["run", "subject.yml", "--check", "a**b/***c/\\"]);
    assert_eq!(said.code, Some(2));
    insta::assert_snapshot!(said.stderr, @r"error: --check: `a**b/***c/\` is not a glob: dangling '\'");
}

#[test]
fn what_suites_speak_of_and_a_subject_does_not_define_is_one_message() {
    let place = place();
    let text = "subject: small\nmanager: uv\ninstall: {home: /opt/uv}\nimage: {use: 'any:1'}\n";
    let empty = "environments: {common: {kind: venv, path: /opt/uv/common, packages: []}}\n";
    for more in ["", empty] {
        place.write("subject.yml", &format!("{text}suites: [manager, uv]\n{more}"));
        let said = place.shakedown(&["list", "subject.yml"]);
        assert_eq!(said.code, Some(2));
        insta::allow_duplicates! {
            insta::assert_snapshot!(said.stderr, @"
            error: not defined or empty, but spoken of by its suites: environments.common.packages (suite manager, uv); environments.tools.packages (suite uv); install.env.UV_CACHE_DIR (suite uv); install.env.UV_TOOL_BIN_DIR (suite uv); install.env.UV_TOOL_DIR (suite uv)
             --> subject.yml:5:1
              |
            5 | suites: [manager, uv]
              | ^^^^^^
              = hint: Define these, or take those suites out of `suites`.
            ");
        }
    }
}

#[test]
fn a_need_of_a_check_for_each_of_nothing_holds() {
    let place = place();
    place.checks(&[
        "{id: variable, about: Each variable is set., each: {name: install.env}, variable: '{{ name }}'}",
        "{id: works, about: A command works., needs: [installation/variable], run: [\"true\"]}",
    ]);
    let said = place.shakedown(&["list", "subject.yml"]);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    assert!(said.stdout.contains("installation · 1 check\n"), "{}", said.stdout);
}

#[test]
fn an_undefined_name_is_found_behind_a_filter_too() {
    let place = place();
    place.checks(&["{id: works, about: A command works., run: [echo, \"{{ install.hom | join(' ') }}\"]}"]);
    let said = place.shakedown(&["list", "subject.yml"]);
    assert_eq!(said.code, Some(2), "{}", said.stdout);
    assert!(
        said.stderr.starts_with("error: nothing is named `install.hom`; did you mean `install.home`?"),
        "{}",
        said.stderr
    );
}

#[test]
fn a_check_that_needs_itself_is_a_mistake() {
    let place = place();
    place.checks(&["{id: works, about: A command works., needs: [installation/works], run: [\"true\"]}"]);
    let said = place.shakedown(&["list", "subject.yml"]);
    assert_eq!(said.code, Some(2), "{}", said.stdout);
    assert!(said.stderr.starts_with("error: `installation/works` needs itself\n"), "{}", said.stderr);
}

#[test]
fn a_check_that_explains_itself_is_a_mistake() {
    let place = place();
    place.checks(&["{id: works, about: A command works., explains: [installation/works], run: [\"true\"]}"]);
    let said = place.shakedown(&["list", "subject.yml"]);
    assert_eq!(said.code, Some(2), "{}", said.stdout);
    assert!(said.stderr.starts_with("error: `installation/works` explains itself\n"), "{}", said.stderr);
}

#[test]
fn what_a_check_explains_may_be_of_a_suite_that_is_not_used() {
    let place = place();
    place.checks(&["{id: works, about: A command works., explains: [packages/import], run: [\"true\"]}"]);
    assert_eq!(place.shakedown(&["list", "subject.yml"]).code, Some(0));
}

#[test]
fn a_budget_of_another_unit_than_what_is_measured_is_a_mistake() {
    let place = place();
    place.checks(&["{id: works, about: A command works., run: [\"true\"], budget: start}"]);
    let text = "subject: small\nmanager: uv\ninstall: {home: /opt/uv}\nsuites: [./own.yml]\nimage: {use: 'any:1'}\n";
    place.write("subject.yml", &format!("{text}budgets: {{start: 5MB}}\n"));
    let said = place.shakedown(&["list", "subject.yml"]);
    assert_eq!(said.code, Some(2), "{}", said.stdout);
    let words = "error: the budget `start` limits bytes, but this step measures time\n";
    assert!(said.stderr.starts_with(words), "{}", said.stderr);
    place.write("subject.yml", &format!("{text}budgets: {{strat: 5s}}\n"));
    let said = place.shakedown(&["list", "subject.yml"]);
    assert!(said.stderr.contains("; did you mean `start`?"), "{}", said.stderr);
}

#[test]
fn a_pattern_that_nearly_names_a_check_is_told_which() {
    let said = place().shakedown(&["list", "subject.yml", "--check", "installation/wroks"]);
    assert_eq!(said.code, Some(4), "{}", said.stdout);
    let hint = "hint: Did you mean `installation/works`? `shakedown list [folder]/subject.yml` prints";
    assert!(said.stderr.contains(hint), "{}", said.stderr);
}

#[test]
fn a_subject_whose_name_is_misspelt_is_told_with_the_one_that_there_is() {
    let place = place();
    std::fs::create_dir(place.path("configs")).expect("a folder");
    std::fs::rename(place.path("subject.yml"), place.path("configs/small.yml")).expect("moved");
    let said = place.shakedown(&["list", "smal"]);
    assert_eq!(said.code, Some(2), "{}", said.stdout);
    insta::assert_snapshot!(said.stderr, @r"
    error: no subject `smal`: there is neither a file of that name nor configs/smal.yml; did you mean `small`?
    hint: Name a file, or one of: small.
    ");
}

#[test]
fn a_check_that_the_gate_names_and_no_suite_has_is_told_before_the_run() {
    let place = place();
    let named = [
        ("must-pass: [installation/wroks]", "did you mean `installation/works`?"),
        ("allow-flaky: ['installation/works[a]']", "did you mean `installation/works`?"),
        ("allow-advice: [instalation/works]", "did you mean `installation/works`?"),
        ("quarantine: [{check: shell/path, reason: known, until: 2030-01-01}]", "named `shell/path`"),
    ];
    for (named, words) in named {
        place.subject("image: {use: 'any:1'}\n");
        let text = std::fs::read_to_string(place.path("subject.yml")).expect("read");
        place.write("subject.yml", &text.replace("success-rate: 100%", named));
        let said = place.shakedown(&["run", "subject.yml"]);
        assert_eq!(said.code, Some(2), "{named}: {}", said.stderr);
        let (first, place_of_it) = said.stderr.split_once("\n --> ").expect("a place");
        assert!(first.contains(words), "{first}");
        assert!(place_of_it.starts_with("subject.yml:5:"), "{place_of_it}");
        assert!(place.runs().is_empty());
    }
}

#[test]
fn what_a_step_could_never_do_is_told_before_the_run() {
    let place = place();
    let checks = [
        ("file: opt/uv", "error: `opt/uv` is not an absolute path\n --> [folder]/own.yml:5:"),
        ("content: ~/.bashrc", "error: `~/.bashrc` is not an absolute path"),
        ("tree: [/opt, opt]", "error: `opt` is not an absolute path"),
        ("timeout: 0s, run: [\"true\"]", "error: nothing can be done in no time"),
        (
            "run: [\"true\"], expect: {same-as-before: true}",
            "error: nothing happens before the phase `installation` that it could be compared across",
        ),
        (
            "run: [\"true\"], after: [kill]",
            "error: `installation/works` comes after `kill`, which the phase `installation` does not do",
        ),
    ];
    for (step, words) in checks {
        place.checks(&[&format!("{{id: works, about: A command works., {step}}}")]);
        let said = place.shakedown(&["list", "subject.yml"]);
        assert_eq!(said.code, Some(2), "{step}: {}", said.stdout);
        assert!(said.stderr.starts_with(words), "{step}: {}", said.stderr);
    }
}

#[test]
fn a_suite_of_another_manager_is_told_where_the_subject_names_it() {
    let place = place();
    place.write("own.yml", &format!("supports: {{pixi: '>=0.30'}}\n{}", crate::place::SUITE));
    let said = place.shakedown(&["list", "subject.yml"]);
    assert_eq!(said.code, Some(2), "{}", said.stdout);
    insta::assert_snapshot!(said.stderr, @"
    error: the suite `own` is made for pixi, not for uv
     --> subject.yml:4:12
      |
    4 | suites: [./own.yml]
      |            ^^^
      = hint: Take it out of `suites`, or name uv in its `supports`.
    ");
}

#[test]
fn a_limit_on_a_build_step_that_no_stage_measures_is_a_mistake() {
    let place = place();
    place.write("Dockerfile", "ARG BASE\nFROM ${BASE}\nRUN true\n");
    let check = "{id: build, about: The build is quick., build: instal, budget: instal}";
    place.checks(&[check]);
    let image = "image:\n  base: any:latest\n  stages: [{name: stage-1, dockerfile: Dockerfile, measure: {install: RUN true}}]\n";
    place.subject(&format!("{image}budgets: {{instal: 5s}}\n"));
    let said = place.shakedown(&["list", "subject.yml"]);
    assert_eq!(said.code, Some(2), "{}", said.stdout);
    let words = "error: no stage measures a build step `instal`; did you mean `install`?\n";
    assert!(said.stderr.starts_with(words), "{}", said.stderr);
}

#[test]
fn a_command_by_ssh_is_listed_with_its_way_in() {
    let place = place();
    place.write("key", "");
    place.write("key.pub", "ssh-ed25519 AAAA a key");
    place.checks(&[
        "{id: one, about: A command works., run: 'id -un', shell: ssh}",
        "{id: two, about: A login shell works., run: 'id -un', shell: ssh-login, login: password}",
    ]);
    place.subject("image: {use: 'any:1'}\nssh: {user: admin, uid: 1100, key: key, password: let-me-in}\n");
    let said = place.shakedown(&["list", "subject.yml"]);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    assert!(said.stdout.contains("run: (by SSH: key) id -un\n"), "{}", said.stdout);
    assert!(said.stdout.contains("run: (by SSH: password, login shell) id -un\n"), "{}", said.stdout);
}

#[test]
fn a_way_in_that_the_subject_does_not_have_is_told_with_those_that_it_has() {
    let place = place();
    place.checks(&["{id: one, about: A command works., run: 'id -un', shell: ssh, login: locked-key}"]);
    place.subject("image: {use: 'any:1'}\nssh: {user: admin, uid: 1100, password: let-me-in}\n");
    let said = place.shakedown(&["list", "subject.yml"]);
    assert_eq!(said.code, Some(2));
    assert!(said.stderr.contains("the subject's `ssh` has no `locked-key`"), "{}", said.stderr);
    assert!(said.stderr.contains("own.yml:5:") && said.stderr.contains("`password`"), "{}", said.stderr);
}
