//! Runs made by hand, for the tests of whoever reads, renders or judges them.

use std::collections::BTreeMap;

use super::event::{CheckEnded, Hashes, Nearest, PlannedCheck, RunStarted};
use super::reference::{Calibration, ReferenceWork};
use super::setup::Setup;
use super::{
    BuildStep, BuiltStage, CheckId, Decision, Ending, Envelope, Event, Failure, Goals, ImageFacts, Measurement,
    Outcome, Past, Priority, Recipe, Record, RunId, Unit, Verdict,
};

/// The check of this id, passed after 0.4 s.
pub fn passed(id: &str) -> CheckEnded {
    let id = id.parse().expect("an id of a sample");
    let about = "keeps what users rely on".to_owned();
    CheckEnded { outcome: Outcome::Passed, about, seconds: 0.4, attempts: 1, ..CheckEnded::pending(id, true) }
}

/// The check of this id with another outcome.
pub fn with(id: &str, outcome: Outcome) -> CheckEnded {
    CheckEnded { outcome, ..passed(id) }
}

/// A map of texts.
pub fn map(entries: &[(&str, &str)]) -> BTreeMap<String, String> {
    entries.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

/// A verdict with its reasons.
pub fn verdict(decision: Decision, reasons: &[&str]) -> Verdict {
    Verdict::new(decision, reasons.iter().map(|reason| (*reason).to_owned()).collect())
}

/// Numbers events as a run does.
pub fn envelopes(events: Vec<Event>) -> Vec<Envelope> {
    let number = |(sequence, event)| {
        let sequence = sequence as u64;
        Envelope { sequence, at: format!("2026-11-20T12:10:{:02}.000Z", sequence % 60), event }
    };
    events.into_iter().enumerate().map(number).collect()
}

/// What the configuration of subject `uv` says.
fn setup() -> Setup {
    let texts = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
    Setup {
        file: "configs/uv.yml".to_owned(),
        version: ">=0.8".to_owned(),
        binary: "/opt/uv/bin/uv".to_owned(),
        home: "/opt/uv".to_owned(),
        variables: map(&[("UV_CACHE_DIR", "/var/cache/uv"), ("UV_TOOL_DIR", "/opt/uv/tools")]),
        folders: texts(&["/opt/uv", "/opt/uv/bin", "/opt/uv/tools"]),
        path: texts(&["/opt/uv/bin"]),
        sources: texts(&["https://index.example/simple"]),
        served: Vec::new(),
    }
}

/// How a run of subject `uv` begins that plans these checks, all counted.
pub fn start(checks: &[CheckEnded]) -> Event {
    let priority = |id: &CheckId| match id.phase.as_str() {
        "installation" | "environments" => Priority::High,
        "performance" => Priority::Low,
        _ => Priority::Medium,
    };
    let plan = |check: &CheckEnded| PlannedCheck {
        id: check.check.clone(),
        priority: priority(&check.check),
        counted: check.counted,
        explains: Vec::new(),
    };
    Event::RunStarted(Box::new(RunStarted {
        run: RunId("20261120T121005Z-3fa2".to_owned()),
        subject: "uv".to_owned(),
        manager: "uv".to_owned(),
        setup: setup(),
        goals: Goals::default(),
        whole: true,
        checks: checks.iter().map(plan).collect(),
        shakedown: "0.1.0".to_owned(),
        trust: "host".to_owned(),
        engine: map(&[("name", "docker"), ("version", "20.10.24"), ("api", "1.41")]),
        host: map(&[("cpus", "2"), ("memory_bytes", "4100000000"), ("os", "Debian GNU/Linux 12"), ("kernel", "6.1")]),
        folder: "reports/uv/20261120T121005Z-3fa2".to_owned(),
        hashes: Hashes { config: "c0".repeat(32), suites: "50".repeat(32), dockerfiles: "d0".repeat(32) },
    }))
}

/// The events of two stages' builds, up to the manager's answer.
pub fn built() -> Vec<Event> {
    let step = |step: &str, began, seconds, cached| BuildStep { step: step.to_owned(), began, seconds, cached };
    let stage = |name: &str, seconds, cached, steps| BuiltStage {
        name: name.to_owned(),
        image: "sha256:0123456789abcdef0123456789abcdef".to_owned(),
        tag: format!("shakedown-uv:{name}"),
        seconds,
        cached,
        steps,
        bytes: Some(if cached { 130_000_000 } else { 442_000_000 }),
        base_bytes: Some(if cached { 80_000_000 } else { 130_000_000 }),
    };
    let install = "RUN install-uv".to_owned();
    let recipe = |stage: &str, base: &str, text: &str, arguments: &[(&str, &str)]| {
        let file = format!("docker/{stage}.Dockerfile");
        let (stage, base, text) = (stage.to_owned(), base.to_owned(), text.to_owned());
        let files = if text.contains("install-uv") {
            map(&[("install-uv", "curl https://uv.example | sh\n")])
        } else {
            map(&[])
        };
        Box::new(Recipe { stage, base, file, text, arguments: map(arguments), files })
    };
    let first = recipe("stage-1", "debian:bookworm-slim", "ARG BASE\nFROM ${BASE}\nRUN apt-get install git\n", &[]);
    let second = "ARG BASE\nFROM ${BASE}\nARG COMMON=\nRUN install-uv\nRUN create-environment\n";
    let second = recipe("stage-2", "shakedown-uv:stage-1", second, &[("COMMON", "scipy rich")]);
    vec![
        Event::BuildStarted { stage: "stage-1".to_owned(), cache: true, recipe: first },
        Event::BuildEnded {
            built: stage("stage-1", 0.3, true, vec![step("RUN apt-get install git", None, 0.0, true)]),
        },
        Event::BuildStarted { stage: "stage-2".to_owned(), cache: false, recipe: second },
        Event::BuildStepStarted { stage: "stage-2".to_owned(), step: install.clone() },
        Event::BuildLine { stage: "stage-2".to_owned(), line: "downloading uv 0.13.8".to_owned() },
        Event::BuildStepEnded { stage: "stage-2".to_owned(), step: step(&install, Some(0.2), 2.1, false) },
        Event::BuildEnded {
            built: stage(
                "stage-2",
                8.1,
                false,
                vec![step(&install, Some(0.2), 2.1, false), step("RUN create-environment", Some(2.3), 5.4, false)],
            ),
        },
        Event::ImageReady {
            image: ImageFacts {
                id: "sha256:0123456789abcdef0123456789abcdef".to_owned(),
                platform: "linux/amd64".to_owned(),
                bytes: 442_000_000,
                ..ImageFacts::default()
            },
        },
        Event::ContainerReady {
            container: "shakedown-uv-main".to_owned(),
            purpose: "main".to_owned(),
            limits: map(&[("processors", "2"), ("memory_bytes", "4100000000"), ("open_files", "1048576")]),
        },
        Event::ManagerFound {
            version: Some("0.13.8".to_owned()),
            configuration: map(&[("UV_CACHE_DIR", "/var/cache/uv"), ("home", "/opt/uv")]),
        },
        Event::Calibrated(Calibration {
            moment: "before performance".to_owned(),
            samples: vec![ReferenceWork { processor: 0.020, files: 0.012, processes: 0.020 }],
        }),
    ]
}

/// The events of the phases that these checks make, a second each, with a diagnosis where one failed.
pub fn phases(checks: &[CheckEnded]) -> Vec<Event> {
    let mut events = Vec::new();
    for group in checks.chunk_by(|one, other| one.check.phase == other.check.phase) {
        let phase = group[0].check.phase.clone();
        events.push(Event::PhaseStarted { phase: phase.clone(), priority: Priority::Medium, checks: group.len() });
        for check in group {
            events.push(Event::CheckStarted { check: check.check.clone() });
            events.push(Event::CheckEnded(Box::new(check.clone())));
        }
        if group.iter().any(|check| matches!(check.outcome, Outcome::Failed(_))) {
            let text = "UV_CACHE_DIR=/var/cache/uv\nPATH\n  /usr/bin\n  /bin".to_owned();
            events.push(Event::Diagnosed { phase: phase.clone(), text });
        }
        events.push(Event::PhaseEnded { phase, seconds: 1.0 });
    }
    events
}

/// This many earlier runs, a day apart: slower each time, the second not stable, the third with a flaky check.
pub fn past(count: u32) -> Vec<Past> {
    let one = |number: u32| Past {
        run: RunId(format!("202611{:02}T121005Z-3fa2", number + 1)),
        started: format!("2026-11-{:02}T12:10:05.000Z", number + 1),
        decision: if number == 1 { Decision::NotStable } else { Decision::Stable },
        whole: true,
        passed: if number == 1 { 5 } else { 6 },
        counted: 6,
        seconds: 12.0 + f64::from(number),
        image: Some(format!("{number:012x}")),
        image_bytes: Some(440_000_000 + 1_000_000 * u64::from(number)),
        measurements: BTreeMap::from([
            ("packages/import[scipy]: wall".to_owned(), 0.36 + 0.01 * f64::from(number)),
            ("performance/size: image".to_owned(), 440e6 + 1e6 * f64::from(number)),
        ]),
        flaky: if number == 2 { vec![CheckId::new("installation", "version")] } else { Vec::new() },
        failed: if number == 1 { vec![CheckId::new("packages", "import").with_item("rich")] } else { Vec::new() },
        passes: Vec::new(),
    };
    (0..count).map(one).collect()
}

/// A run that was built, did these checks and ended so.
pub fn run(checks: &[CheckEnded], ending: Ending) -> Vec<Envelope> {
    let mut events = vec![start(checks)];
    events.extend(built());
    events.extend(phases(checks));
    events.push(Event::RunEnded { ending, seconds: 12.3 });
    envelopes(events)
}

/// Checks that all pass, with measurements.
pub fn good_checks() -> Vec<CheckEnded> {
    let wall = Measurement {
        samples: vec![0.36, 0.38, 0.40],
        budget: Some(1.0),
        ..Measurement::once("wall", Unit::Seconds, 0.0)
    };
    let size = Measurement { budget: Some(500e6), ..Measurement::once("image", Unit::Bytes, 442e6) };
    vec![
        passed("installation/binary"),
        passed("installation/version"),
        passed("environments/common"),
        CheckEnded { measurements: vec![wall], ..passed("packages/import[scipy]") },
        passed("packages/import[rich]"),
        CheckEnded { measurements: vec![size], ..passed("performance/size") },
    ]
}

/// Checks with every outcome there is: failures in two phases, and one pass at the second try.
pub fn mixed_checks() -> Vec<CheckEnded> {
    let failure = Failure {
        expected: "exit 0".to_owned(),
        actual: "exit 1: ModuleNotFoundError: No module named 'scipy'".to_owned(),
        step: Some("import".to_owned()),
        ..Failure::default()
    };
    let import = CheckEnded {
        hint: Some("Activate the environment and compare the interpreter's path".to_owned()),
        invocation: Some(["/opt/uv/common/bin/python", "-c", "import scipy"].map(str::to_owned).to_vec()),
        stdout: Some(String::new()),
        stderr: Some("Traceback (most recent call last):\nModuleNotFoundError: No module named 'scipy'\n".to_owned()),
        reproduce: Some("docker run --rm shakedown-uv:stage-2 /opt/uv/common/bin/python -c 'import scipy'".to_owned()),
        ..with("packages/import[scipy]", Outcome::Failed(failure))
    };
    let listing = Failure {
        expected: "common\ntools".to_owned(),
        actual: "common".to_owned(),
        diff: Some(" common\n-tools\n".to_owned()),
        hint: Some("Create the environment `tools`".to_owned()),
        ..Failure::default()
    };
    let blocked = Outcome::Blocked { by: CheckId::new("packages", "import").with_item("scipy") };
    let wall = Measurement { budget: Some(0.4), ..Measurement::once("wall", Unit::Seconds, 0.39) };
    let nearest = Nearest { step: "import".to_owned(), seconds: 40.0, deadline: 60.0 };
    vec![
        passed("installation/version"),
        passed("packages/import[rich]"),
        import,
        with("packages/real[scipy]", blocked.clone()),
        with("packages/update[scipy]", blocked),
        CheckEnded { attempts: 2, notes: vec!["output cut after 1 MiB".to_owned()], ..passed("packages/install") },
        CheckEnded {
            looked_at: Some("content of /opt/uv/environments".to_owned()),
            reproduce: Some("shakedown run configs/uv.yml --check environments/list".to_owned()),
            ..with("environments/list", Outcome::Failed(listing))
        },
        with("environments/sync", Outcome::TimedOut { deadline: 60.0, what: "uv sync".to_owned() }),
        with("shell/ssh", Outcome::skipped("the image has no SSH server")),
        with("performance/memory", Outcome::Errored { reason: "the engine did not answer for 30 s".to_owned() }),
        with("performance/wall", Outcome::Undecided { reason: "median 1.02 s ± 0.3 s, budget 1 s".to_owned() }),
        CheckEnded {
            measurements: vec![wall],
            seconds: 44.0,
            nearest: Some(nearest),
            ..passed("performance/import[rich]")
        },
    ]
}

/// The events of a run with every outcome there is.
pub fn events() -> Vec<Envelope> {
    run(&mixed_checks(), Ending::Completed)
}

/// All green.
pub fn good() -> (Record, Verdict) {
    (Record::of(&run(&good_checks(), Ending::Completed)), verdict(Decision::Stable, &[]))
}

/// Every outcome there is.
pub fn mixed() -> (Record, Verdict) {
    let reasons = ["success rate 44.4% is not above 95%", "environments/list failed", "packages/import[scipy] failed"];
    let remarks = vec!["The quarantine of shell/old names no check of this run.".to_owned()];
    (Record::of(&events()), Verdict { remarks, ..verdict(Decision::NotStable, &reasons) })
}

/// The build of the second stage fails.
pub fn not_built_events() -> Vec<Envelope> {
    let mut events = vec![start(&good_checks())];
    events.extend(built().into_iter().take(5));
    events.push(Event::BuildFailed {
        stage: "stage-2".to_owned(),
        step: Some("RUN install-uv".to_owned()),
        message: "exit code 22".to_owned(),
        log: vec!["downloading uv 0.13.8".to_owned(), "curl: (22) The requested URL returned error: 404".to_owned()],
        environment: false,
        hint: Some("Check the version asked for".to_owned()),
    });
    events.push(Event::RunEnded { ending: Ending::NotBuilt, seconds: 3.2 });
    envelopes(events)
}

/// The record of [`not_built_events`].
pub fn not_built() -> (Record, Verdict) {
    let reasons = ["stage-2 could not be built: exit code 22"];
    (Record::of(&not_built_events()), verdict(Decision::NotStable, &reasons))
}

/// The package manager cannot be had.
pub fn not_obtained() -> (Record, Verdict) {
    let ending = Ending::NotObtained {
        reason: "uv cannot be obtained: the index does not answer".to_owned(),
        hint: "Set UV_BINARY to a local executable".to_owned(),
    };
    let events = envelopes(vec![start(&good_checks()), Event::RunEnded { ending, seconds: 0.8 }]);
    let reasons = ["uv cannot be obtained: the index does not answer"];
    (Record::of(&events), verdict(Decision::Inconclusive, &reasons))
}

/// The container ends at once.
pub fn not_started() -> (Record, Verdict) {
    let mut events = vec![start(&good_checks())];
    events.extend(built().into_iter().take(8));
    let reason = "it ended with exit code 127 after 0.1 s\n/entrypoint.sh: line 3: uv: not found".to_owned();
    events.push(Event::RunEnded { ending: Ending::NotStarted { reason }, seconds: 9.5 });
    let verdict =
        verdict(Decision::NotStable, &["the container did not come up: it ended with exit code 127 after 0.1 s"]);
    (Record::of(&envelopes(events)), verdict)
}

/// Interrupted in the second phase.
pub fn interrupted() -> (Record, Verdict) {
    let mut events = vec![start(&good_checks())];
    events.extend(built());
    events.extend(phases(&good_checks()[..2]));
    events.push(Event::RunEnded { ending: Ending::Interrupted, seconds: 9.5 });
    (Record::of(&envelopes(events)), verdict(Decision::Inconclusive, &["the run was interrupted"]))
}
