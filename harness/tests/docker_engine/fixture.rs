//! A small image made of the machine's static busybox, an engine for one run, and the way back from both.

use std::panic::AssertUnwindSafe;
use std::path::Path;

use bollard::models::ContainerConfig;
use bollard::query_parameters::{CommitContainerOptionsBuilder, CreateImageOptionsBuilder, RemoveImageOptionsBuilder};
use futures_util::{FutureExt as _, StreamExt as _};
use shakedown::engine::docker::{DockerEngine, OpenOptions};
use shakedown::engine::{Container, Engine as _, EngineError};
use shakedown::model::{ContainerSpec, Invocation, Ran, RunId};

use crate::common::{PATIENCE, ignore_or_fail, require_docker};
pub(crate) use crate::run_id::run_id;

/// What an image holds.
#[derive(Clone, Copy)]
pub(crate) enum Content {
    /// Busybox with its programs, users and groups.
    Busybox,
    /// One folder, as an image made from nothing.
    Bare,
}

/// An engine, opened for one run.
pub(crate) struct Fixture {
    pub(crate) engine: DockerEngine,
    pub(crate) client: bollard::Docker,
    pub(crate) run: RunId,
    /// An image of [`Content::Busybox`] with `sleep 1000` as its command, where the test asked for it.
    pub(crate) image: String,
}

impl Fixture {
    /// Imports an image; `changes` are Dockerfile instructions. It carries a tag of the run.
    pub(crate) async fn import(&self, name: &str, content: Content, changes: &[&str]) -> String {
        let repository = format!("shakedown/test-{name}");
        let options = CreateImageOptionsBuilder::default()
            .from_src("-")
            .repo(&repository)
            .tag(&self.run.0)
            .changes(changes.iter().map(|&change| change.to_owned()).collect())
            .build();
        let tar = bollard::body_full(archive(content).into());
        let mut progress = self.client.create_image(Some(options), Some(tar), None);
        while let Some(step) = progress.next().await {
            step.expect("imported");
        }
        format!("{repository}:{}", self.run)
    }

    /// The fixture's image with one file more, `/newer`. It carries a tag of the run.
    pub(crate) async fn newer(&self) -> String {
        let container = self.start().await;
        self.sh(&container, "echo new > /newer").await;
        let repository = "shakedown/test-newer";
        let options =
            CommitContainerOptionsBuilder::default().container(&container.id).repo(repository).tag(&self.run.0).build();
        self.client.commit_container(options, ContainerConfig::default()).await.expect("committed");
        self.engine.remove(&container).await.expect("removed");
        format!("{repository}:{}", self.run)
    }

    /// Starts a container of the fixture's image.
    pub(crate) async fn start(&self) -> Container {
        self.engine.start(&spec(&self.image)).await.expect("started").0
    }

    /// Runs a shell command as the container's own user.
    pub(crate) async fn sh(&self, container: &Container, command: &str) -> Ran {
        self.engine.run(container, &Invocation::new(["sh", "-c", command])).await.expect("carried out")
    }

    /// The error that a command in a container meets.
    pub(crate) async fn sh_error(&self, container: &Container) -> EngineError {
        self.engine.run(container, &Invocation::new(["true"])).await.expect_err("no container")
    }

    async fn clean(self) {
        let troubles = self.engine.teardown(&[]).await;
        let others: Vec<_> = troubles.iter().filter(|leftover| leftover.kind != "image").collect();
        assert!(others.is_empty(), "{others:?}");
        for tag in troubles.iter().filter(|leftover| leftover.kind == "image") {
            let options = RemoveImageOptionsBuilder::default().build();
            // Its lease is gone, so anybody's sweep may have taken it.
            match self.client.remove_image(&tag.name, Some(options), None).await {
                Ok(_) | Err(bollard::errors::Error::DockerResponseServerError { status_code: 404, .. }) => {}
                Err(error) => panic!("{}: {error}", tag.name),
            }
        }
    }
}

/// How a container of an image is to run when nothing is said.
pub(crate) fn spec(image: &str) -> ContainerSpec {
    ContainerSpec::new(image, "main", PATIENCE)
}

