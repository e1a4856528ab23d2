//! The manager is there, and makes projects.

use shakedown::managers::{Capability, Init, Place, Unsupported};

use super::{install, names, project, project_with};
use crate::bench::Bench;

pub(super) fn detected(bench: &Bench) -> Result<(), Unsupported> {
    let detected = bench.done(Ok(bench.manager.detect(&bench.caller)))?;
    assert!(detected.version.starts_with(|first: char| first.is_ascii_digit()), "{detected:?}");
    assert_eq!(detected.program, bench.caller.program);
    Ok(())
}

pub(super) fn made_anew(bench: &Bench) -> Result<(), Unsupported> {
    let place = project(bench, "anew")?;
    assert!(bench.ground.file(&bench.folder("anew")).is_some());
    assert_eq!(names(bench, &place), Vec::<String>::new());
    Ok(())
}

pub(super) fn made_beside(bench: &Bench) -> Result<(), Unsupported> {
    let folder = bench.folder("beside");
    let mine = format!("{folder}/sub/mine.txt");
    bench.ground.succeed(&["mkdir", "-p", &format!("{folder}/sub")]);
    bench.ground.write(&mine, "mine");
    project(bench, "beside")?;
    assert_eq!(bench.ground.text(&mine).as_deref(), Some("mine"));
    Ok(())
}

/// The version of an environment's Python, as `3.12`.
fn python(bench: &Bench, place: &Place) -> String {
    let code = "import sys; print('.'.join(map(str, sys.version_info[:2])))";
    bench.ground.succeed(&[&format!("{}/bin/python", bench.prefix(place)), "-c", code]).trim().to_owned()
}

pub(super) fn made_to_order(bench: &Bench) -> Result<(), Unsupported> {
    bench.has(Capability::PythonVersion)?;
    bench.has(Capability::SourcesOfProject)?;
    let version = python(bench, &project_with(bench, "any", &["shakedown-data"])?);
    let place = Place::Project(bench.folder("order"));
    let name = "made-to-order".to_owned();
    let options = Init { name: Some(name.clone()), python: Some(version.clone()), sources: bench.kept() };
    bench.done(bench.manager.init(&bench.caller, &place, &options))?;
    install(bench, &place, &["shakedown-data"])?;
    assert_eq!(python(bench, &place), version);
    let manifest = bench.done(bench.manager.manifest_of(&bench.caller, &place))?;
    assert_eq!(manifest.sources, bench.sources);
    // Where a manifest has no name it is that of the environment.
    let told = bench.ground.text(&format!("{}/pyvenv.cfg", bench.prefix(&place))).unwrap_or_default();
    assert!(manifest.name.as_ref() == Some(&name) || told.contains(&name), "{manifest:?}\n{told}");
    Ok(())
}

pub(super) fn moved(bench: &Bench) -> Result<(), Unsupported> {
    let place = project_with(bench, "made", &["shakedown-data"])?;
    let made_at = |place: &Place| bench.done(bench.manager.made_at(&bench.caller, place));
    let made = bench.prefix(&place);
    assert_eq!(made_at(&place)?.as_ref(), Some(&made));
    bench.ground.succeed(&["mv", &bench.folder("made"), &bench.folder("moved")]);
    let moved = Place::Project(bench.folder("moved"));
    assert!(bench.ground.file(&bench.prefix(&moved)).is_some());
    assert_eq!(made_at(&moved)?, Some(made));
    Ok(())
}
