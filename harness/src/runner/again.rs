//! The image built again in the middle of a run, for checks that compare with it.

use async_trait::async_trait;

use crate::engine::EngineError;
use crate::model::build::ImageFacts;
use crate::model::container::ContainerSpec;
use crate::model::outcome::{Failure, Outcome};
use crate::observe::BuildFigures;

use super::{Runner, Stop};

/// What builds the image's last stage again, without its layers, but with what its steps keep in cache mounts.
#[async_trait]
pub trait Again: Send + Sync {
    /// Builds it.
    async fn again(&self) -> Result<Anew, NotAnew>;
}

/// An image that was built again.
#[derive(Clone, Debug, PartialEq)]
pub struct Anew {
    /// Its tag.
    pub reference: String,
    /// Its metadata.
    pub image: ImageFacts,
    /// What the first build measured, with what its steps put into cache mounts.
    pub before: BuildFigures,
    /// What this one measured.
    pub figures: BuildFigures,
    /// How it is seen that it was built.
    pub proof: String,
}

/// Why an image was not built again.
#[derive(Debug)]
pub enum NotAnew {
    /// The build failed.
    Failed {
        /// Whether the environment is at fault, not the image.
        environment: bool,
        /// The step and the builder's words.
        message: String,
    },
    /// The engine failed.
    Engine(EngineError),
}

impl Runner<'_> {
    /// Builds the image again. `Ok(Err(outcome))`: it could not be, and that is the outcome of every check that is after it.
    pub(super) async fn anew(&self) -> Result<Result<Anew, Outcome>, Stop> {
        let Some(again) = self.again else {
            let reason = "the image was not built in this run".to_owned();
            let remedy = Some("Build the image in the run to have it built again".to_owned());
            return Ok(Err(Outcome::Skipped { reason, remedy }));
        };
        match again.again().await {
            Ok(anew) => Ok(Ok(anew)),
            Err(NotAnew::Failed { environment: true, message }) => {
                Ok(Err(Outcome::Errored { reason: format!("the image could not be built again: {message}") }))
            }
            Err(NotAnew::Failed { environment: false, message }) => Ok(Err(Outcome::Failed(Failure {
                expected: "the image can be built a second time".to_owned(),
                actual: message,
                ..Failure::default()
            }))),
            Err(NotAnew::Engine(error)) => {
                self.still_there(&error).await?;
                Ok(Err(Outcome::Errored { reason: format!("the image could not be built again: {error}") }))
            }
        }
    }

    /// How containers run, of the image that was built again where one was.
    pub(super) fn spec_of(&self, anew: Option<&Anew>) -> ContainerSpec {
        let image = anew.map_or(&self.container.image, |anew| &anew.reference).clone();
        ContainerSpec { image, ..self.container.clone() }
    }
}

impl<'a> Runner<'a> {
    /// The same runner, for checks of the image that was built again.
    pub(super) fn with<'b>(&self, anew: Option<&'b Anew>, container: &'b ContainerSpec) -> Runner<'b>
    where
        'a: 'b,
    {
        match anew {
            Some(Anew { image, figures, .. }) => Runner { image, figures, container, ..*self },
            None => *self,
        }
    }

    /// The same runner, with other figures of the build where there are any.
    pub(super) fn with_figures<'b>(&self, figures: Option<&'b BuildFigures>) -> Runner<'b>
    where
        'a: 'b,
    {
        Runner { figures: figures.unwrap_or(self.figures), ..*self }
    }
}
