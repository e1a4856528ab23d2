//! What every manager is asked to do with projects, environments, tools and its cache.

use super::caller::{Caller, Place};
use super::capability::{Capability, Support};
use super::context::Unsupported;
use super::options::{Additions, Init, Removal, Syncing, ToolOperation, Update};
use super::results::{Cache, Detected, Lock, Manifest};
use super::task::Task;
use crate::model::fact::{EnvironmentFact, Package};
use crate::model::invocation::Invocation;

/// What a manager does with projects, environments, tools and its cache.
///
/// Each method describes commands and reads what came of them; it runs nothing. What a manager lacks is
/// [`Unsupported`], for the reason that [`Operations::support`] gives, or because the place is of a kind that it does
/// not make.
pub trait Operations {
    /// What the manager has, and what it lacks.
    fn support(&self, capability: Capability) -> Support;

    /// Which version it is, and how it is set up.
    fn detect(&self, caller: &Caller) -> Task<Detected>;

    /// Makes a project or an empty environment. A folder that is there already may hold other files.
    fn init(&self, caller: &Caller, place: &Place, options: &Init) -> Result<Task<()>, Unsupported>;

    /// Installs packages on top of what is there, and writes them into the manifest where the manager does that.
    fn install(&self, caller: &Caller, place: &Place, options: &Additions) -> Result<Task<()>, Unsupported>;

    /// Brings the environment to what its manifest asks for.
    fn sync(&self, caller: &Caller, place: &Place, options: &Syncing) -> Result<Task<()>, Unsupported>;

    /// Removes packages.
    fn remove(&self, caller: &Caller, place: &Place, options: &Removal) -> Result<Task<()>, Unsupported>;

    /// Updates packages as far as the manifest allows.
    fn update(&self, caller: &Caller, place: &Place, options: &Update) -> Result<Task<()>, Unsupported>;

    /// What the manager says is installed.
    fn list(&self, caller: &Caller, place: &Place) -> Result<Task<Vec<Package>>, Unsupported>;

    /// What the manifest says.
    fn manifest_of(&self, caller: &Caller, place: &Place) -> Result<Task<Manifest>, Unsupported>;

    /// What the lock file holds, and whether it is current. Changes nothing.
    fn lock(&self, caller: &Caller, place: &Place) -> Result<Task<Lock>, Unsupported>;

    /// A command inside the environment: its standard streams, exit code and signals are the command's own.
    fn run(&self, caller: &Caller, place: &Place, command: &[String]) -> Result<Invocation, Unsupported>;

    /// Something with tools; the result is all tools that are there afterwards.
    fn tool(&self, caller: &Caller, operation: &ToolOperation) -> Result<Task<Vec<EnvironmentFact>>, Unsupported>;

    /// Where the cache is, and how large.
    fn cache(&self, caller: &Caller) -> Task<Cache>;

    /// Empties the cache.
    fn clear_cache(&self, caller: &Caller) -> Task<()>;

    /// The folder of the environment itself: its Python is `bin/python` in it, its files record what is installed.
    fn prefix(&self, caller: &Caller, place: &Place) -> Result<String, Unsupported>;

    /// Where the environment was made, by its own files; nothing where they do not tell. Once it was moved that is another
    /// place than where it lies.
    fn made_at(&self, caller: &Caller, place: &Place) -> Result<Task<Option<String>>, Unsupported>;
}
