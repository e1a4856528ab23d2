//! The host's CA bundle in builds.

use std::io::Read;

use bollard::models::ContainerCreateBody;
use bollard::query_parameters::{CreateContainerOptions, RemoveContainerOptionsBuilder};
use futures_util::TryStreamExt;
use shakedown::engine::Progress;
use shakedown::engine::docker::build::{BUNDLE_TARGET, BUNDLE_VARIABLES, BuildHost, build};
use shakedown::model::BuildRequest;
use std::sync::Arc;

use crate::workshop::{Workshop, lines};

const LOOKS: &str = "ARG BASE\nFROM ${BASE}\nRUN echo TOKEN; tail -n 1 \"$SSL_CERT_FILE\"; env | grep -c shakedown-ca\nRUN true TOKEN\n";

/// A bundle that no layer could hide: 300 kB that do not compress, with the token in its last line.
fn bundle(token: &str) -> Vec<u8> {
    let mut bundle: Vec<u8> =
        (0..300_000_u32).map(|number| b'a' + (number.wrapping_mul(2_654_435_761) >> 24) as u8 % 26).collect();
    bundle.extend(format!("\nbundle of {token}\n").into_bytes());
    bundle
}

async fn builds_with_the_bundle_and_without_a_trace(workshop: Workshop, host: BuildHost) {
    let request = workshop.request("stage-2", LOOKS, false);
    let events = Arc::clone(&workshop.events);
    let progress: Progress = Arc::new(move |event| events.lock().expect("not poisoned").push(event));
    build(&workshop.client, &host, &request, None, &progress).await.expect("built");
    let expected =
        [workshop.token.clone(), format!("bundle of {}", workshop.token), BUNDLE_VARIABLES.len().to_string()];
    assert_eq!(lines(&workshop.take_events()), expected);
    leaves_no_trace(&workshop, &request).await;
    workshop.close(&[&request.tag]).await;
}

async fn leaves_no_trace(workshop: &Workshop, request: &BuildRequest) {
    let client = &workshop.client;
    let image = client.inspect_image(&request.tag).await.expect("there");
    let base = client.inspect_image(&workshop.base).await.expect("there");
    let grown = image.size.expect("known") - base.size.expect("known");
    assert!(grown < 10_000, "the layers hold {grown} bytes");
    let environment = image.config.and_then(|config| config.env).unwrap_or_default();
    assert!(!environment.iter().any(|variable| variable.contains("shakedown")), "{environment:?}");
    let body = ContainerCreateBody { image: Some(request.tag.clone()), ..ContainerCreateBody::default() };
    let container = client.create_container(None::<CreateContainerOptions>, body).await.expect("created").id;
    let exported: Vec<_> = client.export_container(&container).try_collect().await.expect("exported");
    let removal = RemoveContainerOptionsBuilder::default().force(true).build();
    client.remove_container(&container, Some(removal)).await.expect("removed");
    let exported = exported.concat();
    let mut archive = tar::Archive::new(exported.as_slice());
    let mark = format!("bundle of {}", workshop.token).into_bytes();
    for entry in archive.entries().expect("a tar") {
        let mut entry = entry.expect("an entry");
        let path = entry.path().expect("a path").display().to_string();
        assert!(!path.contains("shakedown-ca") && !path.contains(".shakedown"), "{path} is in the image");
        let mut content = Vec::new();
        entry.read_to_end(&mut content).expect("readable");
        assert!(!content.windows(mark.len()).any(|window| window == mark), "{path} holds the bundle");
    }
}

#[tokio::test]
async fn the_bundle_is_seen_by_each_step_as_a_secret_and_is_in_no_layer() {
    let Some(workshop) = Workshop::open().await else { return };
    let host = BuildHost { bundle: Some(bundle(&workshop.token)), ..workshop.host.clone() };
    builds_with_the_bundle_and_without_a_trace(workshop, host).await;
}

#[tokio::test]
async fn without_a_local_socket_the_bundle_comes_through_the_context_whatever_is_ignored() {
    let Some(workshop) = Workshop::open().await else { return };
    let host = BuildHost { bundle: Some(bundle(&workshop.token)), socket: None, ..workshop.host.clone() };
    let request = workshop.request("stage-2", LOOKS, false);
    std::fs::write(request.dockerfile.with_file_name(".dockerignore"), "*\n!.dockerignore\n").expect("written");
    builds_with_the_bundle_and_without_a_trace(workshop, host).await;
}

#[tokio::test]
async fn an_image_that_is_to_trust_its_own_certificates_gets_none() {
    let Some(workshop) = Workshop::open().await else { return };
    let host = BuildHost { bundle: Some(bundle(&workshop.token)), ..workshop.host.clone() };
    let text = format!("ARG BASE\nFROM ${{BASE}}\nRUN echo TOKEN $SSL_CERT_FILE; test ! -e {BUNDLE_TARGET}\n");
    let request = BuildRequest { trust_host: false, ..workshop.request("stage-2", &text, false) };
    let silent: Progress = Arc::new(|_| ());
    build(&workshop.client, &host, &request, None, &silent).await.expect("built");
    workshop.close(&[&request.tag]).await;
}

#[tokio::test]
async fn secrets_are_still_handed_out_after_a_long_step() {
    let Some(workshop) = Workshop::open().await else { return };
    let host = BuildHost { bundle: Some(bundle(&workshop.token)), ..workshop.host.clone() };
    let text = "ARG BASE\nFROM ${BASE}\nRUN sleep 8 # TOKEN\nRUN tail -n 1 \"$SSL_CERT_FILE\" | grep TOKEN\n";
    let request = workshop.request("stage-2", text, false);
    let silent: Progress = Arc::new(|_| ());
    build(&workshop.client, &host, &request, None, &silent).await.expect("built");
    workshop.close(&[&request.tag]).await;
}
