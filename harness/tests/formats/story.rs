//! Runs that are told in events, with their reports as the program makes them.

use std::path::PathBuf;
use std::process::Command;

use shakedown::journal::Journal;
use shakedown::model::event::{CheckEnded, PlannedCheck, RunStarted};
use shakedown::model::{
    CheckId, Ending, Envelope, Event, Failure, ImageFacts, Measurement, Outcome, Priority, RunId, Unit,
};

/// What programs print to hurt whoever reads it.
const ODD: &str = "\u{1b}[31mred\u{1b}[0m \"quoted\" 'so' \\ back ]]> <b>&amp;</b> # SKIP | `tick` \u{202e}é漢\r\nnot ok 1\n  ---\n  ...\n\ttab\u{0}";

/// A recorded run, and what is in it.
pub(crate) struct Story {
    pub(crate) name: &'static str,
    folder: tempfile::TempDir,
    pub(crate) is_whole: bool,
    pub(crate) planned: usize,
    pub(crate) run: usize,
    /// Of those that were run, whether they count or not.
    pub(crate) failed: usize,
    pub(crate) skipped: usize,
}

impl Story {
    /// A report of the run.
    pub(crate) fn report(&self, file: &str) -> PathBuf {
        self.folder.path().join("uv/20261120T121005Z-3fa2").join(file)
    }

    /// Records a run of these checks, of which so many came to their end, and makes its reports.
    fn record(name: &'static str, checks: &[CheckEnded], ended: usize, ending: Option<Ending>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let checks_ended = &checks[..ended];
        let is_red =
            |check: &&CheckEnded| !matches!(check.outcome, Outcome::Passed | Outcome::Skipped { .. }) && check.counted;
        let story = Self {
            name,
            is_whole: ended == checks.len(),
            planned: checks.len(),
            run: ended,
            failed: checks_ended.iter().filter(is_red).count(),
            skipped: checks_ended.iter().filter(|check| matches!(check.outcome, Outcome::Skipped { .. })).count(),
            folder,
        };
        let run = story.report("");
        let mut events = vec![started(checks), image()];
        events.extend(checks_ended.iter().map(|check| Event::CheckEnded(Box::new(check.clone()))));
        events.extend(ending.map(|ending| Event::RunEnded { ending, seconds: 12.3 }));
        let mut journal = Journal::create(&run).expect("a journal");
        for (sequence, event) in (0..).zip(events) {
            let at = "2026-11-20T12:10:05.123Z".to_owned();
            journal.append(&Envelope { sequence, at, event }).expect("written");
        }
        drop(journal);
        let mut program = Command::new(assert_cmd::cargo::cargo_bin!("shakedown"));
        let made =
            program.arg("report").arg(&run).current_dir(story.folder.path()).output().expect("the program starts");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        story
    }
}

/// A good run, one with everything in it, one that was interrupted, one that died, and one that built nothing.
pub(crate) fn every() -> Vec<Story> {
    let good = [check("installation/version", Outcome::Passed), check("shell/path[/opt/uv/bin]", Outcome::Passed)];
    let mixed = mixed();
    vec![
        Story::record("good", &good, 2, Some(Ending::Completed)),
        Story::record("mixed", &mixed, mixed.len(), Some(Ending::Completed)),
        Story::record("interrupted", &mixed, 3, Some(Ending::Interrupted)),
        Story::record("dead", &mixed, 5, None),
        Story::record("unbuilt", &good, 0, Some(Ending::NotBuilt)),
    ]
}

fn check(id: &str, outcome: Outcome) -> CheckEnded {
    let id: CheckId = id.parse().expect("an id");
    CheckEnded { outcome, about: "It works.".to_owned(), seconds: 0.4, attempts: 1, ..CheckEnded::pending(id, true) }
}

/// Every outcome, and texts that no format may choke on.
fn mixed() -> Vec<CheckEnded> {
    let odd = || ODD.to_owned();
    let failure =
        Failure { expected: odd(), actual: ODD.repeat(30), diff: Some(odd()), hint: Some(odd()), step: Some(odd()) };
    let by = CheckId::new("packages", "import");
    let figure = |name: &str, unit, value| Measurement { budget: Some(1.0), ..Measurement::once(name, unit, value) };
    let figures = vec![
        figure("wall", Unit::Seconds, 0.39),
        figure(ODD, Unit::Bytes, 442e6),
        figure("files", Unit::Count, 7.0),
        figure("wall", Unit::Seconds, 0.4),
    ];
    vec![
        check("installation/version", Outcome::Passed),
        CheckEnded {
            about: odd(),
            stdout: Some(odd()),
            stderr: Some(ODD.repeat(300)),
            reproduce: Some(odd()),
            notes: vec![odd()],
            ..check("packages/import", Outcome::Failed(failure.clone()))
        },
        check("packages/real[a # b \\ \"c\"]", Outcome::Blocked { by: by.clone() }),
        CheckEnded { attempts: 3, ..check("packages/flaky", Outcome::Passed) },
        check("packages/slow", Outcome::TimedOut { deadline: 60.0, what: odd() }),
        CheckEnded { counted: false, ..check("packages/advice", Outcome::Failed(failure)) },
        CheckEnded { counted: false, ..check("packages/advice-blocked", Outcome::Blocked { by }) },
        check("shell/ssh", Outcome::Skipped { reason: odd(), remedy: Some(odd()) }),
        check("shell/engine", Outcome::Errored { reason: odd() }),
        check("shell/noisy", Outcome::Undecided { reason: odd() }),
        CheckEnded { measurements: figures, ..check("shell/figures", Outcome::Passed) },
    ]
}

fn started(checks: &[CheckEnded]) -> Event {
    let planned = checks.iter().map(|check| PlannedCheck {
        id: check.check.clone(),
        explains: Vec::new(),
        priority: Priority::High,
        counted: check.counted,
    });
    Event::RunStarted(Box::new(RunStarted {
        run: RunId("20261120T121005Z-3fa2".to_owned()),
        subject: "uv".to_owned(),
        manager: "uv".to_owned(),
        whole: true,
        checks: planned.collect(),
        shakedown: "0.1.0".to_owned(),
        ..RunStarted::default()
    }))
}

fn image() -> Event {
    let image = ImageFacts {
        id: "sha256:0123456789abcdef".to_owned(),
        platform: "linux/amd64".to_owned(),
        bytes: 442_000_000,
        ..ImageFacts::default()
    };
    Event::ImageReady { image }
}
