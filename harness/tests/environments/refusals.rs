//! What is refused, by uv or before it is asked, and with which words.

use crate::bench::{Bench, recorded, said, stderr};

#[tokio::test(flavor = "multi_thread")]
async fn a_manifest_that_uv_cannot_read_is_told_by_file_and_line() {
    let Some(bench) = Bench::new().await else { return };
    bench.told(&["init", "project"]);
    let file = bench.path("project/pyproject.toml");
    let text = std::fs::read_to_string(&file).expect("a manifest");
    let broken = text.replace("dependencies = []", "dependencies = [\n    \"bad name!\",\n]");
    assert_ne!(text, broken, "{text}");
    std::fs::write(&file, &broken).expect("written");
    let line = 1 + broken.lines().position(|line| line.contains("bad name!")).expect("there");
    let place = format!("pyproject.toml:{line}:");
    // uv looks for what would build the project, which this index has not.
    let refused = bench.run(&["install", "project", "shakedown-plain"]);
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    let words = stderr(&refused);
    assert!(words.contains("setuptools was not found") && words.contains(&place), "{words}");
    // Of a refusal that tells nothing it is the cause.
    let mute = bench.path("mute");
    let script = format!("#!/bin/sh\n[ \"$1\" = add ] && exit 2\nexec '{}' \"$@\"\n", bench.uv.display());
    std::fs::write(&mute, script).expect("written");
    std::fs::set_permissions(&mute, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("executable");
    let manager = format!("uv={}", mute.display());
    let failed = &bench.json(&["--manager", &manager, "install", "project", "shakedown-plain"])["result"]["failed"];
    assert_eq!(failed["class"], "invalid-manifest", "{failed}");
    assert!(failed["message"].as_str().expect("text").contains(&place), "{failed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_tells_its_class_what_uv_said_and_what_to_do() {
    let Some(bench) = Bench::new().await else { return };
    bench.told(&["init", "project"]);
    let refused = bench.run(&["install", "project", "shakedown-nope"]);
    assert_eq!(refused.status.code(), Some(1));
    let words = stderr(&refused);
    assert!(words.contains("shakedown-nope was not found in the package registry"), "{words}");
    let told = "error: uv install: Failed to add dependencies hint: Check the name of the package";
    assert!(words.contains(told), "{words}");
    let failed = bench.json(&["install", "project", "shakedown-left", "shakedown-right"]);
    assert_eq!(failed["result"]["failed"]["class"], "conflict");
    let spec = bench.run(&["install", "project", "bad name!"]);
    assert_eq!(spec.status.code(), Some(2));
    assert!(stderr(&spec).contains("`bad name!` is no package specification"), "{}", said(&spec));
    assert_eq!(recorded(&bench.path("project")), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_is_for_containers_and_a_folder_that_nothing_was_made_in_goes() {
    let Some(bench) = Bench::new().await else { return };
    let user = bench.run(&["--user", "1000", "init", "new"]);
    assert_eq!(user.status.code(), Some(2));
    assert!(stderr(&user).contains("a user can be named for a container alone"), "{}", said(&user));
    let failed = bench.run(&["init", "new", "--name", "bad name!"]);
    assert_eq!(failed.status.code(), Some(1), "{}", said(&failed));
    assert!(!bench.path("new").exists());
    let half = bench.run(&["init", "half", "--source", "./nowhere"]);
    assert_eq!(half.status.code(), Some(1), "{}", said(&half));
    assert!(stderr(&half).contains("is another one now, although it came to nothing"), "{}", said(&half));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_wrongly_is_told_before_uv_is_asked() {
    let Some(bench) = Bench::new().await else { return };
    bench.told(&["init", "project"]);
    std::fs::write(bench.path("file"), "no folder").expect("written");
    let wrong = |arguments: &[&str], words: &str| {
        let output = bench.run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", said(&output));
        assert!(stderr(&output).contains(words), "{words}: {}", said(&output));
    };
    wrong(&["list", "file"], "/file is no folder");
    wrong(&["list", "nowhere"], "/nowhere is not there");
    wrong(&["--manager", "uv=", "list", "project"], "`uv=` names no program");
    wrong(&["--image", "NO NAME", "list", "project"], "`NO NAME` cannot be the name of an image");
    wrong(&["remove", "project", "--", "--all"], "`--all` is no package specification");
    wrong(&["--journal", "/proc/none", "list", "project"], "Name another folder by `--journal`");
}
