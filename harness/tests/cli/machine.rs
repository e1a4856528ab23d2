//! The real engine: a small image to run on, and a look at what is left of a run.

use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};

use bollard::Docker;
use bollard::query_parameters::{
    CreateImageOptionsBuilder, ListContainersOptionsBuilder, ListImagesOptionsBuilder, ListNetworksOptionsBuilder,
    ListVolumesOptionsBuilder, PushImageOptionsBuilder, RemoveImageOptionsBuilder, TagImageOptionsBuilder,
};
use futures_util::StreamExt as _;
use tokio::runtime::Runtime;

use crate::common::{PATIENCE, ignore_or_fail, require_docker};
use crate::place::Place;

pub(crate) const BUSYBOX: &str = "/bin/busybox";
const PROGRAMS: [&str; 14] =
    ["cat", "dd", "echo", "false", "head", "seq", "setsid", "sh", "sleep", "true", "yes", "touch", "env", "tr"];

/// An engine with an image of busybox on it.
pub(crate) struct Machine {
    runtime: Runtime,
    docker: Docker,
    /// The image's tag; its command sleeps.
    pub(crate) image: String,
}

/// Carries out a test in a place on this machine's engine, or says why it cannot; the image and what the program left
/// in the place's runs are looked after in any case.
pub(crate) fn on_engine(name: &str, test: impl FnOnce(&Machine, &Place)) {
    on_image(name, &["CMD [\"sleep\", \"1000\"]"], test);
}

/// The same, on an image that these instructions of a Dockerfile change.
pub(crate) fn on_image(name: &str, changes: &[&str], test: impl FnOnce(&Machine, &Place)) {
    let archive = if Path::new(BUSYBOX).exists() {
        busybox()
    } else {
        return ignore_or_fail("there is no static busybox (`apt-get install busybox-static`)");
    };
    on_archive(name, archive, changes, test);
}

/// The same, on an image that holds nothing but one folder.
pub(crate) fn on_bare_image(name: &str, changes: &[&str], test: impl FnOnce(&Machine, &Place)) {
    let mut tar = tar::Builder::new(Vec::new());
    folder(&mut tar, "data/");
    on_archive(name, tar.into_inner().expect("in memory"), changes, test);
}

fn on_archive(name: &str, archive: Vec<u8>, changes: &[&str], test: impl FnOnce(&Machine, &Place)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let Some(docker) = runtime.block_on(require_docker()) else { return };
    let token = tempfile::Builder::new().prefix(&format!("{name}-")).rand_bytes(10).tempdir().expect("a folder");
    let token = token.path().file_name().expect("named").to_string_lossy().to_lowercase();
    let repository = format!("cli-test/{token}");
    let machine = Machine { runtime, docker, image: format!("{repository}:latest") };
    machine.import(&repository, archive, changes);
    let place = Place::new(name, &machine.image);
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| test(&machine, &place)));
    machine.remove_image(&machine.image);
    if let Err(panic) = outcome {
        std::panic::resume_unwind(panic);
    }
    for run in place.runs() {
        let run = run.file_name().expect("a name").to_string_lossy().into_owned();
        assert_eq!(machine.left_of(&run), Vec::<String>::new(), "left of run {run}");
    }
}

impl Machine {
    fn import(&self, repository: &str, archive: Vec<u8>, changes: &[&str]) {
        let options = CreateImageOptionsBuilder::default()
            .from_src("-")
            .repo(repository)
            .tag("latest")
            .changes(changes.iter().map(|&change| change.to_owned()).collect())
            .build();
        self.runtime.block_on(async {
            let tar = bollard::body_full(archive.into());
            let mut progress = Box::pin(self.docker.create_image(Some(options), Some(tar), None));
            while let Some(step) = progress.next().await {
                step.expect("imported");
            }
        });
    }

    /// Gives an image a name in a registry and pushes it there.
    pub(crate) fn push(&self, image: &str, remote: &str) {
        let (repository, tag) = remote.rsplit_once(':').expect("a tag");
        let name = TagImageOptionsBuilder::default().repo(repository).tag(tag).build();
        let options = PushImageOptionsBuilder::default().tag(tag).build();
        self.runtime.block_on(async {
            self.docker.tag_image(image, Some(name)).await.expect("tagged");
            let mut progress = Box::pin(self.docker.push_image(repository, Some(options), None));
            while let Some(step) = progress.next().await {
                step.expect("pushed");
            }
        });
    }

