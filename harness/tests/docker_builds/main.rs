//! Builds on a real engine.

mod base;
#[path = "../common/mod.rs"]
mod common;
mod hygiene;
mod trust;
mod workshop;

use std::fs;
use std::sync::Arc;

use common::PATIENCE;
use shakedown::engine::Progress;
use shakedown::engine::docker::build::{BuildHost, build, prune};
use shakedown::model::{BuildRequest, Event};
use tokio::sync::mpsc;
use tokio::time::timeout;
use workshop::{Workshop, ended, lines};

const CACHED: &str = "ARG BASE\nFROM ${BASE}\nRUN echo one TOKEN > /one\nRUN echo two TOKEN > /two\n";
const ANEW: &str =
    "ARG BASE\nFROM ${BASE}\nCOPY Dockerfile /three\nRUN echo four TOKEN > /four\nCOPY Dockerfile /five\n";

#[tokio::test]
async fn a_second_run_has_all_of_stage_1_cached_and_nothing_of_stage_2() {
    let Some(workshop) = Workshop::open().await else { return };
    let first = workshop.request("stage-1", CACHED, true);
    let second = BuildRequest { base: first.tag.clone(), ..workshop.request("stage-2", ANEW, false) };
    for run in 0..2 {
        let (stage_1, _) = workshop.build(&first).await.expect("built");
        let (stage_2, left) = workshop.build(&second).await.expect("built");
        let events = workshop.take_events();
        let (of_1, of_2) = (ended(&events, "stage-1"), ended(&events, "stage-2"));
        assert_eq!((of_1.len(), of_2.len()), (2, 3));
        assert!(of_1.iter().all(|step| step.cached == (run == 1)), "{of_1:?}");
        assert!(of_2.iter().all(|step| !step.cached), "{of_2:?}");
        assert_eq!((stage_1.cached, stage_2.cached), (run == 1, false));
        assert_eq!((&stage_1.steps, &stage_2.steps), (&of_1, &of_2));
        assert!(stage_2.image.starts_with("sha256:"), "{}", stage_2.image);
        let image = workshop.client.inspect_image(&second.tag).await.expect("there");
        assert_eq!(image.id.as_deref(), Some(stage_2.image.as_str()));
        workshop.remove(&second.tag).await;
        prune(&workshop.client, &left).await.expect("pruned");
    }
    workshop.close(&[&first.tag]).await;
}

#[tokio::test]
async fn arguments_reach_the_steps_and_labels_the_image() {
    let Some(workshop) = Workshop::open().await else { return };
    let text = "ARG BASE\nFROM ${BASE}\nARG WHO\nRUN echo hello $WHO from TOKEN; echo proxy $http_proxy\n";
    let mut request = workshop.request("stage-2", text, false);
    request.arguments.insert("WHO".to_owned(), "a world".to_owned());
    request.arguments.insert("http_proxy".to_owned(), "http://proxy.invalid:1".to_owned());
    request.labels.insert("shakedown.test".to_owned(), workshop.token.clone());
    let (stage, _) = workshop.build(&request).await.expect("built");
    let expected = [format!("hello a world from {}", workshop.token), "proxy http://proxy.invalid:1".to_owned()];
    assert_eq!(lines(&workshop.take_events()), expected);
    let image = workshop.client.inspect_image(&stage.image).await.expect("there");
    let labels = image.config.and_then(|config| config.labels).unwrap_or_default();
    assert_eq!(labels.get("shakedown.test"), Some(&workshop.token));
    workshop.close(&[&request.tag]).await;
}

