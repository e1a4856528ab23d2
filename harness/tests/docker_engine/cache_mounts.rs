//! What steps of a build keep in cache mounts.

use std::fs;
use std::sync::{Arc, Mutex};

use shakedown::engine::docker::build::{EngineSocket, records};
use shakedown::engine::{Engine as _, Progress};
use shakedown::model::build::Cache;
use shakedown::model::{BuildRequest, Event};

use crate::fixture::with_engine;

#[tokio::test(flavor = "multi_thread")]
async fn a_second_build_finds_what_the_first_one_kept_and_nobody_else_does() {
    let ran = Mutex::new(None);
    with_engine(async |fixture| {
        let folder = tempfile::tempdir().expect("made");
        let step = format!("ls /kept; dd if=/dev/zero of=/kept/of-$BYTES bs=1 count=$BYTES; : {}", fixture.run);
        let text = format!("ARG BASE\nFROM ${{BASE}}\nARG BYTES\nRUN --mount=type=cache,target=/kept {step}\n");
        fs::write(folder.path().join("Dockerfile"), text).expect("written");
        let request = |name: &str, bytes: &str, cache| BuildRequest {
            stage: "stage-2".to_owned(),
            dockerfile: folder.path().join("Dockerfile"),
            base: fixture.image.clone(),
            tag: format!("shakedown/test-{name}:{}", fixture.run),
            arguments: [("BYTES".to_owned(), bytes.to_owned())].into(),
            labels: [].into(),
            cache,
            cache_ids: Some(fixture.run.to_string()),
            trust_host: true,
        };
        let lines = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&lines);
        let progress: Progress = Arc::new(move |event| {
            if let Event::BuildLine { line, .. } = event {
                heard.lock().expect("no panic").push(line);
            }
        });
        let first = request("stage-2", "1000", Cache::Nothing);
        assert_eq!(fixture.engine.cache_mounts(&first).await.expect("counted"), Some(0));
        let built = fixture.engine.build(&first, &progress).await.expect("built");
        let written = format!("RUN --mount=type=cache,target=/kept {}", step.replace("$BYTES", "1000"));
        assert_eq!(built.steps[0].step, written);
        assert!(!lines.lock().expect("no panic").contains(&"of-1000".to_owned()), "{lines:?}");
        assert_eq!(fixture.engine.cache_mounts(&first).await.expect("counted"), Some(1000));

        let again = request("stage-2-again", "234", Cache::Mounts);
        let built = fixture.engine.build(&again, &progress).await.expect("built");
        assert!(built.steps.iter().all(|step| !step.cached), "{built:?}");
        assert!(lines.lock().expect("no panic").contains(&"of-1000".to_owned()), "{lines:?}");
        assert_eq!(fixture.engine.cache_mounts(&again).await.expect("counted"), Some(1234));

        let others = BuildRequest { cache_ids: Some(format!("{}-other", fixture.run)), ..again };
        assert_eq!(fixture.engine.cache_mounts(&others).await.expect("counted"), Some(0));
        fs::write(folder.path().join("Dockerfile"), "ARG BASE\nFROM ${BASE}\nRUN true\n").expect("written");
        assert_eq!(fixture.engine.cache_mounts(&others).await.expect("counted"), None);
        *ran.lock().expect("no panic") = Some((fixture.client.clone(), fixture.run.to_string()));
    })
    .await;
    let Some((client, run)) = ran.into_inner().expect("no panic") else { return };
    let left = records(&client, EngineSocket::of_environment().as_ref()).await.expect("readable");
    let left: Vec<_> = left.into_iter().filter(|record| record.description.contains(&run)).collect();
    assert_eq!(left, []);
}
