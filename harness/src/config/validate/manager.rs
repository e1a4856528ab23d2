//! The package manager of a subject, and the image or the machine that it is on.

use super::super::located::{Located, Scalar, Text};
use super::super::raw::{RawImage, RawSubject};
use super::super::raw_manager::{RawSubjectManager, RawSubjectPlace};
use super::super::subject::ImageSource;
use super::validator::Validator;

/// What a subject says of its manager.
#[derive(Default)]
pub(super) struct Said {
    /// Its name.
    pub name: Option<String>,
    /// Its program, where that is not where its installer puts it.
    pub program: Option<String>,
    /// It is on this machine.
    pub on_this_machine: bool,
}

impl Validator<'_> {
    /// The manager that is named, or else the one that is meant where none is.
    pub(super) fn said_manager(&mut self, raw: &RawSubject) -> Said {
        let Some(manager) = &raw.manager else {
            return Said { name: self.meant_manager(raw), ..Said::default() };
        };
        match &manager.value {
            RawSubjectManager::Named(name) => {
                let text = Text { value: Scalar(name.clone()), place: manager.place };
                Said { name: self.manager(&text), ..Said::default() }
            }
            RawSubjectManager::Placed(placed) => {
                let name = match &placed.name {
                    Some(name) => self.manager(name),
                    None => self.meant_manager(raw),
                };
                let on_this_machine = placed.place == RawSubjectPlace::Host;
                let program = match &placed.path {
                    Some(path) if on_this_machine => {
                        self.unless_empty(Some(path)).map(|path| self.outside(&path).display().to_string())
                    }
                    Some(path) => self.inside(path, "the program"),
                    None => None,
                };
                Said { name, program, on_this_machine }
            }
        }
    }

    fn meant_manager(&mut self, raw: &RawSubject) -> Option<String> {
        let meant = self.surroundings.known.default_manager.map(str::to_owned);
        if meant.is_none() {
            self.refuse(raw.subject.place, "no package manager is named")
                .hint("Write `manager:`, or give a default by --manager, SHAKEDOWN_MANAGER or shakedown.yml.");
        }
        meant
    }

    /// The image that is judged, or this machine.
    pub(super) fn judged(&mut self, raw: &RawSubject, on_this_machine: bool) -> Option<ImageSource> {
        let image: Option<&Located<RawImage>> = raw.image.as_ref();
        match (image, on_this_machine) {
            (Some(image), false) => self.image(image),
            (None, true) => Some(ImageSource::ThisMachine),
            (Some(image), true) => {
                self.refuse(image.place, "a manager on this machine is in no image")
                    .hint("Take away `image`, or `where: host`.");
                None
            }
            (None, false) => {
                self.refuse(raw.subject.place, "the image is missing here").hint(
                    "Write `image`: `use`, or `base` and `stages`; or `manager: {where: host}` for this machine.",
                );
                None
            }
        }
    }
}
