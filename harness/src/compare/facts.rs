//! What image and machine are: the steps that made the image, versions, PATH, variables.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::steps;
use crate::model::{Baseline, ImageFacts, Record};

/// Something that is another thing now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FactChange {
    /// What, as `version of the package manager` or `variable UV_CACHE_DIR`.
    pub what: String,
    /// Before; absent where it was not there.
    pub old: Option<String>,
    /// Now; absent where it is gone.
    pub new: Option<String>,
}

/// All facts that differ.
pub(super) fn facts(old: &Baseline, new: &Record) -> Vec<FactChange> {
    let start = &new.start;
    let of = |map: &BTreeMap<String, String>, key: &str| map.get(key).cloned();
    let mut pairs = vec![
        ("version of the package manager", old.manager_version.clone(), new.manager_version.clone()),
        ("version of shakedown", Some(old.shakedown.clone()), Some(start.shakedown.clone())),
        ("engine", of(&old.engine, "version"), of(&start.engine, "version")),
        ("processors", of(&old.host, "cpus"), of(&start.host, "cpus")),
        ("operating system", of(&old.host, "os"), of(&start.host, "os")),
    ];
    let empty = ImageFacts::default();
    let (before, now) = (old.image.as_ref().unwrap_or(&empty), new.image.as_ref().unwrap_or(&empty));
    let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    pairs.extend([
        ("platform", text(&before.platform), text(&now.platform)),
        ("user", text(&before.user), text(&now.user)),
        ("working directory", text(&before.directory), text(&now.directory)),
        ("entrypoint", text(&before.entrypoint.join(" ")), text(&now.entrypoint.join(" "))),
        ("command", text(&before.command.join(" ")), text(&now.command.join(" "))),
    ]);
    let differing = pairs.into_iter().filter(|(_, old, new)| old != new);
    let mut changes: Vec<FactChange> =
        differing.map(|(what, old, new)| FactChange { what: what.to_owned(), old, new }).collect();
    if old.image.is_some() && new.image.is_some() {
        changes.extend(steps::steps(&before.history, &now.history));
        changes.extend(path(before, now));
        changes.extend(variables(before, now));
    }
    if let (Some(before), Some(now)) = (&old.survey, &new.survey) {
        changes.extend(files("set-uid or set-gid file", &before.set_id, &now.set_id));
        changes.extend(files("file that everybody may write", &before.world_writable, &now.world_writable));
        changes.extend(values("package", &before.packages, &now.packages));
    }
    changes
}

/// Paths that came or went.
fn files(what: &str, before: &[String], now: &[String]) -> Vec<FactChange> {
    let gone = before.iter().filter(|path| !now.contains(path));
    let gone = gone.map(|path| FactChange { what: what.to_owned(), old: Some(path.clone()), new: None });
    let added = now.iter().filter(|path| !before.contains(path));
    let added = added.map(|path| FactChange { what: what.to_owned(), old: None, new: Some(path.clone()) });
    gone.chain(added).collect()
}

/// Folders of PATH that came or went; where they are only in another order, the whole.
fn path(before: &ImageFacts, now: &ImageFacts) -> Vec<FactChange> {
    let of = |image: &ImageFacts| image.environment.get("PATH").cloned().unwrap_or_default();
    let (old, new) = (of(before), of(now));
    let (gone, added) = (missing(&old, &new), missing(&new, &old));
    if old != new && gone.is_empty() && added.is_empty() {
        return vec![FactChange { what: "order of PATH".to_owned(), old: Some(old), new: Some(new) }];
    }
    let what = || "folder of PATH".to_owned();
    let gone = gone.into_iter().map(|folder| FactChange { what: what(), old: Some(folder), new: None });
    let added = added.into_iter().map(|folder| FactChange { what: what(), old: None, new: Some(folder) });
    gone.chain(added).collect()
}

/// Folders of one PATH that are not in another.
fn missing(from: &str, within: &str) -> Vec<String> {
    let known: BTreeSet<&str> = within.split(':').collect();
    from.split(':').filter(|folder| !folder.is_empty() && !known.contains(folder)).map(str::to_owned).collect()
}

fn variables(before: &ImageFacts, now: &ImageFacts) -> Vec<FactChange> {
    let mut changes = values("variable", &before.environment, &now.environment);
    // PATH is told by its folders.
    changes.retain(|change| change.what != "variable PATH");
    changes
}

/// What has another value by its name now, came or went.
fn values(what: &str, before: &BTreeMap<String, String>, now: &BTreeMap<String, String>) -> Vec<FactChange> {
    let names: BTreeSet<&String> = before.keys().chain(now.keys()).collect();
    let pairs = names.into_iter().map(|name| (name, before.get(name).cloned(), now.get(name).cloned()));
    pairs
        .filter(|(_, old, new)| old != new)
        .map(|(name, old, new)| FactChange { what: format!("{what} {name}"), old, new })
        .collect()
}
