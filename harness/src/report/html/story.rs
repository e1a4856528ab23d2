//! What comes first: the verdict, why, what failed and since when, and what to do.

use serde::Serialize;

use super::checks::{link, reproduction, why};
use super::excerpt::{Excerpt, Room};
use super::part::Part;
use super::state::State;
use crate::model::{Cause, CheckRecord, Decision, ImageFacts, Outcome, Record, Verdict};
use crate::report::account::{self, Account};
use crate::report::changed::{Changed, changed};
use crate::report::commands::Commands;
use crate::report::since::since;
use crate::report::{advice, text};

/// Failures that are told at once; of more the reader wants the names first.
const TOLD: usize = 5;

/// Causes that are summed up in a line each; more are a list that nobody reads.
const SUMMED_UP: usize = 3;

/// How much of a value is shown where the rest is one click away.
const ROOM: Room = Room { lines: 20, bytes: 2500, commands: Commands::All };

/// The head of the page.
#[derive(Debug, Serialize)]
pub(super) struct Story {
    /// `uv is not stable`.
    title: String,
    subject: String,
    manager: String,
    version: String,
    /// What was judged: the image's name, and the beginning of its digest.
    image: String,
    state: State,
    /// What the first failures say in a line each, before the arithmetic.
    causes: Vec<Link>,
    /// How many more causes there are.
    more_causes: usize,
    reasons: Vec<String>,
    /// What decided nothing, but is worth knowing.
    remarks: Vec<String>,
    /// `59 of 62 checks passed (95.1%), 3 could not be told`.
    rate: String,
    started: String,
    took: String,
    run: String,
    failures: Vec<Card>,
    /// Further failures.
    more: Vec<Link>,
    unknown: Vec<Unknown>,
    /// Why the run ended early, where that takes more than a line.
    ending: Option<Excerpt>,
    recommendations: Vec<String>,
    notices: Vec<String>,
    /// What is different from the latest stable run.
    changed: Option<Changed>,
    /// The same in a line, where it is little.
    news: Option<String>,
    /// What could not be looked at, and what would change that.
    further: Vec<String>,
}

/// One failure.
#[derive(Debug, Serialize)]
struct Card {
    id: String,
    href: String,
    about: String,
    state: State,
    /// Which further checks failed, maybe for the same reason.
    explains: Vec<Link>,
    /// Which further checks it holds up.
    blocks: Vec<Link>,
    parts: Vec<Part>,
}

/// A check, and where it stands on the page.
#[derive(Debug, Serialize)]
struct Link {
    id: String,
    href: String,
    /// What it says, where that is told beside it.
    says: String,
}

/// Checks of which nothing could be said, for one reason.
#[derive(Debug, Serialize)]
struct Unknown {
    words: String,
    checks: Vec<Link>,
}

/// The head of the page of a record.
pub(super) fn story(record: &Record, verdict: &Verdict, room: Room) -> Story {
    let mut causes = record.causes();
    causes.retain(|cause| cause.check.ended.counted);
    let failures: usize = causes.iter().map(|cause| 1 + cause.explains.len()).sum();
    let (told, more) = causes.split_at(causes.len().min(TOLD));
    let subject = match record.start.subject.as_str() {
        "" => "unknown subject",
        subject => subject,
    };
    let title = match verdict.decision {
        Decision::Stable | Decision::NotStable => format!("{subject} is {}", verdict.decision.words()),
        Decision::Inconclusive if failures > 0 => {
            format!("{subject}: {}, and {} failed", verdict.decision.words(), text::count(failures, "check"))
        }
        Decision::Inconclusive | Decision::Empty => format!("{subject}: {}", verdict.decision.words()),
    };
    let changed = (verdict.decision != Decision::Stable).then(|| changed(record)).flatten();
    let title =
        if account::was_interrupted(record, verdict) { format!("{title} (the run was interrupted)") } else { title };
    let summed_up = in_a_line_each(told);
    let took = record.ending.as_ref().map(|_| text::seconds(record.seconds));
    Story {
        title,
        subject: subject.to_owned(),
        manager: record.start.manager.clone(),
        version: record.manager_version.clone().unwrap_or_default(),
        image: record.image.as_ref().map(ImageFacts::short).unwrap_or_default(),
        state: State::of_verdict(verdict.decision),
        more_causes: causes.len().saturating_sub(summed_up.len()),
        causes: summed_up,
        reasons: verdict.reasons.clone(),
        remarks: verdict.remarks.clone(),
        rate: account::rate(record),
        started: text::moment(&record.started),
        took: took.unwrap_or_default(),
        run: record.start.run.0.clone(),
        failures: told.iter().map(|cause| card(record, cause, room)).collect(),
        more: more
            .iter()
            .flat_map(|cause| [&cause.check].into_iter().chain(&cause.explains))
            .map(|check| to(check))
            .collect(),
        unknown: unknown(record),
        ending: account::long_reason(record).map(|words| Excerpt::of(words, Room { lines: 40, bytes: 8000, ..ROOM })),
        recommendations: advice::recommendations(record),
        notices: record.notices.clone(),
        news: changed.as_ref().and_then(Changed::news),
        changed,
        further: advice::further(record),
    }
}

