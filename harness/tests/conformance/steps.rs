//! The steps of the lifecycle. Each works in a project of its own, so that none stands on what another one left.

use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;

use shakedown::managers::{Capability, Failure, Init, LockState, Place, Reach, Removal, Unsupported, Update};
use shakedown::model::fact::ErrorClass;

use crate::bench::Bench;
use crate::outside::{imported, picture, recorded};

/// A step: skipped where the manager lacks what it is about.
type Step = fn(&Bench) -> Result<(), Unsupported>;

pub(crate) const STEPS: &[(&str, Step)] = &[
    ("it is detected with its version", detected),
    ("a project is made in a folder that is not there", made_anew),
    ("a project is made in a folder that holds other files", made_beside),
    ("one package is installed, and imported", one_installed),
    ("several are installed at once, with what they need", several_installed),
    ("a package is installed in the version that was asked for", version_installed),
    ("a package is installed with an extra", extra_installed),
    ("the same install again changes nothing", installed_twice),
    ("the list agrees with what Python imports", listed),
    ("the lock holds what is installed, and is current", locked),
    ("the manifest holds what was asked for", written),
    ("an update moves one package forward, and nothing else", updated),
    ("a removal takes the package and its programs, and nothing else", removed),
    ("a removal takes what only the removed package needed", unneeded_removed),
    ("a removal of what is not there is refused, or nothing", nothing_removed),
    ("what does not exist is refused, without a trace", unknown_refused),
    ("a broken manifest is told with file and line", broken_manifest),
    ("a lock that is not what the manifest asks for is noticed", drifted),
    ("a command runs inside, with its own exit code and signal", run_through),
    ("the cache is emptied, and filled again", cached),
    ("without a network what the cache holds is installed", offline),
];

/// A project of this name, made.
fn project(bench: &Bench, name: &str) -> Result<Place, Unsupported> {
    bench.has(Capability::Projects)?;
    let place = Place::Project(bench.folder(name).display().to_string());
    let sources = match bench.has(Capability::SourcesOfProject) {
        Ok(()) => bench.sources.clone(),
        Err(_) => Vec::new(),
    };
    bench.done(bench.manager.init(&bench.caller, &place, &Init { sources, ..Init::default() }))?;
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
    recorded(&bench.prefix(place)).iter().map(|(name, version)| format!("{name} {version}")).collect()
}

fn removal(bench: &Bench, name: &str) -> Removal {
    Removal { names: vec![name.to_owned()], reach: bench.reach(), ..Removal::default() }
}

fn detected(bench: &Bench) -> Result<(), Unsupported> {
    let detected = bench.done(Ok(bench.manager.detect(&bench.caller)))?;
    assert!(detected.version.starts_with(|first: char| first.is_ascii_digit()), "{detected:?}");
    assert_eq!(detected.program, bench.caller.program);
    Ok(())
}

fn made_anew(bench: &Bench) -> Result<(), Unsupported> {
    let place = project(bench, "anew")?;
    assert!(bench.folder("anew").is_dir());
    assert_eq!(names(bench, &place), Vec::<String>::new());
    Ok(())
}

fn made_beside(bench: &Bench) -> Result<(), Unsupported> {
    let folder = bench.folder("beside");
    fs::create_dir_all(folder.join("sub")).expect("a folder");
    fs::write(folder.join("sub/mine.txt"), "mine").expect("a file");
    project(bench, "beside")?;
    assert_eq!(fs::read_to_string(folder.join("sub/mine.txt")).expect("my file"), "mine");
    Ok(())
}

fn one_installed(bench: &Bench) -> Result<(), Unsupported> {
    let place = project_with(bench, "one", &["shakedown-data"])?;
    assert_eq!(names(bench, &place), ["shakedown-data 1.0"]);
    assert_eq!(imported(&bench.prefix(&place), "shakedown-data").as_deref(), Some("1.0"));
    Ok(())
}

fn several_installed(bench: &Bench) -> Result<(), Unsupported> {
    let place = project_with(bench, "several", &["shakedown-top", "shakedown-program"])?;
    let expected = ["shakedown-bottom 2.0", "shakedown-middle 1.0", "shakedown-program 1.1", "shakedown-top 1.0"];
    assert_eq!(names(bench, &place), expected);
    assert!(bench.prefix(&place).join("bin/shakedown-program").exists());
    Ok(())
}

fn version_installed(bench: &Bench) -> Result<(), Unsupported> {
    let place = project_with(bench, "version", &["shakedown-plain>=1,<2"])?;
    assert_eq!(names(bench, &place), ["shakedown-plain 1.1"]);
    assert_eq!(imported(&bench.prefix(&place), "shakedown-plain").as_deref(), Some("1.1"));
    Ok(())
}

