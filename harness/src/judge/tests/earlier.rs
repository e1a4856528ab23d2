//! What is held against an earlier step, or against the time before a transition.

use rstest::rstest;

use super::*;

#[test]
fn an_earlier_step_that_told_nothing_decides_nothing() {
    let agrees = Expectation::AgreesWith("earlier".into());
    let seen = known(packages(&[("a", "1")]));
    let skipped = outcome(&agrees, &seen, Some(&not_here("no manifest", None)));
    assert_eq!(skipped, Outcome::skipped("no manifest"));
    let errored = outcome(&agrees, &seen, Some(&Observation::Unknown("engine".into())));
    assert!(matches!(errored, Outcome::Errored { .. }));
}

#[rstest]
#[case::facts(told(0, Ok(Fact::Version("1.0".into()))), known(packages(&[("a", "1.0.0")])), true)]
#[case::printed(printed("uv 1.0 (abc)"), printed("1.0\n"), true)]
#[case::another(printed("1.0"), printed("1.1"), false)]
#[case::only_line(printed("main-abc"), printed("main-abc\n"), true)]
#[case::nothing(printed(""), printed(""), false)]
#[case::failed(exited(1), exited(1), false)]
#[case::several_packages(printed("1.0"), known(packages(&[("a", "1.0"), ("b", "1.0")])), false)]
fn versions_are_compared_with_an_earlier_step(
    #[case] earlier: Observation,
    #[case] seen: Observation,
    #[case] same: bool,
) {
    let found = outcome(&Expectation::SameVersionAs("earlier".into()), &seen, Some(&earlier));
    assert_eq!(found.is_passed(), same, "{found:?}");
}

#[rstest]
#[case::the_same(printed("uv 1.0\n"), printed("uv 1.0\n"), true)]
#[case::on_a_terminal(printed("uv 1.0\n"), printed("\u{1b}[1muv\u{1b}[0m 1.0\r\n"), true)]
#[case::behind_a_greeting(printed("uv 1.0\n"), printed("welcome\nuv 1.0\n"), true)]
#[case::another(printed("uv 1.0\n"), printed("ready\n"), false)]
#[case::one_of_two(printed("a\nb\n"), printed("a\n"), false)]
#[case::nothing_to_compare(printed(""), printed(""), false)]
#[case::failed(printed("uv 1.0\n"), exited(1), false)]
#[case::failed_both_times(exited(1), exited(1), false)]
#[case::missing(printed("uv 1.0\n"), missing(), false)]
fn lines_of_an_earlier_step_are_there_again(
    #[case] earlier: Observation,
    #[case] seen: Observation,
    #[case] same: bool,
) {
    let found = outcome(&Expectation::LinesOf("earlier".into()), &seen, Some(&earlier));
    assert_eq!(found.is_passed(), same, "{found:?}");
}

#[rstest]
#[case::same_output(printed("a\n"), printed("a"), true)]
#[case::other_output(printed("a"), printed("b"), false)]
#[case::other_code(exited(1), exited(2), false)]
#[case::other_fact(told(0, Ok(packages(&[]))), told(0, Ok(packages(&[("a", "1")]))), false)]
#[case::unreadable_both_times(told(0, Err("no JSON".into())), told(0, Err("no JSON".into())), false)]
#[case::missing_both_times(missing(), missing(), false)]
#[case::crashed_both_times(ended(ExitStatus::Signalled(11)), ended(ExitStatus::Signalled(11)), false)]
#[case::other_kind(printed("a"), which(&[]), false)]
#[case::same_files(known(packages(&[])), known(packages(&[])), true)]
#[case::same_tree(
    Observation::Answered(Answer::Tree(Tree::default())),
    Observation::Answered(Answer::Tree(Tree::default())),
    true
)]
#[case::other_variables(variables(&[("A", "1")]), variables(&[]), false)]
#[case::another_process(Observation::Answered(Answer::Init { started: 1, command: "sh".into() }), Observation::Answered(Answer::Init { started: 2, command: "sh".into() }), true)]
#[case::same_text(whole("up"), whole("up"), true)]
#[case::other_text(whole("up"), whole("down"), false)]
#[case::together(Observation::Together(vec![ran(ExitStatus::Exited(0), "a", "")]), Observation::Together(vec![]), false)]
fn it_is_the_same_as_before_the_restart(#[case] before: Observation, #[case] seen: Observation, #[case] same: bool) {
    let found = outcome(&Expectation::SameAsBefore, &seen, Some(&before));
    assert_eq!(found.is_passed(), same, "{found:?}");
}

#[rstest]
#[case::less(measured(2.0), measured(1.0), true)]
#[case::as_much(measured(2.0), measured(2.0), false)]
#[case::more(measured(2.0), measured(3.0), false)]
#[case::no_figure(printed("2"), measured(1.0), false)]
fn a_figure_is_less_than_before(#[case] before: Observation, #[case] seen: Observation, #[case] less: bool) {
    let found = outcome(&Expectation::LessThanBefore, &seen, Some(&before));
    assert_eq!(found.is_passed(), less, "{found:?}");
}

fn room(bytes: u64) -> Observation {
    Observation::Answered(Answer::Usage { bytes, entries: 1 })
}

#[rstest]
#[case::as_much(room(5_000_000), room(5_000_000), true)]
#[case::less(room(5_000_000), room(1), true)]
#[case::little_more(room(5_000_000), room(6_000_000), true)]
#[case::more(room(5_000_000), room(6_000_001), false)]
#[case::no_room(room(5_000_000), printed("5000000"), false)]
fn it_takes_no_more_room_than_before(#[case] earlier: Observation, #[case] seen: Observation, #[case] holds: bool) {
    let found = outcome(&Expectation::NoLargerThan("earlier".into()), &seen, Some(&earlier));
    assert_eq!(found.is_passed(), holds, "{found:?}");
}

#[test]
fn a_figure_that_was_cached_before_decides_nothing() {
    let before = not_here("the step came from the build cache", None);
    let found = outcome(&Expectation::LessThanBefore, &measured(1.0), Some(&before));
    assert_eq!(found, Outcome::skipped("the step came from the build cache"));
}
