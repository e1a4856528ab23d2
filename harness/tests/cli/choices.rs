//! Which checks there are and which are wanted: tags, what is left out or switched off, a subject's own, suites that extend another.

use crate::place::Place;

fn place() -> Place {
    Place::new("choice", "any:latest")
}

/// What `shakedown list` prints of the plan, without the line of the subject.
fn listed(place: &Place, more: &[&str]) -> String {
    let said = place.shakedown(&[&["list", "subject.yml"], more].concat());
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    said.stdout.lines().skip(2).collect::<Vec<_>>().join("\n")
}

fn refused(place: &Place, more: &[&str]) -> String {
    let said = place.shakedown(&[&["list", "subject.yml"], more].concat());
    assert_eq!(said.code, Some(2), "{}", said.stdout);
    said.stderr
}

#[test]
fn tags_and_globs_narrow_a_plan() {
    let place = place();
    place.checks(&[
        "{id: one, about: One., tags: [fast], run: [a]}",
        "{id: two, about: Two., tags: [fast], mutates: true, run: [b], needs: [installation/one]}",
        "{id: three, about: Three., run: [c], needs: [installation/two]}",
    ]);
    insta::assert_snapshot!(listed(&place, &[]), @"
      installation · 3 checks
        installation/one · fast
            run: a
        installation/two · destructive · fast
            run: b
        installation/three
            run: c
    ");
    insta::assert_snapshot!(listed(&place, &["--tagged", "fast", "--skip", "*/two"]), @"
      installation · 1 check
        installation/one · fast
            run: a
    ");
    insta::assert_snapshot!(listed(&place, &["--tagged", "destructive"]), @"
      installation · 1 check
        installation/two · destructive · fast
            run: b
    ");
}

#[test]
fn a_tag_that_no_check_has_and_a_glob_that_leaves_out_nothing_are_mistakes() {
    let place = place();
    place.checks(&["{id: one, about: One., tags: [fast], run: [a]}"]);
    insta::assert_snapshot!(refused(&place, &["--tagged", "fats"]), @"
    error: --tagged: no check is tagged `fats`; did you mean `fast`?
    hint: The tags are `fast`.
    ");
    insta::assert_snapshot!(refused(&place, &["--skip", "installation/on"]), @"
    error: --skip: no check matches `installation/on`; did you mean `installation/one`?
    hint: `shakedown list` prints the ids of all checks.
    ");
}

#[test]
fn a_subject_goes_without_a_check_and_says_why() {
    let place = place();
    place.checks(&[
        "{id: item, about: '{{ item }}', each: {item: [a, b]}, run: ['{{ item }}']}",
        "{id: last, about: Last., needs: [installation/item], run: [c]}",
    ]);
    place.subject("image: {use: 'any:1'}\nwithout: {'installation/item[b]': there is no b in this image}\n");
    insta::assert_snapshot!(listed(&place, &[]), @"
      installation · 3 checks
        installation/item[a]
            run: a
        installation/item[b] · skipped: switched off: there is no b in this image
        installation/last
            run: c
    ");
    place.subject("image: {use: 'any:1'}\nwithout: {installation/itme: x, one: y, installation/last: ''}\n");
    insta::assert_snapshot!(refused(&place, &[]), @"
    error: `one` is not a check id: phase/name, phase/name[item], or either with @ and a transition, as @restart
     --> subject.yml:7:33
      |
    7 | without: {installation/itme: x, one: y, installation/last: ''}
      |                                 ^^^
      = hint: Ids are written as `phase/check`, as `shakedown list` prints them.

    the reason for going without a check is empty
     --> subject.yml:7:60
      |
    7 | without: {installation/itme: x, one: y, installation/last: ''}
      |                                                            ^^
    ");
    place.subject("image: {use: 'any:1'}\nwithout: {installation/itme: x}\n");
    insta::assert_snapshot!(refused(&place, &[]), @"
    error: there is no check `installation/itme` to go without; did you mean `installation/item`?
     --> subject.yml:7:11
      |
    7 | without: {installation/itme: x}
      |           ^^^^^^^^^^^^^^^^^
      = hint: `shakedown list` prints the ids of all checks.
    ");
}

#[test]
fn a_subject_has_checks_of_its_own() {
    let place = place();
    let own =
        |check: &str| format!("image: {{use: 'any:1'}}\nphases:\n  - phase: shell\n    checks:\n      - {check}\n");
    place.subject(&own("{id: own, about: The subject's own., needs: [installation/works], run: 'echo ${HOME}'}"));
    insta::assert_snapshot!(listed(&place, &[]), @"
      installation · 1 check
        installation/works
            run: true

      shell · 1 check
        shell/own
            run: sh -c echo ${HOME}
    ");
    place.subject(&own("{id: own, about: x, run: '{{ nonsense }}'}"));
    insta::assert_snapshot!(refused(&place, &[]), @"
    error: nothing is named `nonsense`
     --> subject.yml:10:38
       |
    10 |       - {id: own, about: x, run: '{{ nonsense }}'}
       |                                      ^^^^^^^^
      = hint: The names are `binary`, `environments`, `install`, `installation`, `manager`, `scripts`, `sources`, `ssh`, `subject`, `users`, `volumes`.
    ");
    place.subject(&own("{id: own, about: x}"));
    insta::assert_snapshot!(refused(&place, &[]), @"
    error: the check `own` does nothing
     --> subject.yml:10:14
       |
    10 |       - {id: own, about: x}
       |              ^^^
      = hint: Write a verb such as `run`, or `steps`, or a fault `cell`.
    ");
}

#[test]
fn a_suite_extends_another_and_its_checks_take_the_place_of_the_others() {
    let place = place();
    let base = "suite: base\nphases:\n  - phase: installation\n    tags: [fast]\n    checks:\n      \
                - {id: one, about: x, run: [a]}\n      - {id: two, about: x, run: ['{{ nonsense }}']}\n";
    place.write("base.yml", base);
    let own = "suite: own\nextends: ./base.yml\nphases:\n  - phase: installation\n    checks:\n      \
               - {id: one, about: x, run: [b]}\n";
    place.write("own.yml", own);
    insta::assert_snapshot!(refused(&place, &[]), @"
    error: nothing is named `nonsense`
     --> [folder]/base.yml:7:39
      |
    7 |       - {id: two, about: x, run: ['{{ nonsense }}']}
      |                                       ^^^^^^^^
      = hint: The names are `binary`, `environments`, `install`, `installation`, `manager`, `scripts`, `sources`, `ssh`, `subject`, `users`, `volumes`.
    ");
    place.write("base.yml", &base.replace("{{ nonsense }}", "c"));
    insta::assert_snapshot!(listed(&place, &[]), @"
      installation · 2 checks
        installation/one · fast
            run: b
        installation/two · fast
            run: c
    ");
}

#[test]
fn a_suite_that_cannot_be_extended_is_told_where_it_is_named() {
    let place = place();
    let own = |base: &str| {
        format!("suite: own\nextends: {base}\nphases:\n  - {{phase: shell, checks: [{{id: a, about: x, run: a}}]}}\n")
    };
    for (base, problem) in [
        ("manger", "unknown suite `manger`; did you mean `manager`?"),
        ("./gone.yml", "`[folder]/gone.yml`: there is no such file"),
        ("./own.yml", "`[folder]/own.yml` extends this suite, which would never end"),
    ] {
        place.write("own.yml", &own(base));
        let said = refused(&place, &[]);
        let expected = format!("error: {problem}\n --> [folder]/own.yml:2:10\n");
        assert!(said.starts_with(&expected), "{said}");
    }
}
