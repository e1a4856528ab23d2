//! `report.prom`: figures in Prometheus' text exposition format, for a textfile collector or a push gateway.

use std::collections::BTreeSet;

use super::format::ReportError;
use super::text;
use crate::model::{CheckRecord, Decision, Measurement, Record, Unit, Verdict};

/// Its name in the run folder.
pub(super) const FILE: &str = "report.prom";

/// Outcomes by their name on the wire: each has its series, also where it is 0.
const OUTCOMES: [&str; 7] = ["passed", "failed", "timed-out", "blocked", "skipped", "errored", "undecided"];

/// Decisions by their label.
const DECISIONS: [(Decision, &str); 4] = [
    (Decision::Stable, "stable"),
    (Decision::NotStable, "not-stable"),
    (Decision::Inconclusive, "inconclusive"),
    (Decision::Empty, "empty"),
];

/// Renders it.
#[expect(clippy::unnecessary_wraps, reason = "the formats share one signature, and others can fail")]
pub(super) fn render(record: &Record, verdict: &Verdict) -> Result<String, ReportError> {
    let page = Page { subject: text::one_line(&record.start.subject, 200) };
    Ok([page.run(record, verdict), page.checks(record), page.figures(record)].concat())
}

/// What all series have in common.
struct Page {
    subject: String,
}

/// One series: its labels but for the subject, and its value.
type Series<'a> = (Vec<(&'a str, String)>, f64);

impl Page {
    /// A metric with its series; nothing where it has none. Of equal ones the first counts.
    fn gauge(&self, name: &str, help: &str, series: impl IntoIterator<Item = Series<'static>>) -> String {
        let mut seen = BTreeSet::new();
        let mut lines = String::new();
        for (labels, value) in series {
            let subject = [("subject", self.subject.clone())];
            let labels: Vec<_> = subject.iter().chain(&labels).map(|(name, value)| label(name, value)).collect();
            let labels = labels.join(",");
            if seen.insert(labels.clone()) {
                lines += &format!("shakedown_{name}{{{labels}}} {}\n", number(value));
            }
        }
        if lines.is_empty() {
            return lines;
        }
        format!("# HELP shakedown_{name} {help}\n# TYPE shakedown_{name} gauge\n{lines}")
    }

    fn run(&self, record: &Record, verdict: &Verdict) -> String {
        let start = &record.start;
        let image = record.image.as_ref();
        let info = vec![
            ("run", start.run.0.clone()),
            ("manager", start.manager.clone()),
            ("manager_version", record.manager_version.clone().unwrap_or_default()),
            ("image", image.map(|image| image.id.clone()).unwrap_or_default()),
            ("platform", image.map(|image| image.platform.clone()).unwrap_or_default()),
            ("shakedown", start.shakedown.clone()),
            ("whole", start.whole.to_string()),
        ];
        let verdicts = DECISIONS.map(|(decision, name)| {
            (vec![("verdict", name.to_owned())], f64::from(u8::from(verdict.decision == decision)))
        });
        let exit = f64::from(verdict.exit_code(record.ending.as_ref()));
        let rate = record.rate();
        let rate = (rate.counted > 0).then(|| (Vec::new(), rate.passed as f64 / rate.counted as f64));
        let stages = record.stages.iter().map(|stage| (vec![("stage", stage.name.clone())], stage.seconds));
        let bytes = image.map(|image| (Vec::new(), image.bytes as f64));
        [
            self.gauge("run_info", "What was run; always 1.", [(info, 1.0)]),
            self.gauge("run_seconds", "How long the run took.", [(Vec::new(), record.seconds)]),
            self.gauge("run_exit_code", "The exit code of the run.", [(Vec::new(), exit)]),
            self.gauge("verdict", "1 for the verdict of the run, 0 for the others.", verdicts),
            self.gauge("success_ratio", "Passed of counted checks, 0 to 1.", rate),
            self.gauge("stage_build_seconds", "How long the build of a stage took.", stages),
            self.gauge("image_bytes", "Size of all layers of the image.", bytes),
        ]
        .concat()
    }

