//! uv's projects, virtual environments, tools and cache.

use super::project::in_project;
use super::{Uv, outputs, project, refusals, support, tools};
use crate::managers::formats::{pyproject, uv_lock};
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

fn one(invocation: Invocation) -> Task<()> {
    done(vec![invocation])
}

/// What uv says of a lock file that is not what the manifest asks for.
fn is_outdated(stderr: &str) -> bool {
    unwrapped(stderr).contains("needs to be updated, but `--check` was provided")
}

impl Operations for Uv {
    fn support(&self, capability: Capability) -> Support {
        support::support(capability)
    }

    fn detect(&self, caller: &Caller) -> Task<Detected> {
        let program = caller.program.clone();
        let commands = vec![caller.command(["--version"]), caller.command(["tool", "dir"])];
        Task::new(commands, refused, move |seen| {
            let version = outputs::version(&seen.command(0)?.stdout).map_err(Failure::Unreadable)?;
            let home = seen.command(1)?.stdout.trim().to_owned();
            // uv has no command that tells which files it is configured by.
            Ok(Detected { program: program.clone(), version, home: Some(home), configuration: Vec::new() })
        })
    }

    fn init(&self, caller: &Caller, place: &Place, options: &Init) -> Result<Task<()>, Unsupported> {
        project::init(caller, place, options).map(done)
    }

    fn install(&self, caller: &Caller, place: &Place, options: &Additions) -> Result<Task<()>, Unsupported> {
        project::install(caller, place, options).map(one)
    }

    fn sync(&self, caller: &Caller, place: &Place, options: &Syncing) -> Result<Task<()>, Unsupported> {
        project::sync(caller, place, options).map(one)
    }

    fn remove(&self, caller: &Caller, place: &Place, options: &Removal) -> Result<Task<()>, Unsupported> {
        project::remove(caller, place, options).map(one)
    }

    fn update(&self, caller: &Caller, place: &Place, options: &Update) -> Result<Task<()>, Unsupported> {
        project::update(caller, place, options).map(one)
    }

    fn list(&self, caller: &Caller, place: &Place) -> Result<Task<Vec<Package>>, Unsupported> {
        let prefix = self.prefix(caller, place)?;
        let command = caller.command(["pip", "list", "--format", "json", "--python", &prefix]);
        Ok(Task::new(vec![command], refused, |seen| {
            outputs::packages(&seen.command(0)?.stdout).map_err(Failure::Unreadable)
        }))
    }

    fn manifest_of(&self, _caller: &Caller, place: &Place) -> Result<Task<Manifest>, Unsupported> {
        let file = format!("{}/pyproject.toml", in_project(place, "has no manifest")?);
        let name = file.clone();
        let task = Task::new(Vec::new(), refused, move |seen| match seen.file(0) {
            Some(text) => Ok(pyproject::read(&name, text)?),
            None => Err(Failure::Missing(name.clone())),
        });
        Ok(task.with_file(file))
    }

    fn lock(&self, caller: &Caller, place: &Place) -> Result<Task<Lock>, Unsupported> {
        let folder = in_project(place, "has no lock file")?;
        let command = Words::new(&["lock", "--check"]).within(caller, folder);
        let file = format!("{folder}/uv.lock");
        let name = file.clone();
        let task = Task::judged(vec![command], move |seen| {
            let Some(text) = seen.file(0) else { return Ok(Lock { state: LockState::Missing, packages: Vec::new() }) };
            let packages = uv_lock::read(&name, text)?;
            let ended = seen.command(0)?;
            match ended.exit {
                Some(0) => Ok(Lock { state: LockState::Current, packages }),
                Some(_) if is_outdated(&ended.stderr) => Ok(Lock { state: LockState::Outdated, packages }),
                _ => Err(refused(ended)),
            }
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
        Task::new(vec![caller.command(["cache", "dir"])], refused, |seen| {
            let folder = seen.command(0)?.stdout.trim().to_owned();
            // `uv cache size` is there, but as a preview that may change or go.
            Ok(Cache { folder, bytes: None })
        })
    }

    fn clear_cache(&self, caller: &Caller) -> Task<()> {
        one(caller.command(["cache", "clean"]))
    }

    fn prefix(&self, _caller: &Caller, place: &Place) -> Result<String, Unsupported> {
        match place {
            Place::Project(folder) => Ok(project::environment(folder)),
            Place::VirtualEnvironment(folder) => Ok(folder.clone()),
            Place::Named(_) => Err(project::no_named()),
        }
    }

    fn made_at(&self, caller: &Caller, place: &Place) -> Result<Task<Option<String>>, Unsupported> {
        self.prefix(caller, place).map(|prefix| made::by_activation(&prefix))
    }
}
