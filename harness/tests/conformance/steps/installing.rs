//! Packages come.

use shakedown::managers::{Capability, Init, Place, Unsupported};
use shakedown::model::fact::ErrorClass;

use super::{install, names, project_with};
use crate::bench::Bench;
use crate::outside::{imported, recorded};

pub(super) fn one_installed(bench: &Bench) -> Result<(), Unsupported> {
    let place = project_with(bench, "one", &["shakedown-data"])?;
    assert_eq!(names(bench, &place), ["shakedown-data 1.0"]);
    assert_eq!(imported(&bench.ground, &bench.prefix(&place), "shakedown-data").as_deref(), Some("1.0"));
    Ok(())
}

pub(super) fn several_installed(bench: &Bench) -> Result<(), Unsupported> {
    let place = project_with(bench, "several", &["shakedown-top", "shakedown-program"])?;
    let expected = ["shakedown-bottom 2.0", "shakedown-middle 1.0", "shakedown-program 1.1", "shakedown-top 1.0"];
    assert_eq!(names(bench, &place), expected);
    assert!(bench.ground.file(&format!("{}/bin/shakedown-program", bench.prefix(&place))).is_some());
    Ok(())
}

pub(super) fn version_installed(bench: &Bench) -> Result<(), Unsupported> {
    let place = project_with(bench, "version", &["shakedown-plain>=1,<2"])?;
    assert_eq!(names(bench, &place), ["shakedown-plain 1.1"]);
    assert_eq!(imported(&bench.ground, &bench.prefix(&place), "shakedown-plain").as_deref(), Some("1.1"));
    Ok(())
}

pub(super) fn extra_installed(bench: &Bench) -> Result<(), Unsupported> {
    bench.has(Capability::Extras)?;
    let place = project_with(bench, "extra", &["shakedown-extra[more]"])?;
    assert_eq!(names(bench, &place), ["shakedown-extra 1.0", "shakedown-plain 2.0"]);
    Ok(())
}

pub(super) fn source_named(bench: &Bench) -> Result<(), Unsupported> {
    bench.has(Capability::SourcesOfInstall)?;
    let place = Place::Project(bench.folder("source"));
    // The first source has the package; what else a project needs to have at all it is made with.
    let (named, kept) = bench.sources.split_first().expect("a source");
    bench.done(bench.manager.init(&bench.caller, &place, &Init { sources: kept.to_vec(), ..Init::default() }))?;
    let mut additions = bench.additions(&["shakedown-data"]);
    additions.reach.sources = vec![named.clone()];
    bench.done(bench.manager.install(&bench.caller, &place, &additions))?;
    assert_eq!(names(bench, &place), ["shakedown-data 1.0"]);
    Ok(())
}

pub(super) fn installed_twice(bench: &Bench) -> Result<(), Unsupported> {
    let place = project_with(bench, "twice", &["shakedown-top"])?;
    let before = bench.ground.picture(&bench.folder("twice"));
    install(bench, &place, &["shakedown-top"])?;
    assert_eq!(bench.ground.picture(&bench.folder("twice")), before);
    Ok(())
}

pub(super) fn listed(bench: &Bench) -> Result<(), Unsupported> {
    let place = project_with(bench, "listed", &["shakedown-top", "shakedown-plain<2"])?;
    let listed = bench.done(bench.manager.list(&bench.caller, &place))?;
    let prefix = bench.prefix(&place);
    let own: Vec<_> = listed.iter().filter(|package| package.name.starts_with("shakedown")).collect();
    assert_eq!(own.len(), recorded(&bench.ground, &prefix).len(), "{own:?}");
    for package in own {
        assert_eq!(
            imported(&bench.ground, &prefix, &package.name).as_ref(),
            Some(&package.version),
            "{}",
            package.name
        );
    }
    Ok(())
}

pub(super) fn unknown_refused(bench: &Bench) -> Result<(), Unsupported> {
    let place = project_with(bench, "unknown", &["shakedown-data"])?;
    let before = bench.ground.picture(&bench.folder("unknown"));
    let task = bench.manager.install(&bench.caller, &place, &bench.additions(&["shakedown-nope"]));
    let failure = bench.refused(task)?;
    assert_eq!(failure.class(), ErrorClass::NotFound, "{failure:?}");
    assert_eq!(bench.ground.picture(&bench.folder("unknown")), before);
    Ok(())
}
