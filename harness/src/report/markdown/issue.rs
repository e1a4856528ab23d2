//! Bug reports, one a failure, each ready to be pasted where the image or its package manager is kept: versions, what
//! was expected, what came instead, what was found, and how to see it again from `FROM` on.

use super::escape::{Room, block, code, command, plain, table};
use super::head;
use crate::model::{CheckRecord, Ending, ImageFacts, Recipe, Record, Verdict};
use crate::report::account::{self, Account};
use crate::report::commands::Commands;
use crate::report::format::ReportError;
use crate::report::since::since;
use crate::report::{machine, text};

/// The name of its file, where it is written into one.
pub(in crate::report) const FILE: &str = "issues.md";

/// How much of a text a block shows. A bug report has at most 65,536 characters on GitHub.
const ROOM: Room = Room { lines: 100, bytes: 8 << 10, commands: Commands::All };

/// Renders it.
#[expect(clippy::unnecessary_wraps, reason = "the formats share one signature, and others can fail")]
pub(in crate::report) fn render(record: &Record, _: &Verdict) -> Result<String, ReportError> {
    let of_run = of_build(record).or_else(|| of_start(record));
    let of_checks = account::failures(record).into_iter().map(|check| of_check(record, check));
    let issues: Vec<_> = of_run.into_iter().chain(of_checks).collect();
    if issues.is_empty() {
        return Ok(format!("Nothing failed in run {} of {}.\n", plain(&record.start.run.0), plain(&subject(record))));
    }
    Ok(issues.join("\n---\n\n"))
}

fn subject(record: &Record) -> String {
    if record.start.subject.is_empty() { "an unknown subject".to_owned() } else { record.start.subject.clone() }
}

fn of_check(record: &Record, check: &CheckRecord) -> String {
    let ended = &check.ended;
    let told = Account::of(check);
    let id = code(&ended.check.to_string());
    let advice = if ended.counted { "" } else { " (advice only)" };
    let mut issue = format!("# {}: {id} {}{advice}\n\n", plain(&subject(record)), account::words(check));
    if !ended.about.is_empty() {
        issue += &format!("What should hold: {}\n\n", plain(&ended.about));
    }
    issue += &versions(record);
    issue += &section("Looked at", told.looked_at.as_deref(), "text");
    issue += &section("Expected", told.expected.as_deref(), "text");
    issue += &section("Actual", told.actual.as_deref(), "text");
    issue += &section("Difference", told.diff.as_deref(), "diff");
    if let Some(reason) = &told.reason {
        issue += &format!("\nThat was {}.\n", plain(reason));
    }
    issue += &since(record, check).map(|words| format!("\nRed since {}.\n", plain(&words))).unwrap_or_default();
    issue +=
        &section("Standard error", super::results::untold(ended.stderr.as_deref(), told.actual.as_deref()), "text");
    issue += &told.hint.as_ref().map(|hint| format!("\n## Hint\n\n{}\n", plain(hint))).unwrap_or_default();
    issue += &section("Diagnosis", diagnosis(record, check), "text");
    issue += &format!("\n## How to reproduce\n\n{}", reproduction(record, Some(check)));
    issue
}

/// What was found after the first failure of the phase; that of a later one is not its own, but the place is the same.
fn diagnosis<'a>(record: &'a Record, check: &CheckRecord) -> Option<&'a str> {
    let phase = record.phases.iter().find(|phase| phase.phase == check.ended.check.phase)?;
    phase.diagnosis.as_deref()
}

fn of_build(record: &Record) -> Option<String> {
    let failure = record.build_failure.as_ref()?;
    let mut issue = format!("# {}: {} could not be built\n\n", plain(&subject(record)), plain(&failure.stage));
    issue += &versions(record);
    if failure.environment {
        issue += "\nThe environment is at fault (network, name resolution, TLS or engine), not the image.\n";
    }
    issue += &section("Step", failure.step.as_deref(), "dockerfile");
    issue += &section("Actual", Some(&failure.message), "text");
    let log = failure.log.join("\n");
    issue += &section("Last lines", Some(log.as_str()).filter(|log| !log.is_empty()), "text");
    issue += &failure.hint.as_ref().map(|hint| format!("\n## Hint\n\n{}\n", plain(hint))).unwrap_or_default();
    Some(issue + &format!("\n## How to reproduce\n\n{}", reproduction(record, None)))
}

fn of_start(record: &Record) -> Option<String> {
    let Some(Ending::NotStarted { reason }) = &record.ending else { return None };
    let mut issue = format!("# {}: the container does not come up\n\n", plain(&subject(record)));
    issue += &versions(record);
    issue += &section("Actual", Some(reason), "text");
    Some(issue + &format!("\n## How to reproduce\n\n{}", reproduction(record, None)))
}

fn versions(record: &Record) -> String {
    let start = &record.start;
    let image = record.image.as_ref();
    let unknown = || "unknown".to_owned();
    let rows = [
        (start.manager.as_str(), record.manager_version.as_ref().map_or_else(unknown, |version| plain(version))),
        ("image", image.map_or_else(unknown, head::image_words)),
        ("engine", head::engine(record)),
        ("host", head::host(record)),
        ("limits", plain(&machine::limits(record))),
        ("CA bundle", plain(&start.trust)),
        ("shakedown", plain(&start.shakedown)),
        ("run", plain(&format!("{}, {}", start.run.0, text::moment(&record.started)))),
    ];
    let rows = rows.into_iter().filter(|(name, value)| !name.is_empty() && !value.is_empty());
    let rows: Vec<_> = rows.map(|(name, value)| vec![plain(name), value]).collect();
    table(&["", ""], &rows)
}

