//! Options that some managers have and others lack, each by what it does to files.

use serde_json::Value;
use shakedown::managers::{Additions, Capability, Init, LinkMode, LockUse, Place, Syncing, Unsupported};
use shakedown::model::fact::ErrorClass;
use shakedown::packages::{catalogue, site};

use super::{names, project, project_with};
use crate::bench::Bench;

/// Brings a project to its manifest.
fn sync(bench: &Bench, place: &Place, options: &Syncing) -> Result<(), Unsupported> {
    bench.done(bench.manager.sync(&bench.caller, place, &Syncing { reach: bench.reach(), ..options.clone() }))
}

pub(super) fn constrained(bench: &Bench) -> Result<(), Unsupported> {
    bench.has(Capability::Constraints)?;
    let place = project(bench, "constrained")?;
    let file = bench.folder("constraints.txt");
    bench.ground.write(&file, "shakedown-plain<2\n");
    let additions = Additions { constraints: vec![file], ..bench.additions(&["shakedown-plain"]) };
    bench.done(bench.manager.install(&bench.caller, &place, &additions))?;
    assert_eq!(names(bench, &place), ["shakedown-plain 1.1"]);
    Ok(())
}

/// The requirement of a package by the hash of its file.
fn hashed() -> String {
    let site = site(&catalogue()).expect("a site");
    let page = site["simple/shakedown-data/"].json.as_ref().expect("the page as JSON");
    let page: Value = serde_json::from_slice(page).expect("JSON");
    format!("shakedown-data==1.0 --hash=sha256:{}\n", page["files"][0]["hashes"]["sha256"].as_str().expect("a hash"))
}

pub(super) fn hashes_required(bench: &Bench) -> Result<(), Unsupported> {
    bench.has(Capability::RequiredHashes)?;
    let place = Place::VirtualEnvironment(bench.folder("hashes"));
    bench.done(bench.manager.init(&bench.caller, &place, &Init::default()))?;
    let file = bench.folder("hashed.txt");
    let mut additions = Additions { requirements: vec![file.clone()], require_hashes: true, ..bench.additions(&[]) };
    additions.reach.sources.clone_from(&bench.sources);
    let right = hashed();
    let wrong = format!("{}{}\n", &right[..right.len() - 65], "0".repeat(64));
    bench.ground.write(&file, &wrong);
    let failure = bench.refused(bench.manager.install(&bench.caller, &place, &additions))?;
    assert_eq!(failure.class(), ErrorClass::HashMismatch, "{failure:?}");
    bench.ground.write(&file, "shakedown-data==1.0\n");
    bench.refused(bench.manager.install(&bench.caller, &place, &additions))?;
    assert_eq!(names(bench, &place), Vec::<String>::new());
    bench.ground.write(&file, &right);
    bench.done(bench.manager.install(&bench.caller, &place, &additions))?;
    assert_eq!(names(bench, &place), ["shakedown-data 1.0"]);
    Ok(())
}

pub(super) fn lock_kept(bench: &Bench) -> Result<(), Unsupported> {
    bench.has(Capability::Lock)?;
    let place = project_with(bench, "kept", &["shakedown-plain==1.0"])?;
    let file = bench.done(bench.manager.manifest_of(&bench.caller, &place))?.file;
    let text = bench.ground.text(&file).expect("the manifest");
    bench.ground.write(&file, &text.replace("==1.0", "==1.1"));
    let before = bench.ground.picture(&bench.folder("kept"));
    let locked = Syncing { lock: LockUse::Locked, reach: bench.reach(), ..Syncing::default() };
    bench.refused(bench.manager.sync(&bench.caller, &place, &locked))?;
    sync(bench, &place, &Syncing { lock: LockUse::Frozen, ..Syncing::default() })?;
    assert_eq!(bench.ground.picture(&bench.folder("kept")), before, "a lock that is taken as it is asks for nothing");
    sync(bench, &place, &Syncing::default())?;
    assert_eq!(names(bench, &place), ["shakedown-plain 1.1"]);
    sync(bench, &place, &Syncing { lock: LockUse::Locked, ..Syncing::default() })?;
    Ok(())
}

pub(super) fn development_left_out(bench: &Bench) -> Result<(), Unsupported> {
    let place = Place::Project(bench.folder("development"));
    let without = Syncing { no_dev: true, reach: bench.reach(), ..Syncing::default() };
    bench.manager.sync(&bench.caller, &place, &without)?;
    project_with(bench, "development", &["shakedown-plain<2"])?;
    let file = bench.done(bench.manager.manifest_of(&bench.caller, &place))?.file;
    let text = bench.ground.text(&file).expect("the manifest");
    bench.ground.write(&file, &format!("{text}\n[dependency-groups]\ndev = [\"shakedown-data\"]\n"));
    sync(bench, &place, &Syncing::default())?;
    assert_eq!(names(bench, &place), ["shakedown-data 1.0", "shakedown-plain 1.1"]);
    sync(bench, &place, &without)?;
    assert_eq!(names(bench, &place), ["shakedown-plain 1.1"]);
    Ok(())
}

pub(super) fn linked(bench: &Bench) -> Result<(), Unsupported> {
    bench.has(Capability::LinkModes)?;
    let place = project_with(bench, "linked", &["shakedown-data"])?;
    let prefix = bench.prefix(&place);
    let kind_of = |mode: LinkMode| -> Result<(u32, bool), Unsupported> {
        bench.ground.succeed(&["rm", "-r", &prefix]);
        sync(bench, &place, &Syncing { link: Some(mode), ..Syncing::default() })?;
        let found = bench.ground.succeed(&["find", &prefix, "-name", "words.txt", "-printf", "%n %y"]);
        let (links, kind) = found.split_once(' ').expect("one file");
        Ok((links.parse().expect("a number"), kind == "l"))
    };
    assert_eq!(kind_of(LinkMode::Copy)?, (1, false));
    let (links, _) = kind_of(LinkMode::Hardlink)?;
    assert!(links > 1, "the cache has the same file");
    let symlinked = Syncing { link: Some(LinkMode::Symlink), ..Syncing::default() };
    if bench.manager.sync(&bench.caller, &place, &symlinked).is_ok() {
        assert!(kind_of(LinkMode::Symlink)?.1, "the cache has the file");
    }
    Ok(())
}
