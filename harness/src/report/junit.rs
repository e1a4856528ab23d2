//! `junit.xml`: what CI servers read. Their three numbers are ours: failures are what the success rate counts against
//! the subject, errors what could not be told, skipped what does not count.
//!
//! A blocked check is a failure and not skipped: no server shows what was skipped as red, and it counts against the
//! subject with what blocked it. The suite `gate` has the verdict as its one case, so that a build that failed, a budget
//! that was missed or a run that was narrowed is not green either. Valid by the Jenkins xUnit plugin's `junit-10.xsd`.

use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestRerun, TestSuite};

use super::account::{self, Account};
use super::format::ReportError;
use super::{advice, text};
use crate::model::{CheckRecord, Decision, Measurement, Outcome, PhaseRecord, Record, Verdict};

/// Its name in the run folder.
pub(super) const FILE: &str = "junit.xml";

/// Lines and characters a line of what a check printed: of one that did not pass, and of others.
const PRINTED: [(usize, usize); 2] = [(200, 2000), (20, 200)];

/// Renders it.
pub(super) fn render(record: &Record, verdict: &Verdict) -> Result<String, ReportError> {
    let subject = named(&record.start.subject);
    let mut report = Report::new(format!("shakedown {subject}"));
    report.set_time(duration(record.seconds));
    for phase in &record.phases {
        report.add_test_suite(suite(record, phase, &subject));
    }
    report.add_test_suite(gate(record, verdict, &subject));
    let text = report.to_string().map_err(|source| ReportError::Xml { file: FILE, source })?;
    // The schema knows this number of suites, and not of the whole.
    Ok(text.replacen(&format!(" skipped=\"{}\"", report.skipped), "", 1))
}

/// A name on one line.
fn named(name: &str) -> String {
    if name.is_empty() { "unknown".to_owned() } else { text::one_line(name, 200) }
}

fn duration(seconds: f64) -> std::time::Duration {
    std::time::Duration::try_from_secs_f64(seconds).unwrap_or_default()
}

fn suite(record: &Record, phase: &PhaseRecord, subject: &str) -> TestSuite {
    let name = named(&phase.phase);
    let mut suite = begin(record, &name, phase.seconds);
    suite.add_property(("priority", super::json::priority(phase.priority)));
    suite.add_property(("success-rate", text::rate(phase.rate()).as_str()));
    for check in &phase.checks {
        suite.add_test_case(case(check, &format!("{subject}.{name}")));
    }
    if let Some(diagnosis) = &phase.diagnosis {
        suite.set_system_out(format!("diagnosis of the first failure:\n{}", printed(diagnosis, PRINTED[0])));
    }
    suite
}

/// A suite with what is known of the run.
fn begin(record: &Record, name: &str, seconds: f64) -> TestSuite {
    let mut suite = TestSuite::new(name);
    suite.set_time(duration(seconds));
    if !record.started.is_empty() {
        suite.extra.insert("timestamp".into(), text::one_line(&record.started, 40).into());
    }
    let start = &record.start;
    let image = record.image.as_ref();
    let known = [
        ("run", Some(start.run.0.as_str())),
        ("subject", Some(start.subject.as_str())),
        ("manager", Some(start.manager.as_str())),
        ("manager-version", record.manager_version.as_deref()),
        ("image", image.map(|image| image.id.as_str())),
        ("platform", image.map(|image| image.platform.as_str())),
        ("shakedown", Some(start.shakedown.as_str())),
    ];
    let known = known.into_iter().filter_map(|(name, value)| Some((name, value.filter(|value| !value.is_empty())?)));
    suite.add_properties(known.map(|(name, value)| Property::new(name, text::one_line(value, 200))));
    suite
}

