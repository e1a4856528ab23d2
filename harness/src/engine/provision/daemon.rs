//! A Docker daemon as a process of its own, for machines without systemd.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep};

use super::{ProvisionError, last_lines};
use crate::engine::docker::build::EngineSocket;

/// How long a daemon may take to answer; the first start on a slow disk takes some seconds.
const PATIENCE: Duration = Duration::from_mins(1);
/// How long until it is asked again.
const PAUSE: Duration = Duration::from_millis(100);

/// A daemon that is to listen on a socket.
#[derive(Debug)]
pub(super) struct Daemon {
    /// The program and its arguments.
    command: Vec<String>,
    socket: EngineSocket,
    /// Where its output goes.
    pub(super) log: PathBuf,
    patience: Duration,
}

impl Daemon {
    /// The machine's own daemon.
    pub(super) fn of_machine(socket: EngineSocket) -> Self {
        let command = vec!["dockerd".to_owned()];
        Self { command, socket, log: PathBuf::from("/var/log/shakedown-dockerd.log"), patience: PATIENCE }
    }

    /// Starts it in a session of its own, so that neither Ctrl-C nor the end of this process reaches it, and awaits its
    /// answer.
    pub(super) async fn start(&self) -> Result<(), ProvisionError> {
        let failed = |error: std::io::Error| ProvisionError::Daemon(format!("{}: {error}", self.command.join(" ")));
        let log = File::create(&self.log).map_err(failed)?;
        let errors = log.try_clone().map_err(failed)?;
        let mut command = Command::new("setsid");
        command.args(&self.command).stdin(Stdio::null()).stdout(log).stderr(errors);
        let path = std::env::var("PATH").unwrap_or_default();
        // dockerd looks for iptables there, which the path of a plain user lacks.
        command.env("PATH", format!("{path}:/usr/sbin:/sbin"));
        let mut child = command.spawn().map_err(failed)?;
        self.await_answer(Some(&mut child)).await
    }

    /// Awaits the daemon's answer, no longer than the child lives whose end would be the daemon's.
    pub(super) async fn await_answer(&self, mut child: Option<&mut Child>) -> Result<(), ProvisionError> {
        let deadline = Instant::now() + self.patience;
        while !self.socket.answers().await {
            let ended = match child.as_mut() {
                Some(child) => child.try_wait().ok().flatten(),
                None => None,
            };
            let reason = match ended {
                Some(status) => format!("it ended with {status}"),
                None if Instant::now() >= deadline => format!("no answer within {} s", self.patience.as_secs()),
                None => {
                    sleep(PAUSE).await;
                    continue;
                }
            };
            let log = fs::read_to_string(&self.log).unwrap_or_default();
            return Err(ProvisionError::Daemon(format!("{reason}; {}: {}", self.log.display(), last_lines(&log))));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::UnixListener;

    use super::*;

    fn daemon(folder: &tempfile::TempDir, script: &str) -> Daemon {
        Daemon {
            command: ["sh", "-c", script].map(str::to_owned).into(),
            socket: EngineSocket(folder.path().join("docker.sock")),
            log: folder.path().join("log"),
            patience: Duration::from_secs(30),
        }
    }

    #[tokio::test]
    async fn a_daemon_that_ends_at_once_is_told_with_its_log() {
        let folder = tempfile::tempdir().expect("a folder");
        let daemon = daemon(&folder, "echo starting; echo no iptables >&2; exit 1");
        let error = daemon.start().await.expect_err("ended");
        let expected = format!("it ended with exit status: 1; {}: starting | no iptables", daemon.log.display());
        assert_eq!(error, ProvisionError::Daemon(expected));
    }

    #[tokio::test]
    async fn an_answer_is_awaited() {
        let folder = tempfile::tempdir().expect("a folder");
        let daemon = daemon(&folder, "exit 0");
        let listener = UnixListener::bind(&daemon.socket.0).expect("bound");
        let serve = async {
            for answer in ["HTTP/1.0 503 Not Yet\r\n\r\n", "HTTP/1.0 200 OK\r\n\r\nOK"] {
                let (mut stream, _) = listener.accept().await.expect("asked");
                let mut request = [0; 256];
                let length = stream.read(&mut request).await.expect("read");
                assert!(request[..length].starts_with(b"GET /_ping "));
                stream.write_all(answer.as_bytes()).await.expect("written");
            }
        };
        let (answered, ()) = tokio::join!(daemon.await_answer(None), serve);
        assert_eq!(answered, Ok(()));
    }

    #[tokio::test]
    async fn patience_ends() {
        let folder = tempfile::tempdir().expect("a folder");
        let daemon = Daemon { patience: Duration::ZERO, ..daemon(&folder, "exit 0") };
        let error = daemon.await_answer(None).await.expect_err("nobody answers");
        assert!(error.to_string().contains("no answer within 0 s"), "{error}");
    }
}
