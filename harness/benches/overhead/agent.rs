//! The engine alone, without the program around it: through the agent, and by plain exec.

use std::time::{Duration, Instant};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use shakedown::engine::docker::{DockerEngine, OpenOptions};
use shakedown::engine::{Container, Engine as _};
use shakedown::model::{ContainerSpec, ExitStatus, Invocation, RunId};

use super::table::Table;
use super::{CHECKS, Trouble, milliseconds, percentile};

/// How many invocations one by one.
const SINGLE: usize = 1000;

/// How many with others in flight, and how many of these at a time.
const CROWD: usize = 4000;
const FLIGHT: usize = 64;

/// How often an engine is opened, a container started, and all of it taken away; the median counts.
const LIVES: usize = 5;

/// The most that one invocation may cost, alone and in a crowd, milliseconds.
const SINGLE_TARGET: f64 = 2.5;
const CROWD_TARGET: f64 = 1.2;

/// What invocations through the agent cost, and what comes before and after them.
pub(crate) async fn costs(image: &str, table: &mut Table) -> Result<(), Trouble> {
    let (mut opened, mut answered, mut gone) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..LIVES {
        let begun = Instant::now();
        let engine = open(&format!("life{round}"), false).await?;
        opened.push(milliseconds(begun.elapsed()));
        let started = Instant::now();
        let answer = match engine.start(&spec(image)).await {
            Ok((container, _)) => once(&engine, &container).await,
            Err(error) => Err(error.into()),
        };
        answered.push(milliseconds(started.elapsed()));
        gone.push(take_down(&engine).await?);
        answer?;
    }
    table.plain("opening the engine (agent, lease)", percentile(&mut opened, 50), "ms");
    table.plain("fresh container to first answer", percentile(&mut answered, 50), "ms");
    table.plain("teardown", percentile(&mut gone, 50), "ms");
    let engine = open("invocations", false).await?;
    let measured = invocations(&engine, image, table).await;
    take_down(&engine).await?;
    measured
}

async fn invocations(engine: &DockerEngine, image: &str, table: &mut Table) -> Result<(), Trouble> {
    let (container, _) = engine.start(&spec(image)).await?;
    let mut walls = Vec::new();
    for _ in 0..SINGLE {
        walls.push(milliseconds(once(engine, &container).await?));
    }
    table.at_most("a check through the agent, one at a time, p50", percentile(&mut walls, 50), "ms", SINGLE_TARGET);
    table.plain("the same, p95", percentile(&mut walls, 95), "ms");
    let begun = Instant::now();
    let crowd = stream::iter(0..CROWD).map(|_| once(engine, &container)).buffer_unordered(FLIGHT);
    crowd.try_for_each(|_| std::future::ready(Ok(()))).await?;
    let each = milliseconds(begun.elapsed()) / CROWD as f64;
    table.at_most(format!("the same, {FLIGHT} in flight, each"), each, "ms", CROWD_TARGET);
    Ok(())
}

/// All checks by the engine's own exec, one by one, start and teardown included, milliseconds.
pub(crate) async fn plain(image: &str) -> Result<f64, Trouble> {
    let begun = Instant::now();
    let engine = open("plain", true).await?;
    let measured = plain_execs(&engine, image).await;
    take_down(&engine).await?;
    measured?;
    Ok(milliseconds(begun.elapsed()))
}

async fn plain_execs(engine: &DockerEngine, image: &str) -> Result<(), Trouble> {
    let (container, _) = engine.start(&spec(image)).await?;
    for _ in 0..CHECKS {
        once(engine, &container).await?;
    }
    Ok(())
}

/// One `true`; anything but its success is an error.
async fn once(engine: &DockerEngine, container: &Container) -> Result<Duration, Trouble> {
    let begun = Instant::now();
    let ran = engine.run(container, &Invocation::new(["true"])).await?;
    let wall = begun.elapsed();
    if ran.status == ExitStatus::Exited(0) { Ok(wall) } else { Err(format!("`true`: {:?}", ran.status).into()) }
}

async fn open(purpose: &str, plain_exec: bool) -> Result<DockerEngine, Trouble> {
    let now = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ");
    let run = RunId(format!("{now}-bench{}-{purpose}", std::process::id()));
    let engine = DockerEngine::open(OpenOptions { plain_exec, ..OpenOptions::new(run, "bench") }).await;
    engine.map_err(|error| format!("{error}. {}", error.hint()).into())
}

async fn take_down(engine: &DockerEngine) -> Result<f64, Trouble> {
    let begun = Instant::now();
    let leftovers = engine.teardown(&[]).await;
    let wall = milliseconds(begun.elapsed());
    if leftovers.is_empty() { Ok(wall) } else { Err(format!("left behind: {leftovers:?}").into()) }
}

/// A container that runs the image's own command and is ready when the agent answers.
fn spec(image: &str) -> ContainerSpec {
    ContainerSpec::new(image, "main", Duration::from_secs(20))
}