fn case(check: &CheckRecord, class: &str) -> TestCase {
    let ended = &check.ended;
    // The id is the name, so that the history of a check holds when its promise is put in other words.
    let id = ended.check.to_string();
    let name = id.strip_prefix(&format!("{}/", ended.check.phase)).unwrap_or(&id);
    let mut case = TestCase::new(named(name), status(check));
    case.set_classname(class).set_time(duration(ended.seconds));
    let room = PRINTED[usize::from(ended.outcome.is_passed())];
    let about = if ended.outcome.is_passed() { text::one_line(&ended.about, 400) } else { String::new() };
    let out = [about, figures(check), printed(ended.stdout.as_deref().unwrap_or_default(), room)];
    let out: String = out.into_iter().filter(|part| !part.is_empty()).map(|part| part + "\n").collect();
    if !out.is_empty() {
        case.set_system_out(out);
    }
    let err = printed(ended.stderr.as_deref().unwrap_or_default(), room);
    if !err.is_empty() {
        case.set_system_err(err + "\n");
    }
    case
}

fn status(check: &CheckRecord) -> TestCaseStatus {
    let ended = &check.ended;
    let kind = account::words(check);
    let mut status = match &ended.outcome {
        Outcome::Passed => return passed(check),
        Outcome::Skipped { .. } => TestCaseStatus::skipped(),
        // What does not count must not turn a server red where the gate says stable.
        _ if !ended.counted => TestCaseStatus::skipped(),
        Outcome::Failed(_) | Outcome::TimedOut { .. } | Outcome::Blocked { .. } => {
            TestCaseStatus::non_success(NonSuccessKind::Failure)
        }
        Outcome::Errored { .. } | Outcome::Undecided { .. } => TestCaseStatus::non_success(NonSuccessKind::Error),
    };
    let told = Account::of(check);
    let gist = match (&told.actual, &told.reason) {
        (Some(_), _) => account::gist(check, 300),
        (None, reason) => text::gist(reason.as_deref().unwrap_or_default(), 300),
    };
    let advice = if ended.counted { "" } else { "advice only, does not count: " };
    let said = if gist.starts_with(kind) { gist } else { format!("{kind}: {gist}") };
    status.set_message(format!("{advice}{said}")).set_type(match (ended.counted, check.concluded) {
        (false, _) => "advice",
        (true, false) => "not-run",
        (true, true) => ended.outcome.name(),
    });
    status.set_description(description(check, &told));
    status
}

fn passed(check: &CheckRecord) -> TestCaseStatus {
    let mut status = TestCaseStatus::success();
    for attempt in 1..check.ended.attempts {
        let mut rerun = TestRerun::new(NonSuccessKind::Failure);
        rerun.set_type("failed").set_message(format!("did not pass at try {attempt} of {}", check.ended.attempts));
        status.add_rerun(rerun);
    }
    status
}

/// Everything that is known of what did not pass, each part on lines of its own.
fn description(check: &CheckRecord, told: &Account) -> String {
    let parts = [
        ("", (!check.ended.about.is_empty()).then_some(&check.ended.about)),
        ("looked at: ", told.looked_at.as_ref()),
        ("expected: ", told.expected.as_ref()),
        ("actual: ", told.actual.as_ref()),
        ("because: ", told.reason.as_ref()),
        ("difference:\n", told.diff.as_ref()),
        ("hint: ", told.hint.as_ref()),
        ("by hand: ", check.ended.reproduce.as_ref()),
    ];
    let parts = parts.into_iter().filter_map(|(name, value)| Some((name, value?)));
    parts.map(|(name, value)| format!("{name}{}\n", text::excerpt(value, PRINTED[0].0, PRINTED[0].1))).collect()
}

fn figures(check: &CheckRecord) -> String {
    let figure = |figure: &Measurement| {
        let in_unit = |value: f64| text::figure(value, figure.unit);
        let budget = figure.budget.map(|budget| format!(", budget {}", in_unit(budget))).unwrap_or_default();
        let name = text::one_line(&figure.name, 80);
        let spread = if figure.samples.len() > 1 { format!(" ± {}", in_unit(figure.spread())) } else { String::new() };
        format!("{name}: {}{spread}{budget}", in_unit(figure.median()))
    };
    check.ended.measurements.iter().map(figure).collect::<Vec<_>>().join("\n")
}

