//! The first sections: title and verdict, environment, build, package manager.

use super::escape::{Room, block, code, plain, table};
use crate::model::setup::Setup;
use crate::model::{Decision, ImageFacts, Record, Verdict};
use crate::report::changed::news;
use crate::report::{account, machine, steps, text};

pub(super) fn title(record: &Record, verdict: &Verdict) -> String {
    let subject = if record.start.subject.is_empty() { "unknown subject" } else { &record.start.subject };
    let ended = if account::was_interrupted(record, verdict) { ", interrupted" } else { "" };
    let decision = verdict.decision.words();
    let mut title = format!("# {}: {decision}{ended} – {}\n", plain(subject), account::rate(record));
    if verdict.decision != Decision::Stable {
        if let Some(news) = news(record) {
            title += &format!("\nNew since the last stable run: {}.\n", plain(&news));
        }
        title += "\nWhy: see [verdict](#verdict). What to do: see [recommendations](#recommendations).\n";
    }
    if !verdict.remarks.is_empty() {
        let remarks: String = verdict.remarks.iter().map(|remark| format!("- {}\n", plain(remark))).collect();
        title += &format!("\nDecided nothing, but worth knowing:\n\n{remarks}");
    }
    title
}

pub(super) fn environment(record: &Record) -> String {
    let start = &record.start;
    let mut rows = Vec::new();
    let mut row = |name: &str, value: String| {
        if !value.is_empty() {
            rows.push(vec![name.to_owned(), value]);
        }
    };
    row("Date", plain(&text::moment(&record.started)));
    row("Run", plain(&start.run.0));
    let whole = if start.whole { "all checks of the subject" } else { "**narrowed by a selection**" };
    row("Plan", if start.checks.is_empty() { String::new() } else { whole.to_owned() });
    row("Took", if record.ending.is_some() { text::seconds(record.seconds) } else { String::new() });
    if let Some(image) = &record.image {
        let size = text::bytes(image.bytes as f64);
        row("Image", format!("{}, {size}", image_words(image)));
    }
    row("Engine", engine(record));
    row("Host", host(record));
    row("Limits", plain(&machine::limits(record)));
    row("CA bundle", plain(&start.trust));
    row("shakedown", plain(&start.shakedown));
    let mut section = String::from("## Date and environment\n\n");
    if rows.is_empty() {
        section += "Nothing is known of them: the run left no beginning.\n";
    } else {
        section += &table(&["", ""], &rows);
    }
    if !record.notices.is_empty() {
        section += "\nNotes:\n\n";
        section += &record.notices.iter().map(|notice| format!("- {}\n", plain(notice))).collect::<String>();
    }
    section
}

pub(super) fn engine(record: &Record) -> String {
    let engine = |key: &str| record.start.engine.get(key).map(|value| plain(value)).unwrap_or_default();
    let api = engine("api");
    let api = if api.is_empty() { api } else { format!("(API {api})") };
    [engine("name"), engine("version"), api].join(" ").trim().to_owned()
}

/// Which image it was: by its name, where it had one before the run, and by its id.
pub(super) fn image_words(image: &ImageFacts) -> String {
    let name = image.name.iter().map(|name| code(name));
    name.chain([code(&image.id), plain(&image.platform)]).collect::<Vec<_>>().join(", ")
}

