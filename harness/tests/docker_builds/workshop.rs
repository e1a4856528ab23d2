//! What the tests of builds share.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::{Arc, Mutex};

use bollard::Docker;
use bollard::query_parameters::RemoveImageOptionsBuilder;
use shakedown::engine::docker::base::base;
use shakedown::engine::docker::build::{BuildHost, CacheRecord, build, prune, records};
use shakedown::engine::{EngineError, FailedBuild, Progress};
use shakedown::model::build::Cache;
use shakedown::model::{BuildRequest, BuildStep, BuiltStage, Event};
use tempfile::TempDir;

use crate::common::{ignore_or_fail, require_docker};

/// A folder with Dockerfiles whose steps all carry a token of their own, so that tests may run beside each other.
pub(crate) struct Workshop {
    pub(crate) client: Docker,
    pub(crate) host: BuildHost,
    pub(crate) base: String,
    pub(crate) folder: TempDir,
    pub(crate) token: String,
    pub(crate) before: BTreeSet<String>,
    pub(crate) events: Arc<Mutex<Vec<Event>>>,
}

impl Workshop {
    pub(crate) async fn open() -> Option<Self> {
        let client = require_docker().await?;
        let silent: Progress = Arc::new(|_| ());
        let base = or_ignored(base(&client, "debian:bookworm-slim", Some("bookworm"), &silent).await)?;
        let folder = tempfile::Builder::new().prefix("w").rand_bytes(10).tempdir().expect("a folder");
        let token = folder.path().file_name().expect("named").to_string_lossy().to_lowercase();
        let host = BuildHost { bundle: None, ..BuildHost::of_environment() };
        let mut workshop = Self { client, host, base, folder, token, before: BTreeSet::new(), events: Arc::default() };
        workshop.before = workshop.records().await.into_iter().map(|record| record.id).collect();
        Some(workshop)
    }

    /// `TOKEN` in the text becomes the workshop's own.
    pub(crate) fn request(&self, stage: &str, text: &str, cache: bool) -> BuildRequest {
        let dockerfile = self.folder.path().join(stage).join("Dockerfile");
        fs::create_dir_all(dockerfile.parent().expect("within the folder")).expect("made");
        fs::write(&dockerfile, text.replace("TOKEN", &self.token)).expect("written");
        BuildRequest {
            stage: stage.to_owned(),
            dockerfile,
            base: self.base.clone(),
            tag: format!("shakedown-test/{}-{stage}:latest", self.token),
            arguments: BTreeMap::new(),
            labels: BTreeMap::new(),
            cache: if cache { Cache::All } else { Cache::Nothing },
            cache_ids: None,
            trust_host: true,
        }
    }

    pub(crate) async fn build(&self, request: &BuildRequest) -> Result<(BuiltStage, Vec<String>), FailedBuild> {
        let events = Arc::clone(&self.events);
        let progress: Progress = Arc::new(move |event| events.lock().expect("not poisoned").push(event));
        build(&self.client, &self.host, request, None, &progress).await
    }

    pub(crate) fn take_events(&self) -> Vec<Event> {
        std::mem::take(&mut *self.events.lock().expect("not poisoned"))
    }

    pub(crate) async fn records(&self) -> Vec<CacheRecord> {
        records(&self.client, self.host.socket.as_ref()).await.expect("readable")
    }

    /// Ids and bytes of the cache's records that name this text.
    pub(crate) async fn naming(&self, text: &str) -> BTreeMap<String, i64> {
        let records = self.records().await.into_iter().filter(|record| record.description.contains(text));
        records.map(|record| (record.id, record.size)).collect()
    }

    pub(crate) async fn remove(&self, image: &str) {
        let options = RemoveImageOptionsBuilder::default().force(true).build();
        self.client.remove_image(image, Some(options), None).await.expect("removed");
    }

    pub(crate) async fn close(self, images: &[&str]) {
        for image in images {
            self.remove(image).await;
        }
        let new: Vec<CacheRecord> = self.records().await;
        let new: Vec<CacheRecord> = new.into_iter().filter(|record| !self.before.contains(&record.id)).collect();
        let is_ours = |record: &&CacheRecord| record.description.contains(&self.token) || record.parent.is_empty();
        let mut ids: Vec<String> = new.iter().filter(is_ours).map(|record| record.id.clone()).collect();
        // What was copied onto a step of ours names no command.
        for _ in 0..new.len() {
            let built_on_ours = |record: &&CacheRecord| ids.contains(&record.parent) && !ids.contains(&record.id);
            let more: Vec<String> = new.iter().filter(built_on_ours).map(|record| record.id.clone()).collect();
            ids.extend(more);
        }
        prune(&self.client, &ids).await.expect("pruned");
        assert_eq!(self.naming(&self.token).await, BTreeMap::new(), "records are left");
    }
}

/// A base; nothing where none can be had, as without a network, and that is said.
pub(crate) fn or_ignored(base: Result<String, EngineError>) -> Option<String> {
    match base {
        Ok(base) => Some(base),
        Err(error @ EngineError::NoBase { .. }) => {
            ignore_or_fail(&error.to_string());
            None
        }
        Err(error) => panic!("{error}"),
    }
}

pub(crate) fn ended(events: &[Event], of: &str) -> Vec<BuildStep> {
    let steps = events.iter().filter_map(|event| match event {
        Event::BuildStepEnded { stage, step } if stage == of => Some(step.clone()),
        _ => None,
    });
    steps.collect()
}

pub(crate) fn lines(events: &[Event]) -> Vec<String> {
    let lines = events.iter().filter_map(|event| match event {
        Event::BuildLine { line, .. } => Some(line.clone()),
        _ => None,
    });
    lines.collect()
}
