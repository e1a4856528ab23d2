//! Every expectation, held against what fits it and what does not.

mod earlier;

use std::collections::BTreeMap;
use std::time::Duration;

use rstest::rstest;

use super::{Context, judge, quantity};
use crate::model::expectation::{Expectation, FileExpectation, Quantity, Stream, Text};
use crate::model::inquiry::{Answer, FileFacts, FileKind, Tree};
use crate::model::{
    Captured, EnvironmentFact, ErrorClass, ExitStatus, Fact, Failure, Invocation, Measurement, Observation, Outcome,
    Package, Ran, Unit, Usage,
};

fn ran(status: ExitStatus, stdout: &str, stderr: &str) -> Ran {
    let (stdout, stderr) = (Captured::whole(stdout), Captured::whole(stderr));
    Ran { status, stdout, stderr, usage: Usage::default(), fact: None }
}

fn printed(stdout: &str) -> Observation {
    Observation::Ran(Box::new(ran(ExitStatus::Exited(0), stdout, "")))
}

fn exited(code: i32) -> Observation {
    Observation::Ran(Box::new(ran(ExitStatus::Exited(code), "", "no\n")))
}

fn ended(status: ExitStatus) -> Observation {
    Observation::Ran(Box::new(ran(status, "", "")))
}

fn missing() -> Observation {
    ended(ExitStatus::NotStarted { errno: 2, reason: "No such file or directory".into() })
}

fn whole(text: &str) -> Observation {
    Observation::Text(Captured::whole(text))
}

fn told(code: i32, fact: Result<Fact, String>) -> Observation {
    Observation::Ran(Box::new(Ran { fact: Some(fact), ..ran(ExitStatus::Exited(code), "text", "") }))
}

fn known(fact: Fact) -> Observation {
    Observation::Known { fact, source: "files".into() }
}

fn packages(names: &[(&str, &str)]) -> Fact {
    let package = |(name, version): &(&str, &str)| Package {
        name: (*name).into(),
        version: (*version).into(),
        build: None,
        source: None,
    };
    Fact::Packages(names.iter().map(package).collect())
}

fn environments() -> Fact {
    let Fact::Packages(packages) = packages(&[("scipy", "1.14")]) else { unreachable!("these are packages") };
    Fact::Environments(vec![EnvironmentFact {
        name: "common".into(),
        packages,
        exposes: vec!["python".into()],
        channels: vec![],
    }])
}

fn file(facts: Option<FileFacts>) -> Observation {
    Observation::Answered(Answer::File(facts))
}

fn binary() -> FileFacts {
    FileFacts {
        kind: FileKind::File,
        target_kind: Some(FileKind::File),
        mode: 0o755,
        user: 0,
        user_name: Some("root".into()),
        group: 0,
        group_name: None,
        size: 10,
        link: None,
        canonical: None,
    }
}

fn variables(pairs: &[(&str, &str)]) -> Observation {
    let variables = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Observation::Answered(Answer::Environment { variables, directory: "/".into(), user: 0, groups: vec![0] })
}

fn measured(value: f64) -> Observation {
    Observation::Measured(Measurement::once("cache-mounts", Unit::Bytes, value))
}

fn which(matches: &[&str]) -> Observation {
    let matches = matches.iter().map(ToString::to_string).collect();
    Observation::Answered(Answer::Found { matches, path: "/usr/bin:/bin".into() })
}

fn not(expectation: Expectation) -> Expectation {
    Expectation::Not(Box::new(expectation))
}

fn stdout(text: Text) -> Expectation {
    Expectation::Prints { stream: Stream::Stdout, text }
}

/// What comes of it, with an earlier step `earlier` and an observation from before the restart.
fn outcome(expectation: &Expectation, seen: &Observation, other: Option<&Observation>) -> Outcome {
    let earlier = other.map(|other| ("earlier".to_owned(), other.clone())).into_iter().collect();
    let context = Context { earlier: &earlier, before: other, deadline: Invocation::DEADLINE, what: "uv sync" };
    judge(expectation, seen, &context)
}

