//! `verdict.json`: what a release is gated on, small enough to publish beside the image.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::format::ReportError;
use super::{json, wire};
use crate::model::claim::Claim;
use crate::model::{Decision, Record, Verdict};

/// Its name in the run folder.
pub(super) const FILE: &str = "verdict.json";

/// A verdict on an image, and what it is about.
///
/// Digests are as the engine has them, `sha256:…`; hashes are SHA-256 in hexadecimal.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "verdict.json of shakedown")]
struct VerdictFile {
    /// Number of the form of this file: 1.
    schema: u32,
    /// The answer.
    verdict: wire::Decision,
    /// What it would be if no other platform had to be judged; absent where none is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    alone: Option<wire::Decision>,
    /// The exit code of the run: 0 stable, 1 not stable, 3 inconclusive, 4 empty, 130 interrupted.
    exit: u8,
    /// Why, most important first; empty only for `stable`.
    reasons: Vec<String>,
    /// Worth telling although it decided nothing.
    #[serde(default)]
    remarks: Vec<String>,
    /// The run's id.
    run: String,
    /// The subject's name.
    subject: String,
    /// The image's id: the digest of its configuration, which push and pull keep; null when none was judged.
    image: Option<String>,
    /// Digests of its manifests in the repositories that it was pushed to or pulled from, `repository@sha256:…`.
    #[serde(default)]
    digests: Vec<String>,
    /// Operating system and architecture; null when no image was judged.
    platform: Option<String>,
    /// Platforms that must have a verdict of their own; empty: this one.
    #[serde(default)]
    platforms: Vec<String>,
    /// The stage of the chain that was judged; null where the image was not built in this run.
    #[serde(default)]
    stage: Option<String>,
    /// Whether it was the whole suite.
    whole: bool,
    /// The success rate over all counted checks.
    rate: wire::Rate,
    /// `host` where builds and containers were given the machine's certificate authorities, else `image`.
    #[serde(default)]
    trust: String,
    /// Where the image holds something of the machine that built it; null where nobody looked.
    #[serde(default)]
    traces: Option<Vec<String>>,
    /// What was asked for, by content.
    #[serde(default)]
    hashes: Hashes,
    /// shakedown's version.
    shakedown: String,
}

/// What was asked for, by content.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
struct Hashes {
    /// Of the subject's file.
    config: String,
    /// Of all suites.
    suites: String,
    /// Of the stages' Dockerfiles; empty where the image was not built in this run.
    dockerfiles: String,
}

/// Renders it.
pub fn render(record: &Record, verdict: &Verdict) -> Result<String, ReportError> {
    json::encode(FILE, &file(record, verdict))
}

/// What the file of this verdict would claim.
pub fn claim_of(record: &Record, verdict: &Verdict) -> Claim {
    claim(file(record, verdict))
}

fn file(record: &Record, verdict: &Verdict) -> VerdictFile {
    let (start, image) = (&record.start, record.image.as_ref());
    VerdictFile {
        schema: wire::SCHEMA,
        verdict: json::decision(verdict.decision),
        alone: verdict.alone.map(json::decision),
        exit: verdict.exit_code(record.ending.as_ref()),
        reasons: verdict.reasons.clone(),
        remarks: verdict.remarks.clone(),
        run: start.run.0.clone(),
        subject: start.subject.clone(),
        image: image.map(|image| image.id.clone()),
        digests: image.map(|image| image.digests.clone()).unwrap_or_default(),
        platform: image.map(|image| image.platform.clone()),
        platforms: verdict.platforms.clone(),
        stage: record.stages.last().map(|stage| stage.name.clone()),
        whole: start.whole,
        rate: json::rate(record.rate()),
        trust: start.trust.clone(),
        traces: record.traces.clone(),
        hashes: Hashes {
            config: start.hashes.config.clone(),
            suites: start.hashes.suites.clone(),
            dockerfiles: start.hashes.dockerfiles.clone(),
        },
        shakedown: start.shakedown.clone(),
    }
}

