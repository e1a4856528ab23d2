//! What to type for uv to work on a project or a virtual environment.

use super::support::support;
use crate::managers::words::Words;
use crate::managers::{
    Additions, Caller, Capability, Init, LinkMode, LockUse, Place, Reach, Removal, Syncing, Unsupported, Update,
};
use crate::model::invocation::Invocation;

pub(super) fn no_named() -> Unsupported {
    support(Capability::NamedEnvironments).reason("uv")
}

/// The folder of a project; a virtual environment alone lacks something for the reason given.
pub(super) fn in_project<'a>(place: &'a Place, lacks: &str) -> Result<&'a str, Unsupported> {
    match place {
        Place::Project(folder) => Ok(folder),
        Place::VirtualEnvironment(_) => Err(Unsupported(format!("a virtual environment of uv {lacks}"))),
        Place::Named(_) => Err(no_named()),
    }
}

/// The environment of a project.
pub(super) fn environment(folder: &str) -> String {
    format!("{folder}/.venv")
}

/// The command in a project's folder, so that its manifest is found, on its own environment: without being told uv would
/// take the one that a variable names, or a workspace's.
fn within(words: Words, caller: &Caller, folder: &str) -> Invocation {
    let mut invocation = words.within(caller, folder);
    invocation.environment.insert("UV_PROJECT_ENVIRONMENT".to_owned(), Some(environment(folder)));
    invocation
}

/// The command, in the folder of a project where there is one.
fn at(place: &Place, caller: &Caller, words: Words) -> Invocation {
    match place {
        Place::Project(folder) => within(words, caller, folder),
        Place::VirtualEnvironment(_) | Place::Named(_) => words.anywhere(caller),
    }
}

/// The last source takes the place of the default one, and the others go before it: so they are all there are.
pub(super) fn reach(words: Words, reach: &Reach) -> Words {
    let words = match reach.sources.split_last() {
        Some((last, first)) => words.options("--index", first).option("--default-index", Some(last)),
        None => words,
    };
    words.flag("--offline", reach.offline)
}

pub(super) fn init(caller: &Caller, place: &Place, options: &Init) -> Result<Vec<Invocation>, Unsupported> {
    let (words, name, folder) = match place {
        Place::Project(folder) => (Words::new(&["init", "--bare", "--no-workspace"]), "--name", folder),
        Place::VirtualEnvironment(folder) => (Words::new(&["venv"]), "--prompt", folder),
        Place::Named(_) => return Err(no_named()),
    };
    let words = words.option(name, options.name.as_deref()).option("--python", options.python.as_deref());
    let made = words.all([folder]).anywhere(caller);
    if options.sources.is_empty() {
        return Ok(vec![made]);
    }
    let sources = Reach { sources: options.sources.clone(), offline: false };
    Ok(vec![made, within(keep(&sources), caller, in_project(place, "keeps no indexes")?)])
}

/// `uv init` takes no indexes; `uv add` writes those that it is given into the manifest, also where it has no package to
/// add.
fn keep(sources: &Reach) -> Words {
    reach(Words::new(&["add", "--frozen", "--requirements", "/dev/null"]), sources)
}

pub(super) fn install(caller: &Caller, place: &Place, options: &Additions) -> Result<Invocation, Unsupported> {
    let words = match place {
        Place::Project(_) if options.require_hashes => {
            return Err(Unsupported("a project of uv has the hashes of its lock file and takes no others".to_owned()));
        }
        Place::Project(_) => Words::new(&["add"]),
        Place::VirtualEnvironment(folder) => Words::new(&["pip", "install", "--python", folder]),
        Place::Named(_) => return Err(no_named()),
    };
    let words = reach(words, &options.reach)
        .options("--requirements", &options.requirements)
        .options("--constraints", &options.constraints)
        .flag("--require-hashes", options.require_hashes)
        .all(&options.specs);
    Ok(at(place, caller, words))
}

pub(super) fn sync(caller: &Caller, place: &Place, options: &Syncing) -> Result<Invocation, Unsupported> {
    let folder = in_project(place, "has no manifest to be brought to")?;
    let words = Words::new(&["sync"])
        .flag("--locked", options.lock == LockUse::Locked)
        .flag("--frozen", options.lock == LockUse::Frozen)
        .flag("--no-dev", options.no_dev)
        .option("--link-mode", options.link.map(LinkMode::name));
    Ok(within(reach(words, &options.reach), caller, folder))
}

pub(super) fn remove(caller: &Caller, place: &Place, options: &Removal) -> Result<Invocation, Unsupported> {
    let words = match place {
        Place::Project(_) => reach(Words::new(&["remove"]), &options.reach),
        // What is only removed needs no source.
        Place::VirtualEnvironment(folder) => Words::new(&["pip", "uninstall", "--python", folder]),
        Place::Named(_) => return Err(no_named()),
    };
    Ok(at(place, caller, words.all(&options.names)))
}

pub(super) fn update(caller: &Caller, place: &Place, options: &Update) -> Result<Invocation, Unsupported> {
    let words = match place {
        Place::Project(_) if options.names.is_empty() => Words::new(&["sync", "--upgrade"]),
        Place::Project(_) => Words::new(&["sync"]).options("--upgrade-package", &options.names),
        Place::VirtualEnvironment(_) if options.names.is_empty() => {
            let reason = "a virtual environment of uv has no manifest: what is to be updated has to be named";
            return Err(Unsupported(reason.to_owned()));
        }
        Place::VirtualEnvironment(folder) => {
            Words::new(&["pip", "install", "--python", folder, "--upgrade"]).all(&options.names)
        }
        Place::Named(_) => return Err(no_named()),
    };
    Ok(at(place, caller, reach(words, &options.reach)))
}

/// Without `--no-sync` uv would first bring the environment to what the manifest asks for.
pub(super) fn run(caller: &Caller, place: &Place, command: &[String]) -> Result<Invocation, Unsupported> {
    let words = match place {
        Place::Project(_) => Words::new(&["run", "--no-sync", "--"]),
        Place::VirtualEnvironment(folder) => Words::new(&["run", "--no-project", "--python", folder, "--"]),
        Place::Named(_) => return Err(no_named()),
    };
    Ok(at(place, caller, words.all(command)))
}
