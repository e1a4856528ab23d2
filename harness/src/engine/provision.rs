//! Readies a machine: installs and starts what runs need on Debian and Ubuntu, as root.

mod daemon;

use std::env;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::process::Stdio;

use thiserror::Error;
use tokio::process::Command;

use self::daemon::Daemon;
use crate::engine::docker::build::EngineSocket;

/// Who is told what is done, a sentence each.
pub type Say<'a> = &'a (dyn Fn(&str) + Sync);

/// How many of a program's last lines an error quotes.
const QUOTED_LINES: usize = 6;

/// A machine that cannot be readied.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
pub enum ProvisionError {
    /// `DOCKER_HOST` names another machine's engine, which does not answer.
    #[error("the engine at {0} does not answer and is not this machine's to start")]
    Remote(String),
    /// Not a system whose packages are known.
    #[error("missing here: {missing}; this system is {system}, neither Debian nor Ubuntu")]
    System {
        /// What is missing.
        missing: String,
        /// What the system calls itself.
        system: String,
    },
    /// Not root.
    #[error("missing here: {0}; installing and starting it needs root")]
    NotRoot(String),
    /// A package manager failed.
    #[error("`{command}` failed: {reason}")]
    Install {
        /// What was run.
        command: String,
        /// Its last lines.
        reason: String,
    },
    /// The daemon did not come up.
    #[error("the Docker daemon did not come up: {0}")]
    Daemon(String),
}

impl ProvisionError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Remote(_) => "Start it there, or unset DOCKER_HOST to use an engine on this machine.",
            Self::System { .. } => "Install Docker Engine and debootstrap by hand and start the daemon.",
            Self::NotRoot(_) => "Run as root, as with sudo.",
            Self::Install { .. } => "Check the network, the package sources in /etc/apt and free disk space.",
            Self::Daemon(_) => "Look at the daemon's log, named above, or at `journalctl -u docker`.",
        }
    }
}

/// Installs and starts what is missing: Docker Engine and debootstrap. Does nothing, and needs no root, where all is there.
pub async fn provision(say: Say<'_>) -> Result<(), ProvisionError> {
    let address = env::var("DOCKER_HOST").ok().filter(|address| !address.is_empty());
    let socket = EngineSocket::of(address.as_deref());
    // Of another machine's engine only the daemon itself can say whether it runs; that is asked when it is used.
    let answers = match &socket {
        Some(socket) => socket.answers().await,
        None => true,
    };
    let missing = missing(answers, |program| find_program(program).is_some());
    if answers && missing.is_empty() {
        say("Docker Engine answers and debootstrap is installed: nothing to do.");
        return Ok(());
    }
    let mut wanted: Vec<&str> = missing.clone();
    if !answers && !missing.contains(&"docker.io") {
        wanted.push("a running Docker daemon");
    }
    permitted(&wanted.join(", "))?;
    if !missing.is_empty() {
        install(&missing, say).await?;
    }
    match (answers, socket, address) {
        (true, ..) => Ok(()),
        (false, Some(socket), None) => start(socket, say).await,
        (false, _, address) => Err(ProvisionError::Remote(address.unwrap_or_default())),
    }
}

/// Packages that are missing, by the programs they bring.
fn missing(engine_answers: bool, is_there: impl Fn(&str) -> bool) -> Vec<&'static str> {
    let mut missing = Vec::new();
    if !engine_answers && !is_there("dockerd") {
        missing.push("docker.io");
    }
    if !is_there("debootstrap") {
        missing.push("debootstrap");
    }
    missing
}

fn permitted(missing: &str) -> Result<(), ProvisionError> {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    if !is_debian_like(&release) {
        let system = field(&release, "PRETTY_NAME").unwrap_or_else(|| env::consts::OS.to_owned());
        return Err(ProvisionError::System { missing: missing.to_owned(), system });
    }
    if !fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0) {
        return Err(ProvisionError::NotRoot(missing.to_owned()));
    }
    Ok(())
}

