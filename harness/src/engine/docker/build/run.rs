//! One build, from the request to the stage or to what went wrong.

use std::collections::HashMap;
use std::fs::File;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::{Path, PathBuf};

use bollard::Docker;
use bollard::models::BuildInfoAux;
use bollard::query_parameters::{BuildImageOptions, BuildImageOptionsBuilder, BuilderVersion};
use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use tokio::io::AsyncReadExt;

use super::attribution::OwnBuild;
use super::cache::{CacheWatch, prune};
use super::context::{self, ContextError};
use super::dockerfile::{BUNDLE_IN_CONTEXT, BUNDLE_SECRET, BundleMount, Changes, Dockerfile};
use super::failure::{context_failure, engine_failure, failure};
use super::host::BuildHost;
use super::lost::begun_again_where_lost;
use super::note::BuildNote;
use super::secrets::SecretSession;
use super::stream::BuildFold;
use crate::clock::{Clock, SystemClock};
use crate::engine::{EngineError, FailedBuild, Progress};
use crate::model::build::Cache;
use crate::model::{BuildRequest, BuiltStage, Event};

/// Bytes of the context sent at a time.
const CHUNK: usize = 64 * 1024;

/// Builds a stage image with `BuildKit`.
///
/// A build that loses what it builds on from the engine's cache says nothing about the image, and is begun again, at
/// most twice; a notice says so.
///
/// Returns the stage, and the ids of the build-cache records to hand to [`prune`] once the image is removed. Of a build
/// that fails they are removed at once; of one that is dropped, which cancels it, by
/// [`CacheLedger::settle`](super::CacheLedger::settle) of `host.ledger`; of one whose process is killed, by
/// [`settle_dead`](super::settle_dead), which reads the note.
pub async fn build(
    client: &Docker,
    host: &BuildHost,
    request: &BuildRequest,
    note: Option<&BuildNote>,
    progress: &Progress,
) -> Result<(BuiltStage, Vec<String>), FailedBuild> {
    let attempt = || attempt(client, host, request, note, progress);
    begun_again_where_lost(&request.stage, progress, attempt).await
}

async fn attempt(
    client: &Docker,
    host: &BuildHost,
    request: &BuildRequest,
    note: Option<&BuildNote>,
    progress: &Progress,
) -> Result<(BuiltStage, Vec<String>), FailedBuild> {
    let clock = SystemClock::default();
    let session = format!("shakedown-{}", random());
    let (_open, mount) = trust(host, request, &session).await;
    let prepared = prepare(request, host, mount).await.map_err(|error| context_failure(&error))?;
    let own = OwnBuild {
        all: request.cache != Cache::All,
        commands: prepared.dockerfile.commands.clone(),
        context_bytes: prepared.bytes,
    };
    let socket = host.socket.as_ref();
    let watch = watch(client, host, own, note).await;
    let options = options(host, request, &session, &prepared.name);
    let Dockerfile { stages, rewording, .. } = &prepared.dockerfile;
    let mut fold = BuildFold::new(&request.stage, stages.clone(), rewording.clone());
    let driven = drive(client, options, prepared.tar, &mut fold, progress).await;
    let left = match watch {
        Ok(watch) => watch.finish(client, socket).await,
        Err(error) => Err(error),
    };
    let image = match driven {
        Ok(Some(image)) => image,
        Ok(None) => inspect(client, &request.tag).await?,
        Err(error) => {
            tell_of_trouble(prune_now(client, left).await, progress);
            return Err(failure(&error, &mut fold, &prepared.dockerfile));
        }
    };
    let left = tell_of_trouble(left, progress);
    let steps = fold.steps();
    let stage = BuiltStage {
        name: request.stage.clone(),
        image,
        tag: request.tag.clone(),
        seconds: clock.elapsed().as_secs_f64(),
        cached: steps.iter().all(|step| step.cached),
        steps,
        bytes: None,
        base_bytes: None,
    };
    Ok((stage, left))
}

/// Begins to watch the cache, and leaves the note by which others find the build's records.
async fn watch(
    client: &Docker,
    host: &BuildHost,
    own: OwnBuild,
    note: Option<&BuildNote>,
) -> Result<CacheWatch, EngineError> {
    let watch = CacheWatch::begin(client, host.socket.as_ref(), &host.ledger, own).await?;
    if let (Some(note), Some(begun)) = (note, watch.begun()) {
        note.leave(client, begun).await?;
    }
    Ok(watch)
}

/// Opens the session that hands out the CA bundle, and says how the bundle gets into the build: not at all where the
/// image is to trust what it trusts, through the context where the engine takes no session of ours.
async fn trust(host: &BuildHost, request: &BuildRequest, id: &str) -> (Option<SecretSession>, Option<BundleMount>) {
    let Some(socket) = &host.socket else { return (None, wanted(host, request).map(|_| BundleMount::Context)) };
    let bundle = wanted(host, request);
    let secrets = bundle.iter().map(|bundle| (BUNDLE_SECRET.to_owned(), bundle.to_vec())).collect();
    match SecretSession::open(socket, id, secrets).await {
        Ok(session) => (Some(session), bundle.map(|_| BundleMount::Secret)),
        Err(error) => {
            tracing::debug!(%error, "no session for build secrets");
            (None, bundle.map(|_| BundleMount::Context))
        }
    }
}

