//! `report.json`: a record translated into the public form.

use super::account::Account;
use super::format::ReportError;
use super::wire;
use crate::model::reference::Calibration;
use crate::model::setup::Setup;
use crate::model::{
    BuiltStage, CheckRecord, Decision, Ending, Measurement, Outcome, PhaseRecord, Priority, Rate, Record, Unit, Verdict,
};

/// Its name in the run folder.
pub(super) const FILE: &str = "report.json";

/// Renders it, indented, with a line break at the end.
pub(super) fn render(record: &Record, verdict: &Verdict) -> Result<String, ReportError> {
    encode(FILE, &report(record, verdict))
}

/// The JSON schema of `report.json`.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(wire::Report).to_value()
}

/// Indented JSON. Characters that could steer a terminal are escapes in it, as JSON has it for most of them anyway.
pub(super) fn encode(file: &'static str, value: &impl serde::Serialize) -> Result<String, ReportError> {
    let json = serde_json::to_string_pretty(value).map_err(|source| ReportError::Encode { file, source })?;
    let escape = |character: char| match u32::from(character) {
        code @ 0x7f..=0x9f => format!("\\u{code:04x}"),
        _ => character.to_string(),
    };
    Ok(json.chars().map(escape).chain(["\n".to_owned()]).collect())
}

fn report(record: &Record, verdict: &Verdict) -> wire::Report {
    let start = &record.start;
    let engine = |key: &str| start.engine.get(key).cloned();
    let host = |key: &str| start.host.get(key);
    wire::Report {
        schema: wire::SCHEMA,
        run: start.run.to_string(),
        subject: start.subject.clone(),
        shakedown: start.shakedown.clone(),
        started: record.started.clone(),
        seconds: finite(record.seconds),
        whole: start.whole,
        ending: record.ending.as_ref().map(ending),
        verdict: wire::Verdict {
            verdict: decision(verdict.decision),
            exit: verdict.exit_code(record.ending.as_ref()),
            reasons: verdict.reasons.clone(),
            remarks: verdict.remarks.clone(),
        },
        rate: rate(record.rate()),
        image: image(record),
        manager: wire::Manager {
            name: start.manager.clone(),
            version: record.manager_version.clone(),
            configuration: record.configuration.clone(),
            setup: setup(&start.setup),
        },
        engine: wire::Engine { name: engine("name"), version: engine("version"), api: engine("api") },
        host: wire::Host {
            cpus: host("cpus").and_then(|number| number.parse().ok()),
            memory_bytes: host("memory_bytes").and_then(|number| number.parse().ok()),
            os: host("os").cloned(),
            kernel: host("kernel").cloned(),
        },
        limits: record.limits.clone(),
        reference: record.calibrations.iter().map(calibration).collect(),
        notices: record.notices.clone(),
        phases: record.phases.iter().map(phase).collect(),
        measurements: record
            .measurements()
            .into_iter()
            .map(|(check, figure)| wire::Measurement { check: Some(check.to_string()), ..measurement(figure) })
            .collect(),
    }
}

fn calibration(calibration: &Calibration) -> wire::Reference {
    let median = calibration.median();
    wire::Reference {
        moment: calibration.moment.clone(),
        samples: calibration.samples.len(),
        seconds: finite(median.total()),
        processor_seconds: finite(median.processor),
        files_seconds: finite(median.files),
        processes_seconds: finite(median.processes),
        slowdown: finite(calibration.slowdown()),
    }
}

fn setup(setup: &Setup) -> wire::Setup {
    wire::Setup {
        file: setup.file.clone(),
        version: Some(setup.version.clone()).filter(|range| !range.is_empty()),
        binary: setup.binary.clone(),
        home: setup.home.clone(),
        cache: setup.cache().map(str::to_owned),
        variables: setup.variables.clone(),
        folders: setup.folders.clone(),
        path: setup.path.clone(),
        sources: setup.sources.clone(),
    }
}

