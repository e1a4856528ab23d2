//! The plans of the committed subjects, made as the program makes them.

use std::path::{Path, PathBuf};

use shakedown::config::{self, Known, KnownManager, Subject};
use shakedown::managers;
use shakedown::model::plan::Plan;
use shakedown::plan::{Addresses, Inputs, Selection, plan};
use shakedown::session::EMBEDDED_SUITES;

/// The suites that the script has answers for.
const ANSWERED: [&str; 6] = ["manager", "tools", "pixi", "uv", "conformance", "rebuild"];

/// A subject with its plan.
pub(crate) struct Planned {
    pub(crate) subject: Subject,
    pub(crate) plan: Plan,
}

/// The plan of `configs/<name>.yml` with the suites of the program, no variable of the caller's environment set.
pub(crate) fn planned(name: &str, selection: &Selection) -> Planned {
    planned_of(&committed(name), selection)
}

/// The file of a committed subject.
pub(crate) fn committed(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../configs/{name}.yml"))
}

/// The same of a subject in this file.
pub(crate) fn planned_of(path: &Path, selection: &Selection) -> Planned {
    planned_by(path, selection, |suite| ANSWERED.contains(&suite))
}

/// The plan of `configs/<name>.yml` with all of its suites, for who only looks at it.
pub(crate) fn whole(name: &str) -> Plan {
    planned_by(&committed(name), &Selection::default(), |_| true).plan
}

/// The plan of a subject in this file, made of the suites that are wanted.
pub(crate) fn planned_by(path: &Path, selection: &Selection, is_wanted: impl Fn(&str) -> bool) -> Planned {
    let suites = |names: &[String]| -> Vec<_> {
        names.iter().map(|name| config::load_suite(name, EMBEDDED_SUITES).expect("a valid suite")).collect()
    };
    let names: Vec<&str> = EMBEDDED_SUITES.iter().map(|(name, _)| *name).collect();
    let all = suites(&names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>());
    let phases: Vec<&str> = all.iter().flat_map(|suite| &suite.phases).map(|phase| phase.phase.as_str()).collect();
    let managers: Vec<_> =
        managers::ALL.iter().map(|manager| KnownManager { name: manager.name(), kinds: manager.kinds() }).collect();
    let known = Known { managers: &managers, suites: &names, phases: &phases, default_manager: None };
    let mut subject = config::load_subject(path, &|_| None, &known).expect("a valid subject");
    subject.suites.retain(|suite| is_wanted(suite));
    let manager = managers::find(&subject.manager).expect("a known manager");
    let suites = suites(&subject.suites);
    let served = Addresses::stand_in(&subject);
    let inputs = Inputs { subject: &subject, suites: &suites, manager, selection, served: &served };
    let plan = plan(&inputs).expect("a plan");
    Planned { subject, plan }
}
