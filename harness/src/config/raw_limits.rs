//! The parts of a subject as written whose keys are free: budgets and the gate.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Visitor};

use super::located::{Located, Ordered, Scalar, Text};

/// One limit, or a map of them.
#[derive(Debug)]
pub(super) enum RawBudget {
    /// A duration, size or count.
    Limit(String),
    /// Limits by name.
    Group(Vec<(Text, Located<RawBudget>)>),
}

/// What it takes to be stable.
#[derive(Debug, Default)]
pub(super) struct RawGate {
    /// Success rate over all counted checks.
    pub success_rate: Option<Text>,
    /// Success rates by phase.
    pub phases: Ordered<Text>,
    /// Checks whose passing after a retry does not count against the subject.
    pub allow_flaky: Vec<Text>,
    /// Checks that must have passed.
    pub must_pass: Vec<Text>,
    /// Advice that may fail.
    pub allow_advice: Option<Vec<Text>>,
    /// Failures that are known.
    pub quarantine: Vec<RawQuarantine>,
    /// What the run is held against.
    pub baseline: Option<RawBaseline>,
    /// Platforms that must have a verdict.
    pub platforms: Vec<Text>,
    /// Limits on build measurements, by their name.
    pub limits: Vec<(Text, Text)>,
}

/// A check that is known to fail, put up with for a while.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "Quarantine")]
pub(super) struct RawQuarantine {
    /// The check's id, without item: all items.
    pub check: Text,
    /// Why.
    pub reason: Text,
    /// The last day of runs whose failure is put up with, `2026-12-31`, in UTC.
    pub until: Text,
}

/// What the run is held against, and what regressions mean.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "Baseline")]
pub(super) struct RawBaseline {
    /// A run folder; absent: only `--baseline` names one.
    #[serde(default)]
    pub run: Option<Text>,
    /// `fail`: a regression is not stable; `advise` (default): it is told.
    #[serde(default)]
    pub regressions: RawRegressions,
    /// How much worse a figure may get, beyond noise.
    #[serde(default)]
    pub tolerance: RawTolerance,
}

/// What a regression means.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "Regressions")]
pub(super) enum RawRegressions {
    /// It is not stable.
    Fail,
    /// It is told.
    #[default]
    Advise,
}

/// How much worse a figure may get, beyond noise.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "Tolerance")]
pub(super) struct RawTolerance {
    /// Of a duration; absent: 25%.
    #[serde(default)]
    pub time: Option<Text>,
    /// Of a size or count; absent: 10%.
    #[serde(default)]
    pub size: Option<Text>,
}

impl<'de> Deserialize<'de> for RawBudget {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct LimitOrGroup;

        impl<'de> Visitor<'de> for LimitOrGroup {
            type Value = RawBudget;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a limit such as `30s` or `100MB`, or a map of limits")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(RawBudget::Limit(text.to_owned()))
            }

            fn visit_u64<E: Error>(self, count: u64) -> Result<Self::Value, E> {
                Ok(RawBudget::Limit(count.to_string()))
            }

            fn visit_i64<E: Error>(self, count: i64) -> Result<Self::Value, E> {
                Ok(RawBudget::Limit(count.to_string()))
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
                Ok(RawBudget::Limit(number.to_string()))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut limits = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    limits.push(entry);
                }
                Ok(RawBudget::Group(limits))
            }
        }

        deserializer.deserialize_any(LimitOrGroup)
    }
}

impl<'de> Deserialize<'de> for RawGate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Keys;

        impl<'de> Visitor<'de> for Keys {
            type Value = RawGate;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a map")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut gate = RawGate::default();
                while let Some(key) = map.next_key::<Text>()? {
                    match key.text() {
                        "success-rate" => gate.success_rate = Some(map.next_value()?),
                        "phases" => gate.phases = map.next_value()?,
                        "allow-flaky" => gate.allow_flaky = map.next_value()?,
                        "must-pass" => gate.must_pass = map.next_value()?,
                        "allow-advice" => gate.allow_advice = Some(map.next_value()?),
                        "quarantine" => gate.quarantine = map.next_value()?,
                        "baseline" => gate.baseline = Some(map.next_value()?),
                        "platforms" => gate.platforms = map.next_value()?,
                        _ => gate.limits.push((key, map.next_value()?)),
                    }
                }
                Ok(gate)
            }
        }

        deserializer.deserialize_map(Keys)
    }
}

impl JsonSchema for RawBudget {
    fn schema_name() -> Cow<'static, str> {
        "Budget".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A duration, a size or a count, or a map of them.",
            "anyOf": [
                {"type": ["string", "integer"]},
                {"type": "object", "additionalProperties": generator.subschema_for::<RawBudget>()}
            ]
        })
    }
}

impl JsonSchema for RawGate {
    fn schema_name() -> Cow<'static, str> {
        "Gate".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let scalar = generator.subschema_for::<Scalar>();
        let mut baseline = generator.subschema_for::<RawBaseline>();
        baseline.insert("description".to_owned(), "What the run is held against.".into());
        json_schema!({
            "description": "What it takes to be stable.",
            "type": "object",
            "properties": {
                "success-rate": {
                    "description": "Success rate over all counted checks, as `> 95%`; absent: `100%`.", "type": "string"
                },
                "phases": {
                    "description": "Success rates by phase; a phase named here must have counted checks.",
                    "type": "object", "additionalProperties": {"type": "string"}
                },
                "allow-flaky": {
                    "description": "Checks whose passing after a retry does not keep `stable` away.",
                    "type": "array", "items": scalar
                },
                "must-pass": {
                    "description": "Checks that must have passed whatever the success rate, advice included.",
                    "type": "array", "items": scalar
                },
                "allow-advice": {
                    "description": "Advice that may fail; other advice that fails is not stable. Absent: all may.", "type": "array", "items": scalar
                },
                "quarantine": {
                    "description": "Failures that are known and do not count for a while.",
                    "type": "array", "items": generator.subschema_for::<RawQuarantine>()
                },
                "baseline": baseline,
                "platforms": {
                    "description": "Platforms that must have a verdict, as `linux/amd64`; absent: the one that was judged.",
                    "type": "array", "items": scalar
                }
            },
            "additionalProperties": {
                "description": "Limit on a measurement of the build by its name, a duration.", "type": "string"
            }
        })
    }
}