fn extra_installed(bench: &Bench) -> Result<(), Unsupported> {
    bench.has(Capability::Extras)?;
    let place = project_with(bench, "extra", &["shakedown-extra[more]"])?;
    assert_eq!(names(bench, &place), ["shakedown-extra 1.0", "shakedown-plain 2.0"]);
    Ok(())
}

fn installed_twice(bench: &Bench) -> Result<(), Unsupported> {
    let place = project_with(bench, "twice", &["shakedown-top"])?;
    let before = picture(&bench.folder("twice"));
    install(bench, &place, &["shakedown-top"])?;
    assert_eq!(picture(&bench.folder("twice")), before);
    Ok(())
}

fn listed(bench: &Bench) -> Result<(), Unsupported> {
    let place = project_with(bench, "listed", &["shakedown-top", "shakedown-plain<2"])?;
    let listed = bench.done(bench.manager.list(&bench.caller, &place))?;
    let prefix = bench.prefix(&place);
    let own: Vec<_> = listed.iter().filter(|package| package.name.starts_with("shakedown")).collect();
    assert_eq!(own.len(), recorded(&prefix).len(), "{own:?}");
    for package in own {
        assert_eq!(imported(&prefix, &package.name).as_ref(), Some(&package.version), "{}", package.name);
    }
    Ok(())
}