/// What runs at every start of the image, where a check looks at what a restart changed.
fn starts(record: &Record, check: &CheckRecord) -> Option<Part> {
    let phase = record.phases.iter().find(|phase| phase.phase == check.ended.check.phase)?;
    let image = record.image.as_ref().filter(|image| !phase.restarts.is_empty() && !image.entrypoint.is_empty())?;
    let words = [image.entrypoint.as_slice(), image.command.as_slice()].concat().join(" ");
    Some(Part::prose("Starts", format!("At every start the image runs `{words}`, which may have changed it.")))
}

/// Where to find what was in the container then.
fn diagnosis(record: &Record, check: &CheckRecord) -> Option<Part> {
    let phase = record.phases.iter().find(|phase| phase.phase == check.ended.check.phase)?;
    phase.diagnosis.as_ref()?;
    let first = phase.checks.iter().find(|check| account::is_own_failure(&check.ended.outcome))?;
    let words = "what was in the container right after it";
    (first.ended.check == check.ended.check).then(|| Part::link("Diagnosis", words, link(&check.ended.check)))
}

fn to(check: &CheckRecord) -> Link {
    Link { id: check.ended.check.to_string(), href: link(&check.ended.check), says: String::new() }
}

/// The first causes that say something else each.
fn in_a_line_each(causes: &[Cause<'_>]) -> Vec<Link> {
    let mut told: Vec<Link> = Vec::new();
    for link in causes.iter().filter_map(in_a_line) {
        if told.len() < SUMMED_UP && told.iter().all(|other| other.says != link.says) {
            told.push(link);
        }
    }
    told
}

/// A cause with the line that says most of it.
fn in_a_line(cause: &Cause<'_>) -> Option<Link> {
    Some(Link { says: account::telling(cause.check)?, ..to(cause.check) })
}

fn card(record: &Record, cause: &Cause<'_>, room: Room) -> Card {
    let check = cause.check;
    let ended = &check.ended;
    let behind: Vec<_> = std::iter::once(&check).chain(&cause.explains).map(|one| &one.ended.check).collect();
    let blocks = |other: &&CheckRecord| matches!(&other.ended.outcome, Outcome::Blocked { by } if behind.contains(&by));
    let mut parts = why(check, ROOM);
    parts.extend(since(record, check).map(|words| Part::prose("Red since", words)));
    parts.extend(starts(record, check));
    parts.extend(Account::of(check).hint.map(|hint| Part::prose("Hint", hint).strong()));
    parts.extend(reproduction(record, check, room));
    parts.extend(diagnosis(record, check));
    Card {
        id: ended.check.to_string(),
        href: link(&ended.check),
        about: ended.about.clone(),
        state: State::of(check),
        explains: cause.explains.iter().map(|check| to(check)).collect(),
        blocks: record.checks().filter(blocks).map(to).collect(),
        parts,
    }
}

/// What could not be told although it counts, each reason once.
fn unknown(record: &Record) -> Vec<Unknown> {
    let unknown = account::checks_that(record, Outcome::is_unknown);
    let unknown: Vec<_> = unknown.into_iter().filter(|check| check.ended.counted).collect();
    let group = |(reason, checks): (String, Vec<&CheckRecord>)| {
        let number = checks.len();
        let told = checks[0].concluded;
        let words = if told {
            format!("{number} could not be told: {reason}")
        } else {
            format!("{number} did not come to run")
        };
        Unknown { words, checks: checks.into_iter().map(to).collect() }
    };
    account::by_reason(&unknown).into_iter().map(group).collect()
}
