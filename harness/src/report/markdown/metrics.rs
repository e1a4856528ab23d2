//! The success metrics as a checklist: met, not met, or not to be told.

use super::escape::plain;
use crate::model::{BudgetAnswer, Priority, Rate, Record};
use crate::report::account::{self, Account};
use crate::report::text;

/// The phase whose checks are about single packages.
const PACKAGES: &str = "packages";
/// The phase after a restart.
const PERSISTENCE: &str = "persistence";
/// What the build step is called that makes the environments.
const ENVIRONMENT: &str = "environment";

/// How a metric stands, and by what.
struct Metric {
    name: &'static str,
    /// Unknown is not met.
    is_met: Option<bool>,
    told: String,
}

pub(super) fn section(record: &Record) -> String {
    if record.phases.is_empty() {
        return String::new();
    }
    let is_basic =
        |phase: &str, priority: Priority| priority == Priority::High && ![PACKAGES, PERSISTENCE].contains(&phase);
    let metrics = [
        rate("Basic functionality", record, is_basic),
        rate("Package success rate", record, |phase, _| phase == PACKAGES),
        environment_time(record),
        rate("Persistence", record, |phase, _| phase == PERSISTENCE),
        documentation(record),
    ];
    let item = |metric: &Metric| {
        let mark = if metric.is_met == Some(true) { "x" } else { " " };
        let state = match metric.is_met {
            Some(true) => "met",
            Some(false) => "not met",
            None => "could not be told",
        };
        format!("- [{mark}] **{}**: {state} – {}\n", metric.name, plain(&metric.told))
    };
    format!("## Success metrics\n\n{}", metrics.iter().map(item).collect::<String>())
}

/// The success rates of some phases, each against its limit.
fn rate(name: &'static str, record: &Record, wanted: impl Fn(&str, Priority) -> bool) -> Metric {
    let phases: Vec<_> = record.phases.iter().filter(|phase| wanted(&phase.phase, phase.priority)).collect();
    if phases.is_empty() {
        return Metric { name, is_met: None, told: "no check of this kind was planned".to_owned() };
    }
    let goals = &record.start.goals;
    let is_reached = |rate: Rate, phase: &str| goals.of_phase(phase).is_reached_by(rate);
    let reached: Vec<_> = phases.iter().map(|phase| is_reached(phase.rate(), &phase.phase)).collect();
    let checks = phases.iter().flat_map(|phase| &phase.checks);
    let unknown = checks.filter(|check| check.ended.counted && check.ended.outcome.is_unknown()).count();
    let is_met = if reached.contains(&Some(false)) {
        Some(false)
    } else if reached.contains(&None) || unknown > 0 {
        None
    } else {
        Some(true)
    };
    let told = phases.iter().map(|phase| {
        let (rate, limit) = (text::rate(phase.rate()), goals.of_phase(&phase.phase).words());
        format!("{}: {rate}, {limit}", phase.phase)
    });
    let mut told = told.collect::<Vec<_>>().join("; ");
    if unknown > 0 {
        told += &format!("; {unknown} could not be told");
    }
    Metric { name, is_met, told }
}

fn environment_time(record: &Record) -> Metric {
    let name = "Environment time";
    let figures = record.measurements();
    let Some((_, figure)) = figures.iter().find(|(_, figure)| figure.name == ENVIRONMENT) else {
        let told = "the build step that makes the environments was not measured (cached, or not built here)".to_owned();
        return Metric { name, is_met: None, told };
    };
    let median = text::figure(figure.median(), figure.unit);
    let Some(budget) = figure.budget else {
        return Metric { name, is_met: None, told: format!("{median}, and no budget to hold it against") };
    };
    let is_met = match figure.against(budget) {
        BudgetAnswer::Within => Some(true),
        BudgetAnswer::Beyond => Some(false),
        BudgetAnswer::TooNoisy => None,
    };
    Metric { name, is_met, told: format!("{median} of {}", text::figure(budget, figure.unit)) }
}

/// Whether everybody who reads of a failure can go on from there.
fn documentation(record: &Record) -> Metric {
    let name = "Documentation of failures";
    let failures = account::checks_that(record, account::is_own_failure);
    let is_documented = |check: &&&crate::model::CheckRecord| {
        let phase = record.phases.iter().find(|phase| phase.phase == check.ended.check.phase);
        let is_diagnosed = phase.is_some_and(|phase| phase.diagnosis.is_some());
        Account::of(check).hint.is_some() || is_diagnosed || check.ended.reproduce.is_some()
    };
    // A build that failed and a container that did not come up tell it themselves.
    let of_run = usize::from(record.build_failure.is_some() || account::long_reason(record).is_some());
    let documented = failures.iter().filter(is_documented).count() + of_run;
    let number = failures.len() + of_run;
    let told = match number {
        0 => "nothing failed".to_owned(),
        number => format!(
            "{documented} of {} tell what was expected, what came instead, and a hint, a diagnosis or a command to \
             see it again",
            text::count(number, "failure")
        ),
    };
    Metric { name, is_met: Some(documented == number), told }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::event::CheckEnded;
    use crate::model::{Ending, Measurement, Outcome, Unit, sample};

    fn told(checks: &[CheckEnded]) -> String {
        section(&Record::of(&sample::run(checks, Ending::Completed)))
    }

    fn line<'a>(section: &'a str, name: &str) -> &'a str {
        section.lines().find(|line| line.contains(&format!("**{name}**"))).unwrap()
    }

    #[test]
    fn each_metric_is_met_not_met_or_not_to_be_told() {
        let passed = told(&[sample::passed("installation/version"), sample::passed("persistence/files")]);
        assert!(line(&passed, "Basic functionality").starts_with("- [x]"), "{passed}");
        assert!(line(&passed, "Persistence").starts_with("- [x]"), "{passed}");
        assert!(
            line(&passed, "Package success rate").contains("could not be told – no check of this kind"),
            "{passed}"
        );
        let errored = Outcome::Errored { reason: "the engine".to_owned() };
        let unknown = told(&[sample::passed("persistence/a"), sample::with("persistence/b", errored)]);
        assert!(line(&unknown, "Persistence").starts_with("- [ ] **Persistence**: could not be told"), "{unknown}");
        let failed = Outcome::Failed(crate::model::Failure::default());
        let failed = told(&[sample::with("packages/import[scipy]", failed)]);
        assert!(
            line(&failed, "Package success rate").starts_with("- [ ] **Package success rate**: not met"),
            "{failed}"
        );
    }

    #[test]
    fn the_time_of_the_environments_is_held_against_its_budget() {
        let took = |seconds: f64| {
            let figure =
                Measurement { budget: Some(120.0), ..Measurement::once("environment", Unit::Seconds, seconds) };
            told(&[CheckEnded { measurements: vec![figure], ..sample::passed("performance/build[environment]") }])
        };
        assert!(line(&took(37.0), "Environment time").ends_with("met – 37.0 s of 2 min 0 s"), "{}", took(37.0));
        assert!(line(&took(130.0), "Environment time").contains("not met – 2 min 10 s"), "{}", took(130.0));
    }
}
