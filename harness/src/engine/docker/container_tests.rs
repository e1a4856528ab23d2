use std::time::Duration;

use super::super::ledger::Ledger;
use super::*;
use crate::engine::EngineFacts;
use crate::model::RunId;

fn docker(environment: &[(&str, &str)]) -> Docker {
    Docker {
        client: bollard::Docker::connect_with_http("tcp://127.0.0.1:1", 1, bollard::API_DEFAULT_VERSION)
            .expect("nothing is connected yet"),
        facts: EngineFacts { memory: 4096, ..EngineFacts::default() },
        run: RunId("20261120T121005Z-3fa2".to_owned()),
        subject: "uv".to_owned(),
        environment: environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        bundle: None,
        ledger: Ledger::default(),
    }
}

fn agent() -> AgentVolume {
    AgentVolume { image: "i".to_owned(), volume: "shakedown-agent-0".to_owned(), has_bundle: true }
}

fn spec() -> ContainerSpec {
    ContainerSpec { trust_host: true, ..ContainerSpec::new("mine:1", "main", Duration::from_secs(1)) }
}

fn create(docker: &Docker, image: &ImageFacts, spec: &ContainerSpec, occupant: Occupant) -> Creation {
    creation(docker, &agent(), image, spec, occupant, "shakedown-r-main")
}

#[tokio::test]
async fn the_images_own_entrypoint_and_command_are_left_alone() {
    let body = create(&docker(&[]), &ImageFacts::default(), &spec(), Occupant::Own).body;
    assert_eq!((body.entrypoint, body.cmd, body.open_stdin), (None, None, Some(true)));
    let host = body.host_config.expect("set");
    assert_eq!(host.init, None);
    assert_eq!((host.memory, host.memory_swap), (Some(4096), Some(4096)));
}

#[tokio::test]
async fn hold_needs_nothing_of_the_image() {
    let body = create(&docker(&[]), &ImageFacts::default(), &spec(), Occupant::HoldForNone).body;
    assert_eq!(body.entrypoint, Some(vec!["/.shakedown/agent".to_owned()]));
    assert_eq!(body.cmd, Some(vec!["hold".to_owned()]));
}

#[tokio::test]
async fn a_variable_of_the_image_goes_before_the_hosts_and_the_subjects_before_both() {
    let docker = docker(&[("HTTP_PROXY", "http://proxy.example:1")]);
    let mut image = ImageFacts::default();
    image.environment.insert("PIP_CERT".to_owned(), "/own.pem".to_owned());
    let mut spec = spec();
    spec.environment.insert("SSL_CERT_FILE".to_owned(), "/mine.pem".to_owned());
    let body = create(&docker, &image, &spec, Occupant::Own).body;
    insta::assert_debug_snapshot!(body.env.expect("set"), @r#"
    [
        "CURL_CA_BUNDLE=/.shakedown/ca.crt",
        "GIT_SSL_CAINFO=/.shakedown/ca.crt",
        "HTTP_PROXY=http://proxy.example:1",
        "NODE_EXTRA_CA_CERTS=/.shakedown/ca.crt",
        "REQUESTS_CA_BUNDLE=/.shakedown/ca.crt",
        "SSL_CERT_FILE=/mine.pem",
    ]
    "#);
}

#[tokio::test]
async fn without_trust_no_bundle_is_named() {
    let spec = ContainerSpec { trust_host: false, ..spec() };
    let body = create(&docker(&[]), &ImageFacts::default(), &spec, Occupant::Own).body;
    assert_eq!(body.env, Some(Vec::new()));
}

#[tokio::test]
async fn scoped_volumes_are_named_after_the_container_and_host_folders_are_bound() {
    let volumes = vec!["home:/root".to_owned(), "/srv/data:/data:ro".to_owned()];
    let spec = ContainerSpec { volumes, ..spec() };
    let creation = create(&docker(&[]), &ImageFacts::default(), &spec, Occupant::Own);
    assert_eq!(creation.volumes, ["shakedown-r-main-home"]);
    let host = creation.body.host_config.expect("set");
    assert_eq!(host.binds, Some(vec!["/srv/data:/data:ro".to_owned()]));
    let mounts = host.mounts.expect("set");
    assert_eq!(mounts[0].read_only, Some(true));
    assert_eq!(mounts[1].target.as_deref(), Some("/root"));
    let labels = mounts[1].volume_options.as_ref().and_then(|options| options.labels.as_ref());
    assert_eq!(
        labels.and_then(|labels| labels.get("shakedown.run")).map(String::as_str),
        Some("20261120T121005Z-3fa2")
    );
}
