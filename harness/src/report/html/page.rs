//! The page as the template sees it.

use serde::Serialize;

use super::build::{Build, build};
use super::checks::{Choice, Group, Row, choices, groups};
use super::environment::{Facts, environment};
use super::excerpt::Room;
use super::figures::{self, Chart};
use super::history::{History, history};
use super::matrix::{Matrix, persistence, pivots};
use super::story::{Story, story};
use super::svg::{bar, drawing};
use crate::model::{PhaseRecord, Rate, Record, Verdict};
use crate::report::{account, json, machine, text};

/// The phase whose table of ways to start a program and users comes first.
const SHELL: &str = "shell";

/// Everything on the page.
#[derive(Debug, Serialize)]
pub(super) struct Page {
    story: Story,
    phases: Vec<Phase>,
    /// All phases together.
    all: Phase,
    choices: Vec<Choice>,
    groups: Vec<Group>,
    build: Option<Build>,
    charts: Vec<Chart>,
    figures: Vec<figures::Row>,
    speed: String,
    history: Option<History>,
    shell: Vec<Matrix>,
    persistence: Option<Matrix>,
    matrices: Vec<Matrix>,
    environment: Vec<Facts>,
}

impl Page {
    /// Bytes of all blocks behind the checks: the page has more than that.
    pub(super) fn bytes(&self) -> usize {
        self.groups.iter().flat_map(|group| &group.rows).map(Row::bytes).sum()
    }
}

/// One phase's results.
#[derive(Debug, Serialize)]
struct Phase {
    name: String,
    priority: &'static str,
    passed: String,
    rate: String,
    took: String,
    not_passed: String,
    /// The rate as a drawing.
    bar: String,
}

/// The page of a record.
pub(super) fn page(record: &Record, verdict: &Verdict, room: Room) -> Page {
    let (shell, others): (Vec<_>, Vec<_>) = record.phases.iter().partition(|phase| phase.phase == SHELL);
    let others = others.into_iter().filter(|phase| phase.restarts.is_empty());
    let seconds = record.phases.iter().map(|phase| phase.seconds).sum();
    Page {
        story: story(record, verdict, room),
        phases: record.phases.iter().map(phase).collect(),
        all: results("all phases", record.rate(), seconds),
        choices: choices(record),
        groups: groups(record, room),
        build: build(record, room),
        charts: figures::charts(record),
        figures: figures::rows(record),
        speed: machine::speed(record),
        history: history(record, verdict),
        shell: shell.into_iter().flat_map(pivots).collect(),
        persistence: persistence(record),
        matrices: others.flat_map(pivots).collect(),
        environment: environment(record, verdict),
    }
}

fn phase(phase: &PhaseRecord) -> Phase {
    Phase {
        priority: json::priority(phase.priority),
        not_passed: account::not_passed(&phase.checks),
        took: if account::anything_ran(&phase.checks) { text::seconds(phase.seconds) } else { String::new() },
        ..results(&phase.phase, phase.rate(), phase.seconds)
    }
}

fn results(name: &str, rate: Rate, seconds: f64) -> Phase {
    let share = rate.percent().unwrap_or_default() / 100.0;
    let shapes = match rate.percent() {
        None => Vec::new(),
        Some(_) if rate.passed == rate.counted => vec![bar("good", 0.0, 1.0, 0, 8)],
        Some(_) => vec![bar("bad", 0.0, 1.0, 0, 8), bar("good", 0.0, share, 0, 8)],
    };
    let title = format!("{name}: {}", text::rate(rate));
    Phase {
        name: name.to_owned(),
        priority: "",
        passed: if rate.counted == 0 { "–".to_owned() } else { format!("{} of {}", rate.passed, rate.counted) },
        rate: rate.words(),
        took: text::seconds(seconds),
        not_passed: String::new(),
        bar: drawing(&title, "Passed, of all that were counted", 8, shapes),
    }
}
