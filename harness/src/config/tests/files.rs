//! Files that cannot be read.

use std::path::Path;

use super::super::{load_subject, load_suite};
use super::{KNOWN, LEAST};

fn message(path: &Path) -> String {
    let errors = load_subject(path, &|_| None, &KNOWN).unwrap_err();
    let folder = path.parent().unwrap().display().to_string();
    errors.to_string().replace(&folder, "<folder>")
}

#[test]
fn what_cannot_be_read_is_said_with_its_path() {
    let folder = tempfile::tempdir().unwrap();
    insta::assert_snapshot!(message(&folder.path().join("missing.yml")), @r#"
    there is no such file
     --> <folder>/missing.yml
      = hint: Check the path.
    "#);

    std::fs::create_dir(folder.path().join("folder.yml")).unwrap();
    insta::assert_snapshot!(message(&folder.path().join("folder.yml")), @r#"
    is not a file
     --> <folder>/folder.yml
      = hint: Name the YAML file itself.
    "#);

    let binary = folder.path().join("binary.yml");
    std::fs::write(&binary, [0xff, 0xfe, 0]).unwrap();
    insta::assert_snapshot!(message(&binary), @r#"
    the file is not UTF-8 text
     --> <folder>/binary.yml
      = hint: Check that this is the file you mean.
    "#);

    let big = folder.path().join("big.yml");
    std::fs::write(&big, "#".repeat((1 << 20) + 1)).unwrap();
    insta::assert_snapshot!(message(&big), @r#"
    is larger than 1 MiB
     --> <folder>/big.yml
      = hint: Check that this is the file you mean.
    "#);
}

#[test]
fn a_subject_is_read_from_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("configs")).unwrap();
    std::fs::write(folder.path().join("own.yml"), "").unwrap();
    let file = folder.path().join("configs/small.yml");
    std::fs::write(&file, LEAST.replace("[manager]", "[manager, ../own.yml]")).unwrap();

    let subject = load_subject(&file, &|_| None, &KNOWN).unwrap_or_else(|errors| panic!("{errors}"));
    let root = folder.path().canonicalize().unwrap();
    assert_eq!(subject.file, root.join("configs/small.yml"));
    assert_eq!(subject.suites, ["manager".to_owned(), root.join("own.yml").display().to_string()]);
}

#[test]
fn a_dockerfile_that_is_not_there_is_said_at_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("small.yml");
    let image = "image: {base: debian, stages: [{name: one, dockerfile: no/Dockerfile}]}";
    std::fs::write(&file, LEAST.replace("image: {use: 'small:1'}", image)).unwrap();
    insta::assert_snapshot!(message(&file), @r#"
    the Dockerfile `no/Dockerfile` is not there
     --> <folder>/small.yml:3:56
      |
    3 | image: {base: debian, stages: [{name: one, dockerfile: no/Dockerfile}]}
      |                                                        ^^^^^^^^^^^^^
      = hint: Paths are relative to the file that names them; looked at <folder>/no/Dockerfile.
    "#);
}

#[test]
fn suites_come_from_memory_or_from_a_file() {
    let text = "suite: own\nphases: [{phase: shell, checks: [{id: a, about: b, run: 'true'}]}]";
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("own.yml");
    std::fs::write(&file, text).unwrap();
    assert_eq!(load_suite("embedded", &[("embedded", text)]).unwrap().suite, "own");
    assert_eq!(load_suite(&file.display().to_string(), &[]).unwrap().suite, "own");
    let unknown = load_suite("embeded", &[("embedded", text)]).unwrap_err();
    insta::assert_snapshot!(unknown, @r#"
    unknown suite `embeded`; did you mean `embedded`?
     --> embeded
      = hint: The suites are `embedded`.
    "#);
}
