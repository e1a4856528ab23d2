//! shakedown's own packages, installed from its own index and channel by real package managers on this machine.

#[path = "common/mod.rs"]
#[expect(dead_code, reason = "the rest is for tests on an engine")]
mod common;
#[path = "common/uv.rs"]
mod uv;

use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use shakedown::index::{Content, Mount, Server};
use shakedown::packages::{catalogue, site};
use tempfile::TempDir;

/// The index and the channel, served on the loopback.
async fn served() -> Server {
    let site = site(&catalogue()).expect("a site");
    let mount = Mount { name: "packages".to_owned(), content: Content::Site(site) };
    Server::start(IpAddr::V4(Ipv4Addr::LOCALHOST), vec![mount]).await.expect("a server")
}

/// A command that knows of no other index, cache or configuration than the test's own.
fn command(program: &Path, home: &Path) -> Command {
    let mut command = Command::new(program);
    let foreign =
        |name: &str| ["PIP_", "UV_", "PIXI_", "CONDA_", "VIRTUAL_ENV"].iter().any(|prefix| name.starts_with(prefix));
    let trusted = |name: &str| name == "PIP_CERT";
    for (name, _) in std::env::vars().filter(|(name, _)| foreign(name) && !trusted(name)) {
        command.env_remove(name);
    }
    command.env("HOME", home).env("PIP_DISABLE_PIP_VERSION_CHECK", "1").env("UV_PYTHON_DOWNLOADS", "never");
    command.current_dir(home);
    command
}

fn run(command: &mut Command) -> Output {
    command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"))
}

