//! A manager with an index, a home and a cache of its own, and carrying out what it asks for.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use shakedown::index::{Content, Mount, Server};
use shakedown::managers::{
    self, Additions, Caller, Capability, Ended, Failure, PackageManager, Place, Reach, Seen, Task, Unsupported,
};
use shakedown::model::invocation::Invocation;
use shakedown::packages::{catalogue, site};
use tempfile::TempDir;

use crate::common::ignore;

/// All that a lifecycle works with.
pub(crate) struct Bench {
    pub(crate) manager: &'static dyn PackageManager,
    pub(crate) caller: Caller,
    pub(crate) sources: Vec<String>,
    home: TempDir,
    path: String,
    _server: Server,
}

/// The index and the channel, served on the loopback.
async fn served() -> Server {
    let site = site(&catalogue()).expect("a site");
    let mount = Mount { name: "packages".to_owned(), content: Content::Site(site) };
    Server::start(IpAddr::V4(Ipv4Addr::LOCALHOST), vec![mount]).await.expect("a server")
}

fn succeed(command: &mut Command) -> Result<Output, String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() { Ok(output) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

/// A folder with Python, pip and uv, as far as this machine and the index of Python packages give them.
fn programs(home: &Path, wanted: &str) -> Result<PathBuf, String> {
    let folder = home.join("programs");
    succeed(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
    let programs = folder.join("bin");
    if wanted == "uv" {
        succeed(Command::new(programs.join("pip")).args(["install", "--quiet", "--disable-pip-version-check", "uv"]))?;
    }
    Ok(programs)
}

/// The program of a manager, and the folder of programs that goes before PATH; or why there is none here.
fn found(manager: &str, home: &Path) -> Result<(PathBuf, PathBuf), String> {
    let programs = programs(home, manager)?;
    match manager {
        "pixi" => match (std::env::var_os("PIXI_BINARY"), std::env::var_os("PIXI_CHANNEL_DIR")) {
            (Some(pixi), Some(_)) => Ok((PathBuf::from(pixi), programs)),
            _ => Err("PIXI_BINARY and PIXI_CHANNEL_DIR name no pixi and no channel with a Python".to_owned()),
        },
        other => Ok((programs.join(other), programs)),
    }
}

impl Bench {
    /// A bench for a manager; nothing, and said so, where it cannot be had here.
    pub(crate) async fn new(name: &str) -> Option<Self> {
        let home = TempDir::new().expect("a folder");
        let (program, programs) = match found(name, home.path()) {
            Ok(found) => found,
            Err(reason) => {
                ignore(&format!("{name} cannot be had: {reason}"));
                return None;
            }
        };
        let manager = managers::find(name).expect("a manager of this name");
        let server = served().await;
        let inside = |name: &str| home.path().join(name).display().to_string();
        let variables = BTreeMap::from([
            ("HOME".to_owned(), inside("home")),
            ("PIP_CACHE_DIR".to_owned(), inside("cache")),
            ("PIP_DISABLE_PIP_VERSION_CHECK".to_owned(), "1".to_owned()),
            ("PIXI_HOME".to_owned(), inside("pixi")),
            ("RATTLER_CACHE_DIR".to_owned(), inside("cache")),
            ("UV_CACHE_DIR".to_owned(), inside("cache")),
            ("UV_PYTHON_DOWNLOADS".to_owned(), "never".to_owned()),
        ]);
        std::fs::create_dir(inside("home")).expect("a home");
        let has_channels = manager.support(Capability::Channels).check(name).is_ok();
        let sources = if has_channels {
            let python = std::env::var("PIXI_CHANNEL_DIR").unwrap_or_default();
            vec![server.url("packages/conda"), format!("file://{python}")]
        } else {
            vec![server.url("packages/simple/")]
        };
        let path = format!("{}:/usr/bin:/bin", programs.display());
        let caller = Caller { program: program.display().to_string(), variables };
        Some(Self { manager, caller, sources, home, path, _server: server })
    }

    /// A folder below the bench's own; it need not be there.
    pub(crate) fn folder(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    pub(crate) fn has(&self, capability: Capability) -> Result<(), Unsupported> {
        self.manager.support(capability).check(self.manager.name())
    }

    /// Where an install finds packages: named with it, where a project does not hold its sources.
    pub(crate) fn reach(&self) -> Reach {
        let sources = if self.has(Capability::SourcesOfInstall).is_ok() { self.sources.clone() } else { Vec::new() };
        Reach { sources, offline: false }
    }

    /// An install of these packages.
    pub(crate) fn additions(&self, specs: &[&str]) -> Additions {
        let specs = specs.iter().map(|spec| spec.parse().expect("a specification")).collect();
        Additions { specs, reach: self.reach(), ..Additions::default() }
    }

    /// The folder of a place's environment.
    pub(crate) fn prefix(&self, place: &Place) -> PathBuf {
        PathBuf::from(self.manager.prefix(&self.caller, place).expect("an environment"))
    }

    /// A command as a task asks for it, with no variables but those of the bench.
    pub(crate) fn command(&self, invocation: &Invocation) -> Command {
        let (program, arguments) = invocation.argv.split_first().expect("a program");
        let mut command = Command::new(program);
        command.args(arguments).env_clear().env("PATH", &self.path).current_dir(self.home.path());
        for (name, value) in &invocation.environment {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        if let Some(folder) = &invocation.directory {
            command.current_dir(folder);
        }
        command
    }

    /// Carries out a task.
    pub(crate) fn carry_out<T>(&self, task: &Task<T>) -> Result<T, Failure> {
        let mut seen = Seen::default();
        for invocation in &task.invocations {
            let output = self.command(invocation).output().unwrap_or_else(|error| panic!("{invocation:?}: {error}"));
            seen.ended.push(Ended {
                exit: output.status.code(),
                stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
                stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            });
            if !output.status.success() {
                break;
            }
        }
        seen.files = task.files.iter().map(|file| std::fs::read_to_string(file).ok()).collect();
        task.result(&seen)
    }

    /// Carries out a task that must succeed.
    pub(crate) fn done<T>(&self, task: Result<Task<T>, Unsupported>) -> Result<T, Unsupported> {
        Ok(self.carry_out(&task?).unwrap_or_else(|failure| panic!("{failure}\n{failure:?}")))
    }

    /// Carries out a task that must be refused.
    pub(crate) fn refused<T>(&self, task: Result<Task<T>, Unsupported>) -> Result<Failure, Unsupported> {
        Ok(self.carry_out(&task?).err().expect("a refusal"))
    }
}
