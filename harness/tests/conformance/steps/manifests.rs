//! Manifests and locks.

use shakedown::managers::{Capability, Failure, LockState, Unsupported};

use super::{install, names, project, project_with, removal};
use crate::bench::Bench;

pub(super) fn locked(bench: &Bench) -> Result<(), Unsupported> {
    bench.has(Capability::Lock)?;
    let place = project_with(bench, "locked", &["shakedown-top", "shakedown-plain<2"])?;
    let lock = bench.done(bench.manager.lock(&bench.caller, &place))?;
    assert_eq!(lock.state, LockState::Current);
    let mut packages: Vec<String> =
        lock.packages.iter().map(|package| format!("{} {}", package.name, package.version)).collect();
    packages.retain(|package| package.starts_with("shakedown"));
    packages.sort();
    assert_eq!(packages, names(bench, &place));
    Ok(())
}

pub(super) fn written(bench: &Bench) -> Result<(), Unsupported> {
    bench.has(Capability::WrittenManifest)?;
    let place = project_with(bench, "written", &["shakedown-plain>=1,<2", "shakedown-data"])?;
    let asked = |bench: &Bench| -> Result<Vec<String>, Unsupported> {
        let manifest = bench.done(bench.manager.manifest_of(&bench.caller, &place))?;
        assert_eq!(bench.ground.text(&manifest.file).expect("the manifest"), manifest.text);
        let mut asked = manifest.dependencies;
        asked.retain(|dependency| dependency.name.starts_with("shakedown"));
        let plain = asked.iter().find(|dependency| dependency.name == "shakedown-plain").expect("asked for");
        let mut constraint: Vec<&str> = plain.constraint.split(',').collect();
        constraint.sort_unstable();
        assert_eq!(constraint, ["<2", ">=1"]);
        Ok(asked.into_iter().map(|dependency| dependency.name).collect())
    };
    let mut first = asked(bench)?;
    first.sort();
    assert_eq!(first, ["shakedown-data", "shakedown-plain"]);
    bench.done(bench.manager.remove(&bench.caller, &place, &removal(bench, "shakedown-data")))?;
    assert_eq!(asked(bench)?, ["shakedown-plain"]);
    Ok(())
}

pub(super) fn broken_manifest(bench: &Bench) -> Result<(), Unsupported> {
    let place = project(bench, "broken")?;
    let task = bench.manager.manifest_of(&bench.caller, &place)?;
    let there = task.files.iter().find(|file| bench.ground.file(file).is_some());
    let file = there.or(task.files.first()).expect("a manifest").clone();
    let text = bench.ground.text(&file).unwrap_or_default();
    let line = text.lines().count() + 1;
    bench.ground.write(&file, &format!("{text}[broken ==\n"));
    let failure = bench.carry_out(&task).expect_err("a mistake");
    assert!(matches!(&failure, Failure::Malformed(mistake) if mistake.line == Some(line)), "{failure:?}");
    assert!(failure.to_string().starts_with(&format!("{file}:{line}:")), "{failure}");
    Ok(())
}

pub(super) fn drifted(bench: &Bench) -> Result<(), Unsupported> {
    bench.has(Capability::Lock)?;
    let place = project(bench, "drifted")?;
    install(bench, &place, &["shakedown-plain==1.0"])?;
    let file = bench.done(bench.manager.manifest_of(&bench.caller, &place))?.file;
    let text = bench.ground.text(&file).expect("the manifest");
    bench.ground.write(&file, &text.replace("==1.0", "==1.1"));
    let before = bench.ground.picture(&bench.folder("drifted"));
    let lock = bench.done(bench.manager.lock(&bench.caller, &place))?;
    assert_eq!(lock.state, LockState::Outdated);
    assert_eq!(bench.ground.picture(&bench.folder("drifted")), before, "looking changes nothing");
    Ok(())
}
