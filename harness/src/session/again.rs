//! The last stage built again: without its layers, with what its first build kept in cache mounts.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;

use crate::config::{Stage, Subject};
use crate::engine::{EngineError, FailedBuild, Progress};
use crate::model::build::{BuildRequest, BuiltStage, CACHE_MOUNTS, Cache};
use crate::model::event::Event;
use crate::model::measure::{Measurement, Unit};
use crate::observe::{BuildFigure, BuildFigures};
use crate::runner::{Again, Anew, NotAnew};

use super::images::{Last, Making, measured};

/// What its second build is made with.
pub(super) struct Rebuilding<'a> {
    pub(super) making: &'a Making<'a>,
    /// What the first build measured.
    pub(super) figures: &'a BuildFigures,
    pub(super) last: &'a Last,
}

#[async_trait]
impl Again for Rebuilding<'_> {
    async fn again(&self) -> Result<Anew, NotAnew> {
        let Making { engine, subject, .. } = self.making;
        let (stage, request) = self.request(subject)?;
        let kept = engine.cache_mounts(&request).await.map_err(not_built)?;
        let built = engine.build(&request, &self.quiet()).await.map_err(not_built)?;
        let kept_now = engine.cache_mounts(&request).await.map_err(not_built)?;
        let figures = measured(subject, stage, &built).map_err(|error| unexpected(&error.to_string()))?;
        let taken = kept.zip(kept_now).map(|(before, now)| now.saturating_sub(before));
        // What an earlier run's build may have kept says nothing about the first build.
        let first = kept.filter(|_| request.cache_ids.is_some());
        Ok(Anew {
            reference: request.tag.clone(),
            image: engine.image(&request.tag).await.map_err(NotAnew::Engine)?,
            before: self.figures.clone().map(|figures| with_mounts(figures, first)),
            figures: Some(with_mounts(figures, first.and(taken))),
            proof: proof(&self.last.built, &built),
        })
    }
}

impl Rebuilding<'_> {
    /// The stage, and the request for its second build.
    fn request<'s>(&self, subject: &'s Subject) -> Result<(&'s Stage, BuildRequest), NotAnew> {
        let stage = subject.image.stages().last().ok_or_else(|| unexpected("the image has no stages"))?;
        let request = self.making.request(stage, &self.last.below).map_err(|error| unexpected(&error.to_string()))?;
        let tag = request.tag.replace(&stage.name, &format!("{}-again", stage.name));
        Ok((stage, BuildRequest { tag, cache: Cache::Mounts, ..request }))
    }

    /// Passes on what is no build's own: the record has the build of the image that is judged.
    fn quiet(&self) -> Progress {
        let progress = Arc::clone(self.making.progress);
        Arc::new(move |event| {
            if matches!(event, Event::Notice { .. }) {
                progress(event);
            }
        })
    }
}

/// Figures with what went into cache mounts, where that is known.
fn with_mounts(mut figures: BTreeMap<String, BuildFigure>, bytes: Option<u64>) -> BTreeMap<String, BuildFigure> {
    if let Some(bytes) = bytes {
        let measurement = Measurement::once(CACHE_MOUNTS, Unit::Bytes, bytes as f64);
        figures.insert(CACHE_MOUNTS.to_owned(), BuildFigure { measurement, cached: false });
    }
    figures
}

fn proof(first: &BuiltStage, again: &BuiltStage) -> String {
    format!(
        "the image was {} (built in {:.1} s), is {} (built in {:.1} s, without layers of the first)",
        first.image, first.seconds, again.image, again.seconds
    )
}

fn not_built(failed: FailedBuild) -> NotAnew {
    let step = failed.step.map(|step| format!("{step}: ")).unwrap_or_default();
    let log = failed.log.join("\n");
    let message = format!("{step}{}\n{log}", failed.message).trim_end().to_owned();
    NotAnew::Failed { environment: failed.environment, message }
}

fn unexpected(reason: &str) -> NotAnew {
    NotAnew::Engine(EngineError::Failed { action: "build the image again".to_owned(), reason: reason.to_owned() })
}