fn failure(expectation: &Expectation, seen: &Observation, other: Option<&Observation>) -> Failure {
    match outcome(expectation, seen, other) {
        Outcome::Failed(failure) => failure,
        other => panic!("it should have failed: {other:?}"),
    }
}

#[rstest]
#[case::exit(Expectation::Exit(0), printed(""), exited(1))]
#[case::exit_of_a_missing_program(Expectation::Exit(127), missing(), exited(0))]
#[case::refused(Expectation::Refused, exited(1), exited(0))]
#[case::refused_killed(Expectation::Refused, ended(ExitStatus::Killed), missing())]
#[case::refused_not_found_by_shell(Expectation::Refused, exited(2), exited(127))]
#[case::refused_not_crashed(Expectation::Refused, exited(101), ended(ExitStatus::Signalled(11)))]
#[case::refused_not_crashed_in_a_shell(Expectation::Refused, exited(130), exited(139))]
#[case::prints(stdout(Text::Contains("uv".into())), printed("uv 1.0"), printed("pip"))]
#[case::prints_nothing(stdout(Text::Nothing), printed(" \n"), missing())]
#[case::not_prints(not(stdout(Text::Contains("uv".into()))), printed("pip"), missing())]
#[case::not_exit(not(Expectation::Exit(0)), exited(3), missing())]
#[case::not_exit_by_crash(not(Expectation::Exit(0)), exited(3), ended(ExitStatus::Signalled(11)))]
#[case::all(Expectation::All(vec![Expectation::Exit(1), not(Expectation::Exit(0))]), exited(1), exited(0))]
#[case::any(Expectation::Any(vec![Expectation::Exit(0), Expectation::Exit(1)]), exited(1), exited(2))]
#[case::together(Expectation::Exit(0), Observation::Together(vec![ran(ExitStatus::Exited(0), "", "")]), Observation::Together(vec![]))]
#[case::file_there(Expectation::File(FileExpectation::default()), file(Some(binary())), file(None))]
#[case::file_absent(Expectation::File(FileExpectation { absent: true, ..FileExpectation::default() }), file(None), file(Some(binary())))]
#[case::executable(Expectation::File(FileExpectation { executable: Some(true), ..FileExpectation::default() }), file(Some(binary())), file(Some(FileFacts { mode: 0o644, ..binary() })))]
#[case::owner_by_number(Expectation::File(FileExpectation { owner: Some("0".into()), ..FileExpectation::default() }), file(Some(binary())), file(Some(FileFacts { user: 7, ..binary() })))]
#[case::mode_without(Expectation::File(FileExpectation { mode_without: Some(0o022), ..FileExpectation::default() }), file(Some(binary())), file(Some(FileFacts { mode: 0o775, ..binary() })))]
#[case::not_empty(Expectation::File(FileExpectation { not_empty: true, ..FileExpectation::default() }), file(Some(binary())), file(Some(FileFacts { size: 0, ..binary() })))]
#[case::kind(Expectation::File(FileExpectation { kind: Some(FileKind::File), ..FileExpectation::default() }), file(Some(FileFacts { kind: FileKind::Symlink, ..binary() })), file(Some(FileFacts { kind: FileKind::Symlink, target_kind: None, ..binary() })))]
#[case::link(Expectation::File(FileExpectation { kind: Some(FileKind::Symlink), ..FileExpectation::default() }), file(Some(FileFacts { kind: FileKind::Symlink, ..binary() })), file(Some(binary())))]
#[case::content(Expectation::Content(Text::Something), Observation::Answered(Answer::Content(Some(b"x".to_vec()))), Observation::Answered(Answer::Content(None)))]
#[case::text(Expectation::Content(Text::NoMatch("^ERROR".into())), whole("up\n"), whole("up\nERROR: down\n"))]
#[case::found_at(Expectation::FoundAt("/bin/uv".into()), which(&["/bin/uv", "/x/uv"]), which(&["/x/uv", "/bin/uv"]))]
#[case::found(Expectation::Found, which(&["/bin/uv"]), which(&[]))]
#[case::variable(Expectation::Variable { name: "A".into(), is: Text::Equals("1".into()) }, variables(&[("A", "1")]), variables(&[("B", "1")]))]
#[case::version(Expectation::VersionWithin(">=1".into()), told(0, Ok(Fact::Version("1.2".into()))), told(0, Ok(Fact::Version("0.2".into()))))]
#[case::version_of_a_failed_command(Expectation::VersionWithin(">=1".into()), known(Fact::Version("1.2".into())), told(1, Ok(Fact::Version("1.2".into()))))]
#[case::no_version(Expectation::VersionWithin(String::new()), known(Fact::Version("1.2".into())), known(Fact::Version("unknown".into())))]
#[case::installation(Expectation::Installation { entry: "home".into(), is: "/opt".into() }, known(Fact::Installation([("home".to_owned(), "/opt".to_owned())].into())), known(Fact::Installation(BTreeMap::new())))]
#[case::has_package(Expectation::HasPackage("Ruamel_Yaml".into()), known(packages(&[("ruamel.yaml", "1")])), known(packages(&[("ruamel.yaml", "")])))]
#[case::lacks_package(Expectation::LacksPackage("b".into()), known(packages(&[("a", "1")])), known(packages(&[("B", "1")])))]
#[case::lacks_package_as_far_as_a_failed_list_tells(Expectation::LacksPackage("b".into()), told(0, Ok(packages(&[]))), told(1, Ok(packages(&[]))))]
#[case::has_environment(Expectation::HasEnvironment { name: "common".into(), packages: vec!["SciPy".into()], exposes: vec!["python".into()] }, known(environments()), known(Fact::Environments(vec![])))]
#[case::lacks_environment(Expectation::LacksEnvironment("tools".into()), known(environments()), known(packages(&[])))]
#[case::up_to_date(Expectation::UpToDate, told(0, Ok(Fact::UpToDate(true))), told(1, Ok(Fact::UpToDate(false))))]
#[case::because(Expectation::Because(vec![ErrorClass::NotFound]), told(1, Ok(Fact::Refusal(ErrorClass::NotFound))), told(1, Ok(Fact::Refusal(ErrorClass::Tls))))]
#[case::because_of_nothing(Expectation::Because(vec![ErrorClass::Unknown]), told(1, Ok(Fact::Refusal(ErrorClass::Unknown))), told(0, Ok(Fact::Refusal(ErrorClass::Unknown))))]
#[case::observed(Expectation::Observed, exited(3), missing())]
#[case::observed_and_read(Expectation::Observed, told(0, Ok(packages(&[]))), told(0, Err("no JSON".into())))]
fn an_expectation_is_met_by_one_and_not_by_the_other(
    #[case] expectation: Expectation,
    #[case] right: Observation,
    #[case] wrong: Observation,
) {
    assert_eq!(outcome(&expectation, &right, None), Outcome::Passed, "{expectation:?} on {right:?}");
    let failure = failure(&expectation, &wrong, None);
    assert!(!failure.expected.is_empty() && !failure.actual.is_empty(), "{failure:?}");
}

