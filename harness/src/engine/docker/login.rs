//! Logging in to a container by SSH: where its server is, and who it has to be.

use std::net::{IpAddr, SocketAddr};

use bollard::models::NetworkSettings;
use bollard::query_parameters::InspectContainerOptions;

use super::ask::Inside;
use super::context::Docker;
use super::engine::DockerEngine;
use super::life;
use super::trouble::failed;
use crate::engine::agent::ask::Asker;
use crate::engine::ssh::{self, Server};
use crate::engine::{Container, EngineError};
use crate::model::{Answer, Inquiry, Invocation, Ran, Ssh};

/// How many log in at the same time: OpenSSH turns strangers away at random from ten on.
pub(super) const LOGINS: usize = 4;

/// The kinds of host key that OpenSSH makes, as in `/etc/ssh/ssh_host_ed25519_key.pub`.
const KINDS: [&str; 3] = ["ed25519", "ecdsa", "rsa"];

/// The most of a public key that is read, bytes.
const LONGEST_KEY: u64 = 16 * 1024;

/// Carries out an invocation by SSH.
pub(super) async fn log_in(
    engine: &DockerEngine,
    container: &Container,
    ssh: &Ssh,
    invocation: &Invocation,
) -> Result<Ran, EngineError> {
    let _turn = engine.logins.acquire().await;
    let docker = &engine.docker;
    let address = SocketAddr::new(address(docker, container).await?, ssh.port);
    let server = Server { address, host_keys: host_keys(engine, container).await? };
    match ssh::run(&server, ssh, invocation).await {
        Ok(ran) => Ok(ran),
        // A container's own end goes before that of a connection into it.
        Err(error) => Err(life::ending(docker, &container.id).await.unwrap_or(error)),
    }
}

/// The container's address on its network.
async fn address(docker: &Docker, container: &Container) -> Result<IpAddr, EngineError> {
    let action = format!("find the address of container {}", container.name);
    let inspected = docker.client.inspect_container(&container.id, None::<InspectContainerOptions>).await;
    let settings = inspected.map_err(failed(action.clone()))?.network_settings;
    settings.as_ref().and_then(of_settings).ok_or_else(|| EngineError::Failed {
        action,
        reason: "it is on no network with an address of its own".to_owned(),
    })
}

fn of_settings(settings: &NetworkSettings) -> Option<IpAddr> {
    let mut networks = settings.networks.iter().flatten();
    networks.find_map(|(_, endpoint)| endpoint.ip_address.as_deref()?.parse().ok())
}

/// The host keys that lie in the container, as far as there are any.
async fn host_keys(engine: &DockerEngine, container: &Container) -> Result<Vec<String>, EngineError> {
    let inside = Inside { docker: &engine.docker, channels: &engine.channels, container: &container.id, user: None };
    let mut keys = Vec::new();
    for kind in KINDS {
        let inquiry = Inquiry::Content { path: format!("/etc/ssh/ssh_host_{kind}_key.pub"), most: LONGEST_KEY };
        if let Answer::Content(Some(key)) = Asker(&inside).answer(&inquiry).await? {
            keys.push(String::from_utf8_lossy(&key).into_owned());
        }
    }
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use bollard::models::EndpointSettings;

    use super::*;

    #[test]
    fn the_address_is_the_one_on_a_network_that_gives_one() {
        let with = |address: &str| {
            let endpoint = EndpointSettings { ip_address: Some(address.to_owned()), ..EndpointSettings::default() };
            let networks = Some(HashMap::from([("bridge".to_owned(), endpoint)]));
            NetworkSettings { networks, ..NetworkSettings::default() }
        };
        assert_eq!(of_settings(&with("172.17.0.3")), Some(IpAddr::from([172, 17, 0, 3])));
        assert_eq!(of_settings(&with("")), None, "as on the host's network");
        assert_eq!(of_settings(&NetworkSettings::default()), None);
    }
}
