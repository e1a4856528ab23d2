//! One operation of one manager in one folder: what is there before, what is done, what is there afterwards.

use std::path::Path;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::error::EnvError;
use super::request::{Differences, Done, Outcome, Request, State, Trouble, Verb};
use super::work::Place;
use crate::engine::Progress;
use crate::managers::{
    self, Additions, Caller, Capability, Changes, Failure, Init, InvalidSpec, PackageManager, Reach, Removal, Spec,
    Support, Task, Unsupported, Update,
};
use crate::model::event::Event;
use crate::model::fact::{ErrorClass, Package};
use crate::observe::Told;

/// How long it may take to find out what an operation left that was ended in the middle.
const AFTERMATH: Duration = Duration::from_secs(30);

pub(super) struct Operation<'a> {
    pub(super) request: &'a Request,
    pub(super) manager: &'static dyn PackageManager,
    pub(super) caller: &'a Caller,
    /// Absolute and without links.
    pub(super) folder: String,
    pub(super) place: Place<'a>,
    pub(super) tell: &'a Progress,
    pub(super) cancel: &'a CancellationToken,
}

/// What was there before something was done.
struct Before {
    /// What was installed; absent where that could not be listed.
    packages: Option<Vec<Package>>,
    manifest: Option<String>,
    /// What [`Operation::parts`] were there.
    parts: Vec<String>,
}

