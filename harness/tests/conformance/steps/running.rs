//! Commands inside, and the cache.

use std::path::Path;

use shakedown::managers::{Capability, Reach, Unsupported};

use super::{names, project, project_with};
use crate::bench::Bench;

pub(super) fn run_through(bench: &Bench) -> Result<(), Unsupported> {
    bench.has(Capability::Run)?;
    let place = project_with(bench, "run", &["shakedown-program"])?;
    let status = |words: &[&str]| -> Result<_, Unsupported> {
        let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
        let invocation = bench.manager.run(&bench.caller, &place, &words)?;
        Ok(bench.run(&invocation).status.code())
    };
    assert_eq!(status(&["shakedown-program", "7"])?, Some(7));
    // A manager that waits for the command tells its signal as a shell does.
    assert_eq!(status(&["sh", "-c", "kill -TERM $$"])?, Some(128 + 15));
    Ok(())
}

pub(super) fn cached(bench: &Bench) -> Result<(), Unsupported> {
    project_with(bench, "warm", &["shakedown-data"])?;
    let folder = bench.done(Ok(bench.manager.cache(&bench.caller)))?.folder;
    assert!(Path::new(&folder).starts_with(bench.folder("cache")), "{folder}");
    // Whether it holds anything by now is the manager's matter: pip keeps only what the index says may be kept.
    bench.done(Ok(bench.manager.clear_cache(&bench.caller)))?;
    let left = bench.ground.picture(&bench.folder("cache"));
    assert!(!left.keys().any(|path| path.contains("shakedown_data")), "{left:?}");
    let place = project_with(bench, "cold", &["shakedown-data"])?;
    assert_eq!(names(bench, &place), ["shakedown-data 1.0"]);
    let again = project_with(bench, "warm-again", &["shakedown-data"])?;
    assert_eq!(names(bench, &again), ["shakedown-data 1.0"]);
    Ok(())
}

pub(super) fn offline(bench: &Bench) -> Result<(), Unsupported> {
    bench.has(Capability::Offline)?;
    project_with(bench, "before", &["shakedown-data"])?;
    let place = project(bench, "offline")?;
    let mut additions = bench.additions(&["shakedown-data"]);
    additions.reach = Reach { offline: true, ..additions.reach };
    bench.done(bench.manager.install(&bench.caller, &place, &additions))?;
    assert_eq!(names(bench, &place), ["shakedown-data 1.0"]);
    additions.specs = vec!["shakedown-nope".parse().expect("a specification")];
    bench.refused(bench.manager.install(&bench.caller, &place, &additions))?;
    Ok(())
}
