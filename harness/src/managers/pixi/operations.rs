//! pixi's workspaces, global environments and cache.

use super::{Pixi, outputs, project, refusals, support, tools};
use crate::managers::formats::{pixi_global, pixi_lock, pixi_manifest, pyproject};
use crate::managers::task::{Ended, Task};
use crate::managers::words::Words;
use crate::managers::{
    Additions, Cache, Caller, Capability, Detected, Failure, Init, Lock, LockState, Manifest, Operations, Place,
    Removal, Support, Syncing, ToolOperation, Unsupported, Update, made,
};
use crate::model::fact::{EnvironmentFact, Package};
use crate::model::invocation::Invocation;
use crate::model::text::unwrapped;

pub(super) fn refused(ended: &Ended) -> Failure {
    Failure::refused(refusals::classify, ended)
}

/// A task whose success is all its result.
fn done(invocations: Vec<Invocation>) -> Task<()> {
    Task::new(invocations, refused, |_| Ok(()))
}

/// What pixi says of a lock file that is not what the manifest asks for.
fn is_outdated(stderr: &str) -> bool {
    unwrapped(stderr).contains("lock file would be updated")
}

fn one(invocation: Invocation) -> Task<()> {
    done(vec![invocation])
}

impl Operations for Pixi {
    fn support(&self, capability: Capability) -> Support {
        support::support(capability)
    }

    fn detect(&self, caller: &Caller) -> Task<Detected> {
        let program = caller.program.clone();
        Task::new(vec![caller.command(["info", "--json"])], refused, move |seen| {
            let mut told = outputs::installation(&seen.command(0)?.stdout).map_err(Failure::Unreadable)?;
            let configuration = told.remove("configuration").unwrap_or_default();
            Ok(Detected {
                program: program.clone(),
                version: told.remove("version").unwrap_or_default(),
                home: told.remove("home"),
                configuration: configuration.split(':').filter(|one| !one.is_empty()).map(str::to_owned).collect(),
            })
        })
    }

    fn init(&self, caller: &Caller, place: &Place, options: &Init) -> Result<Task<()>, Unsupported> {
        project::init(caller, place, options).map(done)
    }

    fn install(&self, caller: &Caller, place: &Place, options: &Additions) -> Result<Task<()>, Unsupported> {
        project::install(caller, place, options).map(done)
    }

    fn sync(&self, caller: &Caller, place: &Place, options: &Syncing) -> Result<Task<()>, Unsupported> {
        project::sync(caller, place, options).map(one)
    }

    fn remove(&self, caller: &Caller, place: &Place, options: &Removal) -> Result<Task<()>, Unsupported> {
        project::remove(caller, place, options).map(one)
    }

    fn update(&self, caller: &Caller, place: &Place, options: &Update) -> Result<Task<()>, Unsupported> {
        project::update(caller, place, options).map(done)
    }

    fn list(&self, caller: &Caller, place: &Place) -> Result<Task<Vec<Package>>, Unsupported> {
        match place {
            Place::Project(folder) => {
                let command = Words::new(&["list", "--json", "--no-install", "--frozen"]).within(caller, folder);
                Ok(Task::new(vec![command], refused, |seen| {
                    outputs::listed(&seen.command(0)?.stdout).map_err(Failure::Unreadable)
                }))
            }
            Place::Named(name) => {
                let command = caller.command(["global", "list", "--environment", name]);
                let name = name.clone();
                Ok(Task::new(vec![command], refused, move |seen| {
                    outputs::packages(&seen.command(0)?.stdout, &name).map_err(Failure::Unreadable)
                }))
            }
            Place::VirtualEnvironment(_) => Err(project::no_virtual()),
        }
    }

    fn manifest_of(&self, caller: &Caller, place: &Place) -> Result<Task<Manifest>, Unsupported> {
        match place {
            Place::Project(folder) => Ok(project_manifest(folder)),
            Place::Named(name) => {
                let file = format!("{}/manifests/pixi-global.toml", project::home(caller)?);
                let (path, name) = (file.clone(), name.clone());
                let task = Task::new(Vec::new(), refused, move |seen| match seen.file(0) {
                    Some(text) => Ok(pixi_global::manifest_of(&path, text, &name)?),
                    None => Err(Failure::Missing(path.clone())),
                });
                Ok(task.with_file(file))
            }
            Place::VirtualEnvironment(_) => Err(project::no_virtual()),
        }
    }

    fn lock(&self, caller: &Caller, place: &Place) -> Result<Task<Lock>, Unsupported> {
        let folder = project::in_project(place, "has no lock file")?;
        // Without `--dry-run` a check would bring the lock file up to date.
        let command = Words::new(&["lock", "--check", "--dry-run"]).within(caller, folder);
        let file = format!("{folder}/pixi.lock");
        let name = file.clone();
        let task = Task::judged(vec![command], move |seen| {
            let Some(text) = seen.file(0) else { return Ok(Lock { state: LockState::Missing, packages: Vec::new() }) };
            let packages = pixi_lock::read(&name, text)?;
            let ended = seen.command(0)?;
            let state = match ended.exit {
                Some(0) => LockState::Current,
                Some(_) if is_outdated(&ended.stderr) => LockState::Outdated,
                _ => return Err(refused(ended)),
            };
            Ok(Lock { state, packages })
        });
        Ok(task.with_file(file))
    }

    fn run(&self, caller: &Caller, place: &Place, command: &[String]) -> Result<Invocation, Unsupported> {
        project::run(caller, place, command)
    }

    fn tool(&self, caller: &Caller, operation: &ToolOperation) -> Result<Task<Vec<EnvironmentFact>>, Unsupported> {
        tools::task(caller, operation)
    }

    fn cache(&self, caller: &Caller) -> Task<Cache> {
        Task::new(vec![caller.command(["info", "--json"])], refused, |seen| {
            let mut told = outputs::installation(&seen.command(0)?.stdout).map_err(Failure::Unreadable)?;
            match told.remove("cache") {
                // Its size is only told rounded, for people.
                Some(folder) => Ok(Cache { folder, bytes: None }),
                None => Err(Failure::Unreadable("expected pixi's information to name its cache".to_owned())),
            }
        })
    }

    fn clear_cache(&self, caller: &Caller) -> Task<()> {
        one(caller.command(["clean", "cache", "--yes"]))
    }

    fn prefix(&self, caller: &Caller, place: &Place) -> Result<String, Unsupported> {
        match place {
            Place::Project(folder) => Ok(format!("{folder}/.pixi/envs/default")),
            Place::Named(name) => Ok(format!("{}/envs/{name}", project::home(caller)?)),
            Place::VirtualEnvironment(_) => Err(project::no_virtual()),
        }
    }

    fn made_at(&self, caller: &Caller, place: &Place) -> Result<Task<Option<String>>, Unsupported> {
        self.prefix(caller, place).map(|prefix| made::by_note(&prefix))
    }
}

/// `pixi.toml`, else `pyproject.toml`, in the order in which pixi looks for them.
fn project_manifest(folder: &str) -> Task<Manifest> {
    let files = [format!("{folder}/pixi.toml"), format!("{folder}/pyproject.toml")];
    let [pixi, python] = files.clone();
    let task = Task::new(Vec::new(), refused, move |seen| match (seen.file(0), seen.file(1)) {
        (Some(text), _) => Ok(pixi_manifest::read(&pixi, text)?),
        (None, Some(text)) => Ok(pyproject::read(&python, text)?),
        (None, None) => Err(Failure::Missing(pixi.clone())),
    });
    files.into_iter().fold(task, Task::with_file)
}