/// The JSON schema of `verdict.json`.
pub fn verdict_schema() -> serde_json::Value {
    schemars::schema_for!(VerdictFile).to_value()
}

/// Reads what a file claims; the error says what is wrong with it.
pub fn read_verdict(text: &str) -> Result<Claim, String> {
    let file: VerdictFile = serde_json::from_str(text).map_err(|error| format!("it is no verdict.json: {error}"))?;
    if file.schema != wire::SCHEMA {
        return Err(format!("it is of form {}, and this shakedown reads form {}", file.schema, wire::SCHEMA));
    }
    Ok(claim(file))
}

fn claim(file: VerdictFile) -> Claim {
    Claim {
        run: file.run,
        subject: file.subject,
        decision: decided(file.alone.unwrap_or(file.verdict)),
        reasons: file.reasons,
        image: file.image,
        platform: file.platform,
        platforms: file.platforms,
        whole: file.whole,
        // An older file does not say whose certificates were trusted: nobody looked.
        trusts_host: file.trust != "image",
        traces: file.traces,
        asked: [file.hashes.config, file.hashes.suites],
    }
}

fn decided(decision: wire::Decision) -> Decision {
    match decision {
        wire::Decision::Stable => Decision::Stable,
        wire::Decision::NotStable => Decision::NotStable,
        wire::Decision::Inconclusive => Decision::Inconclusive,
        wire::Decision::Empty => Decision::Empty,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample;

    #[test]
    fn it_says_what_was_judged_and_how() {
        let (record, verdict) = sample::good();
        insta::assert_snapshot!(render(&record, &verdict).unwrap());
    }

    #[test]
    fn without_an_image_there_is_no_id() {
        let (record, verdict) = sample::not_obtained();
        let value: serde_json::Value = serde_json::from_str(&render(&record, &verdict).unwrap()).unwrap();
        assert_eq!(value["image"], serde_json::Value::Null);
        assert_eq!(value["exit"], 3);
    }

    #[test]
    fn what_is_written_is_claimed_when_it_is_read() {
        let (mut record, mut verdict) = sample::good();
        record.traces = Some(Vec::new());
        verdict.decision = Decision::Inconclusive;
        verdict.alone = Some(Decision::Stable);
        verdict.platforms = vec!["linux/amd64".to_owned(), "linux/arm64".to_owned()];
        let claim = read_verdict(&render(&record, &verdict).unwrap()).unwrap();
        assert_eq!((claim.decision, claim.trusts_host, claim.traces), (Decision::Stable, true, Some(Vec::new())));
        assert_eq!(
            (claim.image, claim.platform),
            (record.image.clone().map(|image| image.id), Some("linux/amd64".to_owned()))
        );
        assert_eq!((claim.platforms.len(), claim.asked[0].as_str()), (2, record.start.hashes.config.as_str()));
    }

    #[test]
    fn what_is_no_verdict_is_refused() {
        assert!(read_verdict("{}").unwrap_err().starts_with("it is no verdict.json: "));
        let (record, verdict) = sample::good();
        let later = render(&record, &verdict).unwrap().replacen("\"schema\": 1", "\"schema\": 9", 1);
        assert_eq!(read_verdict(&later).unwrap_err(), "it is of form 9, and this shakedown reads form 1");
    }

    #[test]
    fn the_committed_schema_is_the_one_of_the_code() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../configs/schema/verdict.schema.json");
        let schema = verdict_schema();
        if std::env::var_os("SHAKEDOWN_WRITE_SCHEMAS").is_some() {
            std::fs::write(file, format!("{schema:#}\n")).unwrap();
        }
        let committed: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        assert!(
            committed == schema,
            "{file} is out of date; write it anew: SHAKEDOWN_WRITE_SCHEMAS=1 cargo test -p shakedown committed_schema"
        );
    }
}
