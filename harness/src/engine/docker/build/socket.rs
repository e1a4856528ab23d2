//! The engine's local socket, for what the client library cannot do: hand over a connection.

use std::env;
use std::io;
use std::path::PathBuf;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;

/// The path where Docker listens unless told otherwise.
const DEFAULT_SOCKET: &str = "/var/run/docker.sock";
/// More than any answer's head needs.
const HEAD_LIMIT: usize = 16 * 1024;

/// An engine's local socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngineSocket(pub PathBuf);

impl EngineSocket {
    /// The socket of this engine address (`DOCKER_HOST`; absent: Docker's default); none for an address that is no local socket.
    pub fn of(address: Option<&str>) -> Option<Self> {
        match address.filter(|address| !address.is_empty()) {
            None => Some(Self(PathBuf::from(DEFAULT_SOCKET))),
            Some(address) => address.strip_prefix("unix://").map(|path| Self(PathBuf::from(path))),
        }
    }

    /// The socket that `DOCKER_HOST` names.
    pub fn of_environment() -> Option<Self> {
        Self::of(env::var("DOCKER_HOST").ok().as_deref())
    }

    /// Whether an engine answers there.
    pub async fn answers(&self) -> bool {
        self.get("/_ping").await.is_ok()
    }

    async fn get(&self, resource: &str) -> io::Result<Vec<u8>> {
        let mut stream = UnixStream::connect(&self.0).await?;
        // In HTTP/1.0 the body is not chunked and ends with the connection.
        stream.write_all(format!("GET {resource} HTTP/1.0\r\nHost: docker\r\n\r\n").as_bytes()).await?;
        let head = read_head(&mut stream).await?;
        let mut body = Vec::new();
        stream.read_to_end(&mut body).await?;
        match expect_status(&head, "200") {
            Ok(()) => Ok(body),
            Err(error) => Err(io::Error::other(format!("{error}: {}", String::from_utf8_lossy(&body).trim()))),
        }
    }

    /// Has the engine hand over the connection for another protocol.
    pub(super) async fn upgrade(&self, resource: &str, headers: &[(&str, &str)]) -> io::Result<UnixStream> {
        let mut stream = UnixStream::connect(&self.0).await?;
        let headers: Vec<String> = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let headers = headers.concat();
        let request = format!("POST {resource} HTTP/1.1\r\nHost: docker\r\nConnection: Upgrade\r\n{headers}\r\n");
        stream.write_all(request.as_bytes()).await?;
        let head = read_head(&mut stream).await?;
        expect_status(&head, "101")?;
        Ok(stream)
    }
}

/// Reads up to the empty line and not a byte further: what follows belongs to the next protocol.
async fn read_head(stream: &mut UnixStream) -> io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() >= HEAD_LIMIT {
            return Err(io::Error::other("the engine's answer has no end of its head"));
        }
        head.push(stream.read_u8().await?);
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

fn expect_status(head: &str, status: &str) -> io::Result<()> {
    let line = head.lines().next().unwrap_or_default();
    if line.split(' ').nth(1) == Some(status) {
        return Ok(());
    }
    Err(io::Error::other(format!("the engine answered `{line}`")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_local_address_has_a_socket() {
        let path = |address| EngineSocket::of(address).map(|socket| socket.0.display().to_string());
        assert_eq!(path(None).as_deref(), Some("/var/run/docker.sock"));
        assert_eq!(path(Some("")).as_deref(), Some("/var/run/docker.sock"));
        assert_eq!(path(Some("unix:///run/user/1000/docker.sock")).as_deref(), Some("/run/user/1000/docker.sock"));
        assert_eq!(path(Some("tcp://engine:2376")), None);
        assert_eq!(path(Some("ssh://engine")), None);
    }

    #[test]
    fn another_status_is_an_error_that_quotes_it() {
        assert!(expect_status("HTTP/1.1 101 UPGRADED\r\n\r\n", "101").is_ok());
        let error = expect_status("HTTP/1.1 400 Bad Request\r\n\r\n", "101").expect_err("refused");
        assert_eq!(error.to_string(), "the engine answered `HTTP/1.1 400 Bad Request`");
    }
}
