use super::*;

fn container() -> Container {
    Container { id: "1".to_owned(), name: "main".to_owned() }
}

#[tokio::test]
async fn the_first_rule_with_an_answer_gives_it() {
    let engine = ScriptedEngine::new()
        .when_run(|invocation| (invocation.argv[0] == "uv").then(|| ran(0, "uv 1.0")))
        .when_run(|_| Some(ran(3, "")));
    let uv = engine.run(&container(), &Invocation::new(["uv", "--version"])).await.expect("alive");
    let other = engine.run(&container(), &Invocation::new(["pixi"])).await.expect("alive");
    assert_eq!((uv.stdout.text.as_str(), other.status), ("uv 1.0", ExitStatus::Exited(3)));
}

#[tokio::test]
async fn a_dead_engine_fails_every_call_and_notes_it() {
    let engine = ScriptedEngine::new().that_dies_at(2);
    let spec = ContainerSpec::new("x", "main", std::time::Duration::from_secs(1));
    engine.restart(&container(), &spec, Restart::Kill).await.expect("alive");
    assert!(engine.image("x").await.is_err());
    assert!(engine.facts().await.is_err());
    assert!(engine.sweep().await.is_err());
    assert!(engine.teardown(&[]).await.is_empty());
    let restart = Call::Restart("main".to_owned(), Restart::Kill);
    assert_eq!(engine.calls(), [restart, Call::Image("x".to_owned()), Call::Sweep, Call::Teardown(Vec::new())]);
}

#[tokio::test]
async fn without_a_rule_a_command_is_missing() {
    let seen = ScriptedEngine::new().run(&container(), &Invocation::new(["x"])).await.expect("alive");
    assert_eq!(seen.status.code(), Some(127));
}