fn succeed(command: &mut Command) -> String {
    let output = run(command);
    assert!(output.status.success(), "{command:?}: {}", said(&output));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// A virtual environment below this folder, or nothing where this machine's Python makes none.
fn venv(home: &Path, name: &str) -> Option<PathBuf> {
    let folder = home.join(name);
    let made = Command::new("python3").args(["-m", "venv"]).arg(&folder).output();
    match made {
        Ok(output) if output.status.success() => Some(folder),
        Ok(output) => {
            common::ignore(&format!("python3 makes no virtual environment: {}", said(&output)));
            None
        }
        Err(error) => {
            common::ignore(&format!("there is no python3: {error}"));
            None
        }
    }
}

/// What installs: everything that goes together.
const WANTED: [&str; 6] = [
    "shakedown-top",
    "shakedown-plain<2",
    "shakedown-extra[more]",
    "shakedown-data",
    "shakedown-program",
    "shakedown-yanked",
];

/// Packages by their metadata in the environment's own files, without the manager.
fn recorded(environment: &Path) -> Vec<String> {
    let folders = std::fs::read_dir(environment.join("lib")).expect("lib").flatten();
    let packages =
        folders.flat_map(|python| std::fs::read_dir(python.path().join("site-packages")).into_iter().flatten());
    let names = packages.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter_map(|name| Some(name.strip_suffix(".dist-info")?.to_owned())).collect();
    names.retain(|name| name.starts_with("shakedown"));
    names.sort();
    names
}

/// What is there after all of [`WANTED`].
fn assert_installed(environment: &Path, home: &Path) {
    let expected = [
        "shakedown_bottom-2.0",
        "shakedown_data-1.0",
        "shakedown_extra-1.0",
        "shakedown_middle-1.0",
        "shakedown_plain-1.1",
        "shakedown_program-1.1",
        "shakedown_top-1.0",
        "shakedown_yanked-1.0",
    ];
    assert_eq!(recorded(environment), expected);
    let python = environment.join("bin/python");
    let code = "import shakedown_data, shakedown_top; print(*shakedown_data.words(), shakedown_top.__version__)";
    assert_eq!(succeed(command(&python, home).args(["-c", code])), "salt wind rope 1.0\n");
    let program = run(command(&environment.join("bin/shakedown-program"), home).arg("7"));
    assert_eq!(program.status.code(), Some(7), "{}", said(&program));
    assert_eq!(String::from_utf8_lossy(&program.stdout), "shakedown_program 1.1 7\n");
}

/// What must be refused, and what is said then.
fn assert_refused(output: &Output, words: &str) {
    assert!(!output.status.success(), "{}", said(output));
    let text = said(output).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains(words), "{words}: {text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn pip_installs_what_goes_together_and_refuses_the_rest() {
    let home = TempDir::new().expect("a folder");
    let Some(environment) = venv(home.path(), "pip") else { return };
    let server = served().await;
    let index = server.url("packages/simple/");
    let pip = |packages: &[&str]| {
        let mut pip = command(&environment.join("bin/pip"), home.path());
        pip.args(["install", "--index-url", &index]).args(packages);
        pip
    };
    assert_refused(&run(&mut pip(&["shakedown-damaged"])), "DO NOT MATCH THE HASHES");
    assert_refused(&run(&mut pip(&["shakedown-foreign"])), "No matching distribution found for shakedown-foreign");
    assert_refused(&run(&mut pip(&["shakedown-left", "shakedown-right"])), "conflicting dependencies");
    assert_eq!(recorded(&environment), Vec::<String>::new());
    succeed(&mut pip(&WANTED));
    assert_installed(&environment, home.path());
    succeed(command(&environment.join("bin/pip"), home.path()).arg("check"));
}

#[tokio::test(flavor = "multi_thread")]
async fn uv_installs_what_goes_together_and_refuses_the_rest() {
    let home = TempDir::new().expect("a folder");
    let program = match uv::uv() {
        Ok(program) => program,
        Err(reason) => return common::ignore(&format!("uv cannot be had: {reason}")),
    };
    let server = served().await;
    let index = server.url("packages/simple/");
    let environment = home.path().join("uv");
    let uv = |arguments: &[&str]| {
        let mut uv = command(&program, home.path());
        uv.args(arguments).env("VIRTUAL_ENV", &environment).env("UV_DEFAULT_INDEX", &index);
        uv
    };
    succeed(&mut uv(&["venv", "--python", "python3", &environment.display().to_string()]));
    assert_refused(
        &run(&mut uv(&["pip", "install", "shakedown-damaged"])),
        "Hash mismatch for `shakedown-damaged==1.0`",
    );
    assert_refused(&run(&mut uv(&["pip", "install", "shakedown-foreign"])), "no wheels with a matching platform tag");
    assert_refused(&run(&mut uv(&["pip", "install", "shakedown-left", "shakedown-right"])), "incompatible");
    succeed(uv(&["pip", "install"]).args(WANTED));
    assert_installed(&environment, home.path());
    succeed(&mut uv(&["pip", "check"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn pixi_installs_what_goes_together_and_refuses_the_rest() {
    let given = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.exists());
    let (Some(pixi), Some(channel)) = (given("PIXI_BINARY"), given("PIXI_CHANNEL_DIR")) else {
        return common::ignore("PIXI_BINARY and PIXI_CHANNEL_DIR name no pixi and no channel with a Python");
    };
    let home = TempDir::new().expect("a folder");
    let server = served().await;
    let channels = format!("[\"{}\", \"file://{}\"]", server.url("packages/conda"), channel.display());
    let install = |name: &str, dependencies: &str| {
        let folder = home.path().join(name);
        std::fs::create_dir(&folder).expect("a folder");
        let manifest = format!(
            "[workspace]\nname = \"{name}\"\nchannels = {channels}\nplatforms = [\"linux-64\"]\n\n[dependencies]\n{dependencies}\n"
        );
        std::fs::write(folder.join("pixi.toml"), manifest).expect("a manifest");
        run(command(&pixi, home.path()).arg("install").current_dir(&folder))
    };
    assert_refused(&install("damaged", "shakedown-damaged = \"*\""), "sha256");
    assert_refused(&install("foreign", "shakedown-foreign = \"*\""), "No candidates were found for shakedown-foreign");
    assert_refused(&install("conflict", "shakedown-left = \"*\"\nshakedown-right = \"*\""), "conflict");
    let wanted = "shakedown-top = \"*\"\nshakedown-plain = \"<2\"\nshakedown-extra = \"*\"\nshakedown-data = \"*\"\n\
                  shakedown-program = \"*\"\nshakedown-yanked = \"*\"";
    let installed = install("wanted", wanted);
    assert!(installed.status.success(), "{}", said(&installed));
    assert_installed(&home.path().join("wanted/.pixi/envs/default"), home.path());
}
