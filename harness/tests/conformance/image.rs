//! Managers in a container, of the image that their Dockerfile here makes.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use shakedown::engine::docker::{DockerEngine, OpenOptions};
use shakedown::engine::{Container, Engine, EngineError, Progress};
use shakedown::index::Server;
use shakedown::model::build::Cache;
use shakedown::model::{BuildRequest, ContainerSpec, RunId};

use crate::bench::{Bench, Setting, served};
use crate::common::PATIENCE;
use crate::ground::Ground;
use crate::run_id::run_id;

/// Where the image's own user may write.
const ROOM: &str = "/workspace/bench";

/// What the Dockerfile of a manager is told. It makes an environment, for which any small package will do.
fn arguments(manager: &str, server: &Server) -> Result<BTreeMap<String, String>, String> {
    let of = |pairs: &[(&str, String)]| {
        Ok(pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect::<BTreeMap<_, _>>())
    };
    match (manager, std::env::var_os("PIXI_BINARY"), std::env::var_os("PIXI_CHANNEL_DIR")) {
        ("pixi", Some(_), Some(_)) => {
            of(&[("PIXI_BINARY_URL", server.url("binary")), ("PIXI_CHANNEL", server.url("channel"))])
        }
        ("pixi", ..) => Err("PIXI_BINARY and PIXI_CHANNEL_DIR name no pixi and no channel with a Python".to_owned()),
        _ => of(&[("COMMON", "cowsay".to_owned())]),
    }
}

/// Where the Dockerfile puts the manager.
fn program(manager: &str) -> String {
    let home = if manager == "pixi" { "/hard/image/pixi".to_owned() } else { format!("/opt/{manager}") };
    format!("{home}/bin/{manager}")
}

/// The image of a manager: on the base system, which stays cached, and without cache itself.
async fn image(engine: &DockerEngine, run: &RunId, manager: &str, server: &Server) -> Result<String, String> {
    let silent: Progress = Arc::new(|_| ());
    let arguments = arguments(manager, server)?;
    let base = engine.base("debian:bookworm-slim", Some("bookworm"), &silent).await;
    let mut below = base.map_err(|error| error.to_string())?;
    for (stage, file, arguments) in [("stage-1", "stage-1", BTreeMap::new()), ("stage-2", manager, arguments)] {
        let request = BuildRequest {
            stage: stage.to_owned(),
            dockerfile: Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../docker/{file}.Dockerfile")),
            base: below,
            tag: format!("shakedown/conformance-{manager}-{stage}:{run}"),
            arguments,
            labels: BTreeMap::new(),
            cache: if stage == "stage-1" { Cache::All } else { Cache::Nothing },
            cache_ids: (stage != "stage-1").then(|| run.to_string()),
            trust_host: true,
        };
        match engine.build(&request, &silent).await {
            Ok(built) => below = built.tag,
            Err(failed) if failed.environment => return Err(format!("{}: {}", failed.message, failed.log.join("\n"))),
            Err(failed) => panic!("{manager}: {failed:?}"),
        }
    }
    Ok(below)
}

async fn started(engine: &DockerEngine, run: &RunId, manager: &str) -> Result<(Container, String, Server), String> {
    let address = engine.host_address().await.expect("an address of this machine");
    let server = served(address, manager).await;
    let image = image(engine, run, manager, &server).await?;
    // Whatever it would start by itself is nobody's business here.
    let spec = ContainerSpec { command: Some(Vec::new()), ..ContainerSpec::new(&image, "main", PATIENCE) };
    Ok((engine.start(&spec).await.expect("started").0, image, server))
}

/// A bench in a container; or why there is none.
pub(crate) async fn bench(manager: &str) -> Result<Bench, String> {
    // What is tagged by a run without a lease may be swept away by anybody.
    let run = run_id();
    let engine = match DockerEngine::open(OpenOptions::new(run.clone(), format!("conformance-{manager}"))).await {
        Ok(engine) => engine,
        Err(error @ (EngineError::NoEngine { .. } | EngineError::NoPermission { .. } | EngineError::TooOld { .. })) => {
            return Err(error.to_string());
        }
        Err(error) => panic!("{error}"),
    };
    match started(&engine, &run, manager).await {
        Ok((container, image, server)) => {
            let setting = Setting { program: program(manager), root: ROOM.to_owned(), path: None, image: Some(image) };
            Ok(Bench::new(manager, Ground::within(Box::new(engine), container), setting, server))
        }
        Err(reason) => {
            engine.teardown(&[]).await;
            Err(reason)
        }
    }
}
