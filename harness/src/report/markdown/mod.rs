//! `report.md`: the whole story for people, in the order in which they ask.

mod conclusions;
mod escape;
mod head;
pub(super) mod issue;
mod metrics;
mod results;

use self::escape::Room;
use super::commands::Commands;
use super::format::ReportError;
use crate::model::{Record, Verdict};

/// Its name in the run folder.
pub(super) const FILE: &str = "report.md";

/// How much of a text a block shows: all that is sensible to read, and less where the page grows too large by it.
const ROOMS: [Room; 4] = [
    Room { lines: 200, bytes: 16 << 10, commands: Commands::All },
    Room { lines: 40, bytes: 2 << 10, commands: Commands::All },
    Room { lines: 4, bytes: 120, commands: Commands::OneOfEachName },
    Room { lines: 4, bytes: 120, commands: Commands::Short },
];

/// Bytes that the page should not exceed. GitHub shows no summary of a step that has more than 1 MiB.
const LARGEST: usize = 1_000_000;

/// Renders it.
#[expect(clippy::unnecessary_wraps, reason = "the formats share one signature, and others can fail")]
pub(super) fn render(record: &Record, verdict: &Verdict) -> Result<String, ReportError> {
    Ok(roomiest(record, verdict, LARGEST))
}

/// The page in at most so many bytes, if need be with nothing but its title, its phases and its verdict, or not even
/// those.
pub fn page_within(record: &Record, verdict: &Verdict, bytes: usize) -> String {
    let page = roomiest(record, verdict, bytes.min(LARGEST));
    if page.len() <= bytes {
        return page;
    }
    let shortest =
        joined(&[head::title(record, verdict), results::phases(record), conclusions::verdict(record, verdict)]);
    if shortest.len() <= bytes { shortest } else { String::new() }
}

/// The page with as much of everything as fits into so many bytes, or the smallest there is.
fn roomiest(record: &Record, verdict: &Verdict, bytes: usize) -> String {
    let mut page = String::new();
    for room in ROOMS {
        page = with_room(record, verdict, room);
        if page.len() <= bytes {
            break;
        }
    }
    page
}

fn with_room(record: &Record, verdict: &Verdict, room: Room) -> String {
    let sections = [
        head::title(record, verdict),
        head::environment(record),
        head::build(record, room),
        head::ending(record, room),
        head::manager(record),
        results::phases(record),
        results::details(record, room),
        results::all_checks(record),
        conclusions::measurements(record),
        conclusions::issues(record),
        conclusions::recommendations(record),
        metrics::section(record),
        conclusions::verdict(record, verdict),
    ];
    joined(&sections)
}

fn joined(sections: &[String]) -> String {
    let told: Vec<_> = sections.iter().map(|section| section.trim()).filter(|section| !section.is_empty()).collect();
    told.join("\n\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::event::CheckEnded;
    use crate::model::{Decision, Ending, Failure, Outcome, sample};

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

    /// A run with this many failures, each with this text in every place, and it as the diagnosis.
    fn failing(checks: usize, text: &str) -> (Record, Verdict) {
        let failure = Failure {
            expected: text.to_owned(),
            actual: text.to_owned(),
            diff: Some(text.to_owned()),
            ..Failure::default()
        };
        let check = |number| CheckEnded {
            reproduce: Some(text.to_owned()),
            ..sample::with(&format!("packages/import[{number}]"), Outcome::Failed(failure.clone()))
        };
        let checks: Vec<_> = (0..checks).map(check).collect();
        let mut record = Record::of(&sample::run(&checks, Ending::Completed));
        record.phases[0].diagnosis = Some(text.to_owned());
        (record, sample::verdict(Decision::NotStable, &["it failed"]))
    }

    #[test]
    fn a_diagnosis_is_shown_whole() {
        let lines: String = (0..150).map(|number| format!("-rw-r--r-- root:root /opt/uv/bin/{number}\n")).collect();
        let page = rendered(failing(1, &lines));
        assert!(page.contains(&lines));
        assert!(!page.contains("left out"), "{page}");
    }

    #[test]
    fn a_page_of_many_long_failures_is_one_that_github_shows() {
        let long = "what a program printed, on and on\n".repeat(300);
        for checks in [1, 60, 500] {
            let page = rendered(failing(checks, &long));
            assert!(page.len() <= LARGEST, "{checks} failures: {} bytes", page.len());
            assert!(page.contains("left out; the whole is in report.json)"));
            assert_eq!(page.matches("- **failed**: ").count(), checks, "each is told");
        }
    }

    #[test]
    fn a_command_of_many_lines_is_there_to_be_copied_and_folded_away() {
        let script = "docker run --rm image -c '\nimport scipy\n'";
        let folded = "\n<details><summary>Reproduce</summary>\n\n```sh\ndocker run --rm image -c '\nimport scipy\n";
        assert!(rendered(failing(1, script)).contains(folded));
    }

    #[test]
    fn a_long_command_is_whole_as_long_as_the_page_has_room() {
        let long = format!("docker run --rm image -c '\n{}'", "import scipy\n".repeat(700));
        let whole = format!("```sh\n{long}\n```\n");
        assert_eq!(rendered(failing(9, &long)).matches(&whole).count(), 9);
        let page = rendered(failing(300, &long));
        assert_eq!(page.matches(&whole).count(), 1, "that of the first");
        let like =
            "  - Reproduce: a command of 702 lines, whole in report.json, and like that of `packages/import[0]`\n";
        assert_eq!(page.matches(like).count(), 299);
    }

    #[test]
    fn whose_reason_a_failure_may_share_stands_in_its_own_list() {
        let (record, verdict) = failing(2, "docker run --rm image -c '\nimport scipy\n'");
        let page = rendered((record, verdict));
        let second = page.split("- **failed**: ").nth(2).expect("two failures");
        let own = second.split("<details>").next().unwrap_or_default();
        assert!(own.contains("  - Perhaps for the reason of `packages/import[0]`\n"), "{second}");
    }

    #[test]
    fn standard_error_is_not_told_twice() {
        let traceback = "Traceback (most recent call last):\n  line 1\nModuleNotFoundError: scipy\n";
        let told = |actual: &str| {
            let failure = Failure { actual: actual.to_owned(), ..Failure::default() };
            let stderr = Some(traceback.to_owned());
            let check = CheckEnded { stderr, ..sample::with("packages/import[scipy]", Outcome::Failed(failure)) };
            let record = Record::of(&sample::run(&[check], Ending::Completed));
            rendered((record, sample::verdict(Decision::NotStable, &["it failed"])))
        };
        assert!(told("exit 1").contains("- Standard error:"));
        assert!(!told(&format!("exit 1\nstandard error:\n{traceback}")).contains("- Standard error:"));
    }

    #[test]
    fn an_empty_record() {
        let verdict = sample::verdict(Decision::Empty, &["nothing was selected"]);
        insta::assert_snapshot!(render(&Record::default(), &verdict).unwrap());
    }
}
