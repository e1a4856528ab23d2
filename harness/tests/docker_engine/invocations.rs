//! Invocations that hang, flood, leave things behind, or are many.

use std::time::Duration;

use futures_util::future::join_all;
use shakedown::engine::{Engine as _, EngineError};
use shakedown::model::{ExitStatus, Invocation, Kill, Limits, Trigger};

use tokio::time::timeout;

use super::fixture::with_engine;
use crate::common::PATIENCE;

#[tokio::test(flavor = "multi_thread")]
async fn a_deadline_kills_the_children_that_left_the_group_too() {
    with_engine(async |fixture| {
        let container = fixture.start().await;
        let mut invocation = Invocation::new(["sh", "-c", "setsid sleep 2000 & sleep 3000 & sleep 4000"]);
        invocation.deadline = Duration::from_millis(300);
        let ran = fixture.engine.run(&container, &invocation).await.expect("carried out");
        assert_eq!(ran.status, ExitStatus::TimedOut);
        let left = fixture.sh(&container, "cat /proc/[0-9]*/cmdline | grep -c -a -E '[234]000'").await;
        assert_eq!(left.stdout.text, "0\n");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn children_that_outlive_their_parent_are_killed_and_said() {
    with_engine(async |fixture| {
        let container = fixture.start().await;
        let ran = fixture.sh(&container, "setsid sleep 2000 & exit 4").await;
        assert_eq!(ran.status, ExitStatus::Exited(4));
        assert!(ran.usage.left_children);
        assert!(!fixture.sh(&container, "true").await.usage.left_children);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn output_beyond_the_cap_is_cut_and_counted() {
    with_engine(async |fixture| {
        let container = fixture.start().await;
        let ran = fixture.sh(&container, "dd if=/dev/zero bs=1024 count=3072 2>/dev/null; echo oops >&2").await;
        let mebibyte = 1024 * 1024;
        assert_eq!((ran.stdout.bytes, ran.stdout.cut), (3 * mebibyte, 2 * mebibyte));
        assert_eq!(ran.stdout.text.len() as u64, mebibyte);
        assert_eq!((ran.stderr.text.as_str(), ran.stderr.cut), ("oops\n", 0));
        let binary = fixture.sh(&container, "echo -e 'a\\xff'").await;
        assert!(binary.stdout.binary);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_invocation_asks_for_is_what_it_gets() {
    with_engine(async |fixture| {
        let container = fixture.start().await;
        let mut invocation =
            Invocation::new(["sh", "-c", "cat; echo $ADDED-${FROM_IMAGE-gone}; pwd; ulimit -n; sleep 0.05"]);
        invocation.environment.insert("ADDED".to_owned(), Some("1".to_owned()));
        invocation.environment.insert("FROM_IMAGE".to_owned(), None);
        invocation.directory = Some("/place".to_owned());
        invocation.stdin = Some("given\n".to_owned());
        invocation.limits = Limits { open_files: Some(77), file_size: None };
        let ran = fixture.engine.run(&container, &invocation).await.expect("carried out");
        assert_eq!(ran.stdout.text, "given\n1-gone\n/place\n77\n");
        assert!(ran.usage.wall >= Duration::from_millis(50), "{:?}", ran.usage);
        assert!(ran.usage.memory.is_some_and(|bytes| bytes > 100_000), "{:?}", ran.usage);
        assert!(ran.usage.processor.is_some());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_intended_kill_strikes_when_the_path_appears() {
    with_engine(async |fixture| {
        let container = fixture.start().await;
        let mut invocation = Invocation::new(["sh", "-c", "sleep 0.1; touch /tmp/now; sleep 1000"]);
        invocation.kill = Some(Kill { trigger: Trigger::Appears("/tmp/now".to_owned()), signal: 9 });
        let ran = fixture.engine.run(&container, &invocation).await.expect("carried out");
        assert_eq!(ran.status, ExitStatus::Killed);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_invocations_at_the_same_time_each_get_their_own_output() {
    with_engine(async |fixture| {
        let container = fixture.start().await;
        let all = (0..64).map(|number| {
            let invocation = Invocation::new(["sh", "-c", &format!("echo {number}; sleep 0.1; echo {number} >&2")]);
            let container = container.clone();
            async move { (number, fixture.engine.run(&container, &invocation).await.expect("carried out")) }
        });
        for (number, ran) in join_all(all).await {
            let expected = format!("{number}\n");
            assert_eq!((&ran.stdout.text, &ran.stderr.text), (&expected, &expected));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invocation_that_nobody_waits_for_any_more_is_killed() {
    with_engine(async |fixture| {
        let container = fixture.start().await;
        let invocation = Invocation::new(["sleep", "3000"]);
        let until_there_are = async |count: &str| {
            let look = "cat /proc/[0-9]*/cmdline | grep -c -a '[3]000'";
            while fixture.sh(&container, look).await.stdout.text.trim() != count {}
        };
        tokio::select! {
            ran = fixture.engine.run(&container, &invocation) => panic!("it hangs: {ran:?}"),
            seen = timeout(PATIENCE, until_there_are("1")) => seen.expect("it runs"),
        }
        timeout(PATIENCE, until_there_are("0")).await.expect("it is killed");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_container_that_ends_takes_its_invocations_with_it_and_says_so() {
    with_engine(async |fixture| {
        let mut spec = super::fixture::spec(&fixture.image);
        spec.command = Some(
            ["sh", "-c", "until [ -e /tmp/end ]; do sleep 0.01; done; echo bye; exit 5"].map(str::to_owned).to_vec(),
        );
        let (container, _) = fixture.engine.start(&spec).await.expect("started");
        let invocation = Invocation::new(["sh", "-c", "touch /tmp/end; sleep 1000"]);
        let error = fixture.engine.run(&container, &invocation).await.expect_err("the container ended");
        assert_eq!(error, EngineError::Exited { status: 5, log: "bye".to_owned() });
        let error = fixture.engine.run(&container, &Invocation::new(["true"])).await.expect_err("it does not run");
        assert_eq!(error, EngineError::Exited { status: 5, log: "bye".to_owned() });
    })
    .await;
}
