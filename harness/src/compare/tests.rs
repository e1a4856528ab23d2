//! What is told of two runs, and of many.

use super::{Direction, compare, trend};
use crate::model::event::CheckEnded;
use crate::model::survey::Survey;
use crate::model::verdict::Tolerance;
use crate::model::{Baseline, Ending, Failure, Measurement, Outcome, Past, Record, Unit, sample};

fn record(checks: &[CheckEnded]) -> Record {
    Record::of(&sample::run(checks, Ending::Completed))
}

#[test]
fn nothing_differs_between_a_run_and_itself() {
    let record = record(&sample::mixed_checks());
    let compared = compare(&Baseline::of(&record), &record, Tolerance::default());
    assert!(compared.outcomes.is_empty() && compared.facts.is_empty() && compared.figures.is_empty(), "{compared:?}");
    assert!(!compared.is_regression() && compared.untold.is_none());
}

#[test]
fn outcomes_that_changed_came_or_went_are_told() {
    let old = record(&[sample::passed("a/b"), sample::passed("a/c"), sample::passed("a/gone")]);
    let failed = Outcome::Failed(Failure::default());
    let new = record(&[sample::passed("a/b"), sample::with("a/c", failed), sample::passed("a/new")]);
    let compared = compare(&Baseline::of(&old), &new, Tolerance::default());
    let told: Vec<String> = (compared.outcomes.iter())
        .map(|one| format!("{} {:?} {:?}", one.check, one.old.as_deref(), one.new.as_deref()))
        .collect();
    let expected =
        [r#"a/c Some("passed") Some("failed")"#, r#"a/new None Some("passed")"#, r#"a/gone Some("passed") None"#];
    assert_eq!(told, expected);
    let run = &old.start.run;
    assert_eq!(compared.regressions(&|_| false), [format!("a/c passed in the baseline {run} and is failed now.")]);
    assert!(compared.regressions(&|_| true).is_empty());
    let narrowed = Record { start: crate::model::event::RunStarted { whole: false, ..new.start.clone() }, ..new };
    let compared = compare(&Baseline::of(&old), &narrowed, Tolerance::default());
    assert!(compared.outcomes.iter().all(|one| one.new.is_some()), "it left out what it did not select");
}

#[test]
fn versions_path_and_variables_that_changed_are_told() {
    let old = record(&sample::good_checks());
    let mut new = old.clone();
    new.manager_version = Some("0.14.0".to_owned());
    let environment = |path: &str, more: (&str, &str)| sample::map(&[("PATH", path), more]);
    let mut before = Baseline::of(&old);
    before.image.as_mut().unwrap().environment = environment("/opt/uv/bin:/usr/bin:/bin", ("UV_A", "1"));
    new.image.as_mut().unwrap().environment = environment("/usr/bin:/bin:/opt/x", ("UV_B", "2"));
    let survey = |set_id: &[&str]| Survey {
        set_id: set_id.iter().map(|&path| path.to_owned()).collect(),
        packages: sample::map(&[("click in /v", if set_id.len() == 1 { "8.1.7" } else { "8.3.1" })]),
        ..Survey::default()
    };
    (before.survey, new.survey) = (Some(survey(&["/usr/bin/su"])), Some(survey(&["/opt/uv/bin/uv", "/usr/bin/su"])));
    let compared = compare(&before, &new, Tolerance::default());
    let shown = |text: &Option<String>| text.clone().unwrap_or_else(|| "–".to_owned());
    let told: Vec<String> = (compared.facts.iter())
        .map(|fact| format!("{}: {} → {}", fact.what, shown(&fact.old), shown(&fact.new)))
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r"
    version of the package manager: 0.13.8 → 0.14.0
    folder of PATH: /opt/uv/bin → –
    folder of PATH: – → /opt/x
    variable UV_A: 1 → –
    variable UV_B: – → 2
    set-uid or set-gid file: – → /opt/uv/bin/uv
    package click in /v: 8.1.7 → 8.3.1
    ");
    new.image.as_mut().unwrap().environment = environment("/bin:/opt/uv/bin:/usr/bin", ("UV_A", "1"));
    let facts = compare(&before, &new, Tolerance::default()).facts;
    assert!(facts.iter().any(|fact| fact.what == "order of PATH"), "{facts:?}");
}

#[test]
fn figures_say_how_much_they_differ_and_those_of_advice_do_not_count() {
    let with = |seconds: f64, counted| CheckEnded {
        measurements: vec![Measurement::once("wall", Unit::Seconds, seconds)],
        counted,
        ..sample::passed("a/b")
    };
    let old = Baseline::of(&record(&[with(1.0, true)]));
    let compared = compare(&old, &record(&[with(2.0, true)]), Tolerance::default());
    assert_eq!(compared.figures[0].to_string(), "a/b: wall is 2.00 s instead of 1.00 s (+100%)");
    assert!(compared.is_regression());
    assert!(!compare(&old, &record(&[with(2.0, false)]), Tolerance::default()).is_regression());
    let faster = compare(&old, &record(&[with(0.1, true)]), Tolerance::default());
    assert_eq!((faster.figures[0].direction, faster.is_regression()), (Direction::Better, false));
}

#[test]
fn what_a_figure_scatters_from_run_to_run_is_no_regression() {
    let with = |seconds| CheckEnded {
        measurements: vec![Measurement::once("wall", Unit::Seconds, seconds)],
        ..sample::passed("packages/import[scipy]")
    };
    let old = Baseline::of(&record(&[with(0.4)]));
    let mut new = record(&[with(0.9)]);
    assert!(compare(&old, &new, Tolerance::default()).is_regression());
    new.past = sample::past(6);
    for (number, past) in (0..).zip(&mut new.past) {
        past.measurements.insert("packages/import[scipy]: wall".to_owned(), 0.4 + 0.2 * f64::from(number));
    }
    assert!(!compare(&old, &new, Tolerance::default()).is_regression());
}

#[test]
fn a_row_of_runs_tells_what_is_often_in_trouble_and_what_got_slower() {
    let mut past: Vec<Past> = sample::past(5);
    past[4].measurements.insert("packages/import[scipy]: wall".to_owned(), 1.5);
    past[4].flaky.push("packages/import[rich]".parse().unwrap());
    let seen = trend(&past, Tolerance::default());
    let troubled: Vec<_> =
        seen.troubled.iter().map(|one| (one.check.to_string(), one.failed, one.flaky, &one.latest[..10])).collect();
    let expected = [
        ("packages/import[rich]".to_owned(), 1, 1, "2026-11-05"),
        ("installation/version".to_owned(), 0, 1, "2026-11-03"),
    ];
    assert_eq!(troubled, expected);
    assert_eq!(seen.slower.len(), 1, "the size grew by what is tolerated");
    assert_eq!((seen.slower[0].figure.as_str(), seen.slower[0].latest), ("packages/import[scipy]: wall", 1.5));
    past[4].whole = false;
    assert!(trend(&past, Tolerance::default()).slower.is_empty());
}
