//! What the package manager draws on: whether it can be had at all, and local stand-ins served to builds and containers.

use std::net::IpAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use futures_util::future::join_all;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::config::{ImageSource, Remote, Sources, Stage, Subject};
use crate::index::{Content, Mount, Places, Server};
use crate::packages;
use crate::plan::Addresses;

use super::error::SessionError;
use super::network;

/// How long one remote source may take to answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// A remote source that cannot be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unreachable {
    pub(super) reason: String,
    pub(super) hint: String,
}

/// Looks at local sources; a wrong one is the caller's mistake.
pub(super) fn check_local(sources: &Sources) -> Result<(), SessionError> {
    let wrong = |key, path: &Path, problem| Err(SessionError::Source { key, path: path.to_owned(), problem });
    if let Some(path) = &sources.binary {
        match path.metadata() {
            Err(_) => return wrong("binary", path, "not there"),
            Ok(facts) if !facts.is_file() => return wrong("binary", path, "not a file"),
            Ok(facts) if facts.permissions().mode() & 0o111 == 0 => return wrong("binary", path, "not executable"),
            Ok(_) => {}
        }
    }
    match &sources.channel {
        Some(path) if !path.is_dir() => wrong("channel", path, "not a folder"),
        _ => Ok(()),
    }
}

/// Whether every remote source that no local one replaces answers, all asked at the same time. A machine that goes
/// through a proxy is not asked: the proxy resolves and connects, so the build finds out. Of a subject that names no
/// source this machine must have a way out at least.
pub(super) async fn preflight(subject: &Subject) -> Result<(), Unreachable> {
    if uses_proxy() {
        return Ok(());
    }
    let sources = &subject.sources;
    if is_unnamed(subject) && !network::has_way_out() {
        return Err(Unreachable {
            reason: format!("{} cannot be obtained (this machine has no way out)", subject.manager),
            hint: format!(
                "Give this machine a default route or a proxy, or name what the build needs by `sources` of {}.",
                subject.file.display()
            ),
        });
    }
    let needed = sources.remote.iter().filter(|remote| !replaced(remote, sources));
    let answers = join_all(needed.map(|remote| async move { (remote, reach(&remote.url).await) })).await;
    let troubles: Vec<String> = answers
        .into_iter()
        .filter_map(|(remote, answer)| answer.err().map(|trouble| format!("{}: {trouble}", remote.url)))
        .collect();
    if troubles.is_empty() {
        return Ok(());
    }
    Err(Unreachable {
        reason: format!("{} cannot be obtained ({})", subject.manager, troubles.join("; ")),
        hint: format!("Give this machine a way there, or local stand-ins by {}.", stand_ins(subject)),
    })
}

/// How this subject's local sources are given: by variables where its file says so.
fn stand_ins(subject: &Subject) -> String {
    let file = subject.file.display();
    match subject.sources.variables.as_slice() {
        [] => format!("`sources.binary` and `sources.channel` of {file}"),
        names => format!("{} (`sources` of {file})", names.join(" and ")),
    }
}

/// Whether nothing is said of where a build gets the package manager from: from its usual place, then.
fn is_unnamed(subject: &Subject) -> bool {
    let sources = &subject.sources;
    let builds_anew = |stage: &Stage| !stage.cache;
    matches!(&subject.image, ImageSource::Build { stages, .. } if stages.iter().any(builds_anew))
        && sources.remote.is_empty()
        && sources.binary.is_none()
        && sources.channel.is_none()
}

/// The sources that serve a build here, in words.
pub(super) fn named(sources: &Sources) -> Vec<String> {
    let local = [("binary", &sources.binary), ("channel", &sources.channel)];
    let local = local.into_iter().filter_map(|(key, path)| Some(format!("{} (local {key})", path.as_ref()?.display())));
    let remote = sources.remote.iter().filter(|remote| !replaced(remote, sources)).map(|remote| remote.url.clone());
    let packages = sources.packages.then(|| "shakedown's own packages".to_owned());
    local.chain(packages).chain(remote).collect()
}

fn replaced(remote: &Remote, sources: &Sources) -> bool {
    match remote.unless.as_deref() {
        Some("binary") => sources.binary.is_some(),
        Some("channel") => sources.channel.is_some(),
        _ => false,
    }
}

fn uses_proxy() -> bool {
    ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
        .iter()
        .any(|name| std::env::var(name).is_ok_and(|value| !value.is_empty()))
}

async fn reach(url: &str) -> Result<(), String> {
    let (scheme, rest) = url.split_once("://").ok_or("not a URL")?;
    let authority = rest.split('/').next().unwrap_or_default();
    let port = if scheme == "http" { 80 } else { 443 };
    let address = if authority.contains(':') { authority.to_owned() } else { format!("{authority}:{port}") };
    match timeout(PATIENCE, TcpStream::connect(address)).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err(format!("no answer within {} s", PATIENCE.as_secs())),
    }
}

/// Local stand-ins as builds and containers reach them.
#[derive(Default)]
pub(super) struct Served {
    pub(super) addresses: Addresses,
    server: Option<Server>,
}

impl Served {
    /// Serves what is local under this address of the host.
    pub(super) async fn start(sources: &Sources, address: IpAddr) -> Result<Self, String> {
        let mounts = mounts(sources)?;
        if mounts.is_empty() {
            return Ok(Self::default());
        }
        let server = Server::start(address, mounts).await.map_err(|error| error.to_string())?;
        let url = |there: bool, name: &str| if there { server.url(name) } else { String::new() };
        let packages = if sources.packages {
            Addresses::of_packages(&address.to_string(), &server.url("packages"))
        } else {
            Addresses::default()
        };
        let addresses = Addresses {
            host: address.to_string(),
            binary: url(sources.binary.is_some(), "binary"),
            channel: url(sources.channel.is_some(), "channel"),
            ..packages
        };
        Ok(Self { addresses, server: Some(server) })
    }

    /// The index that it serves, as far as things can go wrong there.
    pub(super) fn places(&self) -> Option<Places> {
        self.server.as_ref().map(Server::places)
    }

    /// Ends serving.
    pub(super) async fn stop(self) {
        if let Some(server) = self.server {
            server.stop().await;
        }
    }
}

/// What is to be served.
fn mounts(sources: &Sources) -> Result<Vec<Mount>, String> {
    let mount = |name: &str, content| Mount { name: name.to_owned(), content };
    let path = |name: &str, path: &Option<PathBuf>| path.clone().map(|path| mount(name, Content::Path(path)));
    let mut mounts: Vec<Mount> =
        [path("binary", &sources.binary), path("channel", &sources.channel)].into_iter().flatten().collect();
    if sources.packages {
        let site = packages::site(&packages::catalogue()).map_err(|error| error.to_string())?;
        mounts.push(mount("packages", Content::Site(site)));
    }
    Ok(mounts)
}