impl Operation<'_> {
    /// Carries it out, and says what came of it. `place` is where, in words.
    pub(super) async fn done(&self, place: String) -> Result<Done, EnvError> {
        let (version, about, moved_from) = self.unless_cancelled(self.found_out()).await?;
        if let Some(from) = &moved_from {
            let text = format!(
                "The environment of {} was made at {from} and was moved: its programs may start those at the old place. Make it anew.",
                self.folder
            );
            (self.tell)(Event::Notice { text });
        }
        let result = self.result(&about).await?;
        Ok(Done {
            manager: self.manager.name().to_owned(),
            version,
            program: self.caller.program.clone(),
            place,
            operation: self.request.verb.name().to_owned(),
            folder: self.folder.clone(),
            moved_from,
            result,
        })
    }

    /// What has to be known before anything is done: the manager's version, what the folder is, and whether it was moved.
    async fn found_out(&self) -> Result<(String, managers::Place, Option<String>), EnvError> {
        let version = self.version().await?;
        let about = self.about().await?;
        let moved_from = self.moved_from(&about).await?;
        Ok((version, about, moved_from))
    }

    /// What only looks is ended at once where it is cancelled, whatever it waits for.
    async fn unless_cancelled<T>(&self, looks: impl Future<Output = Result<T, EnvError>>) -> Result<T, EnvError> {
        tokio::select! {
            looked = looks => looked,
            () = self.cancel.cancelled() => Err(EnvError::Cancelled),
        }
    }

    /// The manager's version, before anything else is run: what does not say it is not this manager.
    async fn version(&self) -> Result<String, EnvError> {
        match self.place.carry_out(&self.manager.detect(self.caller), None).await? {
            Ok(detected) => Ok(detected.version),
            Err(failure) => {
                Err(EnvError::NotDetected { program: self.caller.program.clone(), reason: failure.to_string() })
            }
        }
    }

    /// A folder that is a virtual environment is one; any other is a project, where the manager has projects.
    async fn about(&self) -> Result<managers::Place, EnvError> {
        let is_environment = self.place.text(&format!("{}/pyvenv.cfg", self.folder)).await?.is_some();
        let has_projects = matches!(self.manager.support(Capability::Projects), Support::By(_));
        Ok(if is_environment || !has_projects {
            managers::Place::VirtualEnvironment(self.folder.clone())
        } else {
            managers::Place::Project(self.folder.clone())
        })
    }

    /// The place where the environment was made, where that is another one than where it lies.
    async fn moved_from(&self, about: &managers::Place) -> Result<Option<String>, EnvError> {
        let (manager, caller) = (self.manager, self.caller);
        let (Ok(prefix), Ok(task)) = (manager.prefix(caller, about), manager.made_at(caller, about)) else {
            return Ok(None);
        };
        let made = self.place.carry_out(&task, None).await?.ok().flatten();
        // It may have been made by way of a link; the folder is on this machine, wherever the manager is.
        let is_here = |made: &str| Path::new(made).canonicalize().is_ok_and(|real| real == Path::new(&prefix));
        Ok(made.filter(|made| *made != prefix && !is_here(made)))
    }

    async fn result(&self, about: &managers::Place) -> Result<Outcome, EnvError> {
        let (manager, caller) = (self.manager, self.caller);
        match &self.request.verb {
            Verb::List => self.unless_cancelled(self.listed(about)).await,
            Verb::Manifest => {
                let outcome = |manifest: managers::Manifest| Outcome::Manifest(manifest.into());
                self.unless_cancelled(self.look(manager.manifest_of(caller, about), outcome)).await
            }
            Verb::Init { .. } | Verb::Install { .. } | Verb::Remove { .. } | Verb::Update { .. } => {
                match self.task(about)? {
                    Ok(task) => self.change(about, &task).await,
                    Err(Unsupported(reason)) => Ok(Outcome::Lacking(reason)),
                }
            }
        }
    }

    /// Something is only looked at.
    async fn look<T>(
        &self,
        task: Result<Task<T>, Unsupported>,
        outcome: impl FnOnce(T) -> Outcome,
    ) -> Result<Outcome, EnvError> {
        let task = match task {
            Ok(task) => task,
            Err(Unsupported(reason)) => return Ok(Outcome::Lacking(reason)),
        };
        Ok(self.place.carry_out(&task, None).await?.map_or_else(failed, outcome))
    }

    /// What is installed. A project that has no environment yet has nothing in it.
    async fn listed(&self, about: &managers::Place) -> Result<Outcome, EnvError> {
        let parts = self.parts(about).await?;
        let prefix = self.manager.prefix(self.caller, about).ok();
        if !parts.is_empty() && prefix.is_some_and(|prefix| !parts.contains(&prefix)) {
            return Ok(Outcome::Packages(Vec::new()));
        }
        self.look(self.manager.list(self.caller, about), Outcome::Packages).await
    }

    /// The task that changes something.
    fn task(&self, about: &managers::Place) -> Result<Result<Task<()>, Unsupported>, InvalidSpec> {
        let (manager, caller) = (self.manager, self.caller);
        let reach = |sources: &[String], offline: bool| Reach { sources: sources.to_vec(), offline };
        Ok(match &self.request.verb {
            Verb::Init { name, python, sources } => {
                let options = Init { name: name.clone(), python: python.clone(), sources: sources.clone() };
                manager.init(caller, about, &options)
            }
            Verb::Install { specs, pypi, sources, offline } => {
                let specs = specs.iter().map(|spec| spec.parse()).collect::<Result<Vec<Spec>, InvalidSpec>>()?;
                let reach = reach(sources, *offline);
                manager.install(caller, about, &Additions { specs, pypi: *pypi, reach, ..Additions::default() })
            }
            Verb::Remove { names, pypi } => {
                let removal = Removal { names: checked(names)?, pypi: *pypi, ..Removal::default() };
                manager.remove(caller, about, &removal)
            }
            Verb::Update { names, sources, offline } => {
                let update = Update { names: checked(names)?, reach: reach(sources, *offline) };
                manager.update(caller, about, &update)
            }
            Verb::List | Verb::Manifest => Err(Unsupported("changes nothing".to_owned())),
        })
    }

    /// Something is changed; what is different afterwards is the result.
    async fn change(&self, about: &managers::Place, task: &Task<()>) -> Result<Outcome, EnvError> {
        let told = Told { operation: self.request.verb.name(), emit: self.tell.as_ref() };
        let before = self.unless_cancelled(self.before(about)).await?;
        let seen = tokio::select! {
            seen = self.place.carry_out(task, Some((told, self.manager.signs()))) => seen?,
            () = self.cancel.cancelled() => return self.interrupted(about, &before).await,
        };
        match seen {
            Ok(()) if matches!(self.request.verb, Verb::Init { .. }) => {
                let parts = self.parts(about).await?.into_iter();
                Ok(Outcome::Made(parts.filter(|part| !before.parts.contains(part)).collect()))
            }
            Ok(()) => {
                tokio::select! {
                    differences = self.differences(about, &before) => Ok(Outcome::Changed(differences?)),
                    // It is done; nobody waits any more for what is different.
                    () = self.cancel.cancelled() => {
                        Ok(Outcome::Interrupted(State { differences: None, manifest_changed: None }))
                    }
                }
            }
            Err(failure) => {
                self.tell_of_rest(about, &before).await?;
                self.explained(about, failure).await
            }
        }
    }

    /// A refusal, and what is wrong with the project's manifest where that cannot be read: the cause, where no other is
    /// known, else a remark.
    async fn explained(&self, about: &managers::Place, failure: Failure) -> Result<Outcome, EnvError> {
        let is_cause = matches!(failure.class(), ErrorClass::Unknown | ErrorClass::InvalidManifest);
        let trouble = Trouble::from(failure);
        Ok(Outcome::Failed(match self.mistake(about).await? {
            Some(mistake) if is_cause => Trouble { output: trouble.output, ..mistake.into() },
            Some(mistake) => {
                let text = format!("{mistake}. So the manifest cannot be read, which may be the reason.");
                (self.tell)(Event::Notice { text });
                trouble
            }
            None => trouble,
        }))
    }

    /// What is wrong with the manifest that the operation worked on, where it cannot be read.
    async fn mistake(&self, about: &managers::Place) -> Result<Option<Failure>, EnvError> {
        let has_manifest =
            matches!(about, managers::Place::Project(_)) && !matches!(self.request.verb, Verb::Init { .. });
        match self.manager.manifest_of(self.caller, about) {
            Ok(task) if has_manifest => {
                let read = self.place.carry_out(&task, None).await?;
                Ok(read.err().filter(|failure| matches!(failure, Failure::Malformed(_))))
            }
            _ => Ok(None),
        }
    }

    /// Tells of what a failure left behind: of several commands the first ones may have done their part.
    async fn tell_of_rest(&self, about: &managers::Place, before: &Before) -> Result<(), EnvError> {
        let manifest = self.manifest(about).await?;
        if manifest.is_some() && manifest != before.manifest {
            let text = format!("The manifest of {} is another one now, although it came to nothing.", self.folder);
            (self.tell)(Event::Notice { text });
        }
        Ok(())
    }

    async fn before(&self, about: &managers::Place) -> Result<Before, EnvError> {
        let parts = self.parts(about).await?;
        let packages = self.installed(about, &parts).await?;
        Ok(Before { packages, manifest: self.manifest(about).await?, parts })
    }

    /// What a project is made of and is there: its manifest, and the folder of its environment.
    async fn parts(&self, about: &managers::Place) -> Result<Vec<String>, EnvError> {
        let manifests = self.manager.manifest_of(self.caller, about).map(|task| task.files).unwrap_or_default();
        let mut there = Vec::new();
        for path in manifests.into_iter().chain(self.manager.prefix(self.caller, about)) {
            if self.place.is_there(&path).await? {
                there.push(path);
            }
        }
        Ok(there)
    }

    /// What is installed; absent where that cannot be listed, as before there is an environment.
    async fn packages(&self, about: &managers::Place) -> Result<Option<Vec<Package>>, EnvError> {
        match self.manager.list(self.caller, about) {
            Ok(task) => Ok(self.place.carry_out(&task, None).await?.ok()),
            Err(Unsupported(_)) => Ok(None),
        }
    }

    /// The manifest's text, where there is one that can be read.
    async fn manifest(&self, about: &managers::Place) -> Result<Option<String>, EnvError> {
        match self.manager.manifest_of(self.caller, about) {
            Ok(task) => Ok(self.place.carry_out(&task, None).await?.ok().map(|manifest| manifest.text)),
            Err(Unsupported(_)) => Ok(None),
        }
    }

    /// What is installed, as far as that can be listed: where there is no environment yet, nothing is in it.
    async fn installed(&self, about: &managers::Place, parts: &[String]) -> Result<Option<Vec<Package>>, EnvError> {
        let prefix = self.manager.prefix(self.caller, about).ok();
        Ok(match self.packages(about).await? {
            None if prefix.is_some_and(|prefix| !parts.contains(&prefix)) => Some(Vec::new()),
            packages => packages,
        })
    }

    async fn differences(&self, about: &managers::Place, before: &Before) -> Result<Option<Differences>, EnvError> {
        let parts = self.parts(about).await?;
        let after = self.installed(about, &parts).await?;
        Ok(before.packages.as_ref().zip(after).map(|(before, after)| Changes::between(before, &after).into()))
    }

    /// The command was ended with all that it had started, when its future was dropped: what is there now?
    async fn interrupted(&self, about: &managers::Place, before: &Before) -> Result<Outcome, EnvError> {
        let looked = tokio::time::timeout(AFTERMATH, async {
            let differences = self.differences(about, before).await?;
            let manifest = self.manifest(about).await?;
            Ok::<_, EnvError>(State {
                differences,
                manifest_changed: manifest.map(|text| Some(text) != before.manifest),
            })
        });
        match looked.await {
            Ok(state) => Ok(Outcome::Interrupted(state?)),
            Err(_) => Ok(Outcome::Interrupted(State { differences: None, manifest_changed: None })),
        }
    }
}

/// Names, none of which a manager would take for an option.
fn checked(names: &[String]) -> Result<Vec<String>, InvalidSpec> {
    match names.iter().find(|name| name.is_empty() || name.starts_with('-')) {
        None => Ok(names.to_vec()),
        Some(name) => {
            let reason = "a package's name begins with a letter, a digit or `_`".to_owned();
            Err(InvalidSpec { text: name.clone(), reason })
        }
    }
}

fn failed(failure: Failure) -> Outcome {
    Outcome::Failed(failure.into())
}