fn image(record: &Record) -> wire::Image {
    let image = record.image.as_ref();
    wire::Image {
        id: image.map(|image| image.id.clone()),
        name: image.and_then(|image| image.name.clone()),
        platform: image.map(|image| image.platform.clone()),
        bytes: image.map(|image| image.bytes),
        trust: record.start.trust.clone(),
        stages: record.stages.iter().map(stage).collect(),
        failure: record.build_failure.clone().map(|failure| wire::BuildFailure {
            stage: failure.stage,
            step: failure.step,
            message: failure.message,
            log: failure.log,
            environment: failure.environment,
            hint: failure.hint,
        }),
    }
}

fn stage(stage: &BuiltStage) -> wire::Stage {
    let steps = stage.steps.iter().map(|step| wire::Step {
        step: step.step.clone(),
        seconds: finite(step.seconds),
        cached: step.cached,
    });
    wire::Stage {
        name: stage.name.clone(),
        cached: stage.cached,
        seconds: finite(stage.seconds),
        bytes: stage.bytes,
        base_bytes: stage.base_bytes,
        steps: steps.collect(),
    }
}

fn phase(phase: &PhaseRecord) -> wire::Phase {
    let rate = phase.rate();
    wire::Phase {
        phase: phase.phase.clone(),
        priority: priority(phase.priority).to_owned(),
        passed: rate.passed,
        counted: rate.counted,
        seconds: finite(phase.seconds),
        diagnosis: phase.diagnosis.clone(),
        checks: phase.checks.iter().map(check).collect(),
    }
}

fn check(check: &CheckRecord) -> wire::Check {
    let ended = &check.ended;
    let told = Account::of(check);
    let outputs = ended.output_paths();
    wire::Check {
        id: ended.check.to_string(),
        outcome: outcome(&ended.outcome),
        counted: ended.counted,
        flaky: check.is_flaky(),
        seconds: finite(ended.seconds),
        attempts: ended.attempts,
        about: ended.about.clone(),
        expected: told.expected,
        actual: told.actual,
        diff: told.diff,
        reason: told.reason,
        hint: told.hint,
        invocation: ended.invocation.clone(),
        looked_at: ended.looked_at.clone(),
        measurements: ended.measurements.iter().map(measurement).collect(),
        stdout: outputs.stdout,
        stderr: outputs.stderr,
        reproduce: ended.reproduce.clone(),
        notes: ended.notes.clone(),
    }
}

fn measurement(measurement: &Measurement) -> wire::Measurement {
    let unit = match measurement.unit {
        Unit::Seconds => "s",
        Unit::Bytes => "B",
        Unit::Count => "count",
    };
    wire::Measurement {
        name: measurement.name.clone(),
        check: None,
        unit: unit.to_owned(),
        median: finite(measurement.median()),
        spread: finite(measurement.spread()),
        samples: measurement.samples.len(),
        budget: measurement.budget.map(finite),
        slowdown: measurement.slowdown.map(finite),
    }
}

pub(super) fn rate(rate: Rate) -> wire::Rate {
    wire::Rate { passed: rate.passed, counted: rate.counted, percent: rate.percent() }
}

pub(super) fn decision(decision: Decision) -> wire::Decision {
    match decision {
        Decision::Stable => wire::Decision::Stable,
        Decision::NotStable => wire::Decision::NotStable,
        Decision::Inconclusive => wire::Decision::Inconclusive,
        Decision::Empty => wire::Decision::Empty,
    }
}

fn ending(ending: &Ending) -> wire::Ending {
    match ending {
        Ending::Completed => wire::Ending::Completed,
        Ending::NotBuilt => wire::Ending::NotBuilt,
        Ending::NotObtained { .. } => wire::Ending::NotObtained,
        Ending::NotStarted { .. } => wire::Ending::NotStarted,
        Ending::Cut => wire::Ending::Cut,
        Ending::Interrupted => wire::Ending::Interrupted,
        Ending::Broken { .. } => wire::Ending::Broken,
    }
}

fn outcome(outcome: &Outcome) -> wire::Outcome {
    match outcome {
        Outcome::Passed => wire::Outcome::Passed,
        Outcome::Failed(_) => wire::Outcome::Failed,
        Outcome::TimedOut { .. } => wire::Outcome::TimedOut,
        Outcome::Blocked { .. } => wire::Outcome::Blocked,
        Outcome::Skipped { .. } => wire::Outcome::Skipped,
        Outcome::Errored { .. } => wire::Outcome::Errored,
        Outcome::Undecided { .. } => wire::Outcome::Undecided,
    }
}

