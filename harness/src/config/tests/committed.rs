//! The configurations that come with shakedown.

use std::path::Path;

use rstest::rstest;

use super::super::{ImageSource, load_suite};
use super::{KNOWN, Surroundings, read, subject};
use crate::config::source::Source;

/// The text of a committed configuration.
fn committed(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../configs");
    std::fs::read_to_string(folder.join(format!("{name}.yml"))).unwrap()
}

#[rstest]
#[case("uv", true, 2)]
#[case("pixi", true, 2)]
#[case("pixi-minimal", false, 1)]
#[case("uv-ssh", false, 2)]
#[case("pixi-ssh", false, 2)]
#[case("pixi-ml", false, 2)]
fn a_committed_configuration_holds(#[case] name: &str, #[case] default: bool, #[case] environments: usize) {
    let subject = read(&committed(name)).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!((subject.name.as_str(), subject.default, subject.environments.len()), (name, default, environments));
    let ImageSource::Build { stages, bootstrap, .. } = &subject.image else { panic!("{:?}", subject.image) };
    assert_eq!(bootstrap.as_deref(), Some("bookworm"));
    assert!(stages.iter().all(|stage| stage.dockerfile.starts_with("/project/docker")), "{stages:?}");
    assert_eq!(stages[0].dockerfile, Path::new("/project/docker/stage-1.Dockerfile"));
    assert_eq!((stages[0].cache, stages[1].cache), (true, false));
    assert_eq!((&subject.sources.binary, &subject.sources.channel), (&None, &None));
}

#[test]
fn local_sources_of_pixi_come_from_the_caller() {
    let environment = |name: &str| Some(format!("/here/{name}"));
    let surroundings = Surroundings {
        folder: Path::new("/a"),
        environment: &environment,
        known: &KNOWN,
        exists: &|_| true,
        text: &|_| None,
    };
    let source = Source::new("pixi.yml", committed("pixi"));
    let subject = subject(&source, "/a/pixi.yml".into(), &surroundings).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(subject.sources.binary.as_deref(), Some(Path::new("/here/PIXI_BINARY")));
    assert_eq!(subject.sources.channel.as_deref(), Some(Path::new("/here/PIXI_CHANNEL_DIR")));
}

/// A file cut off anywhere is read or refused with a message, but nothing panics and no message is empty.
#[rstest]
fn a_committed_configuration_cut_off_anywhere_never_panics(#[values("uv", "pixi", "pixi-minimal")] name: &str) {
    let text = committed(name);
    let mut refused = 0;
    for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
        if let Err(errors) = read(&text[..end]) {
            refused += 1;
            assert!(!errors.0.is_empty() && errors.0.iter().all(|error| !error.message.is_empty()), "at byte {end}");
            assert!(errors.to_string().contains("--> configs/small.yml"), "at byte {end}: {errors}");
        }
    }
    assert!(refused > text.len() / 2, "only {refused} of {} were refused", text.len());
}

#[test]
fn the_committed_suites_hold() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../suites");
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "yml") {
            let suite = load_suite(&path.display().to_string(), &[]).unwrap_or_else(|errors| panic!("{errors}"));
            assert_eq!(Some(suite.suite.as_str()), path.file_stem().and_then(|stem| stem.to_str()));
            names.push(suite.suite);
        }
    }
    names.sort();
    assert!(names.iter().any(|name| name == "manager"), "{names:?}");
}

/// What a check explains may be of a suite that a subject does not use, so a name that nobody has would go unnoticed.
#[test]
fn what_the_committed_suites_explain_exists() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../suites");
    let (mut names, mut explained) = (Vec::new(), Vec::new());
    for file in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if file.extension().is_some_and(|extension| extension == "yml") {
            for phase in load_suite(&file.display().to_string(), &[]).unwrap().phases {
                names.extend(phase.checks.iter().map(|check| format!("{}/{}", phase.phase, check.id)));
                explained.extend(phase.checks.into_iter().flat_map(|check| check.explains));
            }
        }
    }
    let bare = |text: &String| {
        let inside = text.split("%}").nth(1).and_then(|rest| rest.split("{%").next()).unwrap_or(text);
        inside.split('[').next().unwrap_or_default().to_owned()
    };
    let unknown: Vec<String> = explained.iter().map(bare).filter(|name| !names.contains(name)).collect();
    assert!(!explained.is_empty() && unknown.is_empty(), "{unknown:?}");
}
