//! What is there is changed, and nothing else with it.

use shakedown::managers::{Capability, Unsupported, Update};
use shakedown::model::fact::ErrorClass;

use super::{install, names, project_with, removal};
use crate::bench::Bench;
use crate::outside::imported;

pub(super) fn updated(bench: &Bench) -> Result<(), Unsupported> {
    bench.has(Capability::UpdateOfOne)?;
    let place = project_with(bench, "updated", &["shakedown-plain==1.0", "shakedown-program==1.0"])?;
    // A newer one is allowed from here on, and nothing has moved yet. pixi moves what it is asked to add, so that it is
    // allowed where people would: in the manifest.
    if bench.has(Capability::WrittenManifest).is_ok() {
        let manifest = bench.done(bench.manager.manifest_of(&bench.caller, &place))?;
        bench.ground.write(&manifest.file, &manifest.text.replace("==1.0", ">=1.0"));
    } else {
        install(bench, &place, &["shakedown-plain>=1", "shakedown-program>=1"])?;
    }
    assert_eq!(names(bench, &place), ["shakedown-plain 1.0", "shakedown-program 1.0"]);
    let update = Update { names: vec!["shakedown-plain".to_owned()], reach: bench.reach() };
    bench.done(bench.manager.update(&bench.caller, &place, &update))?;
    assert_eq!(names(bench, &place), ["shakedown-plain 2.0", "shakedown-program 1.0"]);
    Ok(())
}

pub(super) fn removed(bench: &Bench) -> Result<(), Unsupported> {
    let place = project_with(bench, "removed", &["shakedown-program", "shakedown-data"])?;
    bench.done(bench.manager.remove(&bench.caller, &place, &removal(bench, "shakedown-program")))?;
    assert_eq!(names(bench, &place), ["shakedown-data 1.0"]);
    let prefix = bench.prefix(&place);
    assert!(bench.ground.file(&format!("{prefix}/bin/shakedown-program")).is_none());
    assert_eq!(imported(&bench.ground, &prefix, "shakedown-program"), None);
    assert_eq!(imported(&bench.ground, &prefix, "shakedown-data").as_deref(), Some("1.0"));
    Ok(())
}

pub(super) fn unneeded_removed(bench: &Bench) -> Result<(), Unsupported> {
    bench.has(Capability::RemovalOfUnneeded)?;
    let place = project_with(bench, "unneeded", &["shakedown-top", "shakedown-data"])?;
    bench.done(bench.manager.remove(&bench.caller, &place, &removal(bench, "shakedown-top")))?;
    assert_eq!(names(bench, &place), ["shakedown-data 1.0"]);
    Ok(())
}

pub(super) fn nothing_removed(bench: &Bench) -> Result<(), Unsupported> {
    let place = project_with(bench, "nothing", &["shakedown-data"])?;
    let before = bench.ground.picture(&bench.folder("nothing"));
    let task = bench.manager.remove(&bench.caller, &place, &removal(bench, "shakedown-plain"))?;
    if let Err(failure) = bench.carry_out(&task) {
        assert_eq!(failure.class(), ErrorClass::NotInstalled, "{failure}");
    }
    assert_eq!(bench.ground.picture(&bench.folder("nothing")), before);
    Ok(())
}

/// What was brought is taken away again: the folder, with what is the user's in it, and the home are as they were found.
pub(super) fn as_found(bench: &Bench) -> Result<(), Unsupported> {
    let (folder, home) = (bench.folder("found"), bench.folder("home"));
    bench.ground.succeed(&["mkdir", &folder]);
    bench.ground.write(&format!("{folder}/mine.txt"), "mine");
    let found = bench.ground.picture(&home);
    let place = project_with(bench, "found", &["shakedown-data"])?;
    let before = bench.ground.picture(&folder);
    install(bench, &place, &["shakedown-program"])?;
    assert_eq!(names(bench, &place), ["shakedown-data 1.0", "shakedown-program 1.1"]);
    bench.done(bench.manager.remove(&bench.caller, &place, &removal(bench, "shakedown-program")))?;
    assert_eq!(bench.ground.picture(&folder), before);
    assert_eq!(bench.ground.text(&format!("{folder}/mine.txt")).as_deref(), Some("mine"));
    assert_eq!(bench.ground.picture(&home), found);
    Ok(())
}
