//! Subjects and suites by name, and what becomes of them: plans.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::config::{self, ImageSource, Known, KnownManager, Subject, Suite, load_suite};
use crate::managers::{self, PackageManager};
use crate::model::plan::Plan;
use crate::model::record::Record;
use crate::plan::{Addresses, Inputs, Selection, plan};

use super::defaults::Defaults;
use super::error::SessionError;
use super::{images, mistakes};

/// The suites that are part of the program: name and text.
pub const EMBEDDED_SUITES: &[(&str, &str)] = &[
    ("manager", include_str!("../../../suites/manager.yml")),
    ("tools", include_str!("../../../suites/tools.yml")),
    ("pixi", include_str!("../../../suites/pixi.yml")),
    ("uv", include_str!("../../../suites/uv.yml")),
    ("conformance", include_str!("../../../suites/conformance.yml")),
    ("image", include_str!("../../../suites/image.yml")),
    ("python", include_str!("../../../suites/python.yml")),
    ("venv", include_str!("../../../suites/venv.yml")),
    ("shells", include_str!("../../../suites/shells.yml")),
    ("ssh", include_str!("../../../suites/ssh.yml")),
    ("faults", include_str!("../../../suites/faults.yml")),
    ("index", include_str!("../../../suites/index.yml")),
    ("limits", include_str!("../../../suites/limits.yml")),
    ("rebuild", include_str!("../../../suites/rebuild.yml")),
    ("uv-trouble", include_str!("../../../suites/uv-trouble.yml")),
    ("pixi-trouble", include_str!("../../../suites/pixi-trouble.yml")),
];

/// Where subjects are looked for by name.
const CONFIGS: &str = "configs";

/// A subject that is ready to run.
#[derive(Clone)]
pub struct Prepared {
    /// The subject.
    pub subject: Subject,
    /// Its suites in order.
    pub suites: Vec<Suite>,
    /// Which checks are wanted.
    pub selection: Selection,
    /// Its plan, in which stand-ins are where local sources will be served.
    pub plan: Plan,
    /// Its package manager.
    pub manager: &'static dyn PackageManager,
}

/// Reads and plans the subjects of these names or paths; none: every default subject in `configs/`.
pub fn prepare(names: &[String], selection: &Selection) -> Result<Vec<Prepared>, SessionError> {
    prepare_for(None, names, selection)
}

/// The same, where this manager is meant by subjects that name none: `NAME`, or `NAME=PATH`.
pub fn prepare_for(
    manager: Option<&str>,
    names: &[String],
    selection: &Selection,
) -> Result<Vec<Prepared>, SessionError> {
    let defaults = Defaults::of(manager)?;
    let subjects = if names.is_empty() { defaults_of(&defaults)? } else { by_name(names, &defaults)? };
    subjects.into_iter().map(|subject| prepared(subject, selection)).collect()
}

/// The file that a run was made from, or where its record does not name one that of its name in `configs/`; `None` where
/// it is not at hand.
pub(super) fn file_of(record: &Record) -> Option<PathBuf> {
    let (subject, file) = (&record.start.subject, &record.start.setup.file);
    let file = if file.is_empty() { Path::new(CONFIGS).join(format!("{subject}.yml")) } else { PathBuf::from(file) };
    file.is_file().then_some(file)
}

/// One subject with these suites beside its own; one of a name that it has stands in that one's place.
pub(super) fn prepare_with(name: &str, suites: &[String]) -> Result<Prepared, SessionError> {
    let mut subject = read(&find(name)?, &Defaults::of(None)?)?;
    for given in suites {
        let named = load_suite(given, EMBEDDED_SUITES)?.suite;
        let is_given =
            |own: &String| own == given || load_suite(own, EMBEDDED_SUITES).is_ok_and(|own| own.suite == named);
        match subject.suites.iter().position(is_given) {
            Some(place) => subject.suites[place].clone_from(given),
            None => subject.suites.push(given.clone()),
        }
    }
    prepared(subject, &Selection::default())
}

/// The names of the checks of these suites, as `packages/import`.
pub(super) fn checks_of(suites: &[String]) -> Result<BTreeSet<String>, SessionError> {
    let mut names = BTreeSet::new();
    for name in suites {
        for phase in load_suite(name, EMBEDDED_SUITES)?.phases {
            names.extend(phase.checks.iter().map(|check| format!("{}/{}", phase.phase, check.id)));
        }
    }
    Ok(names)
}

/// All subjects in `configs/` that a bare run takes, in the order of their file names.
pub fn default_subjects() -> Result<Vec<Subject>, SessionError> {
    defaults_of(&Defaults::of(None)?)
}