/// Every expectation and its opposite fail on an observation of a kind that it does not apply to.
#[rstest]
#[case(Expectation::Exit(0))]
#[case(Expectation::Refused)]
#[case(stdout(Text::Nothing))]
#[case(Expectation::File(FileExpectation::default()))]
#[case(Expectation::Content(Text::Nothing))]
#[case(Expectation::FoundAt("/bin/uv".into()))]
#[case(Expectation::Found)]
#[case(Expectation::Variable { name: "A".into(), is: Text::Nothing })]
#[case(Expectation::VersionWithin(String::new()))]
#[case(Expectation::Installation { entry: "home".into(), is: "/".into() })]
#[case(Expectation::HasPackage("a".into()))]
#[case(Expectation::LacksPackage("a".into()))]
#[case(Expectation::HasEnvironment { name: "a".into(), packages: vec![], exposes: vec![] })]
#[case(Expectation::LacksEnvironment("a".into()))]
#[case(Expectation::UpToDate)]
#[case(Expectation::Because(vec![ErrorClass::NotFound]))]
#[case(Expectation::AgreesWith("earlier".into()))]
#[case(Expectation::SameVersionAs("earlier".into()))]
#[case(Expectation::LinesOf("earlier".into()))]
#[case(Expectation::SameTreeAs { step: "earlier".into(), except: vec![] })]
#[case(Expectation::NoLargerThan("earlier".into()))]
#[case(Expectation::SameAsBefore)]
#[case(Expectation::LessThanBefore)]
fn what_does_not_fit_fails_and_so_does_its_opposite(#[case] expectation: Expectation) {
    let confirmed = Observation::Confirmed("no network".into());
    let refused = Observation::Answered(Answer::Refused("permission denied (os error 13)".into()));
    for seen in [&confirmed, &refused] {
        assert!(matches!(outcome(&expectation, seen, Some(seen)), Outcome::Failed(_)), "{expectation:?} on {seen:?}");
        let opposite = not(expectation.clone());
        assert!(matches!(outcome(&opposite, seen, Some(seen)), Outcome::Failed(_)), "{opposite:?} on {seen:?}");
    }
    let hint = failure(&expectation, &refused, Some(&refused)).hint;
    assert_eq!(hint.as_deref(), Some(ErrorClass::PermissionDenied.hint()));
}

