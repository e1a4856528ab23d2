//! `shakedown.yml`: what holds for a project as a whole, whatever its subjects say.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::diagnostic::{ConfigError, ConfigErrors};
use super::located::Located;
use super::raw_project::{RawManager, RawProject, RawWhere};
use super::source::Source;
use super::validate::{Known, Surroundings, Validator};

/// What holds for a project as a whole. Everything in it may be left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Project {
    /// The package manager that is meant where none is named; one that exists.
    pub default: Option<String>,
    /// Where package managers run, by name; each exists.
    pub managers: BTreeMap<String, ManagerPlace>,
}

/// Where a package manager runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ManagerPlace {
    /// On this machine.
    Host {
        /// Its program, absolute; absent: what PATH finds. Looked at when it is called, not when the file is read.
        program: Option<PathBuf>,
    },
    /// In a container, through the agent.
    Container {
        /// The image.
        image: String,
        /// Its program, absolute in the image; absent: what PATH finds there.
        program: Option<String>,
    },
}

/// Reads a project's file. Paths in it become absolute; `environment` answers for the caller's variables.
pub fn load_project(
    path: &Path,
    environment: &dyn Fn(&str) -> Option<String>,
    known: &Known<'_>,
) -> Result<Project, ConfigErrors> {
    let source = Source::read(path)?;
    let unreadable = |error: std::io::Error| ConfigError::whole(&source.label, format!("cannot be found: {error}"));
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = parent.canonicalize().map_err(unreadable)?;
    // A project names no file whose text would count.
    let text = |_: &Path| None;
    project(&source, &Surroundings { folder: &folder, environment, known, exists: &Path::is_file, text: &text })
}

/// The project that a text describes, or all that is wrong with it.
pub(super) fn project(source: &Source, surroundings: &Surroundings<'_>) -> Result<Project, ConfigErrors> {
    let raw: RawProject = source.parse()?;
    let mut validator = Validator { source, surroundings, errors: Vec::new() };
    let managers = &raw.package_manager;
    let default = managers.default.as_ref().and_then(|name| validator.manager(name));
    let mut places = BTreeMap::new();
    for (name, setup) in &managers.setups {
        if let (Some(name), Some(place)) = (validator.manager(name), validator.manager_place(setup)) {
            places.insert(name, place);
        }
    }
    let mut errors = validator.errors;
    if errors.is_empty() {
        return Ok(Project { default, managers: places });
    }
    errors.sort_by_key(|error| error.place);
    Err(ConfigErrors(errors))
}

impl Validator<'_> {
    fn manager_place(&mut self, setup: &Located<RawManager>) -> Option<ManagerPlace> {
        let raw = &setup.value;
        let image = self.unless_empty(raw.image.as_ref());
        match (raw.place, image) {
            (RawWhere::Host, None) => {
                let program = self.unless_empty(raw.path.as_ref()).map(|path| self.outside(&path));
                Some(ManagerPlace::Host { program })
            }
            (RawWhere::Host, Some(_)) => {
                self.refuse(setup.place, "an `image` is for `where: container`").hint("Leave out one of them.");
                None
            }
            (RawWhere::Container, Some(image)) => {
                let program = match &raw.path {
                    Some(path) => Some(self.inside(path, "the program")?),
                    None => None,
                };
                Some(ManagerPlace::Container { image, program })
            }
            (RawWhere::Container, None) => {
                self.refuse(setup.place, "`where: container` needs an `image`")
                    .hint("Name the image that has the manager in it.");
                None
            }
        }
    }
}