fn defaults_of(defaults: &Defaults) -> Result<Vec<Subject>, SessionError> {
    let subjects: Result<Vec<_>, _> = known().iter().map(|path| read(path, defaults)).collect();
    let subjects: Vec<Subject> = subjects?.into_iter().filter(|subject| subject.default).collect();
    if subjects.is_empty() {
        let known = names_of_known();
        return Err(SessionError::NoDefault { folder: CONFIGS.to_owned(), known });
    }
    Ok(subjects)
}

fn by_name(names: &[String], defaults: &Defaults) -> Result<Vec<Subject>, SessionError> {
    names.iter().map(|name| read(&find(name)?, defaults)).collect()
}

fn find(name: &str) -> Result<PathBuf, SessionError> {
    let candidates = [PathBuf::from(name), Path::new(CONFIGS).join(format!("{name}.yml"))];
    let is_path = name.contains('/') || has_yaml_ending(Path::new(name));
    let found = candidates.iter().find(|path| path.is_file()).cloned();
    match found {
        Some(path) => Ok(path),
        None if is_path => Ok(candidates[0].clone()),
        None => Err(no_subject(name, names_of_known())),
    }
}

fn no_subject(name: &str, known: Vec<String>) -> SessionError {
    SessionError::NoSubject { name: name.to_owned(), folder: CONFIGS.to_owned(), known }
}

fn known() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(CONFIGS).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> = entries.filter(|path| path.is_file() && has_yaml_ending(path)).collect();
    files.sort();
    files
}

fn names_of_known() -> Vec<String> {
    known().iter().filter_map(|path| path.file_stem().map(|stem| stem.to_string_lossy().into_owned())).collect()
}

fn has_yaml_ending(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "yml" || ending == "yaml")
}

fn read(path: &Path, defaults: &Defaults) -> Result<Subject, SessionError> {
    let managers = known_managers();
    let suites: Vec<&str> = EMBEDDED_SUITES.iter().map(|(name, _)| *name).collect();
    let phases = embedded_phases()?;
    let phases: Vec<&str> = phases.iter().map(String::as_str).collect();
    let known = Known { managers: &managers, suites: &suites, phases: &phases, default_manager: defaults.manager()? };
    let mut subject = config::load_subject(path, &|name| std::env::var(name).ok(), &known)?;
    if subject.image == ImageSource::ThisMachine {
        subject.install.program = defaults.program(&subject.manager, subject.install.program.as_deref())?;
    }
    Ok(subject)
}

/// The package managers, as far as configurations refer to them.
pub(super) fn known_managers() -> Vec<KnownManager<'static>> {
    managers::ALL.iter().map(|manager| KnownManager { name: manager.name(), kinds: manager.kinds() }).collect()
}

fn embedded_phases() -> Result<BTreeSet<String>, SessionError> {
    let mut phases = BTreeSet::new();
    for (name, _) in EMBEDDED_SUITES {
        let suite = config::load_suite(name, EMBEDDED_SUITES)?;
        phases.extend(suite.phases.into_iter().map(|phase| phase.phase));
    }
    Ok(phases)
}

fn prepared(subject: Subject, selection: &Selection) -> Result<Prepared, SessionError> {
    let suites: Result<Vec<Suite>, _> =
        subject.suites.iter().map(|name| config::load_suite(name, EMBEDDED_SUITES)).collect();
    let mut suites = suites?;
    suites.extend(subject.own.clone());
    let manager = managers::find(&subject.manager).ok_or_else(|| no_subject(&subject.manager, Vec::new()))?;
    let served = Addresses::stand_in(&subject);
    let plan = planned(&subject, &suites, manager, selection, &served)?;
    let prepared = Prepared { subject, suites, selection: selection.clone(), plan, manager };
    images::check_arguments(&prepared)?;
    Ok(prepared)
}

fn planned(
    subject: &Subject,
    suites: &[Suite],
    manager: &dyn PackageManager,
    selection: &Selection,
    served: &Addresses,
) -> Result<Plan, SessionError> {
    plan(&Inputs { subject, suites, manager, selection, served }).map_err(|errors| mistakes::placed(errors, subject))
}

impl Prepared {
    /// The same plan, with the addresses at which local sources are served now.
    pub fn plan_with(&self, served: &Addresses) -> Result<Plan, SessionError> {
        planned(&self.subject, &self.suites, self.manager, &self.selection, served)
    }

    /// The check nearest to a pattern that was asked for, where one is near: what may have been meant.
    pub fn meant(&self) -> Option<String> {
        let served = Addresses::stand_in(&self.subject);
        let all = planned(&self.subject, &self.suites, self.manager, &Selection::default(), &served).ok()?;
        let ids = all.phases.iter().flat_map(|phase| &phase.checks).map(|check| &check.id);
        let names: BTreeSet<String> = ids.flat_map(|id| [id.to_string(), id.without_item().to_string()]).collect();
        let mut patterns = self.selection.patterns();
        patterns.find_map(|pattern| config::nearest(pattern, names.iter().map(String::as_str)))
    }
}
