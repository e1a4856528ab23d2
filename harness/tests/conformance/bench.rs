//! A manager with an index, a home and a cache of its own, and carrying out what it asks for.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::PathBuf;

use shakedown::index::{Content, Mount, Server};
use shakedown::managers::{
    self, Additions, Caller, Capability, Ended, Failure, PackageManager, Place, Reach, Seen, Task, Unsupported,
};
use shakedown::model::Ran;
use shakedown::model::invocation::Invocation;
use shakedown::packages::{catalogue, site};

use crate::ground::Ground;

/// All that a lifecycle works with.
pub(crate) struct Bench {
    pub(crate) manager: &'static dyn PackageManager,
    pub(crate) caller: Caller,
    pub(crate) sources: Vec<String>,
    pub(crate) ground: Ground,
    pub(crate) image: Option<String>,
    root: String,
    _server: Server,
}

/// Where the manager is, and where it may work.
pub(crate) struct Setting {
    /// Its program.
    pub(crate) program: String,
    /// The folder of the bench, which is not there yet.
    pub(crate) root: String,
    /// PATH, where it is another one than that of the ground.
    pub(crate) path: Option<String>,
    /// The image of the ground, where that is a container.
    pub(crate) image: Option<String>,
}

/// The index and the channel, and what pixi needs beside them, served at this address.
pub(crate) async fn served(address: IpAddr, manager: &str) -> Server {
    let mount = |name: &str, content| Mount { name: name.to_owned(), content };
    let mut mounts = vec![mount("packages", Content::Site(site(&catalogue()).expect("a site")))];
    if manager == "pixi" {
        let named = [("binary", "PIXI_BINARY"), ("channel", "PIXI_CHANNEL_DIR")];
        mounts.extend(named.into_iter().filter_map(|(name, variable)| {
            let path = PathBuf::from(std::env::var_os(variable)?);
            Some(mount(name, Content::Path(path)))
        }));
    }
    Server::start(address, mounts).await.expect("a server")
}

impl Bench {
    /// A bench of a manager on this ground.
    pub(crate) fn new(name: &str, ground: Ground, setting: Setting, server: Server) -> Self {
        let manager = managers::find(name).expect("a manager of this name");
        let Setting { program, root, path, image } = setting;
        let inside = |name: &str| format!("{root}/{name}");
        let mut variables = BTreeMap::from([
            ("HOME".to_owned(), inside("home")),
            ("PIP_CACHE_DIR".to_owned(), inside("cache")),
            ("PIP_DISABLE_PIP_VERSION_CHECK".to_owned(), "1".to_owned()),
            ("PIXI_HOME".to_owned(), inside("pixi")),
            ("RATTLER_CACHE_DIR".to_owned(), inside("cache")),
            ("UV_CACHE_DIR".to_owned(), inside("cache")),
            ("UV_PYTHON_DOWNLOADS".to_owned(), "never".to_owned()),
        ]);
        variables.extend(path.map(|path| ("PATH".to_owned(), path)));
        ground.succeed(&["mkdir", "-p", &inside("home")]);
        let has_channels = manager.support(Capability::Channels).check(name).is_ok();
        let sources = if has_channels {
            vec![server.url("packages/conda"), server.url("channel")]
        } else {
            vec![server.url("packages/simple/")]
        };
        Self { manager, caller: Caller { program, variables }, sources, ground, image, root, _server: server }
    }

    /// A folder below the bench's own; it need not be there.
    pub(crate) fn folder(&self, name: &str) -> String {
        format!("{}/{name}", self.root)
    }

    pub(crate) fn has(&self, capability: Capability) -> Result<(), Unsupported> {
        self.manager.support(capability).check(self.manager.name())
    }

    /// The sources that a project is made with.
    pub(crate) fn kept(&self) -> Vec<String> {
        if self.has(Capability::SourcesOfProject).is_ok() { self.sources.clone() } else { Vec::new() }
    }

    /// Where an install finds packages: named with it, where a project does not hold its sources.
    pub(crate) fn reach(&self) -> Reach {
        let sources = if self.has(Capability::SourcesOfProject).is_ok() { Vec::new() } else { self.sources.clone() };
        Reach { sources, offline: false }
    }

    /// An install of these packages.
    pub(crate) fn additions(&self, specs: &[&str]) -> Additions {
        let specs = specs.iter().map(|spec| spec.parse().expect("a specification")).collect();
        Additions { specs, reach: self.reach(), ..Additions::default() }
    }

    /// The folder of a place's environment.
    pub(crate) fn prefix(&self, place: &Place) -> String {
        self.manager.prefix(&self.caller, place).expect("an environment")
    }

    /// Carries out a command as a task asks for it; in the bench's folder where it names none.
    pub(crate) fn run(&self, invocation: &Invocation) -> Ran {
        let directory = invocation.directory.clone().or(Some(self.root.clone()));
        self.ground.run(&Invocation { directory, ..invocation.clone() })
    }

    /// Carries out a task.
    pub(crate) fn carry_out<T>(&self, task: &Task<T>) -> Result<T, Failure> {
        let mut seen = Seen::default();
        for invocation in &task.invocations {
            let ran = self.run(invocation);
            let exit = ran.status.code();
            seen.ended.push(Ended { exit, stdout: ran.stdout.text, stderr: ran.stderr.text });
            if exit != Some(0) {
                break;
            }
        }
        seen.files = task.files.iter().map(|file| self.ground.text(file)).collect();
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
