//! Nothing is left behind: by a run that ends, and by one that is killed.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use bollard::models::{ContainerCreateBody, VolumeCreateRequest};
use bollard::query_parameters::{
    CreateContainerOptionsBuilder, InspectContainerOptions, ListContainersOptionsBuilder, ListVolumesOptionsBuilder,
    RemoveContainerOptionsBuilder,
};
use shakedown::engine::docker::OpenOptions;
use shakedown::engine::{Engine as _, EngineError, Leftover};
use shakedown::model::{ContainerSpec, RunId};

use super::fixture::{Fixture, connect, open, run_id, spec, with_engine};
use crate::common::PATIENCE;

/// Names the run that the killed process is to make things for.
const VICTIM: &str = "SHAKEDOWN_TEST_VICTIM";

fn by_run(run: &RunId) -> HashMap<&'static str, Vec<String>> {
    HashMap::from([("label", vec![format!("shakedown.run={run}")])])
}

pub(crate) async fn containers(client: &bollard::Docker, run: &RunId) -> Vec<String> {
    let options = ListContainersOptionsBuilder::default().all(true).filters(&by_run(run)).build();
    let found = client.list_containers(Some(options)).await.expect("listed");
    let mut names: Vec<String> = found.into_iter().flat_map(|one| one.names.unwrap_or_default()).collect();
    names.sort();
    names
}

/// Waits for the lease of a killed run to end, as it does with its holder.
pub(crate) async fn await_end(client: &bollard::Docker, run: &RunId) {
    let lease = format!("shakedown-{run}-lease");
    let ends = async {
        loop {
            // Another's sweep may have taken it away.
            let Ok(found) = client.inspect_container(&lease, None::<InspectContainerOptions>).await else { return };
            if found.state.and_then(|state| state.running) == Some(false) {
                return;
            }
        }
    };
    tokio::time::timeout(PATIENCE, ends).await.expect("the lease ends with its holder");
}

pub(crate) async fn volumes(client: &bollard::Docker, run: &RunId) -> Vec<String> {
    let options = ListVolumesOptionsBuilder::default().filters(&by_run(run)).build();
    let found = client.list_volumes(Some(options)).await.expect("listed").volumes.unwrap_or_default();
    found.into_iter().map(|volume| volume.name).collect()
}

/// Sweeps, after which nothing is left of a dead run. Which sweep took it is not said: every run beside this test begins
/// with one.
async fn swept_away(fixture: &Fixture, run: &RunId) {
    let swept = fixture.engine.sweep().await.expect("swept");
    let troubles = swept.iter().filter(|leftover| leftover.name.contains(&run.0) && !leftover.trouble.is_empty());
    assert_eq!(troubles.collect::<Vec<_>>(), Vec::<&Leftover>::new());
    let gone = async {
        // Another's sweep may be taking it away just now.
        while !containers(&fixture.client, run).await.is_empty() || !volumes(&fixture.client, run).await.is_empty() {}
    };
    tokio::time::timeout(PATIENCE, gone).await.expect("nothing is left");
}