fn section(title: &str, text: Option<&str>, language: &str) -> String {
    text.map(|text| format!("\n## {title}\n\n{}", block(language, text, 0, ROOM))).unwrap_or_default()
}

/// The image from its base on, then the command.
fn reproduction(record: &Record, check: Option<&CheckRecord>) -> String {
    let mut told = String::new();
    for recipe in record.recipes.iter().filter(|recipe| !recipe.text.is_empty()) {
        let stage = plain(&recipe.stage);
        told +=
            &format!("{stage}, to be built as {} of {} in its folder:\n\n", code(&recipe.stage), code(&recipe.file));
        told += &block("dockerfile", &filled_in(recipe, record), 0, ROOM);
        told.push('\n');
        for (name, text) in &recipe.files {
            told += &format!("{} beside it:\n\n{}\n", code(name), block("", text, 0, ROOM));
        }
    }
    if let Some(line) = check.and_then(|check| check.ended.reproduce.as_deref()) {
        if let Some(words) = account::local_sources(record) {
            told += &format!("{}\n\n", plain(&words));
        }
        return told + "To see it again:\n\n" + &command(line);
    }
    match (check, &record.image) {
        (None, Some(ImageFacts { name: Some(name), .. })) => {
            told + &block("sh", &format!("docker run --rm --interactive {name}"), 0, ROOM)
        }
        (None, _) if !record.start.setup.file.is_empty() => {
            told + &block("sh", &format!("shakedown build {}", record.start.setup.file), 0, ROOM)
        }
        (_, Some(image)) => told + &format!("It was seen in the image {}.\n", head::image_words(image)),
        (_, None) => told + "There was no image to look at.\n",
    }
}

/// The Dockerfile with the arguments that it was built with as their defaults, so that it builds as it is.
/// A tag of the run itself is gone when somebody reads this: the name of its stage stands in its place.
pub(in crate::report) fn filled_in(recipe: &Recipe, record: &Record) -> String {
    let below = record.stages.iter().find(|stage| stage.tag == recipe.base);
    let base = below.map_or(&recipe.base, |stage| &stage.name);
    let mut arguments = recipe.arguments.clone();
    arguments.insert("BASE".to_owned(), base.clone());
    let filled = |line: &str| {
        let name = line.trim().strip_prefix("ARG ").map(|rest| rest.split('=').next().unwrap_or(rest).trim());
        match name.and_then(|name| Some((name, arguments.get(name)?))) {
            Some((name, value)) => format!("ARG {name}={}\n", quoted(value)),
            None => format!("{line}\n"),
        }
    };
    recipe.text.lines().map(filled).collect()
}

/// A value as a Dockerfile takes it.
fn quoted(value: &str) -> String {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "-_./:@=+,".contains(character);
    if !value.is_empty() && value.chars().all(is_plain) {
        return value.to_owned();
    }
    let escaped: String = value
        .chars()
        .flat_map(|character| {
            let escape = matches!(character, '"' | '\\' | '$').then_some('\\');
            escape.into_iter().chain([character])
        })
        .collect();
    format!("\"{escaped}\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample;

    fn rendered((record, verdict): (Record, Verdict)) -> String {
        render(&record, &verdict).unwrap()
    }

    #[test]
    fn one_bug_report_for_each_failure() {
        insta::assert_snapshot!(rendered(sample::mixed()));
    }

    #[test]
    fn a_long_command_is_whole() {
        let long = format!("docker run --rm image -c '\n{}'", "import scipy\n".repeat(700));
        let failed = crate::model::Outcome::Failed(crate::model::Failure::default());
        let check = crate::model::event::CheckEnded {
            reproduce: Some(long.clone()),
            ..sample::with("packages/import[scipy]", failed)
        };
        let record = Record::of(&sample::run(&[check], Ending::Completed));
        let issue = rendered((record, sample::verdict(crate::model::Decision::NotStable, &[])));
        assert!(issue.ends_with(&format!("To see it again:\n\n```sh\n{long}\n```\n")));
    }

    #[test]
    fn of_what_kept_every_check_from_running() {
        let runs = [sample::not_built(), sample::not_started(), sample::good()].map(rendered);
        insta::assert_snapshot!(runs.join("\n================\n"));
    }

    #[test]
    fn a_dockerfile_builds_as_it_is_told() {
        let recipe = Recipe {
            base: "debian:bookworm-slim".to_owned(),
            text: "ARG BASE\nFROM ${BASE}\nARG COMMON=\nARG OTHER=1\nRUN x\n".to_owned(),
            arguments: sample::map(&[("COMMON", "scipy \"rich\" $X")]),
            ..Recipe::default()
        };
        assert_eq!(
            filled_in(&recipe, &Record::default()),
            "ARG BASE=debian:bookworm-slim\nFROM ${BASE}\nARG COMMON=\"scipy \\\"rich\\\" \\$X\"\nARG OTHER=1\nRUN x\n"
        );
    }
}
