//! pip's projects, virtual environments and cache.

use super::{Pip, outputs, project, refusals, support};
use crate::managers::formats::requirements;
use crate::managers::task::{Ended, Task};
use crate::managers::{
    Additions, Cache, Caller, Capability, Detected, Failure, Init, Lock, Manifest, Operations, Place, Removal, Support,
    Syncing, ToolOperation, Unsupported, Update, made,
};
use crate::model::fact::{EnvironmentFact, Package};
use crate::model::invocation::Invocation;

fn refused(ended: &Ended) -> Failure {
    Failure::refused(refusals::classify, ended)
}

/// A task whose success is all its result.
fn done(invocations: Vec<Invocation>) -> Task<()> {
    Task::new(invocations, refused, |_| Ok(()))
}

fn one(invocation: Invocation) -> Task<()> {
    done(vec![invocation])
}

impl Operations for Pip {
    fn support(&self, capability: Capability) -> Support {
        support::support(capability)
    }

    fn detect(&self, caller: &Caller) -> Task<Detected> {
        let program = caller.program.clone();
        let commands = vec![caller.command(["--version"]), caller.command(["config", "debug"])];
        Task::new(commands, refused, move |seen| {
            let (version, home) = outputs::version(&seen.command(0)?.stdout).map_err(Failure::Unreadable)?;
            let configuration = outputs::configuration(&seen.command(1)?.stdout);
            Ok(Detected { program: program.clone(), version, home: Some(home), configuration })
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
        let command = project::within(&project::prefix(place)?, &["list", "--format", "json"]).anywhere(caller);
        Ok(Task::new(vec![command], refused, |seen| {
            outputs::packages(&seen.command(0)?.stdout).map_err(Failure::Unreadable)
        }))
    }

    /// Its indexes are those of the file, and behind them those that the environment keeps; where there is none yet, the
    /// file's alone.
    fn manifest_of(&self, caller: &Caller, place: &Place) -> Result<Task<Manifest>, Unsupported> {
        let file = project::requirements(place, "has no manifest")?;
        let name = file.clone();
        let task = Task::judged(vec![project::configured(caller, place)?], move |seen| {
            let Some(text) = seen.file(0) else { return Err(Failure::Missing(name.clone())) };
            let mut manifest = requirements::read(&name, text)?;
            let configured = seen.ended.first().filter(|ended| ended.exit == Some(0));
            manifest.sources.extend(configured.map(|ended| outputs::sources(&ended.stdout)).unwrap_or_default());
            Ok(manifest)
        });
        Ok(task.with_file(file))
    }

    fn lock(&self, _caller: &Caller, _place: &Place) -> Result<Task<Lock>, Unsupported> {
        Err(project::lacks(Capability::Lock))
    }

    fn run(&self, caller: &Caller, place: &Place, command: &[String]) -> Result<Invocation, Unsupported> {
        project::run(caller, place, command)
    }

    fn tool(&self, _caller: &Caller, _operation: &ToolOperation) -> Result<Task<Vec<EnvironmentFact>>, Unsupported> {
        Err(project::lacks(Capability::Tools))
    }

    fn cache(&self, caller: &Caller) -> Task<Cache> {
        Task::new(vec![caller.command(["cache", "dir"])], refused, |seen| {
            // Its size is only told rounded, for people.
            Ok(Cache { folder: seen.command(0)?.stdout.trim().to_owned(), bytes: None })
        })
    }

    fn clear_cache(&self, caller: &Caller) -> Task<()> {
        one(caller.command(["cache", "purge"]))
    }

    fn prefix(&self, _caller: &Caller, place: &Place) -> Result<String, Unsupported> {
        project::prefix(place)
    }

    fn made_at(&self, caller: &Caller, place: &Place) -> Result<Task<Option<String>>, Unsupported> {
        self.prefix(caller, place).map(|prefix| made::by_activation(&prefix))
    }
}