fn not_here(reason: &str, remedy: Option<&str>) -> Observation {
    Observation::NotHere { reason: reason.to_owned(), remedy: remedy.map(str::to_owned) }
}

#[test]
fn what_is_no_observation_of_the_subject_is_skipped_errored_or_timed_out() {
    for expectation in [Expectation::Observed, not(Expectation::Exit(0)), Expectation::Any(vec![])] {
        let skipped = outcome(&expectation, &not_here("not built here", Some("Build it.")), None);
        let remedy = Some("Build it.".to_owned());
        assert_eq!(skipped, Outcome::Skipped { reason: "not built here".into(), remedy });
        let unknown = outcome(&expectation, &Observation::Unknown("the engine is gone".into()), None);
        assert_eq!(unknown, Outcome::Errored { reason: "the engine is gone".into() });
        let timed_out = outcome(&expectation, &ended(ExitStatus::TimedOut), None);
        assert_eq!(timed_out, Outcome::TimedOut { deadline: 60.0, what: "uv sync".into() });
    }
    let together = Observation::Together(vec![ran(ExitStatus::Exited(0), "", ""), ran(ExitStatus::TimedOut, "", "")]);
    assert!(matches!(outcome(&Expectation::Exit(0), &together, None), Outcome::TimedOut { .. }));
}

#[rstest]
#[case::no_such_step(Expectation::AgreesWith("nowhere".into()), printed("1.0"))]
#[case::no_expectation(Expectation::All(vec![]), printed("1.0"))]
#[case::no_range(Expectation::VersionWithin("about 1".into()), known(Fact::Version("1".into())))]
#[case::opposite_of_no_range(not(Expectation::VersionWithin("about 1".into())), known(Fact::Version("1".into())))]
#[case::nothing_before(Expectation::SameAsBefore, printed("1.0"))]
#[case::no_figure_before(Expectation::LessThanBefore, measured(1.0))]
fn what_the_plan_or_the_host_lacks_is_never_the_subjects_fault(
    #[case] expectation: Expectation,
    #[case] seen: Observation,
) {
    assert!(matches!(outcome(&expectation, &seen, None), Outcome::Errored { .. }), "{expectation:?}");
}

#[test]
fn a_failing_command_shows_its_status_the_end_of_its_output_and_what_to_do() {
    let stderr = (0..30).map(|number| format!("line {number}")).collect::<Vec<_>>().join("\n");
    let command = ran(ExitStatus::Exited(1), "solving\n", &format!("{stderr}\nPermission\n  │ denied"));
    let failure = failure(&Expectation::Exit(0), &Observation::Ran(Box::new(command)), None);
    assert_eq!(failure.expected, "exit 0");
    assert_eq!(failure.hint.as_deref(), Some(ErrorClass::PermissionDenied.hint()));
    assert!(failure.actual.lines().count() <= 20, "{}", failure.actual);
    assert!(failure.actual.starts_with("exit 1\nstandard error:\n(… 20 lines before)\nline 20"), "{}", failure.actual);
    assert!(failure.actual.ends_with("standard output:\nsolving"), "{}", failure.actual);
}

