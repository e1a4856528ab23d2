//! A run that is killed in the middle of a build leaves nothing in the build cache once the next run has swept.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use shakedown::engine::docker::OpenOptions;
use shakedown::engine::docker::build::{EngineSocket, records};
use shakedown::engine::{Engine as _, Leftover, Progress};
use shakedown::model::build::Cache;
use shakedown::model::{BuildRequest, Event, RunId};

use super::fixture::{connect, open, run_id, with_engine};
use super::ownership::await_end;
use crate::common::PATIENCE;

/// Names the run that the killed process is to build for, the base, and the folder of the Dockerfile.
const VICTIM: &str = "SHAKEDOWN_TEST_VICTIM_BUILD";

/// Ids of the cache's records that name this text.
async fn naming(client: &bollard::Docker, text: &str) -> Vec<String> {
    let all = records(client, EngineSocket::of_environment().as_ref()).await.expect("readable");
    all.into_iter().filter(|record| record.description.contains(text)).map(|record| record.id).collect()
}

fn request(folder: &Path, base: &str, run: &RunId) -> BuildRequest {
    BuildRequest {
        stage: "stage-2".to_owned(),
        dockerfile: folder.join("Dockerfile"),
        base: base.to_owned(),
        tag: format!("shakedown/test-stage-2:{run}"),
        arguments: BTreeMap::new(),
        labels: BTreeMap::new(),
        cache: Cache::Nothing,
        cache_ids: None,
        trust_host: false,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sweep_takes_the_records_of_a_build_whose_run_was_killed_and_no_others() {
    with_engine(async |fixture| {
        let victim = run_id();
        let folder = tempfile::tempdir().expect("made");
        let text = format!(
            "ARG BASE\nFROM ${{BASE}}\nRUN echo {victim} > /one\nRUN echo {victim}; echo under way; sleep 300\n"
        );
        fs::write(folder.path().join("Dockerfile"), text).expect("written");
        let mut child = Command::new(std::env::current_exe().expect("this test"))
            .args(["--exact", "killed_builds::builds_until_it_is_killed", "--nocapture"])
            .env(VICTIM, format!("{victim} {} {}", fixture.image, folder.path().display()))
            .stdout(Stdio::piped())
            .spawn()
            .expect("this test runs");
        let output = BufReader::new(child.stdout.take().expect("piped"));
        assert!(output.lines().map_while(Result::ok).any(|line| line.contains("the step is under way")));
        let of_victim = naming(&fixture.client, &victim.0).await;
        assert!(!of_victim.is_empty(), "the first step left a record");
        child.kill().expect("SIGKILL");
        child.wait().expect("gone");
        await_end(&fixture.client, &victim).await;

        // Somebody else's build by the same commands, clearly later than the victim's end.
        tokio::time::sleep(Duration::from_secs(1)).await;
        let text = format!("ARG BASE\nFROM ${{BASE}}\nRUN echo {victim} > /one\n");
        fs::write(folder.path().join("Dockerfile"), text).expect("written");
        let quiet: Progress = Arc::new(|_| {});
        let request = request(folder.path(), &fixture.image, &fixture.run);
        fixture.engine.build(&request, &quiet).await.expect("built");
        let mut of_others = naming(&fixture.client, &victim.0).await;
        of_others.retain(|id| !of_victim.contains(id));
        assert_eq!(of_others.len(), 1);

        let swept = fixture.engine.sweep().await.expect("swept");
        let troubles = swept.iter().filter(|found| found.name.contains(&victim.0) && !found.trouble.is_empty());
        assert_eq!(troubles.collect::<Vec<_>>(), Vec::<&Leftover>::new());
        // Another's sweep may be taking them away just now.
        let gone = async { while naming(&fixture.client, &victim.0).await != of_others {} };
        tokio::time::timeout(PATIENCE, gone).await.expect("the records go, those of others stay");
    })
    .await;
}

/// No test by itself: what the test above starts as a process of its own, to kill it.
#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::print_stdout, reason = "how the other test learns of it")]
async fn builds_until_it_is_killed() {
    let Ok(order) = std::env::var(VICTIM) else { return };
    let words: Vec<&str> = order.splitn(3, ' ').collect();
    let [run, base, folder] = words[..] else { panic!("run, base and folder") };
    let run = RunId(run.to_owned());
    let engine = open(OpenOptions::new(run.clone(), "test")).await.expect("an engine");
    assert!(naming(&connect().await, &run.0).await.is_empty());
    let progress: Progress = Arc::new(|event| {
        if matches!(&event, Event::BuildLine { line, .. } if line == "under way") {
            println!("the step is under way");
        }
    });
    let failed = engine.build(&request(Path::new(folder), base, &run), &progress).await;
    panic!("it was to be killed: {failed:?}");
}