pub(super) fn host(record: &Record) -> String {
    let host = |key: &str| record.start.host.get(key);
    let memory = host("memory_bytes").and_then(|bytes| bytes.parse().ok()).map(text::bytes);
    let parts = [
        host("os").map(|os| plain(os)),
        host("kernel").map(|kernel| format!("kernel {}", plain(kernel))),
        host("cpus").map(|cpus| format!("{} processors", plain(cpus))),
        memory.map(|memory| format!("{memory} of memory")),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

pub(super) fn build(record: &Record, room: Room) -> String {
    if record.stages.is_empty() && record.build_failure.is_none() {
        return String::new();
    }
    let mut section = String::from("### Build\n\n");
    let mut rows = Vec::new();
    for stage in &record.stages {
        let cached = if stage.cached { "cached" } else { "" };
        let size = stage.bytes.map(|bytes| text::bytes(bytes as f64)).unwrap_or_default();
        let name = format!("**{}**", plain(&stage.name));
        rows.push(vec![name, text::seconds(stage.seconds), cached.to_owned(), size]);
        for step in &stage.steps {
            let cached = if step.cached { "cached" } else { "" };
            rows.push(vec![code(&step.step), text::seconds(step.seconds), cached.to_owned(), String::new()]);
        }
        if let Some((_, seconds)) = steps::rest(stage) {
            rows.push(vec![steps::REST.to_owned(), text::seconds(seconds), String::new(), String::new()]);
        }
    }
    if !rows.is_empty() {
        section += &table(&["Stage and step", "Time", "Cache", "Size"], &rows);
    }
    if let Some(failure) = &record.build_failure {
        let step = failure.step.as_ref().map(|step| format!(" at {}", code(step))).unwrap_or_default();
        let message = plain(&failure.message);
        section += &format!("\n**{} could not be built**{step}: {message}\n", plain(&failure.stage));
        if failure.environment {
            section += "\nThe environment is at fault (network, name resolution, TLS or engine), not the image.\n";
        }
        if let Some(hint) = &failure.hint {
            section += &format!("\nHint: {}\n", plain(hint));
        }
        if !failure.log.is_empty() {
            section += &format!("\nIts last lines:\n\n{}", block("text", &failure.log.join("\n"), 0, room));
        }
    }
    section
}

/// Why the run ended early, where that takes more than a line.
pub(super) fn ending(record: &Record, room: Room) -> String {
    let told = |reason| format!("### Why the run ended early\n\n{}", block("text", reason, 0, room));
    account::long_reason(record).map(told).unwrap_or_default()
}

pub(super) fn manager(record: &Record) -> String {
    if record.start.manager.is_empty() {
        return String::new();
    }
    let name = plain(&record.start.manager);
    let version = record.manager_version.as_ref().map_or("version unknown".to_owned(), |version| plain(version));
    let mut section = format!("## Package manager\n\n{name} {version}\n");
    let configured = configured(&record.start.setup);
    if !configured.is_empty() {
        let file = code(&record.start.setup.file);
        section += &format!("\nAs {file} has it:\n\n{}", table(&["Configuration", "Value"], &configured));
    }
    // What was told of the version stands above already.
    let is_news = |key: &str, value: &String| key != "version" || Some(value) != record.manager_version.as_ref();
    let said: Vec<_> = record
        .configuration
        .iter()
        .filter(|(key, value)| is_news(key, value))
        .map(|(key, value)| vec![code(key), code(value)])
        .collect();
    if !said.is_empty() {
        section += &format!("\nWhat {name} says of itself:\n\n{}", table(&["Setting", "Value"], &said));
    }
    section
}

fn configured(setup: &Setup) -> Vec<Vec<String>> {
    let all = |items: &[String]| items.iter().map(|item| code(item)).collect::<Vec<_>>().join(", ");
    let one = |item: &str| all(&Some(item.to_owned()).filter(|item| !item.is_empty()).into_iter().collect::<Vec<_>>());
    let rows = [
        ("Versions allowed", one(&setup.version)),
        ("Program", one(&setup.binary)),
        ("Home", one(&setup.home)),
        ("Cache", one(setup.cache().unwrap_or_default())),
        ("Folders", all(&setup.folders)),
        ("On PATH", all(&setup.path)),
        ("Sources", all(&setup.sources)),
    ];
    let rows = rows.into_iter().filter(|(_, value)| !value.is_empty());
    let rows = rows.map(|(name, value)| vec![name.to_owned(), value]);
    rows.chain(setup.variables.iter().map(|(name, value)| vec![code(name), code(value)])).collect()
}
