//! What holds for a project as a whole, and for this call: which manager is meant where a subject names none, and where
//! managers are on this machine.

use std::path::{Path, PathBuf};

use crate::config::{self, Known, ManagerPlace, Project};
use crate::managers;
use crate::model::variables;

use super::catalogue::known_managers;
use super::error::SessionError;
use super::manager::{NoManager, Wish, meant};

/// The project's file, in the folder where shakedown is called or in one above.
const PROJECT: &str = "shakedown.yml";

/// The project's file that holds for this folder, or one that says nothing.
pub(super) fn project(here: &Path) -> Result<Project, config::ConfigErrors> {
    match here.ancestors().map(|folder| folder.join(PROJECT)).find(|file| file.is_file()) {
        None => Ok(Project::default()),
        Some(file) => {
            let environment = |name: &str| std::env::var(name).ok();
            let managers = known_managers();
            let known = Known { managers: &managers, suites: &[], phases: &[], default_manager: None };
            config::load_project(&file, &environment, &known)
        }
    }
}

/// The folders of PATH.
pub(super) fn search() -> Vec<PathBuf> {
    std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default()
}

/// What a call and its project say of managers.
pub(super) struct Defaults {
    /// `NAME` or `NAME=PATH`: what was typed, else the variable, else the project's default.
    text: Option<String>,
    project: Project,
    here: PathBuf,
}

impl Defaults {
    /// Those of this call, with what was typed as `--manager`.
    pub(super) fn of(typed: Option<&str>) -> Result<Self, SessionError> {
        // A folder that is gone has no project.
        let here = Path::new(".").canonicalize().unwrap_or_default();
        let project = project(&here)?;
        let variable = std::env::var(variables::MANAGER.name).ok().filter(|text| !text.is_empty());
        let text = typed.map(str::to_owned).or(variable).or_else(|| project.default.clone());
        Ok(Self { text, project, here })
    }

    /// The manager of subjects that name none; one that there is.
    pub(super) fn manager(&self) -> Result<Option<&'static str>, NoManager> {
        let Some(text) = &self.text else { return Ok(None) };
        let name = text.split_once('=').map_or(text.as_str(), |(name, _)| name);
        match managers::find(name) {
            Some(manager) => Ok(Some(manager.name())),
            None => Err(NoManager::Unknown { name: name.to_owned() }),
        }
    }

    /// The program of a manager on this machine, by the path that its subject names, else as call and project say.
    pub(super) fn program(&self, manager: &str, named: Option<&str>) -> Result<Option<String>, NoManager> {
        let called = self.text.as_deref().filter(|text| text.split_once('=').is_some_and(|(name, _)| name == manager));
        let wished = named.map(|path| format!("{manager}={path}"));
        let text = wished.as_deref().or(called).unwrap_or(manager);
        let wish = Wish { manager: Some(text.to_owned()), image: None };
        let mut project = self.project.clone();
        project.managers.retain(|_, place| matches!(place, ManagerPlace::Host { .. }));
        match meant(&wish, None, &project, &self.here, &search())?.place {
            ManagerPlace::Host { program } => Ok(program.map(|program| program.display().to_string())),
            ManagerPlace::Container { program, .. } => Ok(program),
        }
    }
}
