//! From a subject to the image that is judged: its stages built, or one that exists.

use std::collections::BTreeMap;

use crate::config::{ConfigError, ConfigErrors, ImageSource, Stage, Subject, Trust};
use crate::engine::docker::build::taken;
use crate::engine::{Engine, EngineError, FailedBuild, Progress};
use crate::model::build::{BuildRequest, BuiltStage, Cache, Recipe};
use crate::model::event::Event;
use crate::model::id::RunId;
use crate::model::measure::{Measurement, Unit};
use crate::observe::{BuildFigure, BuildFigures};
use crate::plan::{Addresses, Mistake, Names};

use super::catalogue::Prepared;
use super::error::SessionError;
use super::mistakes;
use super::options::{NoCache, Options};
use super::setup::shown;

/// Bytes of a Dockerfile that is kept in the record.
const LONGEST_DOCKERFILE: usize = 64 * 1024;

/// The image to judge.
#[derive(Debug)]
pub(super) struct Image {
    /// Its tag or id.
    pub(super) reference: String,
    /// The base that it was built on; absent of one that was not built.
    pub(super) base: Option<String>,
    /// What it was called by whoever asked for it; absent of one that was built.
    pub(super) name: Option<String>,
    /// What its build measured.
    pub(super) figures: BuildFigures,
    /// Its last stage, where it was built here.
    pub(super) last: Option<Last>,
}

/// The last stage of an image that was built.
#[derive(Debug)]
pub(super) struct Last {
    /// What it was built on.
    pub(super) below: String,
    /// What came of it.
    pub(super) built: BuiltStage,
}

/// Why there is no image to judge.
#[derive(Debug)]
pub(super) enum NoImage {
    /// The subject or the command line is wrong.
    Mistake(SessionError),
    /// The engine failed, or the base cannot be had.
    Engine(EngineError),
    /// A stage could not be built; that has been told.
    NotBuilt {
        /// Whether the environment is at fault.
        environment: bool,
    },
}

/// What an image is made with.
pub(super) struct Making<'a> {
    pub(super) engine: &'a dyn Engine,
    pub(super) subject: &'a Subject,
    pub(super) options: &'a Options,
    pub(super) run: &'a RunId,
    pub(super) names: &'a Names,
    pub(super) progress: &'a Progress,
}

