//! `pixi-global.toml`: the environments of a user, each with its packages and what it exposes.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::{Spanned, Value};

use super::pixi_manifest::{channel, dependency};
use super::tables::{Places, Text};
use crate::managers::mistake::Mistake;
use crate::managers::results::{Dependency, Kind, Manifest};

#[derive(Deserialize)]
struct Global {
    #[serde(default)]
    envs: BTreeMap<String, Entry>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Entry {
    channels: Vec<Spanned<Value>>,
    dependencies: Places,
    exposed: BTreeMap<String, String>,
}

/// One environment of the manifest.
pub(in crate::managers) struct GlobalEnvironment {
    pub(in crate::managers) channels: Vec<String>,
    pub(in crate::managers) dependencies: Vec<Dependency>,
    /// The names under which programs are exposed.
    pub(in crate::managers) exposes: Vec<String>,
}

/// The environments of the manifest, by name.
pub(in crate::managers) fn read(file: &str, text: &str) -> Result<BTreeMap<String, GlobalEnvironment>, Mistake> {
    let place = Text { file, text };
    let global: Global = place.parse()?;
    global.envs.into_iter().map(|(name, entry)| Ok((name, environment(place, entry)?))).collect()
}

fn environment(place: Text<'_>, entry: Entry) -> Result<GlobalEnvironment, Mistake> {
    let channels = entry
        .channels
        .iter()
        .map(|one| channel(one.get_ref()).ok_or_else(|| place.mistake(one, "expected a channel's name or URL")));
    let dependencies = entry.dependencies.iter().map(|(name, asked)| {
        dependency(name, asked.get_ref(), Kind::Conda, None).map_err(|problem| place.mistake(asked, problem))
    });
    Ok(GlobalEnvironment {
        channels: channels.collect::<Result<_, _>>()?,
        dependencies: dependencies.collect::<Result<_, _>>()?,
        exposes: entry.exposed.into_keys().collect(),
    })
}

/// What the manifest says of one environment; nothing where it has none of this name.
pub(in crate::managers) fn manifest_of(file: &str, text: &str, name: &str) -> Result<Manifest, Mistake> {
    let mut environments = read(file, text)?;
    let names: Vec<String> = environments.keys().cloned().collect();
    let found = environments.remove(name);
    let (dependencies, sources) = found.map(|found| (found.dependencies, found.channels)).unwrap_or_default();
    Ok(Manifest {
        file: file.to_owned(),
        dependencies,
        sources,
        environments: names,
        text: text.to_owned(),
        ..Manifest::default()
    })
}
