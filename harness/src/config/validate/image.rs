//! The image and its stages.

use std::collections::BTreeSet;

use super::super::image_name::image_name;
use super::super::located::{Located, Text};
use super::super::raw::{RawImage, RawStage};
use super::super::subject::{ImageSource, Stage};
use super::names::{is_plain, is_variable, is_word};
use super::validator::Validator;
use crate::model::build::CACHE_MOUNTS;

impl Validator<'_> {
    /// Where the image comes from: it exists, or it is built.
    pub(super) fn image(&mut self, raw: &Located<RawImage>) -> Option<ImageSource> {
        let RawImage { existing, base, bootstrap, stages } = &raw.value;
        match (existing, base, stages) {
            (Some(existing), None, None) if bootstrap.is_none() => {
                self.read(existing, image_name).map(ImageSource::Use)
            }
            (Some(existing), ..) => {
                self.refuse(
                    existing.place,
                    "an image either exists (`use`) or is built (`base` and `stages`), not both",
                )
                .hint("Take away one of the two.");
                None
            }
            (None, Some(base), Some(stages)) => {
                let bootstrap = bootstrap.as_ref().map(|bootstrap| self.filled(&bootstrap.debian, "the Debian suite"));
                let stages = self.stages(stages);
                let base = self.read(base, image_name)?;
                Some(ImageSource::Build { base, bootstrap: bootstrap.flatten(), stages })
            }
            (None, base, stages) => {
                let missing = match (base, stages) {
                    (None, Some(_)) => "`base` is missing here",
                    (Some(_), None) => "`stages` is missing here",
                    _ => "the image is missing here",
                };
                self.refuse(raw.place, missing)
                    .hint("Write `use` for an image that exists, or `base` and `stages` for one to build.");
                None
            }
        }
    }

    fn stages(&mut self, raw: &Located<Vec<RawStage>>) -> Vec<Stage> {
        if raw.value.is_empty() {
            self.refuse(raw.place, "an image needs at least one stage");
        }
        let mut names = BTreeSet::new();
        let mut measured = BTreeSet::new();
        let mut stages = Vec::new();
        for stage in &raw.value {
            for (name, _) in &stage.measure.0 {
                if !measured.insert(name.text().to_owned()) {
                    self.refuse(name.place, format!("the measurement `{}` is there twice", name.text()));
                }
            }
            if let Some(stage) = self.stage(stage, &mut names) {
                stages.push(stage);
            }
        }
        stages
    }

    fn stage(&mut self, raw: &RawStage, names: &mut BTreeSet<String>) -> Option<Stage> {
        let arguments = self.pairs(&raw.args, "the name of a build argument", is_variable);
        let measure = self.pairs(&raw.measure, "the name of a measurement", is_word);
        for (name, part) in &raw.measure.0 {
            if name.text() == CACHE_MOUNTS {
                let taken = format!("`{CACHE_MOUNTS}` is what a build's steps put into their cache mounts");
                self.refuse(name.place, taken).hint("Give the measurement another name.");
            }
            if measure.get(name.text()).is_some_and(|part| part.trim().is_empty()) {
                self.refuse(part.place, "a part of the step's text is needed here");
            }
        }
        let name = self.stage_name(&raw.name, names);
        let dockerfile = self.file(&raw.dockerfile, "the Dockerfile");
        Some(Stage { name: name?, dockerfile: dockerfile?, cache: raw.cache, arguments, measure })
    }

    fn stage_name(&mut self, text: &Text, names: &mut BTreeSet<String>) -> Option<String> {
        let name = self.text(text)?;
        if !is_plain(&name) {
            self.refuse(text.place, format!("`{name}` cannot be a stage's name"))
                .hint("Names are made of lower-case letters, digits and dashes.");
            return None;
        }
        if !names.insert(name.clone()) {
            self.refuse(text.place, format!("the stage `{name}` is there twice"));
        }
        Some(name)
    }
}