impl Making<'_> {
    /// Builds the stages, or finds the image that exists.
    pub(super) async fn image(&self) -> Result<Image, NoImage> {
        let (base, bootstrap, stages) = match (&self.options.use_image, &self.subject.image) {
            (Some(reference), _) | (None, ImageSource::Use(reference)) => return self.existing(reference).await,
            (None, ImageSource::Build { base, bootstrap, stages }) => (base, bootstrap, stages),
            (None, ImageSource::ThisMachine) => return Err(NoImage::Mistake(no_image(self.subject))),
        };
        let mut below = self.engine.base(base, bootstrap.as_deref(), self.progress).await.map_err(NoImage::Engine)?;
        let first = below.clone();
        let mut figures = BTreeMap::new();
        let mut built = Vec::new();
        // In the record the base has its own name, which others have, too, and not that of what stands in for it here.
        let mut named = base.clone();
        let mut on = below.clone();
        for stage in stages {
            on.clone_from(&below);
            let done = self.stage(stage, &below, &named).await?;
            named.clone_from(&done.tag);
            figures.extend(measured(self.subject, stage, &done).map_err(NoImage::Mistake)?);
            below.clone_from(&done.tag);
            built.push(done);
        }
        self.keep(&built).await.map_err(NoImage::Engine)?;
        let last = built.pop().map(|built| Last { below: on, built });
        Ok(Image { reference: below, base: Some(first), name: None, figures: Some(figures), last })
    }

    async fn existing(&self, reference: &str) -> Result<Image, NoImage> {
        match self.engine.image(reference).await {
            Ok(_) => {}
            Err(EngineError::NoImage(reference)) => {
                return Err(NoImage::Mistake(SessionError::NoImage { reference }));
            }
            Err(error) => return Err(NoImage::Engine(error)),
        }
        if let Some(tag) = &self.options.tag {
            self.engine.tag(reference, tag).await.map_err(NoImage::Engine)?;
        }
        let reference = reference.to_owned();
        Ok(Image { name: Some(reference.clone()), base: None, reference, figures: None, last: None })
    }

    async fn stage(&self, stage: &Stage, below: &str, named: &str) -> Result<BuiltStage, NoImage> {
        let request = self.request(stage, below).map_err(NoImage::Mistake)?;
        let recipe = Box::new(recipe(&request, named));
        let cache = request.cache == Cache::All;
        (self.progress)(Event::BuildStarted { stage: stage.name.clone(), cache, recipe });
        match self.engine.build(&request, self.progress).await {
            Ok(built) => {
                (self.progress)(Event::BuildEnded { built: built.clone() });
                Ok(built)
            }
            Err(failed) => {
                let environment = failed.environment;
                (self.progress)(told(&stage.name, failed));
                Err(NoImage::NotBuilt { environment })
            }
        }
    }

    pub(super) fn request(&self, stage: &Stage, below: &str) -> Result<BuildRequest, SessionError> {
        let labels = [("shakedown.run", self.run.0.as_str()), ("shakedown.subject", &self.subject.name)];
        let cache = stage.cache && self.options.no_cache.allows_cache(&stage.name);
        Ok(BuildRequest {
            stage: stage.name.clone(),
            dockerfile: stage.dockerfile.clone(),
            base: below.to_owned(),
            tag: format!("shakedown/{}-{}:{}", self.subject.name, stage.name, self.run),
            arguments: arguments(self.subject, stage, self.names)?,
            labels: if stage.cache {
                BTreeMap::new()
            } else {
                labels.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
            },
            cache: if cache { Cache::All } else { Cache::Nothing },
            cache_ids: (!cache).then(|| self.run.to_string()),
            trust_host: self.subject.trust == Trust::Host,
        })
    }

    /// Gives the built images the name that was asked for: the last one the name itself, earlier ones with their stage's.
    async fn keep(&self, built: &[BuiltStage]) -> Result<(), EngineError> {
        let Some(tag) = &self.options.tag else { return Ok(()) };
        for (index, stage) in built.iter().enumerate() {
            let name = if index + 1 == built.len() { tag.clone() } else { stage_tag(tag, &stage.name) };
            self.engine.tag(&stage.tag, &name).await?;
            (self.progress)(Event::Notice { text: format!("{} is kept as {name}.", stage.name) });
        }
        Ok(())
    }
}

pub(super) fn no_image(subject: &Subject) -> SessionError {
    SessionError::NoImageOfMachine { subject: subject.name.clone() }
}

/// What a stage is built of. A Dockerfile that cannot be read is the builder's to tell of.
fn recipe(request: &BuildRequest, base: &str) -> Recipe {
    let text = std::fs::read_to_string(&request.dockerfile).unwrap_or_default();
    Recipe {
        stage: request.stage.clone(),
        base: base.to_owned(),
        file: shown(&request.dockerfile),
        text: if text.len() > LONGEST_DOCKERFILE { String::new() } else { text },
        arguments: request.arguments.clone(),
        files: taken(&request.dockerfile),
    }
}

/// `uv:test` and `stage-1` → `uv:test-stage-1`; `uv` → `uv:stage-1`.
fn stage_tag(tag: &str, stage: &str) -> String {
    let has_version = tag.rsplit('/').next().is_some_and(|last| last.contains(':'));
    if has_version { format!("{tag}-{stage}") } else { format!("{tag}:{stage}") }
}

fn told(stage: &str, failed: FailedBuild) -> Event {
    let message = if failed.clipped {
        format!("{} (the builder clipped the step's log, its end is lost)", failed.message)
    } else {
        failed.message
    };
    Event::BuildFailed {
        stage: stage.to_owned(),
        step: failed.step,
        message,
        log: failed.log,
        environment: failed.environment,
        hint: failed.hint,
    }
}