fn locked(bench: &Bench) -> Result<(), Unsupported> {
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

fn written(bench: &Bench) -> Result<(), Unsupported> {
    bench.has(Capability::WrittenManifest)?;
    let place = project_with(bench, "written", &["shakedown-plain>=1,<2", "shakedown-data"])?;
    let asked = |bench: &Bench| -> Result<Vec<String>, Unsupported> {
        let manifest = bench.done(bench.manager.manifest_of(&bench.caller, &place))?;
        assert_eq!(fs::read_to_string(&manifest.file).expect("the manifest"), manifest.text);
        let names = manifest.dependencies.into_iter().map(|dependency| dependency.name);
        Ok(names.filter(|name| name.starts_with("shakedown")).collect())
    };
    let mut first = asked(bench)?;
    first.sort();
    assert_eq!(first, ["shakedown-data", "shakedown-plain"]);
    bench.done(bench.manager.remove(&bench.caller, &place, &removal(bench, "shakedown-data")))?;
    assert_eq!(asked(bench)?, ["shakedown-plain"]);
    Ok(())
}

fn updated(bench: &Bench) -> Result<(), Unsupported> {
    bench.has(Capability::UpdateOfOne)?;
    let place = project_with(bench, "updated", &["shakedown-plain==1.0", "shakedown-program==1.0"])?;
    // A newer one is allowed from here on, and nothing has moved yet. pixi moves what it is asked to add, so that it is
    // allowed where people would: in the manifest.
    if bench.has(Capability::WrittenManifest).is_ok() {
        let manifest = bench.done(bench.manager.manifest_of(&bench.caller, &place))?;
        fs::write(&manifest.file, manifest.text.replace("==1.0", ">=1.0")).expect("the manifest");
    } else {
        install(bench, &place, &["shakedown-plain>=1", "shakedown-program>=1"])?;
    }
    assert_eq!(names(bench, &place), ["shakedown-plain 1.0", "shakedown-program 1.0"]);
    let update = Update { names: vec!["shakedown-plain".to_owned()], reach: bench.reach() };
    bench.done(bench.manager.update(&bench.caller, &place, &update))?;
    assert_eq!(names(bench, &place), ["shakedown-plain 2.0", "shakedown-program 1.0"]);
    Ok(())
}

fn removed(bench: &Bench) -> Result<(), Unsupported> {
    let place = project_with(bench, "removed", &["shakedown-program", "shakedown-data"])?;
    bench.done(bench.manager.remove(&bench.caller, &place, &removal(bench, "shakedown-program")))?;
    assert_eq!(names(bench, &place), ["shakedown-data 1.0"]);
    let prefix = bench.prefix(&place);
    assert!(!prefix.join("bin/shakedown-program").exists());
    assert_eq!(imported(&prefix, "shakedown-program"), None);
    assert_eq!(imported(&prefix, "shakedown-data").as_deref(), Some("1.0"));
    Ok(())
}

fn unneeded_removed(bench: &Bench) -> Result<(), Unsupported> {
    bench.has(Capability::RemovalOfUnneeded)?;
    let place = project_with(bench, "unneeded", &["shakedown-top", "shakedown-data"])?;
    bench.done(bench.manager.remove(&bench.caller, &place, &removal(bench, "shakedown-top")))?;
    assert_eq!(names(bench, &place), ["shakedown-data 1.0"]);
    Ok(())
}

fn nothing_removed(bench: &Bench) -> Result<(), Unsupported> {
    let place = project_with(bench, "nothing", &["shakedown-data"])?;
    let before = picture(&bench.folder("nothing"));
    let task = bench.manager.remove(&bench.caller, &place, &removal(bench, "shakedown-plain"))?;
    if let Err(failure) = bench.carry_out(&task) {
        assert_eq!(failure.class(), ErrorClass::NotInstalled, "{failure}");
    }
    assert_eq!(picture(&bench.folder("nothing")), before);
    Ok(())
}

fn unknown_refused(bench: &Bench) -> Result<(), Unsupported> {
    let place = project_with(bench, "unknown", &["shakedown-data"])?;
    let before = picture(&bench.folder("unknown"));
    let task = bench.manager.install(&bench.caller, &place, &bench.additions(&["shakedown-nope"]));
    let failure = bench.refused(task)?;
    assert_eq!(failure.class(), ErrorClass::NotFound, "{failure:?}");
    assert_eq!(picture(&bench.folder("unknown")), before);
    Ok(())
}

fn broken_manifest(bench: &Bench) -> Result<(), Unsupported> {
    let place = project(bench, "broken")?;
    let task = bench.manager.manifest_of(&bench.caller, &place)?;
    let there = task.files.iter().find(|file| Path::new(file).exists());
    let file = there.or(task.files.first()).expect("a manifest").clone();
    let text = fs::read_to_string(&file).unwrap_or_default();
    let line = text.lines().count() + 1;
    fs::write(&file, format!("{text}[broken ==\n")).expect("a broken manifest");
    let failure = bench.carry_out(&task).expect_err("a mistake");
    assert!(matches!(&failure, Failure::Malformed(mistake) if mistake.line == Some(line)), "{failure:?}");
    assert!(failure.to_string().starts_with(&format!("{file}:{line}:")), "{failure}");
    Ok(())
}

fn drifted(bench: &Bench) -> Result<(), Unsupported> {
    bench.has(Capability::Lock)?;
    let place = project(bench, "drifted")?;
    let file = {
        install(bench, &place, &["shakedown-plain==1.0"])?;
        bench.done(bench.manager.manifest_of(&bench.caller, &place))?.file
    };
    let text = fs::read_to_string(&file).expect("the manifest");
    fs::write(&file, text.replace("==1.0", "==1.1")).expect("another manifest");
    let before = picture(&bench.folder("drifted"));
    let lock = bench.done(bench.manager.lock(&bench.caller, &place))?;
    assert_eq!(lock.state, LockState::Outdated);
    assert_eq!(picture(&bench.folder("drifted")), before, "looking changes nothing");
    Ok(())
}

fn run_through(bench: &Bench) -> Result<(), Unsupported> {
    bench.has(Capability::Run)?;
    let place = project_with(bench, "run", &["shakedown-program"])?;
    let status = |words: &[&str]| -> Result<_, Unsupported> {
        let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
        let invocation = bench.manager.run(&bench.caller, &place, &words)?;
        Ok(bench.command(&invocation).output().expect("a command").status)
    };
    assert_eq!(status(&["shakedown-program", "7"])?.code(), Some(7));
    let killed = status(&["sh", "-c", "kill -TERM $$"])?;
    // A manager that waits for the command tells its signal as a shell does.
    assert!(killed.signal() == Some(15) || killed.code() == Some(128 + 15), "{killed:?}");
    Ok(())
}

fn cached(bench: &Bench) -> Result<(), Unsupported> {
    project_with(bench, "warm", &["shakedown-data"])?;
    let folder = bench.done(Ok(bench.manager.cache(&bench.caller)))?.folder;
    assert!(Path::new(&folder).starts_with(bench.folder("cache")), "{folder}");
    // Whether it holds anything by now is the manager's matter: pip keeps only what the index says may be kept.
    bench.done(Ok(bench.manager.clear_cache(&bench.caller)))?;
    let left = picture(Path::new(&folder));
    assert!(!left.keys().any(|path| path.contains("shakedown")), "{left:?}");
    let place = project_with(bench, "cold", &["shakedown-data"])?;
    assert_eq!(names(bench, &place), ["shakedown-data 1.0"]);
    Ok(())
}

fn offline(bench: &Bench) -> Result<(), Unsupported> {
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
