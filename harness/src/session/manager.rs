//! Which package manager is meant, and where its program is.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::config::{ManagerPlace, Project};
use crate::managers::{self, PackageManager};

/// A package manager, and where it runs.
pub(super) struct Meant {
    /// The manager.
    pub(super) manager: &'static dyn PackageManager,
    /// Where it runs; on this machine its program is known and was there.
    pub(super) place: ManagerPlace,
}

/// What is said of the manager where it is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// Its name, or `NAME=PATH` with its program; absent: the project's default.
    pub manager: Option<String>,
    /// The image in which it runs; absent: as the project says, else on this machine.
    pub image: Option<String>,
}

/// Why there is no manager to work with.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum NoManager {
    /// None is named, and the project has no default.
    #[error("no package manager is named")]
    NotNamed,
    /// There is none of this name.
    #[error("there is no package manager `{name}`; there are: {}", names())]
    Unknown {
        /// What was asked for.
        name: String,
    },
    /// A path was to be named, and is empty, as by a variable that is not set.
    #[error("`{0}=` names no program")]
    NoPath(&'static str),
    /// Its program is not what it should be.
    #[error("the program of {manager}, {}, {problem}", path.display())]
    Program {
        /// The manager.
        manager: &'static str,
        /// Where the program should be.
        path: PathBuf,
        /// What is wrong, after the path.
        problem: String,
    },
    /// PATH does not find its program.
    #[error("no folder of PATH has a program `{0}`")]
    NotInPath(&'static str),
}

impl NoManager {
    /// What to do.
    pub(super) fn hint(&self) -> String {
        match self {
            Self::NotNamed => format!(
                "Name one by --manager, SHAKEDOWN_MANAGER, or `package-manager: {{default: …}}` of shakedown.yml. There are: {}.",
                names()
            ),
            Self::Unknown { .. } => "Correct the name.".to_owned(),
            Self::NoPath(name) => format!("Name its program behind `{name}=`, or leave out the `=`."),
            Self::Program { manager, .. } => {
                format!("Correct its path, by --manager {manager}=PATH or in shakedown.yml; it may have been moved.")
            }
            Self::NotInPath(name) => format!("Install {name}, or name its program by --manager {name}=PATH."),
        }
    }
}

/// The names of all managers.
fn names() -> String {
    managers::ALL.iter().map(|manager| manager.name()).collect::<Vec<_>>().join(", ")
}

/// The manager that is meant: by what was typed, else by `variable`, else by the project. Paths that were typed are
/// taken from the folder `from` on; `search` are the folders of PATH.
pub(super) fn meant(
    wish: &Wish,
    variable: Option<&str>,
    project: &Project,
    from: &Path,
    search: &[PathBuf],
) -> Result<Meant, NoManager> {
    let variable = variable.filter(|text| !text.is_empty());
    let text = wish.manager.as_deref().or(variable).or(project.default.as_deref()).ok_or(NoManager::NotNamed)?;
    let (name, path) = text.split_once('=').map_or((text, None), |(name, path)| (name, Some(path)));
    let manager = managers::find(name).ok_or_else(|| NoManager::Unknown { name: name.to_owned() })?;
    if path == Some("") {
        return Err(NoManager::NoPath(manager.name()));
    }
    let configured = project.managers.get(name).cloned().unwrap_or(ManagerPlace::Host { program: None });
    let place = match (&wish.image, configured) {
        (Some(image), configured) => {
            let known = match configured {
                ManagerPlace::Container { program, .. } => program,
                ManagerPlace::Host { .. } => None,
            };
            ManagerPlace::Container { image: image.clone(), program: path.map(str::to_owned).or(known) }
        }
        (None, ManagerPlace::Container { image, program }) => {
            ManagerPlace::Container { image, program: path.map(str::to_owned).or(program) }
        }
        (None, ManagerPlace::Host { program }) => {
            let named = path.map(|path| from.join(path)).or(program);
            let program = match named {
                Some(path) => executable(&path).map_err(|problem| NoManager::Program {
                    manager: manager.name(),
                    path: path.clone(),
                    problem,
                })?,
                None => in_path(manager.name(), search).ok_or(NoManager::NotInPath(manager.name()))?,
            };
            ManagerPlace::Host { program: Some(program) }
        }
    };
    Ok(Meant { manager, place })
}

fn in_path(name: &str, search: &[PathBuf]) -> Option<PathBuf> {
    search.iter().find_map(|folder| executable(&folder.join(name)).ok())
}

/// A program's path without links in its folders. Its own name stays, since some programs go by the name under which
/// they are called; else what is wrong with it.
fn executable(path: &Path) -> Result<PathBuf, String> {
    let facts = path.metadata().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => "is not there".to_owned(),
        _ => format!("cannot be looked at: {error}"),
    })?;
    if !facts.is_file() {
        return Err("is not a file".to_owned());
    }
    if facts.permissions().mode() & 0o111 == 0 {
        return Err("is not executable".to_owned());
    }
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return Err("is not a file".to_owned());
    };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let folder = folder.canonicalize().map_err(|error| format!("cannot be looked at: {error}"))?;
    Ok(folder.join(name))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// A folder with a program `uv` in `bin with blanks`, and a link `link` to that folder.
    fn tools() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        let bin = root.path().join("bin with blanks");
        std::fs::create_dir(&bin).unwrap();
        std::fs::write(bin.join("uv"), "#!/bin/sh\n").unwrap();
        std::fs::set_permissions(bin.join("uv"), std::fs::Permissions::from_mode(0o755)).unwrap();
        std::fs::write(bin.join("pixi"), "no program").unwrap();
        std::os::unix::fs::symlink(&bin, root.path().join("link")).unwrap();
        std::os::unix::fs::symlink("uv", bin.join("uv-latest")).unwrap();
        root
    }

    fn typed(manager: &str) -> Wish {
        Wish { manager: Some(manager.to_owned()), image: None }
    }

    /// The program that is meant.
    fn program(wish: &Wish, project: &Project, root: &Path) -> Result<String, NoManager> {
        let search = [root.join("nowhere"), root.join("link")];
        match meant(wish, None, project, root, &search)?.place {
            ManagerPlace::Host { program } => Ok(program.unwrap().display().to_string()),
            ManagerPlace::Container { image, program } => Ok(format!("{image}: {program:?}")),
        }
    }

    #[test]
    fn what_is_typed_goes_before_the_variable_and_that_before_the_project() {
        let root = tools();
        let project = Project { default: Some("pixi".to_owned()), managers: BTreeMap::new() };
        let search = [root.path().join("link")];
        let name = |wish: &Wish, variable: Option<&str>, project: &Project| {
            meant(wish, variable, project, root.path(), &search).map(|meant| meant.manager.name())
        };
        let image = Wish { image: Some("any".to_owned()), ..Wish::default() };
        assert_eq!(name(&image, None, &project), Ok("pixi"));
        assert_eq!(name(&image, Some(""), &project), Ok("pixi"));
        assert_eq!(name(&image, Some("uv"), &project), Ok("uv"));
        assert_eq!(name(&Wish { image: None, ..typed("uv") }, Some("pixi"), &project), Ok("uv"));
        let error = name(&Wish::default(), None, &Project::default()).unwrap_err();
        assert_eq!(error, NoManager::NotNamed);
        assert!(error.hint().contains("SHAKEDOWN_MANAGER"), "{}", error.hint());
    }

    #[test]
    fn an_unknown_manager_is_told_with_those_that_there_are() {
        let error = program(&typed("conda"), &Project::default(), Path::new("/")).unwrap_err().to_string();
        assert_eq!(error, format!("there is no package manager `conda`; there are: {}", names()));
        assert!(error.contains("pixi") && error.contains("uv"), "{error}");
    }

    #[test]
    fn links_are_resolved_once_and_the_name_of_the_program_stays() {
        let root = tools();
        let real = root.path().canonicalize().unwrap().join("bin with blanks");
        let of = |text: &str| program(&typed(text), &Project::default(), root.path()).unwrap();
        assert_eq!(of("uv=bin with blanks/uv"), real.join("uv").display().to_string());
        assert_eq!(of("uv=./link/../link/uv-latest"), real.join("uv-latest").display().to_string());
        assert_eq!(of(&format!("uv={}/link/uv", root.path().display())), real.join("uv").display().to_string());
        assert_eq!(of("uv"), real.join("uv").display().to_string());
        let configured = ManagerPlace::Host { program: Some(root.path().join("link/uv-latest")) };
        let project = Project { default: None, managers: [("uv".to_owned(), configured)].into() };
        assert_eq!(program(&typed("uv"), &project, root.path()).unwrap(), real.join("uv-latest").display().to_string());
    }

    #[test]
    fn a_program_that_is_none_or_was_moved_is_told_with_its_path() {
        let root = tools();
        let error = |text: &str| program(&typed(text), &Project::default(), root.path()).unwrap_err();
        assert!(error("pixi=link/pixi").to_string().ends_with("link/pixi, is not executable"));
        assert!(error("uv=link").to_string().ends_with("link, is not a file"));
        assert_eq!(error("pixi"), NoManager::NotInPath("pixi"));
        assert_eq!(error("uv=").to_string(), "`uv=` names no program");
        std::fs::rename(root.path().join("bin with blanks/uv"), root.path().join("uv")).unwrap();
        let moved = error("uv=link/uv");
        assert!(moved.to_string().ends_with("link/uv, is not there"), "{moved}");
        assert!(moved.hint().contains("moved"), "{}", moved.hint());
    }

    #[test]
    fn an_image_takes_the_place_of_this_machine() {
        let inside = ManagerPlace::Container { image: "uv:1".to_owned(), program: Some("/opt/uv/bin/uv".to_owned()) };
        let project = Project { default: Some("uv".to_owned()), managers: [("uv".to_owned(), inside)].into() };
        let root = Path::new("/");
        assert_eq!(program(&Wish::default(), &project, root).unwrap(), "uv:1: Some(\"/opt/uv/bin/uv\")");
        let other = Wish { image: Some("uv:2".to_owned()), ..Wish::default() };
        assert_eq!(program(&other, &project, root).unwrap(), "uv:2: Some(\"/opt/uv/bin/uv\")");
        let path = Wish { manager: Some("uv=/uv".to_owned()), ..other };
        assert_eq!(program(&path, &Project::default(), root).unwrap(), "uv:2: Some(\"/uv\")");
    }
}
