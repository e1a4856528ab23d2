//! `verdict.json`: what a release is gated on, small enough to publish beside the image.

use serde::Serialize;

use super::format::ReportError;
use super::{json, wire};
use crate::model::{Record, Verdict};

/// Its name in the run folder.
pub(super) const FILE: &str = "verdict.json";

/// The verdict, and what it is about.
#[derive(Serialize)]
struct VerdictFile<'a> {
    schema: u32,
    verdict: wire::Decision,
    exit: u8,
    reasons: &'a [String],
    run: &'a str,
    subject: &'a str,
    /// The image's id; null when none was judged.
    image: Option<&'a str>,
    platform: Option<&'a str>,
    whole: bool,
    rate: wire::Rate,
    shakedown: &'a str,
}

/// Renders it.
pub(super) fn render(record: &Record, verdict: &Verdict) -> Result<String, ReportError> {
    let file = VerdictFile {
        schema: wire::SCHEMA,
        verdict: json::decision(verdict.decision),
        exit: verdict.exit_code(record.ending.as_ref()),
        reasons: &verdict.reasons,
        run: &record.start.run.0,
        subject: &record.start.subject,
        image: record.image.as_ref().map(|image| image.id.as_str()),
        platform: record.image.as_ref().map(|image| image.platform.as_str()),
        whole: record.start.whole,
        rate: json::rate(record.rate()),
        shakedown: &record.start.shakedown,
    };
    json::encode(FILE, &file)
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
}
