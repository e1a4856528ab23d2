use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::*;
use crate::model::ExitStatus;

async fn engine() -> HostEngine {
    HostEngine::open().await.unwrap()
}

#[tokio::test]
async fn a_command_runs_here_and_its_lines_are_told_while_it_runs() {
    let engine = engine().await;
    let (sender, mut told) = tokio::sync::mpsc::unbounded_channel();
    let heard: Heard = Arc::new(move |spoken| sender.send(spoken).unwrap());
    let folder = tempfile::tempdir().unwrap();
    let go = folder.path().join("go on");
    let script = format!("echo one; while [ ! -e '{}' ]; do sleep 0.01; done; echo two >&2; exit 3", go.display());
    let invocation = Invocation::new(["sh", "-c", &script]);
    let place = HostEngine::place();
    let running = engine.follow(&place, &invocation, &heard);
    tokio::pin!(running);
    // The command does not go on before its first line was told.
    let first = tokio::select! {
        line = told.recv() => line.unwrap(),
        ran = &mut running => panic!("it ended first: {ran:?}"),
    };
    assert_eq!((first.error, first.line.as_str()), (false, "one"));
    std::fs::write(&go, "").unwrap();
    let ran = running.await.unwrap();
    assert_eq!(ran.status, ExitStatus::Exited(3));
    let second = told.recv().await.unwrap();
    assert_eq!((second.error, second.line.as_str()), (true, "two"));
}

#[tokio::test]
async fn dropping_a_command_kills_it_and_what_it_started() {
    let engine = Arc::new(engine().await);
    let pids: Arc<Mutex<Vec<i32>>> = Arc::default();
    let told = Arc::new(tokio::sync::Notify::new());
    let (ears, bell) = (pids.clone(), told.clone());
    let heard: Heard = Arc::new(move |spoken| {
        ears.lock().unwrap().push(spoken.line.parse().unwrap());
        bell.notify_one();
    });
    let invocation = Invocation::new(["sh", "-c", "sleep 1000 & echo $!; wait"]);
    let running = tokio::spawn(async move { engine.follow(&HostEngine::place(), &invocation, &heard).await });
    told.notified().await;
    running.abort();
    let pid = pids.lock().unwrap()[0];
    let is_alive = || std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "));
    while is_alive() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(!is_alive());
}

#[tokio::test]
async fn questions_are_answered_of_this_machine() {
    let engine = engine().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a file").display().to_string();
    let place = HostEngine::place();
    let there = |answer| matches!(answer, Answer::File(Some(_)));
    assert!(!there(engine.ask(&place, None, &Inquiry::File(path.clone())).await.unwrap()));
    std::fs::write(&path, "text").unwrap();
    assert!(there(engine.ask(&place, None, &Inquiry::File(path)).await.unwrap()));
}

#[tokio::test]
async fn what_only_a_container_can_is_refused() {
    let engine = engine().await;
    let place = HostEngine::place();
    let spec = ContainerSpec::new("any", "main", Duration::from_secs(1));
    let as_other = Invocation { user: Some("nobody".to_owned()), ..Invocation::new(["true"]) };
    let refused = [
        engine.run(&place, &as_other).await.unwrap_err(),
        engine.restart(&place, &spec, Restart::Kill).await.unwrap_err(),
        engine.inject(&place, Fault::Network).await.unwrap_err(),
        engine.image("any").await.unwrap_err(),
    ];
    insta::assert_snapshot!(refused.map(|error| error.to_string()).join("\n"), @r"
    run a command on this machine: as nobody: it runs as its caller only
    restart this machine: this machine is no container
    put a fault on: this machine is no container
    no image `any` on this engine
    ");
}
