//! Starts, readiness and restarts.

use std::time::Duration;

use shakedown::engine::{Container, Engine as _, EngineError, Occupant, Restarted};
use shakedown::model::container::ReadyCondition;
use shakedown::model::{ContainerSpec, ExitStatus, Invocation, Ready, Restart};

use super::fixture::{Content, Fixture, spec, with_engine};
use crate::common::PATIENCE;

fn command(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

fn ready(condition: ReadyCondition) -> Ready {
    Ready { condition, within: PATIENCE }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_images_own_command_runs() {
    with_engine(async |fixture| {
        let (container, occupant) = fixture.engine.start(&spec(&fixture.image)).await.expect("started");
        assert_eq!(occupant, Occupant::Own);
        let first = fixture.sh(&container, "cat /proc/1/cmdline").await;
        assert_eq!(first.stdout.text, "sleep\u{0}1000\u{0}");
        assert!(container.name.ends_with("-main"), "{container:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shell_as_the_command_stays_since_its_input_is_open() {
    with_engine(async |fixture| {
        let spec = ContainerSpec { command: Some(command(&["sh"])), ..spec(&fixture.image) };
        let (container, occupant) = fixture.engine.start(&spec).await.expect("started");
        assert_eq!(occupant, Occupant::Own);
        assert_eq!(fixture.sh(&container, "true").await.status, ExitStatus::Exited(0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_image_without_command_shell_or_anything_is_held() {
    with_engine(async |fixture| {
        let image = fixture.import("bare", Content::Bare, &[]).await;
        let (container, occupant) = fixture.engine.start(&spec(&image)).await.expect("started");
        assert_eq!(occupant, Occupant::HoldForNone);
        let ran = fixture.engine.run(&container, &Invocation::new(["sh", "-c", "true"])).await.expect("an observation");
        assert_eq!(ran.status.code(), Some(127));
        let wants_shell = ContainerSpec {
            ready: ready(ReadyCondition::Run("true".to_owned())),
            read_only: true,
            user: Some("1000".to_owned()),
            ..spec(&image)
        };
        let error = fixture.engine.start(&wants_shell).await.expect_err("never ready");
        let EngineError::NotReady { condition, .. } = error else { panic!("{error}") };
        assert_eq!(condition, "`true` exits with 0: the image has no sh");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hold_stands_in_for_a_command_that_ends_with_0() {
    with_engine(async |fixture| {
        let volumes = vec!["home:/root".to_owned()];
        let spec = ContainerSpec { command: Some(command(&["true"])), volumes, ..spec(&fixture.image) };
        let (container, occupant) = fixture.engine.start(&spec).await.expect("started");
        assert_eq!(occupant, Occupant::HoldForEnded);
        assert_eq!(fixture.sh(&container, "true").await.status, ExitStatus::Exited(0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entrypoint_that_starts_what_it_is_given_is_kept() {
    with_engine(async |fixture| {
        let changes = [r#"ENTRYPOINT ["sh", "-c", "echo entered >> /entered; exec \"$@\"", "--"]"#, r#"CMD ["true"]"#];
        let image = fixture.import("entrypoint", Content::Busybox, &changes).await;
        let (container, occupant) = fixture.engine.start(&spec(&image)).await.expect("started");
        assert_eq!(occupant, Occupant::HoldByEntrypoint);
        assert_eq!(fixture.sh(&container, "cat /entered").await.stdout.text, "entered\n");
        let image = fixture.import("ends", Content::Busybox, &[r#"ENTRYPOINT ["true"]"#]).await;
        let (_, occupant) = fixture.engine.start(&spec(&image)).await.expect("started");
        assert_eq!(occupant, Occupant::HoldForEnded);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_is_long_at_work_before_it_ends_is_stood_in_for_too_and_the_next_container_knows() {
    with_engine(async |fixture| {
        // Much longer than the first moments: what a shell with much to do takes on a busy machine.
        let busy = "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done";
        let spec = ContainerSpec { command: Some(command(&["sh", "-c", busy])), ..spec(&fixture.image) };
        let (_, occupant) = fixture.engine.start(&spec).await.expect("started");
        assert_eq!(occupant, Occupant::HoldForEnded);
        let another = ContainerSpec { purpose: "another".to_owned(), ..spec };
        let (container, occupant) = fixture.engine.start(&another).await.expect("started");
        assert_eq!(occupant, Occupant::HoldForEnded);
        let of_first = fixture.sh(&container, "cat /proc/1/cmdline").await.stdout.text;
        assert!(of_first.contains("hold"), "{of_first}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_container_that_ends_at_once_says_its_last_words() {
    with_engine(async |fixture| {
        let spec = ContainerSpec {
            command: Some(command(&["sh", "-c", "echo first; echo last >&2; exit 3"])),
            ..spec(&fixture.image)
        };
        let error = fixture.engine.start(&spec).await.expect_err("it ended");
        let EngineError::Exited { status, log } = error else { panic!("{error}") };
        assert_eq!(status, 3);
        assert!(log.contains("first") && log.contains("last"), "{log}");
        let spec = ContainerSpec { command: Some(command(&["/nosuch"])), ..spec };
        let error = fixture.engine.start(&spec).await.expect_err("there is no such program");
        assert!(matches!(error, EngineError::Exited { status: 127, .. }), "{error}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_absent_image_is_no_image() {
    with_engine(async |fixture| {
        let error = fixture.engine.start(&spec("nowhere/nothing:0")).await.expect_err("not there");
        assert_eq!(error, EngineError::NoImage("nowhere/nothing:0".to_owned()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_returns_only_when_its_condition_holds() {
    with_engine(async |fixture| {
        let script = "sleep 0.3; touch /tmp/up; echo is up; exec nc -l -p 8080";
        let base = ContainerSpec { command: Some(command(&["sh", "-c", script])), ..spec(&fixture.image) };
        for condition in [
            ReadyCondition::Run("test -e /tmp/up".to_owned()),
            ReadyCondition::File("/tmp/up".to_owned()),
            ReadyCondition::Port(8080),
            ReadyCondition::Log("is up".to_owned()),
        ] {
            let spec = ContainerSpec { ready: ready(condition.clone()), ..base.clone() };
            let (container, _) = fixture.engine.start(&spec).await.expect("ready");
            let up = fixture.sh(&container, "[ -e /tmp/up ]").await;
            assert_eq!(up.status, ExitStatus::Exited(0), "{condition:?} did not hold");
            fixture.engine.remove(&container).await.expect("removed");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_images_health_check_is_awaited() {
    with_engine(async |fixture| {
        let changes = ["CMD [\"sleep\", \"1000\"]", "HEALTHCHECK --interval=100ms CMD true"];
        let image = fixture.import("health", Content::Busybox, &changes).await;
        let healthy = ContainerSpec { ready: ready(ReadyCondition::Healthy), ..spec(&image) };
        fixture.engine.start(&healthy).await.expect("healthy");
        let without = ContainerSpec { image: fixture.image.clone(), ..healthy };
        let error = fixture.engine.start(&without).await.expect_err("never");
        assert!(error.to_string().contains("the image has no health check"), "{error}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_condition_that_never_holds_ends_in_time() {
    with_engine(async |fixture| {
        let condition = ReadyCondition::File("/never".to_owned());
        let ready = Ready { condition, within: Duration::from_secs(5) };
        let script = "echo starting; sleep 1000";
        let spec = ContainerSpec { ready, command: Some(command(&["sh", "-c", script])), ..spec(&fixture.image) };
        let error = fixture.engine.start(&spec).await.expect_err("never ready");
        let expected = "container was not ready within 5s (/never exists); its last lines: starting";
        assert_eq!(error.to_string(), expected);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_is_proven_and_the_streams_open_anew() {
    with_engine(async |fixture| {
        let container = fixture.start().await;
        for how in [Restart::Restart, Restart::StopStart, Restart::Kill] {
            fixture.sh(&container, "touch /place/kept; touch /dev/shm/gone").await;
            let restarted = fixture.engine.restart(&container, &spec(&fixture.image), how).await.expect("restarted");
            let Restarted { container: now, before, after } = restarted;
            assert_eq!(now, container, "{how:?}");
            assert_ne!(before.process, after.process, "{how:?}");
            assert_ne!(before.started_at, after.started_at, "{how:?}");
            let seen = fixture.sh(&container, "ls /place /dev/shm").await;
            assert_eq!(seen.stdout.text, "/dev/shm:\n\n/place:\nkept\n", "{how:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_container_has_what_its_way_keeps() {
    with_engine(async |fixture| {
        // What a commit keeps is in layers, what a new container of the same image keeps is on volumes, and of a newer
        // image, too.
        let newer = fixture.newer().await;
        for (how, kept) in
            [(Restart::Commit, "layer\n"), (Restart::Recreate, "volume\n"), (Restart::Rebuild, "new\nvolume\n")]
        {
            let spec = ContainerSpec { volumes: vec!["data:/data".to_owned()], ..spec(&fixture.image) };
            let (container, _) = fixture.engine.start(&spec).await.expect("started");
            fixture.sh(&container, "echo volume > /data/file; echo layer > /place/file").await;
            let image = if how == Restart::Rebuild { &newer } else { &fixture.image };
            let spec = ContainerSpec { image: image.clone(), ..spec };
            let restarted = fixture.engine.restart(&container, &spec, how).await.expect("another one");
            let Restarted { container: now, before, after } = restarted;
            assert_ne!((now.id.as_str(), before.process), (container.id.as_str(), after.process), "{how:?}");
            assert!(fixture.engine.run(&container, &Invocation::new(["true"])).await.is_err(), "{how:?}: it is gone");
            let seen = fixture.sh(&now, "cat /newer /data/file /place/file").await;
            assert_eq!(seen.stdout.text, kept, "{how:?}");
            fixture.engine.remove(&now).await.expect("removed");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_old_volume_stays_where_the_new_images_own_command_ends() {
    with_engine(async |fixture| {
        let ends = [r#"ENTRYPOINT ["sh", "-c", "exec \"$@\"", "--"]"#, r#"CMD ["true"]"#];
        let old = fixture.import("old", Content::Busybox, &ends).await;
        // Of another image it is not known yet what its containers run.
        let new = fixture.import("new", Content::Busybox, &ends).await;
        let spec = ContainerSpec { volumes: vec!["data:/data".to_owned()], ..spec(&old) };
        let (container, _) = fixture.engine.start(&spec).await.expect("started");
        fixture.sh(&container, "echo volume > /data/file").await;
        let spec = ContainerSpec { image: new, ..spec };
        let restarted = fixture.engine.restart(&container, &spec, Restart::Rebuild).await.expect("another one");
        assert_eq!(fixture.sh(&restarted.container, "cat /data/file").await.stdout.text, "volume\n");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_by_somebody_else_is_survived() {
    with_engine(async |fixture| {
        let container = fixture.start().await;
        assert_eq!(fixture.sh(&container, "true").await.status, ExitStatus::Exited(0));
        let options = bollard::query_parameters::RestartContainerOptionsBuilder::default().t(0).build();
        fixture.client.restart_container(&container.id, Some(options)).await.expect("restarted");
        assert_eq!(fixture.sh(&container, "true").await.status, ExitStatus::Exited(0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_fails_at_the_second_start_is_the_subjects_failure() {
    with_engine(async |fixture| {
        let script = "[ -e /place/again ] && { echo again; exit 9; }; touch /place/again; sleep 1000";
        let spec = ContainerSpec { command: Some(command(&["sh", "-c", script])), ..spec(&fixture.image) };
        let spec = ContainerSpec { ready: ready(ReadyCondition::File("/place/again".to_owned())), ..spec };
        let (container, _) = fixture.engine.start(&spec).await.expect("started");
        let error = fixture.engine.restart(&container, &spec, Restart::Kill).await.expect_err("it ended");
        assert_eq!(error, EngineError::Exited { status: 9, log: "again".to_owned() });
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_and_mounts_reach_the_container() {
    with_engine(async |fixture| {
        let spec = ContainerSpec {
            memory: Some(64 * 1024 * 1024),
            processes: Some(100),
            processors: Some(500_000),
            tmpfs: [("/scratch".to_owned(), "size=1m,exec".to_owned())].into(),
            volumes: vec!["home:/root".to_owned(), "/etc/hostname:/host-name:ro".to_owned()],
            read_only: true,
            trust_host: true,
            ..spec(&fixture.image)
        };
        let (container, _) = fixture.engine.start(&spec).await.expect("started");
        let host = inspect(fixture, &container).await;
        assert_eq!((host.memory, host.pids_limit, host.nano_cpus), (Some(64 * 1024 * 1024), Some(100), Some(500_000_000)));
        let ran = fixture.sh(&container, "touch /root/a /scratch/a && ! touch /place/a 2>/dev/null && ! touch /.shakedown/a 2>/dev/null && ! touch /host-name 2>/dev/null && grep -q host.docker.internal /etc/hosts").await;
        assert_eq!(ran.status, ExitStatus::Exited(0), "{ran:?}");
        let bundle = fixture.sh(&container, "test -z \"$SSL_CERT_FILE\" || test -s \"$SSL_CERT_FILE\"").await;
        assert_eq!(bundle.status, ExitStatus::Exited(0), "{bundle:?}");
    })
    .await;
}

async fn inspect(fixture: &Fixture, container: &Container) -> bollard::models::HostConfig {
    let inspected = fixture.client.inspect_container(&container.id, None).await.expect("inspected");
    inspected.host_config.expect("set")
}
