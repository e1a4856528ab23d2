//! What to type for pip to work on a project or a virtual environment.
//!
//! A project is a folder with a `requirements.txt`, and a virtual environment `.venv` in it.

use super::support::support;
use crate::managers::words::Words;
use crate::managers::{
    Additions, Caller, Capability, Init, LockUse, Place, Reach, Removal, Syncing, Unsupported, Update,
};
use crate::model::invocation::Invocation;

pub(super) fn lacks(capability: Capability) -> Unsupported {
    support(capability).reason("pip")
}

/// The virtual environment of a place.
pub(super) fn prefix(place: &Place) -> Result<String, Unsupported> {
    match place {
        Place::Project(folder) => Ok(format!("{folder}/.venv")),
        Place::VirtualEnvironment(folder) => Ok(folder.clone()),
        Place::Named(_) => Err(lacks(Capability::NamedEnvironments)),
    }
}

fn file_of(folder: &str) -> String {
    format!("{folder}/requirements.txt")
}

/// The requirements file of a project; a virtual environment alone lacks something for the reason given.
pub(super) fn requirements(place: &Place, lacks_it: &str) -> Result<String, Unsupported> {
    match place {
        Place::Project(folder) => Ok(file_of(folder)),
        Place::VirtualEnvironment(_) => Err(Unsupported(format!("a virtual environment of pip {lacks_it}"))),
        Place::Named(_) => Err(lacks(Capability::NamedEnvironments)),
    }
}

/// A command of pip in a virtual environment, which needs no pip of its own.
pub(super) fn within(prefix: &str, words: &[&str]) -> Words {
    Words::new(&["--python", prefix]).all(words)
}

/// The virtual environment itself, made by Python's own module.
pub(super) fn made(caller: &Caller, prefix: &str, python: Option<&str>, prompt: Option<&str>) -> Invocation {
    let python = format!("python{}", python.unwrap_or("3"));
    let mut words = vec![python.as_str(), "-m", "venv", "--without-pip"];
    words.extend(prompt.into_iter().flat_map(|prompt| ["--prompt", prompt]));
    words.push(prefix);
    caller.other(words)
}

/// A project gets a requirements file, which people fill. The environment keeps its indexes in a configuration of its own,
/// which every pip that works on it reads.
pub(super) fn init(caller: &Caller, place: &Place, options: &Init) -> Result<Vec<Invocation>, Unsupported> {
    let prefix = prefix(place)?;
    let made = made(caller, &prefix, options.python.as_deref(), options.name.as_deref());
    let file = match place {
        Place::Project(folder) => Some(caller.other(["touch".to_owned(), file_of(folder)])),
        Place::VirtualEnvironment(_) | Place::Named(_) => None,
    };
    let kept = settings(&options.sources).into_iter().map(|(name, values)| {
        let words = within(&prefix, &["config", "--site", "set"]).all([format!("global.{name}"), values.join(" ")]);
        words.anywhere(caller)
    });
    Ok([made].into_iter().chain(file).chain(kept).collect())
}

/// The command that tells how the environment itself is configured.
pub(super) fn configured(caller: &Caller, place: &Place) -> Result<Invocation, Unsupported> {
    Ok(within(&prefix(place)?, &["config", "--site", "list"]).anywhere(caller))
}

pub(super) fn install(caller: &Caller, place: &Place, options: &Additions) -> Result<Invocation, Unsupported> {
    let words = reach(within(&prefix(place)?, &["install"]), &options.reach)?
        .options("--requirement", &options.requirements)
        .options("--constraint", &options.constraints)
        .flag("--require-hashes", options.require_hashes)
        .all(&options.specs);
    Ok(at(place, caller, words))
}

pub(super) fn sync(caller: &Caller, place: &Place, options: &Syncing) -> Result<Invocation, Unsupported> {
    let lacking =
        [(options.lock != LockUse::Update, Capability::Lock), (options.link.is_some(), Capability::LinkModes)];
    if let Some((_, capability)) = lacking.into_iter().find(|(wanted, _)| *wanted) {
        return Err(lacks(capability));
    }
    if options.no_dev {
        return Err(Unsupported("a requirements file does not tell what is for development".to_owned()));
    }
    let file = requirements(place, "has no manifest to be brought to")?;
    let words = reach(within(&prefix(place)?, &["install"]), &options.reach)?.option("--requirement", Some(&file));
    Ok(at(place, caller, words))
}

pub(super) fn remove(caller: &Caller, place: &Place, options: &Removal) -> Result<Invocation, Unsupported> {
    Ok(at(place, caller, within(&prefix(place)?, &["uninstall", "--yes"]).all(&options.names)))
}

pub(super) fn update(caller: &Caller, place: &Place, options: &Update) -> Result<Invocation, Unsupported> {
    let words = reach(within(&prefix(place)?, &["install", "--upgrade"]), &options.reach)?;
    let words = if options.names.is_empty() {
        let file = requirements(place, "has no manifest: what is to be updated has to be named")?;
        words.option("--upgrade-strategy", Some("eager")).option("--requirement", Some(&file))
    } else {
        words.all(&options.names)
    };
    Ok(at(place, caller, words))
}

/// What activation does, for one command: its exit code, signals and streams are its own, since it takes the place of
/// the shell.
pub(super) fn run(caller: &Caller, place: &Place, command: &[String]) -> Result<Invocation, Unsupported> {
    const ACTIVATED: &str = r#"VIRTUAL_ENV=$0 PATH=$0/bin:$PATH exec "$@""#;
    let prefix = prefix(place)?;
    let words = ["sh", "-c", ACTIVATED, &prefix].into_iter().map(str::to_owned).chain(command.iter().cloned());
    let mut invocation = caller.other(words);
    if let Place::Project(folder) = place {
        invocation.directory = Some(folder.clone());
    }
    Ok(invocation)
}

fn reach(words: Words, reach: &Reach) -> Result<Words, Unsupported> {
    if reach.offline {
        return Err(lacks(Capability::Offline));
    }
    let settings = settings(&reach.sources).into_iter();
    Ok(settings.fold(words, |words, (name, values)| words.options(&format!("--{name}"), values)))
}

/// What pip calls these sources, by option, those with a value alone. The first takes the place of the default one.
fn settings(sources: &[String]) -> Vec<(&'static str, Vec<&str>)> {
    let all: Vec<&str> = sources.iter().map(String::as_str).collect();
    let (first, others) = all.split_at(all.len().min(1));
    // pip wants to be told twice that a source is meant that nobody vouches for.
    let trusted = all.iter().filter_map(|source| source.strip_prefix("http://")?.split('/').next()).collect();
    let mut settings =
        vec![("index-url", first.to_vec()), ("extra-index-url", others.to_vec()), ("trusted-host", trusted)];
    settings.retain(|(_, values)| !values.is_empty());
    settings
}

/// The command, in the folder of a project, so that what its requirements name by a path is found.
fn at(place: &Place, caller: &Caller, words: Words) -> Invocation {
    match place {
        Place::Project(folder) => words.within(caller, folder),
        Place::VirtualEnvironment(_) | Place::Named(_) => words.anywhere(caller),
    }
}