/// Opens an engine for a run, or says why not and returns nothing.
pub(crate) async fn open(options: OpenOptions) -> Option<DockerEngine> {
    match DockerEngine::open(options).await {
        Ok(engine) => Some(engine),
        Err(error @ (EngineError::NoEngine { .. } | EngineError::NoPermission { .. } | EngineError::TooOld { .. })) => {
            ignore_or_fail(&error.to_string());
            None
        }
        Err(error) => panic!("{error}"),
    }
}

/// Carries out a test on an engine and cleans up behind it, also when it fails.
pub(crate) async fn with_engine(test: impl AsyncFnOnce(&Fixture)) {
    with_options(OpenOptions::new(run_id(), "test"), test).await;
}

/// The same with options.
pub(crate) async fn with_options(options: OpenOptions, test: impl AsyncFnOnce(&Fixture)) {
    if !Path::new(BUSYBOX).exists() {
        return ignore_or_fail("there is no static busybox (`apt-get install busybox-static`)");
    }
    let run = options.run.clone();
    let Some(client) = require_docker().await else { return };
    let Some(engine) = open(options).await else { return };
    let mut fixture = Fixture { engine, client, run, image: String::new() };
    fixture.image = fixture.import("busybox", Content::Busybox, &["CMD [\"sleep\", \"1000\"]", IMAGE_VARIABLE]).await;
    let result = AssertUnwindSafe(test(&fixture)).catch_unwind().await;
    fixture.clean().await;
    if let Err(panic) = result {
        std::panic::resume_unwind(panic);
    }
}

/// A connection of the test's own, to see what the engine really holds.
pub(crate) async fn connect() -> bollard::Docker {
    let client = bollard::Docker::connect_with_defaults().expect("an address");
    client.negotiate_version().await.expect("an engine")
}

const BUSYBOX: &str = "/bin/busybox";
const IMAGE_VARIABLE: &str = "ENV FROM_IMAGE=\"a b\" PATH=/usr/local/bin:/bin";
const PROGRAMS: [&str; 22] = [
    "cat", "chmod", "dd", "echo", "env", "false", "grep", "head", "id", "kill", "ls", "mkdir", "nc", "pidof", "pwd",
    "rm", "setsid", "sh", "sleep", "sort", "touch", "true",
];

fn archive(content: Content) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    let folders: &[(&str, u32)] = match content {
        Content::Busybox => &[("bin/", 0o755), ("etc/", 0o755), ("root/", 0o700), ("tmp/", 0o1777), ("place/", 0o755)],
        Content::Bare => &[("data/", 0o755)],
    };
    for (folder, mode) in folders {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(tar::EntryType::Directory);
        header.set_mode(*mode);
        header.set_size(0);
        tar.append_data(&mut header, folder, std::io::empty()).expect("in memory");
    }
    if matches!(content, Content::Busybox) {
        append(&mut tar, "bin/busybox", &std::fs::read(BUSYBOX).expect("readable"), 0o755);
        for program in PROGRAMS {
            let mut header = tar::Header::new_gnu();
            header.set_entry_type(tar::EntryType::Symlink);
            header.set_mode(0o777);
            header.set_size(0);
            tar.append_link(&mut header, format!("bin/{program}"), "busybox").expect("in memory");
        }
        let users = "root:x:0:0::/root:/bin/sh\nwww-data:x:33:33::/place:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n";
        append(&mut tar, "etc/passwd", users.as_bytes(), 0o644);
        let groups = "root:x:0:\nmail:x:8:www-data\nwww-data:x:33:\nvideo:x:44:www-data\nnogroup:x:65534:\n";
        append(&mut tar, "etc/group", groups.as_bytes(), 0o644);
    }
    tar.into_inner().expect("in memory")
}

fn append(tar: &mut tar::Builder<Vec<u8>>, path: &str, content: &[u8], mode: u32) {
    let mut header = tar::Header::new_gnu();
    header.set_mode(mode);
    header.set_size(content.len() as u64);
    tar.append_data(&mut header, path, content).expect("in memory");
}
