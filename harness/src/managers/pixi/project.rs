//! What to type for pixi to work on a workspace or a global environment.

use super::support::support;
use crate::managers::words::Words;
use crate::managers::{
    Additions, Caller, Capability, Init, LinkMode, LockUse, Place, Reach, Removal, Syncing, Unsupported, Update,
};
use crate::model::invocation::Invocation;

pub(super) fn lacks(capability: Capability) -> Unsupported {
    support(capability).reason("pixi")
}

pub(super) fn no_virtual() -> Unsupported {
    lacks(Capability::VirtualEnvironments)
}

/// The folder of a project; a global environment lacks something for the reason given.
pub(super) fn in_project<'a>(place: &'a Place, lacks: &str) -> Result<&'a str, Unsupported> {
    match place {
        Place::Project(folder) => Ok(folder),
        Place::Named(_) => Err(Unsupported(format!("a global environment of pixi {lacks}"))),
        Place::VirtualEnvironment(_) => Err(no_virtual()),
    }
}

/// Where global environments and their manifest are.
pub(super) fn home(caller: &Caller) -> Result<&str, Unsupported> {
    let home = caller.variables.get("PIXI_HOME").map(String::as_str);
    home.ok_or_else(|| Unsupported("pixi's home is not known; set PIXI_HOME".to_owned()))
}

/// A workspace, which pixi names after its folder until it is told another name, and its Python where one is wanted: that
/// is a package like any other.
pub(super) fn init(caller: &Caller, place: &Place, options: &Init) -> Result<Vec<Invocation>, Unsupported> {
    let folder = in_project(place, "is made with its first packages, not empty")?;
    let init = Words::new(&["init"]).options("--channel", &options.sources).all([folder]).anywhere(caller);
    let name = options.name.as_ref().map(|name| Words::new(&["workspace", "name", "set", name]));
    let python = options.python.as_ref().map(|version| Words::new(&["add", &format!("python=={version}.*")]));
    let inside = name.into_iter().chain(python).map(|words| words.within(caller, folder));
    Ok([init].into_iter().chain(inside).collect())
}

/// A workspace gets the channels first, before its others: `pixi add` takes none.
pub(super) fn install(caller: &Caller, place: &Place, options: &Additions) -> Result<Vec<Invocation>, Unsupported> {
    if let Some(lacking) = lacking(options) {
        return Err(lacks(lacking));
    }
    if !options.pypi && options.specs.iter().any(|spec| !spec.extras.is_empty()) {
        return Err(Unsupported("pixi's conda packages have no extras, only those of an index have".to_owned()));
    }
    let sources = &options.reach.sources;
    let mut commands = Vec::new();
    let (words, folder) = match (place, options.pypi) {
        (Place::Project(folder), true) if sources.len() < 2 => {
            (Words::new(&["add", "--pypi"]).options("--index", sources), Some(folder))
        }
        (Place::Project(_), true) => {
            return Err(Unsupported("pixi takes a package from one index, not from several".to_owned()));
        }
        (Place::Project(folder), false) => {
            if !sources.is_empty() {
                let channels = ["workspace", "channel", "add", "--prepend", "--frozen", "--no-install"];
                commands.push(Words::new(&channels).all(sources).within(caller, folder));
            }
            (Words::new(&["add"]), Some(folder))
        }
        (Place::Named(name), false) => {
            (Words::new(&["global", "install", "--environment", name]).options("--channel", sources), None)
        }
        (Place::Named(_), true) => {
            return Err(Unsupported("a global environment of pixi holds conda packages alone".to_owned()));
        }
        (Place::VirtualEnvironment(_), _) => return Err(no_virtual()),
    };
    commands.push(at(folder, caller, words.flag("--offline", options.reach.offline).all(&options.specs)));
    Ok(commands)
}

fn lacking(options: &Additions) -> Option<Capability> {
    let unread = [
        (!options.requirements.is_empty(), Capability::RequirementsFiles),
        (!options.constraints.is_empty(), Capability::Constraints),
        (options.require_hashes, Capability::RequiredHashes),
    ];
    unread.into_iter().find(|(wanted, _)| *wanted).map(|(_, capability)| capability)
}

