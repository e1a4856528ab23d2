//! The formats of the run folder.

use thiserror::Error;

use super::markdown::issue;
use super::{html, json, junit, markdown, prometheus, tap, verdict_file};
use crate::model::{Record, Verdict};

/// A report that cannot be rendered.
#[derive(Debug, Error)]
pub enum ReportError {
    /// A value has no JSON.
    #[error("cannot encode {file}")]
    Encode {
        /// The report's file name.
        file: &'static str,
        /// Why.
        source: serde_json::Error,
    },
    /// A value has no XML.
    #[error("cannot encode {file}")]
    Xml {
        /// The report's file name.
        file: &'static str,
        /// Why.
        source: quick_junit::SerializeError,
    },
    /// A template of ours does not fit what it is given.
    #[error("cannot render {file}: {reason}")]
    Template {
        /// The report's file name.
        file: &'static str,
        /// What does not fit, and where.
        reason: String,
    },
}

/// One format of a report.
#[derive(Debug, Clone, Copy)]
pub struct Format {
    /// Its name, as `markdown`.
    pub name: &'static str,
    /// Its file in the run folder, as `report.md`.
    pub file: &'static str,
    /// Renders it; pure.
    pub render: fn(&Record, &Verdict) -> Result<String, ReportError>,
}

/// The formats of the run folder, in alphabetical order.
pub const FORMATS: &[Format] = &[
    Format { name: "html", file: html::FILE, render: html::render },
    Format { name: "json", file: json::FILE, render: json::render },
    Format { name: "junit", file: junit::FILE, render: junit::render },
    Format { name: "markdown", file: markdown::FILE, render: markdown::render },
    Format { name: "prometheus", file: prometheus::FILE, render: prometheus::render },
    Format { name: "tap", file: tap::FILE, render: tap::render },
    Format { name: "verdict", file: verdict_file::FILE, render: verdict_file::render },
];

/// Formats that are made only where they are asked for.
pub const ON_REQUEST: &[Format] = &[Format { name: "issue", file: issue::FILE, render: issue::render }];

impl Format {
    /// Every format there is.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        FORMATS.iter().chain(ON_REQUEST)
    }

    /// The one that grows with the run, event by event; see [`grown`](super::grown).
    pub fn grows(&self) -> bool {
        self.file == tap::FILE
    }

    /// The page that a reader opens first. It is written last, so that where it is, the others are.
    pub fn is_page(&self) -> bool {
        self.file == markdown::FILE
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::model::event::CheckEnded;
    use crate::model::{Decision, Ending, Failure, Measurement, Outcome, Unit, sample};
    use crate::report::{Look, summary};

    #[test]
    fn names_and_files_of_formats_are_unique() {
        let names: BTreeSet<_> = Format::all().map(|format| format.name).collect();
        let files: BTreeSet<_> = Format::all().map(|format| format.file).collect();
        let number = Format::all().count();
        assert_eq!((names.len(), files.len()), (number, number));
    }

    #[test]
    fn odd_records_render_in_every_format_and_width() {
        let odd = "\u{0}\u{1b}[31m`|`\r\n**bold** <b>&amp;</b> [link](x) ``` \u{202e}".repeat(2000);
        let mut check = sample::with(
            "packages/import[a|b`c]",
            Outcome::Failed(Failure {
                expected: odd.clone(),
                actual: odd.clone(),
                diff: Some(odd.clone()),
                hint: Some(odd.clone()),
                step: Some(odd.clone()),
            }),
        );
        check.measurements = vec![
            Measurement { budget: Some(0.0), ..Measurement::once(&odd, Unit::Count, f64::NAN) },
            Measurement { samples: vec![], ..Measurement::once("none", Unit::Bytes, 0.0) },
        ];
        check.invocation = Some(vec![odd.clone()]);
        check.reproduce = Some(odd.clone());
        let advice = CheckEnded { counted: false, ..check.clone() };
        let odd_run = Record::of(&sample::run(&[check], Ending::Broken { reason: odd.clone() }));
        let not_counted = Record::of(&sample::run(&[advice], Ending::Completed));
        for record in [Record::default(), odd_run, not_counted] {
            let verdict = sample::verdict(Decision::Empty, &[odd.as_str()]);
            for format in Format::all() {
                let text = (format.render)(&record, &verdict).unwrap();
                let hidden = text.chars().find(|character| character.is_control() && *character != '\n');
                assert_eq!(hidden, None, "{}", format.name);
                assert!(text.ends_with('\n'), "{}", format.name);
            }
            for width in [0, 60, 100, 200] {
                let text = summary(&record, &verdict, Look { width, color: false });
                assert!(!text.contains(['\u{1b}', '\u{0}', '\u{202e}']), "at {width} columns");
            }
        }
    }
}