fn wanted<'a>(host: &'a BuildHost, request: &BuildRequest) -> Option<&'a [u8]> {
    host.bundle.as_deref().filter(|_| request.trust_host)
}

/// What is sent to the builder.
struct Prepared {
    dockerfile: Dockerfile,
    /// The Dockerfile's name within the context.
    name: String,
    tar: File,
    /// Bytes of all files in the context.
    bytes: i64,
}

async fn prepare(
    request: &BuildRequest,
    host: &BuildHost,
    mount: Option<BundleMount>,
) -> Result<Prepared, ContextError> {
    let (path, cache_ids) = (request.dockerfile.clone(), request.cache_ids.clone());
    let bundle = wanted(host, request).filter(|_| mount == Some(BundleMount::Context)).map(<[u8]>::to_vec);
    let pack = move || read_and_pack(&path, bundle, Changes { bundle: mount, cache_ids: cache_ids.as_deref() });
    tokio::task::spawn_blocking(pack).await.map_err(|error| ContextError::Temporary(error.into()))?
}

fn read_and_pack(path: &Path, bundle: Option<Vec<u8>>, changes: Changes<'_>) -> Result<Prepared, ContextError> {
    let text = context::read_dockerfile(path)?;
    let dockerfile = Dockerfile::changed(&text, changes);
    let name = path.file_name().ok_or_else(|| ContextError::NoDockerfile(PathBuf::from(path)))?;
    let name = name.to_string_lossy().into_owned();
    let mut replaced = vec![(name.clone(), dockerfile.text.clone().into_bytes())];
    replaced.extend(bundle.map(|bundle| (BUNDLE_IN_CONTEXT.to_owned(), bundle)));
    let (tar, bytes) = context::pack(path, &replaced)?;
    Ok(Prepared { dockerfile, name, tar, bytes })
}

fn options(host: &BuildHost, request: &BuildRequest, session: &str, dockerfile: &str) -> BuildImageOptions {
    // Later ones win: what the subject says goes before what the machine says.
    let mut arguments: HashMap<String, String> = host.proxies.clone().into_iter().collect();
    arguments.extend(request.arguments.clone());
    arguments.insert("BASE".to_owned(), request.base.clone());
    let labels: HashMap<String, String> = request.labels.clone().into_iter().collect();
    let options = BuildImageOptionsBuilder::default()
        .version(BuilderVersion::BuilderBuildKit)
        .session(session)
        .dockerfile(dockerfile)
        .t(&request.tag)
        .nocache(request.cache == Cache::Nothing)
        .buildargs(&arguments)
        .labels(&labels);
    if request.cache == Cache::All {
        return options.build();
    }
    // Equal steps of builds at the same time are carried out once only, also without cache, and told to one of the
    // builds. A name of its own in the steps' hosts file, which no layer holds, makes a build's steps its own; none of
    // these is then in the cache. The builder's own `nocache` would empty the cache mounts, too.
    options.extrahosts(&format!("{session}.invalid:127.0.0.1")).build()
}

/// Sends the context and follows the build to its end; the image's id, where the builder tells it.
async fn drive(
    client: &Docker,
    options: BuildImageOptions,
    tar: File,
    fold: &mut BuildFold,
    progress: &Progress,
) -> Result<Option<String>, bollard::errors::Error> {
    let chunks = stream::try_unfold(tokio::fs::File::from_std(tar), |mut file| async move {
        let mut chunk = vec![0; CHUNK];
        let length = file.read(&mut chunk).await?;
        chunk.truncate(length);
        Ok::<_, std::io::Error>((length > 0).then(|| (Bytes::from(chunk), file)))
    });
    let mut messages = client.build_image(options, None, Some(bollard::body_try_stream(chunks))).into_stream();
    let mut image = None;
    while let Some(message) = messages.next().await {
        match message?.aux {
            Some(BuildInfoAux::BuildKit(status)) => fold.take(&status).into_iter().for_each(|event| progress(event)),
            Some(BuildInfoAux::Default(id)) => image = id.id.or(image),
            None => {}
        }
    }
    Ok(image)
}

async fn prune_now(client: &Docker, left: Result<Vec<String>, EngineError>) -> Result<Vec<String>, EngineError> {
    prune(client, &left?).await
}

/// A cache that cannot be kept clean is told of, but makes no build fail.
fn tell_of_trouble(left: Result<Vec<String>, EngineError>, progress: &Progress) -> Vec<String> {
    left.unwrap_or_else(|error| {
        progress(Event::Notice { text: format!("What this build leaves in the build cache stays there: {error}.") });
        Vec::new()
    })
}

/// The id of the image under a tag, for builders that do not tell it.
async fn inspect(client: &Docker, tag: &str) -> Result<String, FailedBuild> {
    let failed =
        |reason: String| engine_failure(&EngineError::Failed { action: format!("inspect image {tag}"), reason });
    let image = client.inspect_image(tag).await.map_err(|error| failed(error.to_string()))?;
    image.id.ok_or_else(|| failed("it has no id".to_owned()))
}

fn random() -> String {
    // A new hasher is keyed at random, which is all that a name needs.
    let number = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", number(), number())
}
