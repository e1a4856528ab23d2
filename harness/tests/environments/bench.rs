//! A folder to work in, a real uv, and an index of shakedown's own packages.

use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use shakedown::index::{Content, Mount, Server};
use shakedown::packages::{catalogue, site};
use tempfile::TempDir;

use crate::{common, uv};

/// A real uv; nothing where it cannot be had.
fn uv() -> Option<PathBuf> {
    uv::uv().map_err(|reason| common::ignore(&format!("uv cannot be had from PyPI: {reason}"))).ok()
}

/// A folder to work in, and an index of shakedown's own packages.
pub(crate) struct Bench {
    pub(crate) folder: TempDir,
    pub(crate) uv: PathBuf,
    pub(crate) server: Server,
}

impl Bench {
    pub(crate) async fn new() -> Option<Self> {
        let uv = uv()?;
        let folder = tempfile::tempdir().expect("a folder");
        let site = site(&catalogue()).expect("a site");
        let mount = Mount { name: "packages".to_owned(), content: Content::Site(site) };
        let server = Server::start(IpAddr::V4(Ipv4Addr::LOCALHOST), vec![mount]).await.expect("a server");
        Some(Self { folder, uv, server })
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().canonicalize().expect("there").join(name)
    }

    /// `shakedown env` in the folder, with nothing of the caller's environment but the way to Python.
    pub(crate) fn env(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("shakedown"));
        command.arg("env").args(arguments).current_dir(self.folder.path()).env_clear();
        let index = self.server.url("packages/simple/");
        let named = |name: &str| std::env::var_os(name).unwrap_or_default();
        command.env("PATH", named("PATH")).env("HOME", self.folder.path()).env("TMPDIR", std::env::temp_dir());
        command.env("UV_DEFAULT_INDEX", index).env("UV_PYTHON_DOWNLOADS", "never");
        command.env("UV_CACHE_DIR", self.path("cache")).env("SHAKEDOWN_MANAGER", format!("uv={}", self.uv.display()));
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.env(arguments).output().expect("the program starts")
    }

    /// What a command that succeeds prints.
    pub(crate) fn told(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", said(&output));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// The same as JSON, whatever the exit code.
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let output = self.run(&[&["--json"], arguments].concat());
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", said(&output)))
    }
}

pub(crate) fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Python packages by their metadata in a project's environment, without the manager.
pub(crate) fn recorded(project: &Path) -> Vec<String> {
    let libraries = std::fs::read_dir(project.join(".venv/lib")).into_iter().flatten().flatten();
    let entries = libraries.flat_map(|python| std::fs::read_dir(python.path().join("site-packages")));
    let names = entries.flatten().flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter_map(|name| Some(name.strip_suffix(".dist-info")?.to_owned())).collect();
    names.retain(|name| name.starts_with("shakedown"));
    names.sort();
    names
}