    /// Pulls an image from a registry.
    pub(crate) fn pull(&self, remote: &str) {
        let (repository, tag) = remote.rsplit_once(':').expect("a tag");
        let options = CreateImageOptionsBuilder::default().from_image(repository).tag(tag).build();
        self.runtime.block_on(async {
            let mut progress = Box::pin(self.docker.create_image(Some(options), None, None));
            while let Some(step) = progress.next().await {
                step.expect("pulled");
            }
        });
    }

    /// Makes an image that differs from this machine's in its command alone; returns its tag.
    pub(crate) fn another(&self) -> String {
        let repository = format!("{}-other", self.image.trim_end_matches(":latest"));
        self.import(&repository, busybox(), &["CMD [\"sleep\", \"2000\"]"]);
        format!("{repository}:latest")
    }

    /// Removes an image; one that is not there is no trouble.
    pub(crate) fn remove_image(&self, tag: &str) {
        let options = RemoveImageOptionsBuilder::default().force(true).build();
        let _ = self.runtime.block_on(self.docker.remove_image(tag, Some(options), None));
    }

    /// Containers, volumes, networks and images that a run has left.
    pub(crate) fn left_of(&self, run: &str) -> Vec<String> {
        self.runtime.block_on(async {
            let filters = HashMap::from([("label", vec![format!("shakedown.run={run}")])]);
            let containers = ListContainersOptionsBuilder::default().all(true).filters(&filters).build();
            let containers = self.docker.list_containers(Some(containers)).await.expect("containers");
            let volumes = ListVolumesOptionsBuilder::default().filters(&filters).build();
            let volumes = self.docker.list_volumes(Some(volumes)).await.expect("volumes");
            let networks = ListNetworksOptionsBuilder::default().filters(&filters).build();
            let networks = self.docker.list_networks(Some(networks)).await.expect("networks");
            let references = HashMap::from([("reference", vec!["shakedown/*".to_owned()])]);
            let images = ListImagesOptionsBuilder::default().filters(&references).build();
            let images = self.docker.list_images(Some(images)).await.expect("images");
            let containers = containers.into_iter().flat_map(|one| one.names.unwrap_or_default());
            let volumes = volumes.volumes.unwrap_or_default().into_iter().map(|volume| volume.name);
            let networks = networks.into_iter().filter_map(|network| network.name);
            let tags = images.into_iter().flat_map(|image| image.repo_tags).filter(|tag| tag.ends_with(run));
            containers.chain(volumes).chain(networks).chain(tags).collect()
        })
    }

    /// Waits until a run's lease has ended; its container stays until it is cleaned away.
    pub(crate) fn until_lease_is_gone(&self, run: &str) {
        let deadline = Instant::now() + PATIENCE;
        let lease = format!("shakedown-{run}-lease");
        let filters = HashMap::from([("name", vec![lease.clone()])]);
        // Without `all` only those that run.
        let running = ListContainersOptionsBuilder::default().filters(&filters).build();
        while !self.runtime.block_on(self.docker.list_containers(Some(running.clone()))).expect("containers").is_empty()
        {
            assert!(Instant::now() < deadline, "{lease} still runs");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Removes a container by name, as `docker rm -f` does.
    pub(crate) fn remove_container(&self, name: &str) {
        let options = bollard::query_parameters::RemoveContainerOptionsBuilder::default().force(true).build();
        self.runtime.block_on(self.docker.remove_container(name, Some(options))).expect("removed");
    }
}

fn busybox() -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for path in ["bin/", "etc/", "root/", "tmp/"] {
        folder(&mut tar, path);
    }
    file(&mut tar, "bin/busybox", &std::fs::read(BUSYBOX).expect("readable"));
    for program in PROGRAMS {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(tar::EntryType::Symlink);
        header.set_mode(0o777);
        header.set_size(0);
        tar.append_link(&mut header, format!("bin/{program}"), "busybox").expect("in memory");
    }
    file(&mut tar, "etc/passwd", b"root:x:0:0::/root:/bin/sh\n");
    file(&mut tar, "etc/group", b"root:x:0:\n");
    tar.into_inner().expect("in memory")
}

fn folder(tar: &mut tar::Builder<Vec<u8>>, path: &str) {
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Directory);
    header.set_mode(0o755);
    header.set_size(0);
    tar.append_data(&mut header, path, std::io::empty()).expect("in memory");
}

fn file(tar: &mut tar::Builder<Vec<u8>>, path: &str, content: &[u8]) {
    let mut header = tar::Header::new_gnu();
    header.set_mode(0o755);
    header.set_size(content.len() as u64);
    tar.append_data(&mut header, path, content).expect("in memory");
}