/// Looks for stages that there are not.
pub(super) fn check_build(prepared: &Prepared, options: &Options) -> Result<(), SessionError> {
    let Prepared { subject, .. } = prepared;
    let (None, ImageSource::Build { stages, .. }) = (&options.use_image, &subject.image) else { return Ok(()) };
    check_stages(&options.no_cache, stages)
}

/// Looks for build arguments that cannot be filled in.
pub(super) fn check_arguments(prepared: &Prepared) -> Result<(), SessionError> {
    let Prepared { subject, manager, .. } = prepared;
    let ImageSource::Build { stages, .. } = &subject.image else { return Ok(()) };
    // Where local sources will be served is not known yet, only that these names will be there.
    let names = Names::of(subject, *manager).with_sources(&Addresses::stand_in(subject));
    stages.iter().try_for_each(|stage| arguments(subject, stage, &names).map(|_| ()))
}

fn arguments(subject: &Subject, stage: &Stage, names: &Names) -> Result<BTreeMap<String, String>, SessionError> {
    let fill = |(name, template): (&String, &String)| match names.fill(template) {
        Ok(value) => Ok((name.clone(), value)),
        Err(mistake) => {
            let mistake = of_stage(subject, &stage.name, ["args", name], &mistake);
            Err(SessionError::Config(mistake.into()))
        }
    };
    stage.arguments.iter().map(fill).collect()
}

/// A mistake at a key of a stage.
fn of_stage(subject: &Subject, stage: &str, [map, key]: [&str; 2], mistake: &Mistake) -> ConfigError {
    let index = subject.image.stages().iter().position(|other| other.name == stage).unwrap_or_default().to_string();
    mistakes::of_subject(subject, &["image", "stages", &index, map, key], mistake)
}

fn check_stages(no_cache: &NoCache, stages: &[Stage]) -> Result<(), SessionError> {
    let NoCache::Stages(asked) = no_cache else { return Ok(()) };
    let known: Vec<String> = stages.iter().map(|stage| stage.name.clone()).collect();
    match asked.iter().find(|name| !known.contains(name)) {
        Some(name) => Err(SessionError::NoStage { name: name.clone(), known }),
        None => Ok(()),
    }
}

/// The figures of the steps that `measure` names: each must match exactly one. All mistakes are told together, since
/// each try costs a build.
pub(super) fn measured(
    subject: &Subject,
    stage: &Stage,
    built: &BuiltStage,
) -> Result<BTreeMap<String, BuildFigure>, SessionError> {
    let mut figures = BTreeMap::new();
    let mut mistakes = Vec::new();
    for (name, pattern) in &stage.measure {
        let mut matching = built.steps.iter().filter(|step| step.step.contains(pattern.as_str()));
        match (matching.next(), matching.next()) {
            (Some(step), None) => {
                let measurement = Measurement::once(name, Unit::Seconds, step.seconds);
                figures.insert(name.clone(), BuildFigure { measurement, cached: step.cached });
            }
            (found, _) => {
                let found = if found.is_some() { "several steps" } else { "no step" };
                let problem = format!("`{pattern}` matches {found} of the build of {}", stage.name);
                let steps: Vec<&str> = built.steps.iter().map(|step| step.step.as_str()).collect();
                let hint = Some(format!("It must match exactly one of: {}.", steps.join(" · ")));
                let mistake = Mistake { hint, ..problem.into() }.written_as(pattern);
                mistakes.push(of_stage(subject, &stage.name, ["measure", name], &mistake));
            }
        }
    }
    if mistakes.is_empty() { Ok(figures) } else { Err(SessionError::Config(ConfigErrors(mistakes))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn earlier_stages_are_kept_beside_the_name() {
        assert_eq!(stage_tag("registry:5000/uv", "stage-1"), "registry:5000/uv:stage-1");
        assert_eq!(stage_tag("uv:test", "stage-1"), "uv:test-stage-1");
    }
}