    fn checks(&self, record: &Record) -> String {
        let outcomes = record.phases.iter().flat_map(|phase| {
            OUTCOMES.map(|outcome| {
                let number = phase.checks.iter().filter(|check| check.ended.outcome.name() == outcome).count();
                (vec![("phase", phase.phase.clone()), ("outcome", outcome.to_owned())], number as f64)
            })
        });
        let flaky = record.phases.iter().map(|phase| {
            let number = phase.checks.iter().filter(|check| check.is_flaky()).count();
            (vec![("phase", phase.phase.clone())], number as f64)
        });
        let phases = record.phases.iter().map(|phase| (vec![("phase", phase.phase.clone())], phase.seconds));
        let checks = record.checks().filter(|check| check.concluded).map(|check| (of(check), check.ended.seconds));
        [
            self.gauge("checks", "Checks by phase and outcome.", outcomes),
            self.gauge("flaky_checks", "Checks that passed only after a retry.", flaky),
            self.gauge("phase_seconds", "How long a phase took.", phases),
            self.gauge("check_seconds", "How long a check took.", checks),
        ]
        .concat()
    }

    fn figures(&self, record: &Record) -> String {
        let units = [(Unit::Seconds, "seconds"), (Unit::Bytes, "bytes"), (Unit::Count, "things")];
        let figures: Vec<_> = record
            .checks()
            .flat_map(|check| check.ended.measurements.iter().map(move |figure| (check, figure)))
            .collect();
        let of_unit = |unit: Unit, value: fn(&Measurement) -> Option<f64>| {
            let of_unit = figures.iter().filter(move |(_, figure)| figure.unit == unit);
            of_unit.filter_map(move |(check, figure)| {
                let mut labels = of(check);
                labels.push(("figure", figure.name.clone()));
                Some((labels, value(figure)?))
            })
        };
        let metrics = |(unit, suffix): (Unit, &str)| {
            let name = |what: &str| format!("measurement_{what}{suffix}");
            let median = of_unit(unit, |figure| Some(figure.median()));
            let spread = of_unit(unit, |figure| Some(figure.spread()));
            let budget = of_unit(unit, |figure| figure.budget);
            [
                self.gauge(&name(""), "Median of what a check measured.", median),
                self.gauge(&name("spread_"), "Median absolute deviation of what a check measured.", spread),
                self.gauge(&name("budget_"), "The limit of what a check measured.", budget),
            ]
            .concat()
        };
        units.into_iter().map(metrics).collect()
    }
}

/// The labels of a check.
fn of(check: &CheckRecord) -> Vec<(&'static str, String)> {
    let id = &check.ended.check;
    vec![("phase", id.phase.clone()), ("check", id.to_string())]
}

fn label(name: &str, value: &str) -> String {
    let value = text::one_line(value, 300).replace('\\', "\\\\").replace('"', "\\\"");
    format!("{name}=\"{value}\"")
}

/// A value as the format has it.
fn number(value: f64) -> String {
    if value.is_nan() {
        "NaN".to_owned()
    } else if value.is_infinite() {
        if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned()
    } else {
        value.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::event::CheckEnded;
    use crate::model::{Ending, Outcome, sample};

    fn rendered((record, verdict): (Record, Verdict)) -> String {
        render(&record, &verdict).unwrap()
    }

    #[test]
    fn every_outcome() {
        insta::assert_snapshot!(rendered(sample::mixed()));
    }

    #[test]
    fn every_outcome_has_its_series() {
        let (record, _) = sample::mixed();
        let names: BTreeSet<_> = record.checks().map(|check| check.ended.outcome.name()).collect();
        assert_eq!(names, BTreeSet::from(OUTCOMES));
        let page = rendered(sample::good());
        assert!(page.contains("shakedown_checks{subject=\"uv\",phase=\"packages\",outcome=\"failed\"} 0\n"), "{page}");
        assert!(page.contains("shakedown_verdict{subject=\"uv\",verdict=\"stable\"} 1\n"), "{page}");
    }

    #[test]
    fn values_and_labels_have_the_form_of_the_format() {
        assert_eq!(label("check", "a\"b\\c\nd"), "check=\"a\\\"b\\\\c d\"");
        assert_eq!([f64::NAN, f64::INFINITY, 0.5, 442e6].map(number), ["NaN", "+Inf", "0.5", "442000000"]);
    }

    #[test]
    fn no_series_is_there_twice() {
        let figure = || Measurement::once("wall", Unit::Seconds, 1.0);
        let check =
            CheckEnded { measurements: vec![figure(), figure()], ..sample::with("performance/a", Outcome::Passed) };
        let record = Record::of(&sample::run(&[check], Ending::Completed));
        let page = rendered((record, sample::verdict(Decision::Stable, &[])));
        assert_eq!(page.matches("\nshakedown_measurement_seconds{").count(), 1, "{page}");
    }
}