#[tokio::test(flavor = "multi_thread")]
async fn teardown_leaves_nothing_and_nothing_more_is_made() {
    with_engine(async |fixture| {
        let spec = ContainerSpec { volumes: vec!["home:/root".to_owned()], ..spec(&fixture.image) };
        let (container, _) = fixture.engine.start(&spec).await.expect("started");
        fixture.engine.start(&spec).await.expect("started");
        assert_eq!(containers(&fixture.client, &fixture.run).await.len(), 3);
        assert_eq!(volumes(&fixture.client, &fixture.run).await.len(), 2);
        let troubles = fixture.engine.teardown(&[]).await;
        // The fixture's own image has a name of the run's, so it goes, too.
        assert!(troubles.iter().all(|leftover| leftover.kind == "image"), "{troubles:?}");
        assert!(containers(&fixture.client, &fixture.run).await.is_empty());
        assert!(volumes(&fixture.client, &fixture.run).await.is_empty());
        let error = fixture.engine.start(&spec).await.expect_err("over");
        assert!(error.to_string().contains("being taken down"), "{error}");
        let gone = fixture.sh_error(&container).await;
        assert!(matches!(gone, EngineError::Failed { .. }), "{gone}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn removing_a_container_takes_its_volumes_with_it() {
    with_engine(async |fixture| {
        let spec = ContainerSpec { volumes: vec!["home:/root".to_owned()], ..spec(&fixture.image) };
        let (container, _) = fixture.engine.start(&spec).await.expect("started");
        fixture.engine.remove(&container).await.expect("removed");
        assert!(volumes(&fixture.client, &fixture.run).await.is_empty());
        let (again, _) = fixture.engine.start(&spec).await.expect("started");
        assert_ne!(again.name, container.name);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_container_outlives_teardown_and_every_sweep() {
    with_engine(async |fixture| {
        let spec = ContainerSpec { volumes: vec!["home:/root".to_owned()], ..spec(&fixture.image) };
        let (kept, _) = fixture.engine.start(&spec).await.expect("started");
        fixture.engine.start(&spec).await.expect("started");
        let troubles = fixture.engine.teardown(std::slice::from_ref(&kept)).await;
        assert!(troubles.is_empty(), "{troubles:?}");
        let swept = fixture.engine.sweep().await.expect("swept");
        assert!(swept.iter().all(|leftover| !leftover.name.contains(&fixture.run.0)), "{swept:?}");
        assert_eq!(containers(&fixture.client, &fixture.run).await, [format!("/{}", kept.name)]);
        let options = RemoveContainerOptionsBuilder::default().force(true).build();
        fixture.client.remove_container(&kept.id, Some(options)).await.expect("removed by its owner");
        assert_eq!(volumes(&fixture.client, &fixture.run).await.len(), 2);
        swept_away(fixture, &fixture.run).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sweep_takes_what_a_killed_run_left_and_spares_a_living_one() {
    with_engine(async |fixture| {
        let container = fixture.start().await;
        let victim = run_id();
        let mut child = Command::new(std::env::current_exe().expect("this test"))
            .args(["--exact", "ownership::makes_things_until_it_is_killed", "--nocapture"])
            .env(VICTIM, format!("{victim} {}", fixture.image))
            .stdout(Stdio::piped())
            .spawn()
            .expect("this test runs");
        let output = BufReader::new(child.stdout.take().expect("piped"));
        assert!(output.lines().map_while(Result::ok).any(|line| line.contains("everything is made")));
        assert_eq!(containers(&fixture.client, &victim).await.len(), 2);
        let swept = fixture.engine.sweep().await.expect("swept");
        assert!(swept.iter().all(|leftover| !leftover.name.contains(&victim.0)), "it lives: {swept:?}");

        child.kill().expect("SIGKILL");
        child.wait().expect("gone");
        await_end(&fixture.client, &victim).await;
        swept_away(fixture, &victim).await;
        assert_eq!(fixture.sh(&container, "echo alive").await.stdout.text, "alive\n");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn agents_of_other_versions_go_when_nobody_uses_them() {
    with_engine(async |fixture| {
        // Eight digits of the run's time and four of its own: no agent's hash by any likely chance.
        let hash: String = fixture.run.0.chars().filter(char::is_ascii_hexdigit).skip(8).take(12).collect();
        let hash = format!("{hash:0<12}").to_lowercase();
        let (image, volume) = (format!("shakedown-agent:{hash}"), format!("shakedown-agent-{hash}"));
        fixture.engine.tag(&fixture.image, &image).await.expect("tagged");
        let used = ContainerSpec { image: image.clone(), volumes: Vec::new(), ..spec(&fixture.image) };
        let (container, _) = fixture.engine.start(&used).await.expect("started");
        let request = VolumeCreateRequest { name: Some(volume.clone()), ..VolumeCreateRequest::default() };
        fixture.client.create_volume(request).await.expect("made");
        let gone = async || {
            let gone = fixture.engine.remove_other_agents().await.expect("removed");
            let mut names: Vec<String> = gone.into_iter().map(|gone| gone.name).collect();
            names.retain(|name| name.contains(&hash));
            names
        };
        let first = gone().await;
        // The tag alone goes, the container keeps its image; its own agent it needs, and that stays.
        assert!(first.contains(&volume), "{first:?}");
        assert_eq!(fixture.sh(&container, "echo alive").await.stdout.text, "alive\n");
        fixture.engine.remove(&container).await.expect("removed");
        assert_eq!(gone().await, Vec::<String>::new());
        assert!(fixture.client.inspect_image(&image).await.is_err());
        fixture.start().await;
    })
    .await;
}

/// No test by itself: what the test above starts as a process of its own, to kill it.
#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::print_stdout, reason = "how the other test learns of it")]
async fn makes_things_until_it_is_killed() {
    let Ok(order) = std::env::var(VICTIM) else { return };
    let (run, image) = order.split_once(' ').expect("run and image");
    let engine = open(OpenOptions::new(RunId(run.to_owned()), "test")).await.expect("an engine");
    let spec = ContainerSpec { volumes: vec!["home:/root".to_owned()], ..spec(image) };
    engine.start(&spec).await.expect("started");
    assert_eq!(containers(&connect().await, &RunId(run.to_owned())).await.len(), 2);
    println!("everything is made");
    std::future::pending::<()>().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_container_that_users_made_from_a_runs_image_is_theirs() {
    with_engine(async |fixture| {
        let dead = run_id();
        let name = format!("users-own-{dead}").to_lowercase();
        // What a container inherits from an image that a run built and kept.
        let labels = [("shakedown.run", dead.to_string()), ("shakedown.subject", "test".to_owned())];
        let body = ContainerCreateBody {
            image: Some(fixture.image.clone()),
            labels: Some(labels.map(|(label, value)| (label.to_owned(), value)).into()),
            ..ContainerCreateBody::default()
        };
        let options = CreateContainerOptionsBuilder::default().name(&name).build();
        fixture.client.create_container(Some(options), body).await.expect("created");
        let swept = fixture.engine.sweep().await.expect("swept");
        let found = fixture.client.inspect_container(&name, None::<InspectContainerOptions>).await;
        let force = RemoveContainerOptionsBuilder::default().force(true).build();
        let removed = fixture.client.remove_container(&name, Some(force)).await;
        assert!(found.is_ok() && removed.is_ok(), "{swept:?}");
        assert!(!swept.iter().any(|leftover| leftover.name.contains(&name)), "{swept:?}");
    })
    .await;
}
