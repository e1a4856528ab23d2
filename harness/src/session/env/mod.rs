//! Package managers at work for people: `shakedown env`. One operation on one folder, on this machine or in a container.

mod access;
mod error;
mod folder;
mod journal;
mod operation;
mod request;
mod turn;
mod work;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::config::ManagerPlace;
use crate::engine::docker::{DockerEngine, OpenOptions};
use crate::engine::host::HostEngine;
use crate::engine::{Container, Engine, Progress};
use crate::managers::Caller;
use crate::model::container::{ContainerSpec, Ready, ReadyCondition};
use crate::model::event::Event;
use crate::model::variables;

use super::build::progress;
use super::defaults::{project, search};
use super::manager::{Meant, meant};
use super::run::run_id;
use super::spine::Listener;
use operation::Operation;
use work::Place;

pub use error::EnvError;
pub use request::{Change, Differences, Done, ManifestFacts, Outcome, Request, State, Verb};

/// How long a container may take to start.
const READY: Duration = Duration::from_secs(30);

/// Carries out one operation. The listener is told what is printed, how far it is, and what is awaited. Cancelling ends
/// the manager with all that it has started; then the result says what state that left.
pub async fn env(
    request: &Request,
    clock: &Arc<dyn Clock>,
    listener: Listener,
    cancel: &CancellationToken,
) -> Result<Done, EnvError> {
    let listener = match &request.journal {
        Some(folder) => journal::recorded(folder, listener)?,
        None => listener,
    };
    let tell = &progress(clock, listener);
    let here = Path::new(".").canonicalize().map_err(|error| folder_error(Path::new("."), "cannot be found", error))?;
    let project = project(&here)?;
    let variable = std::env::var(variables::MANAGER.name).ok();
    let meant = meant(&request.wish, variable.as_deref(), &project, &here, &search())?;
    if request.user.is_some() && matches!(meant.place, ManagerPlace::Host { .. }) {
        return Err(EnvError::UserOfThisMachine);
    }
    let (folder, _made) = ready_folder(request)?;
    let waiting = |holder: &str| {
        let place = turn::place(&folder).display();
        let text = format!("{} is at work in {place}; waiting for it.", capitalised(holder));
        tell(Event::Notice { text });
    };
    let turn = tokio::select! {
        turn = turn::turn(turn::place(&folder), request.verb.purpose(), waiting) => turn,
        () = cancel.cancelled() => return Err(EnvError::Cancelled),
    };
    let _turn = turn.map_err(|error| folder_error(&folder, "cannot be locked", error))?;
    let job = Job { request, meant: &meant, folder: &folder, tell, cancel };
    match &meant.place {
        ManagerPlace::Host { .. } => {
            let engine = HostEngine::open().await?;
            job.on(&engine, &HostEngine::place()).await
        }
        ManagerPlace::Container { image, .. } => job.in_container(image, clock).await,
    }
}

/// Folders that were made, those within others first. What they were made for may have come to nothing: at the end those go
/// that hold nothing.
struct Made(Vec<PathBuf>);

impl Drop for Made {
    fn drop(&mut self) {
        for folder in &self.0 {
            let _ = std::fs::remove_dir(folder);
        }
    }
}

/// The folder by its one name, and what was made of it and of those above it, itself first: that is done where it is the
/// first thing to do.
fn ready_folder(request: &Request) -> Result<(PathBuf, Made), EnvError> {
    let typed = &request.folder;
    let folder = folder::resolved(typed).map_err(|error| folder_error(typed, "cannot be found", error))?;
    if folder.to_str().is_none() {
        return Err(EnvError::Folder { path: folder, problem: "has a name that is no text".to_owned(), source: None });
    }
    let is_init = matches!(request.verb, Verb::Init { .. });
    let missing = folder.ancestors().take_while(|path| is_init && !path.exists());
    let made = Made(missing.map(Path::to_owned).collect());
    if !made.0.is_empty() {
        std::fs::create_dir_all(&folder).map_err(|error| folder_error(&folder, "cannot be made", error))?;
    }
    if !folder.is_dir() {
        let problem = if folder.exists() { "is no folder" } else { "is not there" };
        return Err(EnvError::Folder { path: folder, problem: problem.to_owned(), source: None });
    }
    Ok((folder, made))
}

fn folder_error(path: &Path, problem: &str, source: std::io::Error) -> EnvError {
    EnvError::Folder { path: path.to_owned(), problem: problem.to_owned(), source: Some(source) }
}

/// As the beginning of a sentence.
fn capitalised(words: &str) -> String {
    let mut characters = words.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

/// All that is known of an operation before there is a place to carry it out.
struct Job<'a> {
    request: &'a Request,
    meant: &'a Meant,
    folder: &'a Path,
    tell: &'a Progress,
    cancel: &'a CancellationToken,
}

impl Job<'_> {
    async fn on(&self, engine: &dyn Engine, container: &Container) -> Result<Done, EnvError> {
        let name = self.meant.manager.name();
        let (program, place) = match &self.meant.place {
            ManagerPlace::Host { program } => {
                let program = program.as_ref().map(|path| path.display().to_string());
                (program, "this machine".to_owned())
            }
            ManagerPlace::Container { image, program } => (program.clone(), image.clone()),
        };
        let caller = Caller { program: program.unwrap_or_else(|| name.to_owned()), ..Caller::default() };
        let operation = Operation {
            request: self.request,
            manager: self.meant.manager,
            caller: &caller,
            folder: self.folder.display().to_string(),
            place: Place { engine, container, program: &caller.program },
            tell: self.tell,
            cancel: self.cancel,
        };
        operation.done(place).await
    }

    /// The folder is there in the container under its own name; nothing else of it stays.
    async fn in_container(&self, image: &str, clock: &Arc<dyn Clock>) -> Result<Done, EnvError> {
        let engine = tokio::select! {
            engine = DockerEngine::open(OpenOptions::new(run_id(clock.as_ref()), "env")) => engine?,
            () = self.cancel.cancelled() => return Err(EnvError::Cancelled),
        };
        let folder = self.folder.display();
        let spec = ContainerSpec {
            image: image.to_owned(),
            purpose: "env".to_owned(),
            environment: BTreeMap::new(),
            user: self.request.user.clone(),
            // Whatever the image would start is nobody's business here.
            command: Some(Vec::new()),
            network: None,
            memory: None,
            processors: None,
            processes: None,
            tmpfs: BTreeMap::new(),
            persistent: Vec::new(),
            volumes: vec![format!("{folder}:{folder}")],
            read_only: false,
            trust_host: true,
            ssh: None,
            ready: Ready { condition: ReadyCondition::Started, within: READY },
        };
        // What has been made of a container by then is teardown's.
        let started = tokio::select! {
            started = engine.start(&spec) => started.map_err(EnvError::from),
            () = self.cancel.cancelled() => Err(EnvError::Cancelled),
        };
        let done = match started {
            Ok((container, _)) => self.in_started(&engine, &container, image).await,
            Err(error) => Err(error),
        };
        for leftover in engine.teardown(&[]).await {
            let text = format!("The {} {} could not be removed: {}.", leftover.kind, leftover.name, leftover.trouble);
            (self.tell)(Event::Notice { text });
        }
        done
    }

    async fn in_started(&self, engine: &dyn Engine, container: &Container, image: &str) -> Result<Done, EnvError> {
        // No manager is set to work yet.
        let place = Place { engine, container, program: "" };
        access::check(&place, image, &self.folder.display().to_string(), self.request.verb.purpose()).await?;
        self.on(engine, container).await
    }
}
