//! The manager is there, and makes projects.

use shakedown::managers::{Place, Unsupported};

use super::{names, project, project_with};
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
