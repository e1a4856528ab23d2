//! What an image's own entrypoint makes of a command, what it logs, and what made the image.

use std::time::Duration;

use shakedown::engine::Engine as _;
use shakedown::model::{ContainerSpec, ExitStatus, Ran};

use super::fixture::{Content, Fixture, spec, with_engine};
use super::ownership::{containers, volumes};
use crate::common::PATIENCE;

/// Says whether there is a terminal and who it is, and starts what it is given.
const ASKS: &str = r#"ENTRYPOINT ["sh", "-c", "test -t 1 && echo terminal; id -u >&2; exec \"$@\"", "--"]"#;

async fn once(fixture: &Fixture, image: &str, command: &str, terminal: bool) -> Ran {
    let command = Some(command.split(' ').map(str::to_owned).collect());
    let volumes = vec!["data:/data".to_owned()];
    let spec = ContainerSpec { command, volumes, purpose: "entrypoint".to_owned(), ..spec(image) };
    fixture.engine.once(&spec, terminal, PATIENCE).await.expect("an observation")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entrypoint_is_given_a_command_with_and_without_a_terminal() {
    with_engine(async |fixture| {
        let image = fixture.import("asks", Content::Busybox, &[ASKS, "USER 33"]).await;
        let ran = once(fixture, &image, "echo done", false).await;
        assert_eq!((ran.status, ran.stdout.text.as_str()), (ExitStatus::Exited(0), "done\n"));
        assert_eq!(ran.stderr.text, "33\n", "it is the image's own user");
        let ran = once(fixture, &image, "echo done", true).await;
        assert_eq!((ran.status, ran.stdout.text.as_str()), (ExitStatus::Exited(0), "terminal\r\n33\r\ndone\r\n"));
        let bare = once(fixture, &fixture.image, "echo bare", false).await;
        assert_eq!(bare.stdout.text, "bare\n", "without an entrypoint the command is all");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_run_or_does_not_end_is_an_observation_and_leaves_nothing() {
    with_engine(async |fixture| {
        let missing = once(fixture, &fixture.image, "nosuch", false).await;
        assert_eq!(missing.status.code(), Some(127), "{missing:?}");
        let image = fixture.import("stranger", Content::Busybox, &["USER nosuch"]).await;
        let stranger = once(fixture, &image, "true", false).await;
        let ExitStatus::NotStarted { reason, .. } = &stranger.status else { panic!("{stranger:?}") };
        assert!(reason.contains("nosuch"), "{reason}");
        let before = containers(&fixture.client, &fixture.run).await;
        let command = Some(["sh", "-c", "echo begun; sleep 1000"].map(str::to_owned).to_vec());
        let stays = ContainerSpec { command, purpose: "stays".to_owned(), ..spec(&fixture.image) };
        let ran = fixture.engine.once(&stays, false, Duration::from_secs(2)).await.expect("an observation");
        assert_eq!((ran.status, ran.stdout.text.as_str()), (ExitStatus::TimedOut, "begun\n"));
        assert_eq!(containers(&fixture.client, &fixture.run).await, before);
        assert_eq!(volumes(&fixture.client, &fixture.run).await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_holds_both_streams() {
    with_engine(async |fixture| {
        let command = Some(["sh", "-c", "echo up; echo WARNING: old >&2; exec sleep 1000"].map(str::to_owned).to_vec());
        let ready = shakedown::model::Ready {
            condition: shakedown::model::container::ReadyCondition::Log("WARNING".to_owned()),
            within: PATIENCE,
        };
        let logs = ContainerSpec { command, ready, ..spec(&fixture.image) };
        let (container, _) = fixture.engine.start(&logs).await.expect("started");
        let log = fixture.engine.log(&container).await.expect("a log").text;
        let mut lines: Vec<&str> = log.lines().collect();
        lines.sort_unstable();
        assert_eq!(lines, ["WARNING: old", "up"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_image_tells_what_it_declares_and_what_made_it() {
    with_engine(async |fixture| {
        let changes = ["EXPOSE 8080", "VOLUME /data", "ENV A_TOKEN=0123456789"];
        let image = fixture.import("declares", Content::Busybox, &changes).await;
        let facts = fixture.engine.image(&image).await.expect("there");
        assert_eq!((facts.ports, facts.volumes), (vec!["8080/tcp".to_owned()], vec!["/data".to_owned()]));
        assert_eq!(facts.environment["A_TOKEN"], "0123456789");
        let history = fixture.engine.history(&facts.id).await.expect("a history");
        assert_eq!(history.len(), 1, "it was imported: {history:?}");
        assert!(fixture.engine.history("nowhere/nothing:0").await.is_err());
    })
    .await;
}
