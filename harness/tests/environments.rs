//! `shakedown env` on this machine: a real uv on projects of shakedown's own packages.

#[path = "common/mod.rs"]
#[expect(dead_code, reason = "the rest is for tests on an engine")]
mod common;
#[path = "common/uv.rs"]
mod uv;

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::{IpAddr, Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use shakedown::index::{Content, Mount, Server};
use shakedown::packages::{catalogue, site};
use tempfile::TempDir;

/// A real uv; nothing where it cannot be had.
fn uv() -> Option<PathBuf> {
    uv::uv().map_err(|reason| common::ignore(&format!("uv cannot be had from PyPI: {reason}"))).ok()
}

/// A folder to work in, and an index of shakedown's own packages.
struct Bench {
    folder: TempDir,
    uv: PathBuf,
    server: Server,
}

impl Bench {
    async fn new() -> Option<Self> {
        let uv = uv()?;
        let folder = tempfile::tempdir().expect("a folder");
        let site = site(&catalogue()).expect("a site");
        let mount = Mount { name: "packages".to_owned(), content: Content::Site(site) };
        let server = Server::start(IpAddr::V4(Ipv4Addr::LOCALHOST), vec![mount]).await.expect("a server");
        Some(Self { folder, uv, server })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().canonicalize().expect("there").join(name)
    }

    /// `shakedown env` in the folder, with nothing of the caller's environment but the way to Python.
    fn env(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("shakedown"));
        command.arg("env").args(arguments).current_dir(self.folder.path()).env_clear();
        let index = self.server.url("packages/simple/");
        let named = |name: &str| std::env::var_os(name).unwrap_or_default();
        command.env("PATH", named("PATH")).env("HOME", self.folder.path()).env("TMPDIR", std::env::temp_dir());
        command.env("UV_DEFAULT_INDEX", index).env("UV_PYTHON_DOWNLOADS", "never");
        command.env("UV_CACHE_DIR", self.path("cache")).env("SHAKEDOWN_MANAGER", format!("uv={}", self.uv.display()));
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.env(arguments).output().expect("the program starts")
    }

    /// What a command that succeeds prints.
    fn told(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", said(&output));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// The same as JSON, whatever the exit code.
    fn json(&self, arguments: &[&str]) -> Value {
        let output = self.run(&[&["--json"], arguments].concat());
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", said(&output)))
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Python packages by their metadata in a project's environment, without the manager.
fn recorded(project: &Path) -> Vec<String> {
    let libraries = std::fs::read_dir(project.join(".venv/lib")).into_iter().flatten().flatten();
    let entries = libraries.flat_map(|python| std::fs::read_dir(python.path().join("site-packages")));
    let names = entries.flatten().flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter_map(|name| Some(name.strip_suffix(".dist-info")?.to_owned())).collect();
    names.retain(|name| name.starts_with("shakedown"));
    names.sort();
    names
}

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
async fn a_manager_that_hangs_is_left_at_the_first_interruption() {
    let Some(bench) = Bench::new().await else { return };
    let hangs = bench.path("uv-that-hangs");
    std::fs::write(&hangs, "#!/bin/sh\necho asked >&2\ntouch \"$0.asked\"\nexec sleep 300\n").expect("written");
    std::fs::set_permissions(&hangs, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("executable");
    std::fs::create_dir(bench.path("project")).expect("a folder");
    let asked = bench.path("uv-that-hangs.asked");
    let mut command = bench.env(&["--manager", &format!("uv={}", hangs.display()), "list", "project"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    while !asked.exists() {
        assert!(child.try_wait().expect("a child").is_none(), "it ended before it asked the manager");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().expect("kill").success());
    let output = child.wait_with_output().expect("its end");
    assert_eq!(output.status.code(), Some(130), "{}", said(&output));
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
async fn the_manager_is_the_one_that_is_typed_or_that_of_the_variable_or_of_the_project() {
    let Some(bench) = Bench::new().await else { return };
    std::fs::create_dir_all(bench.path("deep/my tools")).expect("folders");
    std::os::unix::fs::symlink(&bench.uv, bench.path("deep/my tools/uv")).expect("a link");
    std::fs::write(
        bench.path("shakedown.yml"),
        "package-manager: {default: uv, uv: {where: host, path: './deep/my tools/uv'}}\n",
    )
    .expect("written");
    let init = |bench: &Bench, arguments: &[&str], variable: Option<&str>| {
        let mut command = bench.env(&[&["--json", "init", "project"], arguments].concat());
        command.env_remove("SHAKEDOWN_MANAGER").current_dir(bench.path("deep"));
        if let Some(variable) = variable {
            command.env("SHAKEDOWN_MANAGER", variable);
        }
        command.output().expect("the program starts")
    };
    let made = init(&bench, &["--name", "demo"], None);
    let done: Value = serde_json::from_slice(&made.stdout).unwrap_or_else(|error| panic!("{error}: {}", said(&made)));
    assert_eq!(done["program"], bench.path("deep/my tools/uv").display().to_string());
    assert!(bench.path("deep/project/pyproject.toml").is_file());
    let unknown = init(&bench, &[], Some("conda"));
    assert_eq!(unknown.status.code(), Some(2));
    assert!(stderr(&unknown).contains("there is no package manager `conda`; there are: "), "{}", said(&unknown));
    let typed = init(&bench, &["--manager", "uv=nowhere/uv"], Some("conda"));
    assert!(stderr(&typed).contains("the program of uv, "), "{}", said(&typed));
    std::fs::remove_file(bench.path("deep/my tools/uv")).expect("gone");
    let moved = init(&bench, &[], None);
    assert_eq!(moved.status.code(), Some(2));
    assert!(stderr(&moved).contains("deep/my tools/uv, is not there"), "{}", said(&moved));
}

/// The first line of a program's standard error that has these words.
fn awaited(child: &mut Child, words: &str) -> String {
    let mut lines = BufReader::new(child.stderr.take().expect("piped")).lines();
    let mut all = String::new();
    loop {
        let line = lines.next().unwrap_or_else(|| panic!("`{words}` was not said: {all}")).expect("text");
        // Long lines are wrapped, and what follows is indented.
        all.push_str(line.trim());
        all.push(' ');
        if all.contains(words) {
            // Whoever is not read any more is not to wait for a reader.
            std::thread::spawn(move || lines.count());
            return all;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_second_waits_says_for_whom_and_both_results_are_there() {
    let Some(bench) = Bench::new().await else { return };
    bench.told(&["init", "project"]);
    std::os::unix::fs::symlink("project", bench.path("link")).expect("a link");
    let first = File::open(bench.path("project")).expect("a folder");
    first.lock().expect("a lock");
    let install = |name: &str, package: &str| {
        let mut command = bench.env(&["install", name, package]);
        command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the program starts")
    };
    let (mut one, mut other) = (install("project", "shakedown-data"), install("link", "shakedown-plain==1.0"));
    for child in [&mut one, &mut other] {
        let words = awaited(child, "waiting for it");
        assert!(words.contains(&format!("Process {}", std::process::id())), "{words}");
        assert!(child.try_wait().expect("a child").is_none(), "it did not wait");
    }
    assert!(bench.run(&["init", "neighbour"]).status.success(), "another folder is not waited for");
    drop(first);
    assert!(one.wait().expect("a child").success() && other.wait().expect("a child").success());
    assert_eq!(recorded(&bench.path("project")), ["shakedown_data-1.0", "shakedown_plain-1.0"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interruption_ends_all_that_was_started_and_says_what_state_is_left() {
    let Some(bench) = Bench::new().await else { return };
    bench.told(&["init", "project"]);
    bench.told(&["install", "project", "shakedown-plain==1.0"]);
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let index = format!("http://{}/simple", silent.local_addr().expect("bound"));
    let mut command = bench.env(&["--json", "install", "project", "shakedown-data", "--source", &index]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the program starts");
    let (mut asked, _) = silent.accept().expect("uv asks the index");
    let interrupted = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill starts");
    assert!(interrupted.success());
    let output = child.wait_with_output().expect("a child");
    assert_eq!(output.status.code(), Some(130), "{}", said(&output));
    // The connection ends with whoever held it.
    let mut rest = Vec::new();
    let _ = asked.read_to_end(&mut rest);
    assert!(String::from_utf8_lossy(&rest).starts_with("GET /simple/"), "{rest:?}");
    let done: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let state = &done["result"]["interrupted"];
    assert_eq!(state["differences"]["added"], serde_json::json!([]), "{done}");
    assert!(state["manifest-changed"].is_boolean(), "{done}");
    assert_eq!(recorded(&bench.path("project")), ["shakedown_plain-1.0"]);
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

/// `where: host` from end to end: no engine answers, the manager is the one that the caller names, and what would change
/// this machine is left alone.
#[tokio::test]
async fn a_subject_of_this_machine_is_judged_here_by_the_default_manager() {
    let Some(bench) = Bench::new().await else { return };
    let home = bench.uv.parent().expect("a folder").display().to_string();
    let touched = bench.path("touched");
    let suite = format!(
        "suite: own\nphases:\n  - phase: installation\n    checks:\n      \
         - {{id: version, about: It tells its version., ask: {{what: version}}, expect: {{version: '>=0.8'}}}}\n      \
         - {{id: changes, about: It changes something., mutates: true, run: [touch, '{}']}}\n",
        touched.display()
    );
    std::fs::write(bench.path("own.yml"), suite).expect("written");
    let subject =
        format!("subject: here\nmanager: {{where: host}}\ninstall: {{home: '{home}'}}\nsuites: [./own.yml]\n");
    std::fs::write(bench.path("here.yml"), subject).expect("written");
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("shakedown"));
    command.args(["run", "here.yml", "--format", "json"]).current_dir(bench.folder.path());
    command.env("DOCKER_HOST", "unix:///nowhere/docker.sock");
    command.env("SHAKEDOWN_MANAGER", format!("uv={}", bench.uv.display()));
    let output = command.output().expect("the program starts");
    let report: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", said(&output)));
    let outcome = |id: &str| {
        let checks = report["phases"].as_array().expect("phases").iter().filter_map(|phase| phase["checks"].as_array());
        checks.flatten().find(|check| check["id"] == id).unwrap_or_else(|| panic!("{id}: {report}"))["outcome"].clone()
    };
    assert_eq!([outcome("installation/version"), outcome("installation/changes")], ["passed", "skipped"]);
    assert!(!touched.exists());
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let run = std::fs::read_dir(bench.path("reports/here")).expect("runs").next().expect("a run").expect("a folder");
    let journal = std::fs::read_to_string(run.path().join("journal.jsonl")).expect("a journal");
    assert!(!journal.contains("surveyed"), "a whole machine is not looked over: that takes longer than all checks");
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
