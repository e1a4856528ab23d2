//! The steps of the lifecycle. Each works in a project of its own, so that none stands on what another one left.

mod changing;
mod installing;
mod making;
mod manifests;
mod options;
mod running;

use shakedown::managers::{Capability, Init, Place, Removal, Unsupported};

use crate::bench::Bench;
use crate::outside::recorded;

/// A step: skipped where the manager lacks what it is about.
type Step = fn(&Bench) -> Result<(), Unsupported>;

pub(crate) const STEPS: &[(&str, Step)] = &[
    ("it is detected with its version", making::detected),
    ("a project is made in a folder that is not there", making::made_anew),
    ("a project is made in a folder that holds other files", making::made_beside),
    ("a project keeps the name, the Python and the sources that it is made with", making::made_to_order),
    ("one package is installed, and imported", installing::one_installed),
    ("several are installed at once, with what they need", installing::several_installed),
    ("a package is installed in the version that was asked for", installing::version_installed),
    ("a package is installed with an extra", installing::extra_installed),
    ("the same install again changes nothing", installing::installed_twice),
    ("the list agrees with what Python imports", installing::listed),
    ("the lock holds what is installed, and is current", manifests::locked),
    ("the manifest holds what was asked for", manifests::written),
    ("an update moves one package forward, and nothing else", changing::updated),
    ("a removal takes the package and its programs, and nothing else", changing::removed),
    ("a removal takes what only the removed package needed", changing::unneeded_removed),
    ("a removal of what is not there is refused, or nothing", changing::nothing_removed),
    ("what does not exist is refused, without a trace", installing::unknown_refused),
    ("a broken manifest is told with file and line", manifests::broken_manifest),
    ("a lock that is not what the manifest asks for is noticed", manifests::drifted),
    ("a command runs inside, with its own exit code and signal", running::run_through),
    ("the cache is emptied, and packages come without it and with it", running::cached),
    ("what was brought is taken away, and folder and home are as found", changing::as_found),
    ("an environment that was moved is noticed by its own files", making::moved),
    ("without a network what the cache holds is installed", running::offline),
];

/// What only some managers have; whatever one has it must keep.
pub(crate) const OPTIONS: &[(&str, Step)] = &[
    ("a package is installed from a source that is named with it", installing::source_named),
    ("constraints hold, and install nothing", options::constrained),
    ("what has no known hash or another one is refused", options::hashes_required),
    ("a lock is brought up to date, must be current, or is taken as it is", options::lock_kept),
    ("what is for development is left out", options::development_left_out),
    ("files come into an environment as is asked", options::linked),
];

/// A project of this name, made.
fn project(bench: &Bench, name: &str) -> Result<Place, Unsupported> {
    bench.has(Capability::Projects)?;
    let place = Place::Project(bench.folder(name));
    bench.done(bench.manager.init(&bench.caller, &place, &Init { sources: bench.kept(), ..Init::default() }))?;
    Ok(place)
}

/// A project with these packages.
fn project_with(bench: &Bench, name: &str, specs: &[&str]) -> Result<Place, Unsupported> {
    let place = project(bench, name)?;
    install(bench, &place, specs)?;
    Ok(place)
}

fn install(bench: &Bench, place: &Place, specs: &[&str]) -> Result<(), Unsupported> {
    bench.done(bench.manager.install(&bench.caller, place, &bench.additions(specs)))
}

/// What is recorded, as `name version`.
fn names(bench: &Bench, place: &Place) -> Vec<String> {
    recorded(&bench.ground, &bench.prefix(place)).iter().map(|(name, version)| format!("{name} {version}")).collect()
}

fn removal(bench: &Bench, name: &str) -> Removal {
    Removal { names: vec![name.to_owned()], reach: bench.reach(), ..Removal::default() }
}
