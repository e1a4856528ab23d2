//! Mistakes in a project's file, and what a right one becomes.

use std::path::Path;

use super::super::project::project;
use super::super::source::Source;
use super::super::validate::Surroundings;
use super::super::{ConfigErrors, ManagerPlace, Project};
use super::KNOWN;

/// Reads a project from memory as `shakedown.yml` in `/project`.
fn read(text: &str) -> Result<Project, ConfigErrors> {
    let environment = |name: &str| (name == "HOME").then(|| "/home/someone".to_owned());
    let surroundings = Surroundings {
        folder: Path::new("/project"),
        environment: &environment,
        known: &KNOWN,
        exists: &|_| true,
        text: &|_| None,
    };
    project(&Source::new("shakedown.yml", text), &surroundings)
}

fn message(text: &str) -> String {
    read(text).map_or_else(|errors| errors.to_string(), |project| format!("accepted: {project:#?}"))
}

fn program(text: &str) -> Option<String> {
    let project = read(text).unwrap_or_else(|errors| panic!("{errors}"));
    match &project.managers["uv"] {
        ManagerPlace::Host { program } => program.as_ref().map(|path| path.display().to_string()),
        ManagerPlace::Container { program, .. } => program.clone(),
    }
}

#[test]
fn a_project_names_its_default_manager_and_where_each_one_runs() {
    let project = read(
        "package-manager:\n  default: pixi\n  pixi: {path: ./tools/pixi}\n  \
         uv: {where: container, image: 'uv:1', path: /opt/uv/bin/uv}\n",
    )
    .unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(project.default.as_deref(), Some("pixi"));
    let pixi = ManagerPlace::Host { program: Some("/project/tools/pixi".into()) };
    let uv = ManagerPlace::Container { image: "uv:1".into(), program: Some("/opt/uv/bin/uv".into()) };
    assert_eq!(project.managers, [("pixi".to_owned(), pixi), ("uv".to_owned(), uv)].into());
}

#[test]
fn paths_are_those_of_the_file_with_blanks_dots_and_variables() {
    let of = |path: &str| program(&format!("package-manager: {{uv: {{path: '{path}'}}}}\n"));
    assert_eq!(of("my tools/uv").as_deref(), Some("/project/my tools/uv"));
    assert_eq!(of("../other/uv").as_deref(), Some("/other/uv"));
    assert_eq!(of("${HOME}/bin/uv").as_deref(), Some("/home/someone/bin/uv"));
    assert_eq!(of(""), None);
    assert_eq!(program("package-manager: {uv: {where: host}}\n"), None);
}

#[test]
fn a_manager_that_there_is_not_is_told_with_those_that_there_are() {
    insta::assert_snapshot!(message("package-manager: {default: uw}\n"), @r"
    unknown manager `uw`; did you mean `uv`?
     --> shakedown.yml:1:28
      |
    1 | package-manager: {default: uw}
      |                            ^^
      = hint: The managers are `pixi`, `uv`.
    ");
    assert!(message("package-manager: {conda: {}}\n").contains("unknown manager `conda`"));
}

#[test]
fn what_does_not_go_together_is_refused() {
    insta::assert_snapshot!(message("package-manager:\n  uv: {where: container}\n  pixi: {image: 'pixi:1'}\n"), @r"
    `where: container` needs an `image`
     --> shakedown.yml:2:7
      |
    2 |   uv: {where: container}
      |       ^
      = hint: Name the image that has the manager in it.

    an `image` is for `where: container`
     --> shakedown.yml:3:9
      |
    3 |   pixi: {image: 'pixi:1'}
      |         ^
      = hint: Leave out one of them.
    ");
    let relative = message("package-manager: {uv: {where: container, image: 'uv:1', path: bin/uv}}\n");
    assert!(relative.contains("the program `bin/uv` is not absolute"), "{relative}");
    let unknown = message("package-manager: {uv: {pth: bin/uv}}\n");
    assert!(unknown.contains("unknown key `pth`; did you mean `path`?"), "{unknown}");
}
