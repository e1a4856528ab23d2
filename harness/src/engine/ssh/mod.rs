//! Commands by SSH. This is the one place that knows the SSH library.
//!
//! A login is shakedown's own, anew for each command: the server's host key is held against those that the container
//! is known to have, the user is let in by one credential and no other, and the server starts what the invocation says. A
//! server that is not there, shows another key, lets nobody in or starts nothing is an observation
//! ([`ExitStatus::NotStarted`]): that is how the image is. A key that cannot be opened here, or a container that cannot be
//! reached from here, is an error: that is no fault of the image.

mod admission;
mod key;
mod server;
mod session;
mod terminal;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use russh::client;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::EngineError;
use super::agent::invoke::not_started;
use crate::model::{Credential, ExitStatus, Invocation, Ran, Ssh};

use admission::admit;
use key::opened;
use server::{Broken, Known};

/// How long a container may take to accept a connection.
const CONNECTING: Duration = Duration::from_secs(10);

/// How long a server may take until somebody is let in.
const ADMITTING: Duration = Duration::from_secs(30);

/// A server, and what is known of it beforehand.
#[derive(Clone, Debug)]
pub(super) struct Server {
    /// Where it listens.
    pub(super) address: SocketAddr,
    /// Its host keys, each as the text of a public key file; one of them it has to show.
    pub(super) host_keys: Vec<String>,
}

/// Why nothing was started.
enum Refusal {
    /// The image's fault: seen, and to be judged.
    Seen(Box<Ran>),
    /// Shakedown's own trouble.
    Trouble(EngineError),
}

impl Refusal {
    /// Something that the image does; errno is the system's where it has one, else 0.
    fn seen(errno: i32, reason: String) -> Self {
        Self::Seen(Box::new(not_started(errno, reason)))
    }
}

/// Logs in, carries out an invocation, and logs out.
pub(super) async fn run(server: &Server, ssh: &Ssh, invocation: &Invocation) -> Result<Ran, EngineError> {
    match begin(server, ssh, invocation).await {
        Ok(ran) => Ok(ran),
        Err(Refusal::Seen(ran)) => Ok(*ran),
        Err(Refusal::Trouble(error)) => Err(error),
    }
}

async fn begin(server: &Server, ssh: &Ssh, invocation: &Invocation) -> Result<Ran, Refusal> {
    let trouble = |reason: &str| {
        let action = format!("log in by SSH as {}", ssh.user);
        Refusal::Trouble(EngineError::Failed { action, reason: reason.to_owned() })
    };
    let login = invocation.login.ok_or_else(|| trouble("the command is not one for SSH"))?;
    let credential = ssh
        .credential(login.way)
        .ok_or_else(|| trouble(&format!("the subject's `ssh` has no {}", login.way.name())))?;
    // A key that cannot be opened is told of before any server is.
    let key = match credential {
        Credential::Key { file, passphrase } => Some(opened(file, passphrase.as_deref())?),
        Credential::Password(_) => None,
    };
    let stream = connected(server.address).await?;
    let entered = timeout(ADMITTING, async {
        let mut client = greeted(server, stream).await?;
        admit(&mut client, server, ssh, credential, key).await?;
        Ok(client)
    });
    let client = entered.await.unwrap_or_else(|_| {
        let (address, seconds) = (server.address, ADMITTING.as_secs());
        Err(Refusal::seen(0, format!("the SSH server at {address} lets nobody in within {seconds} s")))
    })?;
    session::carry_out(&client, server, login.session, invocation).await
}

/// A connection to the server.
async fn connected(address: SocketAddr) -> Result<TcpStream, Refusal> {
    let unreachable = |reason: String| {
        let action = format!("reach the container's SSH server at {address}");
        let reason = format!("{reason}; the addresses of the engine's containers must be reachable from here");
        Refusal::Trouble(EngineError::Failed { action, reason })
    };
    match timeout(CONNECTING, TcpStream::connect(address)).await {
        Err(_) => Err(unreachable(format!("no answer within {} s", CONNECTING.as_secs()))),
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(error)) if error.kind() == std::io::ErrorKind::ConnectionRefused => {
            let errno = error.raw_os_error().unwrap_or_default();
            Err(Refusal::seen(errno, format!("no SSH server listens at {address}: connection refused")))
        }
        Ok(Err(error)) => Err(unreachable(error.to_string())),
    }
}

/// Talks to the server up to where it has proven who it is.
async fn greeted(server: &Server, stream: TcpStream) -> Result<client::Handle<Known>, Refusal> {
    let address = server.address;
    let config = client::Config { nodelay: true, ..client::Config::default() };
    match client::connect_stream(Arc::new(config), stream, Known::of(&server.host_keys)).await {
        Ok(client) => Ok(client),
        Err(Broken::OtherKey(shown)) if server.host_keys.is_empty() => {
            let where_not = "no /etc/ssh/ssh_host_*_key.pub in the container to hold it against";
            Err(Refusal::seen(
                0,
                format!("the SSH server at {address} shows the host key {shown}; there is {where_not}"),
            ))
        }
        Err(Broken::OtherKey(shown)) => {
            let own = server.host_keys.iter().filter_map(|text| server::fingerprint(text)).collect::<Vec<_>>();
            let own = own.join(", ");
            let reason = format!(
                "the SSH server at {address} shows the host key {shown}, which is none of the container's own: {own}"
            );
            Err(Refusal::seen(0, reason))
        }
        Err(Broken::Library(error)) => {
            Err(Refusal::seen(0, format!("what listens at {address} does not speak SSH as it should: {error}")))
        }
    }
}

/// How a command ended that was started: the status alone, for the session to fill in.
fn ended(code: u32) -> ExitStatus {
    ExitStatus::Exited(i32::try_from(code).unwrap_or(i32::MAX))
}