fn is_debian_like(release: &str) -> bool {
    let named = ["ID", "ID_LIKE"].into_iter().filter_map(|name| field(release, name));
    named
        .flat_map(|value| value.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
        .any(|id| id == "debian" || id == "ubuntu")
}

fn field(release: &str, name: &str) -> Option<String> {
    let value = release.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='))?;
    Some(value.trim_matches(['"', '\'']).to_owned())
}

async fn install(packages: &[&str], say: Say<'_>) -> Result<(), ProvisionError> {
    say("Reading Debian's package lists (apt-get update).");
    // Lists that are not all fresh may still do; whether they do, the installation shows.
    let updated = apt_get(&["update", "-q"]).await;
    say(&format!("Installing {} (apt-get install).", packages.join(" and ")));
    let arguments = [&["install", "-q", "-y", "--no-install-recommends"], packages].concat();
    match (updated, apt_get(&arguments).await) {
        (_, Ok(())) => Ok(()),
        (Err(error), Err(_)) | (Ok(()), Err(error)) => Err(error),
    }
}

async fn apt_get(arguments: &[&str]) -> Result<(), ProvisionError> {
    let mut command = Command::new("apt-get");
    command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive").env("LC_ALL", "C");
    ran(&mut command, &format!("apt-get {}", arguments.join(" "))).await
}

async fn ran(command: &mut Command, shown: &str) -> Result<(), ProvisionError> {
    let failed = |reason: String| ProvisionError::Install { command: shown.to_owned(), reason };
    let output = command.stdin(Stdio::null()).kill_on_drop(true).output().await;
    let output = output.map_err(|error: io::Error| failed(error.to_string()))?;
    if output.status.success() {
        return Ok(());
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    Err(failed(last_lines(&errors)))
}

/// The last lines of a text in one.
fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines[lines.len().saturating_sub(QUOTED_LINES)..].join(" | ")
}

/// Starts the daemon by systemd where that runs, else as a process of its own that outlives this one.
async fn start(socket: EngineSocket, say: Say<'_>) -> Result<(), ProvisionError> {
    let daemon = Daemon::of_machine(socket);
    if PathBuf::from("/run/systemd/system").is_dir() {
        say("Starting the Docker daemon (systemctl start docker).");
        ran(Command::new("systemctl").args(["start", "docker"]), "systemctl start docker").await?;
        daemon.await_answer(None).await?;
    } else {
        say(&format!("Starting the Docker daemon (dockerd; its log: {}).", daemon.log.display()));
        daemon.start().await?;
    }
    say("Docker Engine answers.");
    Ok(())
}

fn find_program(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).chain(["/usr/sbin", "/sbin"].map(PathBuf::from));
    folders.map(|folder| folder.join(name)).find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(true, &["dockerd", "debootstrap"], &[])]
    #[case(true, &["debootstrap"], &[])]
    #[case(true, &[], &["debootstrap"])]
    #[case(false, &["dockerd", "debootstrap"], &[])]
    #[case(false, &[], &["docker.io", "debootstrap"])]
    fn only_what_is_missing_is_installed(#[case] answers: bool, #[case] there: &[&str], #[case] expected: &[&str]) {
        assert_eq!(missing(answers, |program| there.contains(&program)), expected);
    }

    #[rstest]
    #[case("ID=debian\nVERSION_ID=\"12\"\n", true)]
    #[case("NAME=\"Ubuntu\"\nID=ubuntu\nID_LIKE=debian\n", true)]
    #[case("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", true)]
    #[case("ID=\"fedora\"\n", false)]
    #[case("ID=alpine\nID_LIKE_NOT=debian\n", false)]
    #[case("", false)]
    fn debian_and_its_kin_are_known(#[case] release: &str, #[case] expected: bool) {
        assert_eq!(is_debian_like(release), expected);
    }

    #[tokio::test]
    async fn a_program_that_fails_is_quoted_by_its_last_lines() {
        let mut command = Command::new("sh");
        let error = ran(command.args(["-c", "seq 9 >&2; echo; exit 1"]), "apt-get x").await.expect_err("fails");
        assert_eq!(error.to_string(), "`apt-get x` failed: 4 | 5 | 6 | 7 | 8 | 9");
        assert!(!error.hint().is_empty());
    }
}