#[tokio::test]
async fn a_step_that_fails_is_named_with_its_last_lines_and_leaves_nothing() {
    let Some(workshop) = Workshop::open().await else { return };
    let text = "ARG BASE\nFROM ${BASE}\nRUN echo TOKEN\nRUN for i in $(seq 60); do echo TOKEN $i; done; exit 42\n";
    let failed = workshop.build(&workshop.request("stage-2", text, false)).await.expect_err("fails");
    let step = format!("RUN for i in $(seq 60); do echo {} $i; done; exit 42", workshop.token);
    assert_eq!(failed.step.as_deref(), Some(step.as_str()));
    let expected: Vec<String> = (21..=60).map(|number| format!("{} {number}", workshop.token)).collect();
    assert_eq!(failed.log, expected);
    assert!(failed.message.ends_with(": 42"), "{}", failed.message);
    assert!(!failed.environment && !failed.clipped);
    assert_eq!(workshop.naming(&workshop.token).await, [].into());
    workshop.close(&[]).await;
}

#[tokio::test]
async fn a_base_that_cannot_be_had_is_the_environments_fault() {
    let Some(workshop) = Workshop::open().await else { return };
    let request = BuildRequest { base: "localhost:1/none:1".to_owned(), ..workshop.request("stage-2", ANEW, false) };
    let failed = workshop.build(&request).await.expect_err("fails");
    assert!(failed.environment, "{failed:?}");
    assert!(failed.hint.is_some());
    workshop.close(&[]).await;
}

#[tokio::test]
async fn mistakes_in_the_dockerfile_are_the_subjects_fault() {
    let Some(workshop) = Workshop::open().await else { return };
    let host = BuildHost { bundle: Some(b"bundle".to_vec()), ..workshop.host.clone() };
    let workshop = Workshop { host, ..workshop };
    let wrong = workshop.request("wrong", "ARG BASE\nFROM ${BASE}\nRUNN TOKEN\n", false);
    let failed = workshop.build(&wrong).await.expect_err("fails");
    assert!(failed.message.contains("line 3: unknown instruction: RUNN"), "{}", failed.message);
    let absent = workshop.request("absent", "ARG BASE\nFROM ${BASE}\nCOPY TOKEN /\n", false);
    let missing = workshop.build(&absent).await.expect_err("fails");
    assert!(missing.hint.as_deref().is_some_and(|hint| hint.contains("build context")), "{missing:?}");
    fs::remove_file(&absent.dockerfile).expect("removed");
    let none = workshop.build(&absent).await.expect_err("fails");
    assert_eq!(none.message, format!("no Dockerfile at `{}`", absent.dockerfile.display()));
    assert!(!failed.environment && !missing.environment && !none.environment);
    workshop.close(&[]).await;
}

#[tokio::test]
async fn a_build_that_is_dropped_is_cancelled_and_pruned_later() {
    let Some(workshop) = Workshop::open().await else { return };
    let text = "ARG BASE\nFROM ${BASE}\nRUN echo TOKEN\nRUN echo ready; sleep 300 # TOKEN\n";
    let request = workshop.request("stage-2", text, false);
    let (sender, mut receiver) = mpsc::unbounded_channel();
    let progress: Progress = Arc::new(move |event| drop(sender.send(event)));
    {
        let mut building = Box::pin(build(&workshop.client, &workshop.host, &request, None, &progress));
        let ready = async {
            while let Some(event) = receiver.recv().await {
                if matches!(&event, Event::BuildLine { line, .. } if line == "ready") {
                    return;
                }
            }
        };
        tokio::select! {
            built = &mut building => panic!("ended early: {built:?}"),
            seen = timeout(PATIENCE, ready) => seen.expect("the step begins"),
        }
    }
    assert!(!workshop.naming(&workshop.token).await.is_empty(), "the steps left records");
    let socket = workshop.host.socket.as_ref();
    let settled = workshop.host.ledger.settle(&workshop.client, socket).await.expect("settled");
    assert!(settled.len() >= 2, "{settled:?}");
    // The step under way could not have been pruned, had it not ended.
    assert_eq!(workshop.naming(&workshop.token).await, [].into());
    assert!(workshop.client.inspect_image(&request.tag).await.is_err());
    workshop.close(&[]).await;
}