/// The priority's name.
pub(super) fn priority(priority: Priority) -> &'static str {
    match priority {
        Priority::High => "high",
        Priority::Medium => "medium",
        Priority::Low => "low",
    }
}

/// JSON has no numbers beyond the finite, and readers are promised one. Nobody measures below a millionth.
fn finite(value: f64) -> f64 {
    if value.is_finite() { (value * 1e6).round() / 1e6 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::model::sample;

    fn all() -> [(Record, Verdict); 5] {
        [sample::good(), sample::mixed(), sample::not_built(), sample::not_obtained(), sample::interrupted()]
    }

    #[test]
    fn the_report_of_a_run_with_every_outcome() {
        let (record, verdict) = sample::mixed();
        insta::assert_snapshot!(render(&record, &verdict).unwrap());
    }

    #[test]
    fn what_is_written_reads_back_the_same() {
        for (record, verdict) in all() {
            let text = render(&record, &verdict).unwrap();
            let read: wire::Report = serde_json::from_str(&text).unwrap();
            assert_eq!(read, report(&record, &verdict));
        }
    }

    #[test]
    fn every_object_has_the_keys_and_values_that_the_schema_allows() {
        let schema = schema();
        for (record, verdict) in all() {
            let text = render(&record, &verdict).unwrap();
            conforms(&serde_json::from_str(&text).unwrap(), &schema, &schema, "report");
        }
    }

    /// The part of JSON Schema that our schema uses: references, objects, arrays, constants of enumerations, null.
    fn conforms(value: &Value, schema: &Value, root: &Value, place: &str) {
        if let Some(name) = schema["$ref"].as_str() {
            let definition = &root["$defs"][name.trim_start_matches("#/$defs/")];
            return conforms(value, definition, root, place);
        }
        let variants = schema["anyOf"].as_array().or(schema["oneOf"].as_array());
        if let Some(variants) = variants {
            let constants: Vec<_> = variants.iter().filter_map(|variant| variant.get("const")).collect();
            if constants.is_empty() {
                let fitting = variants.iter().find(|variant| (variant["type"] == "null") == value.is_null());
                return conforms(value, fitting.expect("a variant fits"), root, place);
            }
            return assert!(constants.contains(&value), "{place}: {value}");
        }
        let kind = match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(number) if number.is_f64() => "number",
            Value::Number(_) => "integer",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        let allowed = schema["type"].to_string();
        assert!(allowed.contains(&format!("\"{kind}\"")), "{place}: {kind} is not {allowed}");
        for (number, item) in value.as_array().into_iter().flatten().enumerate() {
            conforms(item, &schema["items"], root, &format!("{place}[{number}]"));
        }
        let Some(fields) = value.as_object() else { return };
        for required in schema["required"].as_array().into_iter().flatten() {
            assert!(fields.contains_key(required.as_str().unwrap()), "{place} lacks {required}");
        }
        for (name, field) in fields {
            let known = schema["properties"].get(name).or(schema.get("additionalProperties"));
            conforms(
                field,
                known.unwrap_or_else(|| panic!("{place}.{name} is unknown")),
                root,
                &format!("{place}.{name}"),
            );
        }
    }

    /// With `SHAKEDOWN_WRITE_SCHEMAS` set, writes the committed file anew.
    #[test]
    fn the_committed_schema_is_the_one_of_the_code() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../configs/schema/report.schema.json");
        if std::env::var_os("SHAKEDOWN_WRITE_SCHEMAS").is_some() {
            std::fs::write(file, format!("{:#}\n", schema())).unwrap();
        }
        let committed: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        assert!(
            committed == schema(),
            "{file} is out of date; write it anew: SHAKEDOWN_WRITE_SCHEMAS=1 cargo test -p shakedown committed_schema"
        );
    }

    #[test]
    fn a_run_without_anything_counted_has_no_percent() {
        let text = render(&Record::default(), &sample::verdict(Decision::Empty, &[])).unwrap();
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["rate"]["percent"], Value::Null);
        assert_eq!(value["verdict"]["exit"], 4);
    }
}
