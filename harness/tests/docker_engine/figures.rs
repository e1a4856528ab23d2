//! Figures, for people: `cargo test --test docker_engine figures -- --ignored --nocapture`.

use std::time::{Duration, Instant};

use futures_util::{StreamExt as _, stream};
use shakedown::engine::Engine as _;
use shakedown::engine::docker::{DockerEngine, OpenOptions};
use shakedown::model::Invocation;

use super::fixture::{run_id, spec, with_engine};

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "prints figures and asserts none"]
#[expect(clippy::print_stdout, reason = "that is what it is for")]
async fn figures() {
    with_engine(async |fixture| {
        for _ in 0..3 {
            let begun = Instant::now();
            let engine = DockerEngine::open(OpenOptions::new(run_id(), "test")).await.expect("opened");
            let opened = begun.elapsed();
            let (container, _) = engine.start(&spec(&fixture.image)).await.expect("started");
            let invocation = Invocation::new(["/bin/true"]);
            engine.run(&container, &invocation).await.expect("ran");
            let answered = begun.elapsed().saturating_sub(opened);
            let mut walls = Vec::new();
            for _ in 0..500 {
                let one = Instant::now();
                engine.run(&container, &invocation).await.expect("ran");
                walls.push(one.elapsed());
            }
            walls.sort();
            let many = Instant::now();
            let all = stream::iter(0..2000).map(|_| engine.run(&container, &invocation));
            let done = all.buffer_unordered(64).filter(|ran| std::future::ready(ran.is_ok())).count().await;
            let each = many.elapsed() / 2000;
            assert_eq!(done, 2000);
            let ending = Instant::now();
            assert!(engine.teardown(&[]).await.is_empty());
            println!(
                "open {:.0} ms; fresh container to first answer {:.0} ms; one at a time p50 {:.2} p95 {:.2} ms; \
                 64 in flight {:.2} ms each; teardown {:.0} ms",
                milliseconds(opened),
                milliseconds(answered),
                milliseconds(walls[250]),
                milliseconds(walls[475]),
                milliseconds(each),
                milliseconds(ending.elapsed()),
            );
        }
    })
    .await;
}