pub(super) fn sync(caller: &Caller, place: &Place, options: &Syncing) -> Result<Invocation, Unsupported> {
    if options.no_dev {
        return Err(Unsupported("pixi keeps what is for development in environments of its own".to_owned()));
    }
    let link = options.link.map_or(Ok(&[][..]), others)?;
    let (words, folder) = match place {
        Place::Named(_) if options.lock == LockUse::Update => (Words::new(&["global", "sync"]), None),
        Place::Project(_) | Place::Named(_) | Place::VirtualEnvironment(_) => {
            (Words::new(&["install"]), Some(in_project(place, "has no lock file")?))
        }
    };
    let words =
        words.flag("--locked", options.lock == LockUse::Locked).flag("--frozen", options.lock == LockUse::Frozen);
    let words = words.all(link);
    Ok(at(folder, caller, reach(words, &options.reach)?))
}

/// pixi is told of the ways that it is not to take. Where the wanted one is not possible it copies. `--no-symbolic-links` is
/// none of them: it is about the links that packages hold.
fn others(wanted: LinkMode) -> Result<&'static [&'static str], Unsupported> {
    match wanted {
        LinkMode::Clone => Ok(&["--no-hard-links"]),
        LinkMode::Copy => Ok(&["--no-ref-links", "--no-hard-links"]),
        LinkMode::Hardlink => Ok(&["--no-ref-links"]),
        LinkMode::Symlink => Err(Unsupported("pixi makes no symbolic links to what its cache holds".to_owned())),
    }
}

pub(super) fn remove(caller: &Caller, place: &Place, options: &Removal) -> Result<Invocation, Unsupported> {
    let (words, folder) = match place {
        Place::Project(folder) => (Words::new(&["remove"]).flag("--pypi", options.pypi), Some(folder)),
        Place::Named(name) => (Words::new(&["global", "remove", "--environment", name]), None),
        Place::VirtualEnvironment(_) => return Err(no_virtual()),
    };
    Ok(at(folder, caller, reach(words, &options.reach)?.all(&options.names)))
}

/// A solution of newer versions, and then the environment that it describes.
pub(super) fn update(caller: &Caller, place: &Place, options: &Update) -> Result<Vec<Invocation>, Unsupported> {
    match place {
        Place::Project(folder) => {
            let update = reach(Words::new(&["update"]), &options.reach)?.all(&options.names);
            let install = reach(Words::new(&["install"]), &options.reach)?;
            Ok(vec![update.within(caller, folder), install.within(caller, folder)])
        }
        Place::Named(_) if !options.names.is_empty() => {
            Err(Unsupported("pixi updates a global environment as a whole".to_owned()))
        }
        Place::Named(name) => {
            Ok(vec![reach(Words::new(&["global", "update"]), &options.reach)?.all([name]).anywhere(caller)])
        }
        Place::VirtualEnvironment(_) => Err(no_virtual()),
    }
}

/// `--as-is`: neither lock file nor environment are brought up to date; `--executable`: no task of this name.
pub(super) fn run(caller: &Caller, place: &Place, command: &[String]) -> Result<Invocation, Unsupported> {
    let folder = in_project(place, "runs no commands, it exposes programs")?;
    Ok(Words::new(&["run", "--as-is", "--executable", "--"]).all(command).within(caller, folder))
}

/// Channels are a matter of the manifest.
fn reach(words: Words, reach: &Reach) -> Result<Words, Unsupported> {
    if reach.sources.is_empty() {
        Ok(words.flag("--offline", reach.offline))
    } else {
        Err(Unsupported("pixi takes channels with an install alone, and keeps them in the manifest".to_owned()))
    }
}

/// The command, in the folder of a project so that its manifest is found.
fn at<S: AsRef<str>>(folder: Option<S>, caller: &Caller, words: Words) -> Invocation {
    match folder {
        Some(folder) => words.within(caller, folder.as_ref()),
        None => words.anywhere(caller),
    }
}
