//! The images alone: `shakedown build`.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::config::ImageSource;
use crate::engine::docker::{DockerEngine, OpenOptions};
use crate::engine::{Engine, EngineError, Progress};
use crate::model::event::{Envelope, Event};
use crate::model::id::RunId;
use crate::model::verdict::INTERRUPTED;
use crate::plan::Names;

use super::catalogue::Prepared;
use super::error::SessionError;
use super::images::{Making, NoImage, check_build, no_image};
use super::options::Options;
use super::run::run_id;
use super::sources::{self, Served};
use super::spine::Listener;

/// The exit codes of a build that came to nothing.
const NOT_STABLE: u8 = 1;
const INCONCLUSIVE: u8 = 3;

/// Builds the stages of one subject and keeps them as `options.tag`; returns that name, or the exit code where the
/// listener has been told why not.
pub async fn build(
    prepared: &Prepared,
    options: &Options,
    clock: &Arc<dyn Clock>,
    listener: Listener,
    cancel: &CancellationToken,
) -> Result<Result<String, u8>, SessionError> {
    if prepared.subject.image == ImageSource::ThisMachine {
        return Err(no_image(&prepared.subject));
    }
    sources::check_local(&prepared.subject.sources)?;
    check_build(prepared, options)?;
    let run = run_id(clock.as_ref());
    let engine = DockerEngine::open(OpenOptions::new(run.clone(), &prepared.subject.name)).await?;
    let progress = progress(clock, listener);
    let built = tokio::select! {
        built = stages(prepared, options, &run, &engine, &progress) => built,
        () = cancel.cancelled() => Ok(Err(INTERRUPTED)),
    };
    for leftover in engine.teardown(&[]).await {
        progress(Event::Notice {
            text: format!("The {} {} could not be removed: {}.", leftover.kind, leftover.name, leftover.trouble),
        });
    }
    built
}

async fn stages(
    prepared: &Prepared,
    options: &Options,
    run: &RunId,
    engine: &DockerEngine,
    progress: &Progress,
) -> Result<Result<String, u8>, SessionError> {
    let Prepared { subject, manager, .. } = prepared;
    if let Err(unreachable) = sources::preflight(subject).await {
        progress(Event::Notice { text: format!("{}. {}", unreachable.reason, unreachable.hint) });
        return Ok(Err(INCONCLUSIVE));
    }
    let address = engine.host_address().await?;
    let served = Served::start(&subject.sources, address)
        .await
        .map_err(|reason| EngineError::Failed { action: "serve local sources".to_owned(), reason })?;
    let names = Names::of(subject, *manager).with_sources(&served.addresses);
    let making = Making { engine, subject, options, run, names: &names, progress };
    let image = making.image().await;
    served.stop().await;
    match image {
        Ok(image) => Ok(Ok(options.tag.clone().unwrap_or(image.reference))),
        Err(NoImage::NotBuilt { environment }) => Ok(Err(if environment { INCONCLUSIVE } else { NOT_STABLE })),
        Err(NoImage::Mistake(error)) => Err(error),
        Err(NoImage::Engine(error)) => Err(error.into()),
    }
}

/// There is no journal of a build or an operation alone; its events go straight to the listener.
pub(super) fn progress(clock: &Arc<dyn Clock>, listener: Listener) -> Progress {
    let clock = clock.clone();
    let sequence = std::sync::atomic::AtomicU64::new(0);
    Arc::new(move |event| {
        let sequence = sequence.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        listener(&Envelope { sequence, at: clock.now().to_string(), event });
    })
}
