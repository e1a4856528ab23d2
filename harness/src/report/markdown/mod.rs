//! `report.md`: the whole story for people, in the order in which they ask.

mod conclusions;
mod escape;
mod head;
mod results;

use super::format::ReportError;
use crate::model::{Record, Verdict};

/// Its name in the run folder.
pub(super) const FILE: &str = "report.md";

/// Renders it.
#[expect(clippy::unnecessary_wraps, reason = "the formats share one signature, and others can fail")]
pub(super) fn render(record: &Record, verdict: &Verdict) -> Result<String, ReportError> {
    let sections = [
        head::title(record, verdict),
        head::environment(record),
        head::build(record),
        head::ending(record),
        head::manager(record),
        results::phases(record),
        results::details(record),
        conclusions::measurements(record),
        conclusions::issues(record),
        conclusions::recommendations(record),
        conclusions::verdict(record, verdict),
    ];
    let told: Vec<_> = sections.iter().map(|section| section.trim()).filter(|section| !section.is_empty()).collect();
    Ok(told.join("\n\n") + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Decision, sample};

    fn rendered((record, verdict): (Record, Verdict)) -> String {
        render(&record, &verdict).unwrap()
    }

    #[test]
    fn all_green() {
        insta::assert_snapshot!(rendered(sample::good()));
    }

    #[test]
    fn every_outcome() {
        insta::assert_snapshot!(rendered(sample::mixed()));
    }

    #[test]
    fn a_failed_build() {
        insta::assert_snapshot!(rendered(sample::not_built()));
    }

    #[test]
    fn a_manager_that_cannot_be_obtained() {
        insta::assert_snapshot!(rendered(sample::not_obtained()));
    }

    #[test]
    fn a_container_that_ends_at_once() {
        insta::assert_snapshot!(rendered(sample::not_started()));
    }

    #[test]
    fn an_interrupted_run() {
        insta::assert_snapshot!(rendered(sample::interrupted()));
    }

    #[test]
    fn an_empty_record() {
        let verdict = sample::verdict(Decision::Empty, &["nothing was selected"]);
        insta::assert_snapshot!(render(&Record::default(), &verdict).unwrap());
    }
}