/// The end of what was printed, where programs say what went wrong.
fn printed(text: &str, (lines, width): (usize, usize)) -> String {
    text::excerpt(&text::tail(text, lines), lines + 1, width)
}

/// The verdict as a case of its own.
fn gate(record: &Record, verdict: &Verdict, subject: &str) -> TestSuite {
    let kind = match verdict.decision {
        Decision::Stable => None,
        Decision::NotStable => Some(NonSuccessKind::Failure),
        Decision::Inconclusive | Decision::Empty => Some(NonSuccessKind::Error),
    };
    let words = verdict.decision.words();
    let status = kind.map_or_else(TestCaseStatus::success, |kind| {
        let mut status = TestCaseStatus::non_success(kind);
        let first = verdict.reasons.first().map(|reason| text::one_line(reason, 300)).unwrap_or_default();
        status.set_type(words).set_message(format!("{words}: {first}"));
        let reasons = verdict.reasons.iter().map(|reason| format!("- {}\n", text::one_line(reason, 1000)));
        let advice = advice::recommendations(record).into_iter().map(|advice| format!("to do: {advice}\n"));
        status.set_description(reasons.chain(advice).collect::<String>());
        status
    });
    let mut case = TestCase::new("verdict", status);
    case.set_classname(format!("{subject}.gate")).set_time(std::time::Duration::ZERO);
    case.set_system_out(format!("{words}: {}\n", account::rate(record)));
    let mut suite = begin(record, "gate", 0.0);
    suite.add_properties(verdict.remarks.iter().map(|remark| Property::new("remark", text::one_line(remark, 600))));
    suite.add_test_case(case);
    suite
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::event::CheckEnded;
    use crate::model::{Ending, sample};

    fn rendered((record, verdict): (Record, Verdict)) -> String {
        render(&record, &verdict).unwrap()
    }

    #[test]
    fn every_outcome() {
        insta::assert_snapshot!(rendered(sample::mixed()));
    }

    /// Of the suite of this name: tests, skipped, errors, failures.
    fn numbers(xml: &str, suite: &str) -> [usize; 4] {
        let line = xml.lines().find(|line| line.contains(&format!("<testsuite name=\"{suite}\""))).unwrap();
        let number = |name: &str| {
            let rest = line.split(&format!(" {name}=\"")).nth(1).unwrap();
            rest.split('"').next().unwrap().parse().unwrap()
        };
        ["tests", "skipped", "errors", "failures"].map(number)
    }

    #[test]
    fn the_numbers_are_those_of_the_success_rate_and_nothing_unknown_or_blocked_looks_green() {
        let xml = rendered(sample::mixed());
        assert_eq!(numbers(&xml, "packages"), [5, 0, 0, 3], "one failed, two blocked by it");
        assert_eq!(numbers(&xml, "shell"), [1, 1, 0, 0]);
        assert_eq!(numbers(&xml, "performance"), [3, 0, 2, 0], "errored and undecided");
        assert_eq!(numbers(&xml, "gate"), [1, 0, 0, 1]);
        let interrupted = rendered(sample::interrupted());
        assert_eq!(numbers(&interrupted, "packages"), [2, 0, 2, 0], "what did not run is no pass");
        assert_eq!(numbers(&interrupted, "gate"), [1, 0, 1, 0]);
    }

    #[test]
    fn advice_that_fails_turns_nothing_red() {
        let failed = sample::with("errors/killed", Outcome::Failed(crate::model::Failure::default()));
        let advice = CheckEnded { counted: false, ..failed };
        let record = Record::of(&sample::run(&[sample::passed("errors/other"), advice], Ending::Completed));
        let xml = rendered((record, sample::verdict(Decision::Stable, &[])));
        assert_eq!(numbers(&xml, "errors"), [2, 1, 0, 0]);
        assert!(xml.contains("<skipped message=\"advice only, does not count: failed: \" type=\"advice\">"), "{xml}");
    }
}