#[test]
fn the_class_of_a_refusal_gives_the_hint() {
    let seen = told(1, Ok(Fact::Refusal(ErrorClass::Tls)));
    let failure = failure(&Expectation::Because(vec![ErrorClass::NotFound, ErrorClass::Conflict]), &seen, None);
    insta::assert_snapshot!(failure.expected, @"refused because of not-found or conflict");
    insta::assert_snapshot!(failure.actual.lines().next().unwrap_or_default(), @"because of tls: exit 1");
    assert_eq!(failure.hint.as_deref(), Some(ErrorClass::Tls.hint()));
}

#[test]
fn what_was_cut_off_can_neither_hold_nor_lack_a_text() {
    let mut command = ran(ExitStatus::Exited(0), "uv", "");
    command.stdout.cut = 90;
    command.stdout.bytes = 92;
    let seen = Observation::Ran(Box::new(command));
    assert!(outcome(&stdout(Text::Contains("uv".into())), &seen, None).is_passed());
    let lacks = stdout(Text::Contains("error".into()));
    assert_eq!(failure(&lacks, &seen, None).actual, "output was cut, 2 of 92 bytes were kept; `uv`");
    assert!(!outcome(&not(lacks), &seen, None).is_passed());
    assert!(outcome(&not(stdout(Text::Nothing)), &seen, None).is_passed());
}

#[test]
fn of_several_commands_the_one_that_failed_is_told() {
    let seen = Observation::Together(vec![ran(ExitStatus::Exited(0), "", ""), ran(ExitStatus::Exited(1), "", "")]);
    assert_eq!(failure(&Expectation::Exit(0), &seen, None).actual, "command 2 of 2: exit 1");
    assert!(outcome(&not(Expectation::Exit(0)), &seen, None).is_passed());
}

#[test]
fn figures_are_taken_from_what_has_them() {
    let mut command = ran(ExitStatus::Exited(0), "", "");
    command.usage =
        Usage { wall: Duration::from_millis(1500), memory: Some(7), memory_source: "wait4".into(), ..Usage::default() };
    let seen = Observation::Together(vec![ran(ExitStatus::Exited(0), "", ""), command.clone()]);
    assert_eq!(quantity(&seen, Quantity::Wall), Some(Measurement::once("wall", Unit::Seconds, 1.5)));
    assert_eq!(quantity(&seen, Quantity::Memory), None, "one of them was not measured");
    let memory = quantity(&Observation::Ran(Box::new(command)), Quantity::Memory).expect("it was measured");
    assert_eq!((memory.samples, memory.source.as_deref()), (vec![7.0], Some("wait4")));
    let usage = Observation::Answered(Answer::Usage { bytes: 9, entries: 1 });
    assert_eq!(quantity(&usage, Quantity::Size), Some(Measurement::once("size", Unit::Bytes, 9.0)));
    assert_eq!(quantity(&usage, Quantity::Wall), None);
}

#[test]
fn only_what_is_said_last_gives_a_hint_about_rights() {
    let hint = |stderr: &str| {
        failure(&stdout(Text::Something), &Observation::Ran(Box::new(ran(ExitStatus::Exited(1), "", stderr))), None)
            .hint
    };
    assert_eq!(hint("error: cannot save history: Permission denied\nhttp is not in PATH=/bin\nsee above\n"), None);
    let denied = hint("Traceback:\nPermissionError: [Errno 13] Permission\n   denied: '/opt/x'\n");
    assert_eq!(denied.as_deref(), Some(ErrorClass::PermissionDenied.hint()));
}

#[test]
fn what_path_does_not_find_is_named() {
    let seen = Observation::Answered(Answer::Found { matches: Vec::new(), path: "/bin".to_owned() });
    let failure = failure(&Expectation::FoundAt("/opt/uv/bin/http".to_owned()), &seen, None);
    assert_eq!(failure.actual, "http: nothing in PATH (/bin)");
}
