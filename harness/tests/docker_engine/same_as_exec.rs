//! What runs through the agent sees what `docker exec` would have given.

use bollard::exec::{CreateExecOptions, StartExecResults};
use futures_util::StreamExt as _;
use shakedown::engine::docker::OpenOptions;
use shakedown::engine::{Container, Engine as _};
use shakedown::model::{ExitStatus, Invocation};

use super::fixture::{Fixture, run_id, spec, with_engine, with_options};

/// Everything a process is given; the signals ignored included.
const LOOK_AROUND: &str = "id; env | grep -v '^SHLVL=' | sort; pwd; umask; ulimit -a; ls /proc/self/fd; \
    grep -E '^(Cap|Sig|NoNewPrivs|Seccomp:|Groups|Uid|Gid)' /proc/self/status; cat /proc/self/cgroup \
    /proc/self/oom_score_adj";

async fn exec(fixture: &Fixture, container: &Container, argv: &[&str], user: Option<&str>) -> (String, i64) {
    let options = CreateExecOptions {
        attach_stdout: Some(true),
        attach_stderr: Some(true),
        cmd: Some(argv.to_vec()),
        user,
        ..Default::default()
    };
    let id = fixture.client.create_exec(&container.id, options).await.expect("created").id;
    let StartExecResults::Attached { mut output, .. } = fixture.client.start_exec(&id, None).await.expect("started")
    else {
        panic!("detached");
    };
    let mut text = String::new();
    while let Some(piece) = output.next().await {
        text.push_str(&piece.expect("readable").to_string());
    }
    let inspected = fixture.client.inspect_exec(&id).await.expect("inspected");
    (text, inspected.exit_code.expect("ended"))
}

async fn through_agent(fixture: &Fixture, container: &Container, argv: &[&str], user: Option<&str>) -> (String, i64) {
    let mut invocation = Invocation::new(argv.iter().copied());
    invocation.user = user.map(str::to_owned);
    let ran = fixture.engine.run(container, &invocation).await.expect("carried out");
    (ran.stdout.text + &ran.stderr.text, i64::from(ran.status.code().expect("a code")))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_user_sees_the_same_through_the_agent_as_by_exec() {
    with_engine(async |fixture| {
        let mut spec = spec(&fixture.image);
        spec.environment.insert("FROM_CONTAINER".to_owned(), "1 2".to_owned());
        spec.trust_host = true;
        let (container, _) = fixture.engine.start(&spec).await.expect("started");
        for user in [None, Some("root"), Some("1000:1000"), Some("nobody"), Some("www-data"), Some("www-data:mail")] {
            let argv = ["sh", "-c", LOOK_AROUND];
            let expected = exec(fixture, &container, &argv, user).await;
            let seen = through_agent(fixture, &container, &argv, user).await;
            assert!(expected.0.contains("FROM_IMAGE=a b"), "{expected:?}");
            assert_eq!(similar_lines(&seen.0), similar_lines(&expected.0), "as {user:?}");
            assert_eq!(seen.1, expected.1, "as {user:?}");
        }
    })
    .await;
}

/// Lines without the count of ulimit's pending signals or the like that differ from call to call.
fn similar_lines(text: &str) -> Vec<&str> {
    text.lines().filter(|line| !line.starts_with("SigQ")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_container_with_a_user_and_a_folder_of_its_own_passes_both_on() {
    with_engine(async |fixture| {
        let changes = ["CMD [\"sleep\", \"1000\"]", "USER www-data", "WORKDIR /place"];
        let image = fixture.import("user", super::fixture::Content::Busybox, &changes).await;
        let (container, _) = fixture.engine.start(&spec(&image)).await.expect("started");
        let argv = ["sh", "-c", LOOK_AROUND];
        let expected = exec(fixture, &container, &argv, None).await;
        assert!(expected.0.contains("uid=33(www-data)") && expected.0.contains("/place\n"), "{expected:?}");
        let seen = through_agent(fixture, &container, &argv, None).await;
        assert_eq!(similar_lines(&seen.0), similar_lines(&expected.0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn exit_codes_are_the_same() {
    with_engine(async |fixture| {
        let container = fixture.start().await;
        for (command, code) in [("true", 0), ("exit 3", 3), ("nosuch", 127), ("/etc/passwd", 126)] {
            let argv = ["sh", "-c", command];
            let expected = exec(fixture, &container, &argv, None).await;
            assert_eq!(expected.1, code, "{command}: {expected:?}");
            assert_eq!(through_agent(fixture, &container, &argv, None).await.1, code, "{command}");
        }
        // Without a shell exec gives 126 or 127, as the engine's age has it; the agent always tells them apart.
        for (program, code) in [("nosuch", 127), ("/etc/passwd", 126), ("true", 0), ("false", 1)] {
            assert_eq!(through_agent(fixture, &container, &[program], None).await.1, code, "{program}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_that_the_image_does_not_know_is_an_observation() {
    with_engine(async |fixture| {
        let container = fixture.start().await;
        let mut invocation = Invocation::new(["true"]);
        invocation.user = Some("nosuch".to_owned());
        let ran = fixture.engine.run(&container, &invocation).await.expect("an observation");
        let ExitStatus::NotStarted { reason, .. } = ran.status else { panic!("{ran:?}") };
        assert!(reason.contains("nosuch"), "{reason}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_keeps_a_user_from_a_program_is_named() {
    with_engine(async |fixture| {
        let container = fixture.start().await;
        fixture
            .sh(&container, "mkdir -p /open/closed/in && cp /bin/true /open/closed/in && chmod 700 /open/closed")
            .await;
        let mut invocation = Invocation::new(["/open/closed/in/true"]);
        invocation.user = Some("1000".to_owned());
        let ran = fixture.engine.run(&container, &invocation).await.expect("an observation");
        let ExitStatus::NotStarted { errno, reason } = ran.status else { panic!("{ran:?}") };
        assert_eq!(errno, 13, "{reason}");
        let words = "execute /open/closed/in/true, which lies behind /open/closed (mode 0700, of user 0)";
        assert!(reason.contains(words), "{reason}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_exec_serves_where_the_agent_does_not() {
    let options = OpenOptions { plain_exec: true, ..OpenOptions::new(run_id(), "test") };
    with_options(options, async |fixture| {
        let container = fixture.start().await;
        let mut invocation = Invocation::new(["sh", "-c", "cat; echo $A; pwd; echo err >&2; exit 3"]);
        invocation.stdin = Some("in\n".to_owned());
        invocation.environment.insert("A".to_owned(), Some("set".to_owned()));
        invocation.directory = Some("/tmp".to_owned());
        let ran = fixture.engine.run(&container, &invocation).await.expect("carried out");
        assert_eq!(ran.status, ExitStatus::Exited(3));
        assert_eq!((ran.stdout.text.as_str(), ran.stderr.text.as_str()), ("in\nset\n/tmp\n", "err\n"));
        assert!(ran.usage.memory_source.starts_with("not measured (plain exec"), "{:?}", ran.usage);
        assert_eq!(ran.usage.processor, None);
        let mut endless = Invocation::new(["sleep", "5"]);
        endless.deadline = std::time::Duration::from_millis(200);
        assert_eq!(fixture.engine.run(&container, &endless).await.expect("seen").status, ExitStatus::TimedOut);
    })
    .await;
}
