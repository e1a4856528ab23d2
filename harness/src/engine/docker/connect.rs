//! Finding the engine, and finding out what it is.

use std::error::Error as _;
use std::io;
use std::time::Duration;

use bollard::models::SystemVersion;

use super::trouble::{failed, reason};
use crate::engine::{EngineError, EngineFacts};

/// Where an engine is when nothing else is said.
const DEFAULT_ADDRESS: &str = "unix:///var/run/docker.sock";

/// The oldest API that builds with `BuildKit` work with: Docker 20.10.
const OLDEST_API: (usize, usize) = (1, 41);

/// How long an engine may take to say its version.
const PATIENCE: Duration = Duration::from_secs(10);

/// Connects to the engine at `host` (as in `DOCKER_HOST`; absent or empty: the default socket) and agrees on an API version.
pub(super) async fn connect(host: Option<&str>) -> Result<(bollard::Docker, EngineFacts), EngineError> {
    let address = host.filter(|host| !host.is_empty()).unwrap_or(DEFAULT_ADDRESS);
    let client = bollard::Docker::connect_with_host(address).map_err(|error| unreachable(address, &error))?;
    let agreed = tokio::time::timeout(PATIENCE, client.negotiate_version());
    let client = match agreed.await {
        Ok(Ok(client)) => client,
        Ok(Err(error)) => return Err(unreachable(address, &error)),
        Err(_) => {
            let reason = format!("no answer within {} s", PATIENCE.as_secs());
            return Err(EngineError::NoEngine { address: address.to_owned(), reason });
        }
    };
    let api = client.client_version();
    check_age((api.major_version, api.minor_version))?;
    let (version, info) = tokio::join!(client.version(), client.info());
    let version = version.map_err(failed("ask for the engine's version"))?;
    let info = info.map_err(failed("ask for the engine's facts"))?;
    let facts = EngineFacts {
        name: engine_name(&version).to_owned(),
        version: version.version.unwrap_or_default(),
        api: format!("{}.{}", api.major_version, api.minor_version),
        platform: format!("{}/{}", version.os.unwrap_or_default(), version.arch.unwrap_or_default()),
        processors: info.ncpu.and_then(|count| u64::try_from(count).ok()).unwrap_or(1),
        memory: info.mem_total.and_then(|bytes| u64::try_from(bytes).ok()).unwrap_or(0),
    };
    Ok((client, facts))
}

/// Whether the engine still answers.
pub(super) async fn ping(client: &bollard::Docker) -> Result<(), EngineError> {
    let gone = |reason: String| EngineError::Failed { action: "reach the engine".to_owned(), reason };
    match tokio::time::timeout(PATIENCE, client.ping()).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(gone(reason(&error))),
        Err(_) => Err(gone(format!("no answer within {} s", PATIENCE.as_secs()))),
    }
}

fn check_age(api: (usize, usize)) -> Result<(), EngineError> {
    if api < OLDEST_API {
        return Err(EngineError::TooOld {
            found: format!("{}.{}", api.0, api.1),
            needed: format!("{}.{}", OLDEST_API.0, OLDEST_API.1),
        });
    }
    Ok(())
}

fn engine_name(version: &SystemVersion) -> &'static str {
    let is_podman = version.components.iter().flatten().any(|component| component.name == "Podman Engine");
    if is_podman { "podman" } else { "docker" }
}

fn unreachable(address: &str, error: &bollard::errors::Error) -> EngineError {
    if matches!(error, bollard::errors::Error::UnsupportedURISchemeError { .. }) {
        return EngineError::NoAddress { address: address.to_owned() };
    }
    let mut cause = error.source();
    while let Some(current) = cause {
        if current.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::PermissionDenied) {
            return EngineError::NoPermission { address: address.to_owned() };
        }
        cause = current.source();
    }
    let reason = match error {
        bollard::errors::Error::SocketNotFoundError(_) => "there is no such socket".to_owned(),
        other => reason(other),
    };
    EngineError::NoEngine { address: address.to_owned(), reason }
}

#[cfg(test)]
mod tests {
    use bollard::models::SystemVersionComponents;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn a_missing_socket_is_no_engine() {
        let error = connect(Some("unix:///nowhere/docker.sock")).await.expect_err("nothing is there");
        insta::assert_snapshot!(error, @"no container engine answers at unix:///nowhere/docker.sock: there is no such socket");
    }

    #[rstest::rstest]
    #[case::of_an_unknown_kind("carrier-pigeon://coop")]
    #[case::of_no_kind("garbage")]
    #[tokio::test]
    async fn what_is_no_address_is_told_so(#[case] address: &str) {
        let error = connect(Some(address)).await.expect_err("no such kind");
        assert_eq!(error, EngineError::NoAddress { address: address.to_owned() });
    }

    #[tokio::test]
    async fn a_socket_that_nobody_listens_on_is_no_engine() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("docker.sock");
        drop(std::os::unix::net::UnixListener::bind(&path).expect("a socket"));
        let error = connect(Some(&format!("unix://{}", path.display()))).await.expect_err("nobody listens");
        assert!(error.to_string().contains("refused"), "{error}");
    }

    #[tokio::test]
    async fn an_engine_that_speaks_an_older_api_is_too_old() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("tcp://{}", listener.local_addr().expect("bound"));
        tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.expect("a client");
            let mut request = [0; 1024];
            assert!(socket.read(&mut request).await.expect("a request") > 0);
            let body = r#"{"Version":"19.03.1","ApiVersion":"1.40"}"#;
            let head =
                format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", body.len());
            socket.write_all(format!("{head}{body}").as_bytes()).await.expect("an answer");
        });
        let error = connect(Some(&address)).await.expect_err("too old");
        insta::assert_snapshot!(error, @"engine API 1.40 is older than 1.41, the oldest that BuildKit builds work with");
    }

    #[test]
    fn podman_is_known_by_its_component() {
        let component = SystemVersionComponents { name: "Podman Engine".to_owned(), ..Default::default() };
        let podman = SystemVersion { components: Some(vec![component]), ..Default::default() };
        assert_eq!(engine_name(&podman), "podman");
        assert_eq!(engine_name(&SystemVersion::default()), "docker");
    }
}
