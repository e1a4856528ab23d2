//! What operations do to projects, and what they say.

use serde_json::Value;

use crate::bench::{Bench, recorded, said, stderr};

#[tokio::test(flavor = "multi_thread")]
async fn packages_come_are_updated_and_go_and_the_manifest_says_so() {
    let Some(bench) = Bench::new().await else { return };
    let project = bench.path("my project");
    let made = format!("made {}\n", project.join("pyproject.toml").display());
    assert_eq!(bench.told(&["init", "my project", "--name", "demo"]), made);
    let installed = bench.told(&["install", "my project", "shakedown-plain==1.0", "shakedown-top"]);
    let all = ["bottom 2.0", "middle 1.0", "plain 1.0", "top 1.0"].map(|one| format!("+ shakedown-{one}\n"));
    assert_eq!(installed, all.concat());
    assert_eq!(
        recorded(&project),
        ["shakedown_bottom-2.0", "shakedown_middle-1.0", "shakedown_plain-1.0", "shakedown_top-1.0"]
    );
    let manifest = bench.json(&["manifest", "my project"]);
    let facts = &manifest["result"]["manifest"];
    assert_eq!((&facts["name"], &manifest["operation"]), (&"demo".into(), &"manifest".into()));
    assert_eq!(facts["dependencies"][0]["name"], "shakedown-plain");
    assert_eq!(facts["dependencies"][0]["constraint"], "==1.0");
    let wider = bench.told(&["install", "my project", "shakedown-plain<2"]);
    assert_eq!(wider, "no package is different\n");
    let updated = bench.told(&["update", "my project"]);
    assert_eq!(updated, "~ shakedown-plain 1.0 -> shakedown-plain 1.1\n");
    let removed = bench.told(&["remove", "my project", "shakedown-top"]);
    assert_eq!(removed, "- shakedown-bottom 2.0\n- shakedown-middle 1.0\n- shakedown-top 1.0\n");
    assert_eq!(bench.told(&["list", "my project"]), "shakedown-plain  1.1\n");
    assert_eq!(recorded(&project), ["shakedown_plain-1.1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_projects_environment_is_its_own_whatever_variables_and_workspaces_say() {
    let Some(bench) = Bench::new().await else { return };
    bench.told(&["init", "project"]);
    assert_eq!(bench.told(&["list", "project"]), "", "it has no environment yet");
    let elsewhere = bench.path("elsewhere");
    let mut command = bench.env(&["install", "project", "shakedown-plain==1.0"]);
    let output = command.env("UV_PROJECT_ENVIRONMENT", &elsewhere).output().expect("the program starts");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "+ shakedown-plain 1.0\n", "{}", said(&output));
    assert!(recorded(&bench.path("project")).contains(&"shakedown_plain-1.0".to_owned()) && !elsewhere.exists());
    let workspace = bench.path("workspace");
    bench.told(&["init", "workspace"]);
    bench.told(&["init", "workspace/member"]);
    let manifest = workspace.join("pyproject.toml");
    let text = std::fs::read_to_string(&manifest).expect("a manifest");
    std::fs::write(&manifest, text + "\n[tool.uv.workspace]\nmembers = [\"member\"]\n").expect("written");
    let told = bench.told(&["install", "workspace/member", "shakedown-plain==1.0"]);
    assert!(told.contains("+ shakedown-plain 1.0\n"), "{told}");
    assert!(recorded(&workspace.join("member")).contains(&"shakedown_plain-1.0".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_environment_that_was_moved_is_noticed_and_one_behind_a_link_is_not() {
    let Some(bench) = Bench::new().await else { return };
    bench.told(&["init", "project"]);
    bench.told(&["install", "project", "shakedown-plain==1.0"]);
    std::os::unix::fs::symlink("project", bench.path("link")).expect("a link");
    assert_eq!(bench.json(&["list", "link"])["moved-from"], Value::Null);
    std::fs::rename(bench.path("project"), bench.path("moved")).expect("moved");
    let listed = bench.run(&["list", "moved"]);
    assert!(listed.status.success());
    let words = stderr(&listed);
    let made = bench.path("project/.venv");
    assert!(words.contains(&format!("was made at {} and was moved", made.display())), "{words}");
    assert_eq!(bench.json(&["list", "moved"])["moved-from"], made.display().to_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_keeps_the_sources_that_it_is_made_with() {
    let Some(bench) = Bench::new().await else { return };
    let index = bench.server.url("packages/simple/");
    let pip = format!("pip={}", bench.uv.with_file_name("pip").display());
    let own = |arguments: &[&str]| {
        let mut command = bench.env(arguments);
        let output = command.env_remove("UV_DEFAULT_INDEX").output().expect("the program starts");
        assert!(output.status.success(), "{arguments:?}: {}", said(&output));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    for manager in [format!("uv={}", bench.uv.display()), pip] {
        let (name, _) = manager.split_once('=').expect("a name");
        own(&["--manager", &manager, "init", name, "--source", &index]);
        let installed = own(&["--manager", &manager, "install", name, "shakedown-plain<2"]);
        assert_eq!(installed, "+ shakedown-plain 1.1\n", "{name}");
        let manifest = own(&["--manager", &manager, "manifest", name]);
        assert!(manifest.contains(&format!("source       {index}")), "{name}: {manifest}");
        assert_eq!(recorded(&bench.path(name)), ["shakedown_plain-1.1"], "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_uv_prints_is_told_while_it_works() {
    let Some(bench) = Bench::new().await else { return };
    bench.told(&["init", "project"]);
    let output = bench.run(&["-v", "install", "project", "shakedown-plain==1.0"]);
    let words = stderr(&output);
    for part in ["install: | Resolved 2 packages", "install: solved, 2 packages", "install: linked, 1 package"] {
        assert!(words.contains(part), "{part}: {words}");
    }
    let recorded = bench.told(&["--journal", "record", "install", "project", "shakedown-top"]);
    assert!(recorded.contains("+ shakedown-top 1.0"), "{recorded}");
    let journal = std::fs::read_to_string(bench.path("record/journal.jsonl")).expect("a journal");
    assert!(journal.lines().any(|line| line.contains("Installed 3 packages")), "{journal}");
    let quiet = bench.run(&["install", "project", "shakedown-data"]);
    assert!(!stderr(&quiet).contains("Resolved"), "{}", said(&quiet));
}
