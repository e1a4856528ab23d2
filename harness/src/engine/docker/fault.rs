//! Faults on a running container: put on, seen to be on, taken off, seen to be off.

use std::time::Duration;

use bollard::models::{NetworkConnectRequest, NetworkDisconnectRequest};
use bollard::query_parameters::InspectContainerOptions;
use tokio::time::{Instant, sleep};

use super::ask::Inside;
use super::channels::Way;
use super::engine::DockerEngine;
use super::trouble::failed;
use crate::engine::agent::ask::Asker;
use crate::engine::{Container, EngineError};
use crate::model::{Answer, Fault, Inquiry};

/// How long the kernel may take to show what the engine did.
const PATIENCE: Duration = Duration::from_secs(5);

/// The kernel's IPv4 routes as a container sees them.
const ROUTES: &str = "/proc/net/route";

/// Puts a fault on and returns how it was seen.
pub(super) async fn inject(engine: &DockerEngine, container: &Container, fault: Fault) -> Result<String, EngineError> {
    match fault {
        Fault::Network => cut(engine, container).await,
    }
}

/// Takes a fault off and returns how it was seen.
pub(super) async fn heal(engine: &DockerEngine, container: &Container, fault: Fault) -> Result<String, EngineError> {
    match fault {
        Fault::Network => mend(engine, container).await,
    }
}

async fn cut(engine: &DockerEngine, container: &Container) -> Result<String, EngineError> {
    let held = engine.held.get(&container.id)?;
    let mut cut = held.cut.lock().await;
    let action = format!("take container {} off its network", container.name);
    let impossible = |reason: &str| EngineError::Failed { action: action.clone(), reason: reason.to_owned() };
    let networks = networks(engine, container).await?;
    if networks.is_empty() {
        return Err(impossible("it is on none"));
    }
    if networks.iter().any(|network| network == "host" || network == "none") {
        return Err(impossible("it has no network of its own"));
    }
    for network in networks {
        let request = NetworkDisconnectRequest { container: container.id.clone(), force: Some(true) };
        engine.docker.client.disconnect_network(&network, request).await.map_err(failed(action.clone()))?;
        cut.push(network);
    }
    let remaining = self::networks(engine, container).await?;
    if !remaining.is_empty() {
        return Err(impossible(&format!("it is still on {}", remaining.join(", "))));
    }
    let seen = await_routes(engine, container, false).await?;
    Ok(format!("taken off network {}; {seen}", cut.join(", ")))
}

async fn mend(engine: &DockerEngine, container: &Container) -> Result<String, EngineError> {
    let held = engine.held.get(&container.id)?;
    let mut cut = held.cut.lock().await;
    let action = format!("put container {} back on its network", container.name);
    if cut.is_empty() {
        return Err(EngineError::Failed { action, reason: "it was not taken off".to_owned() });
    }
    let names = cut.join(", ");
    while let Some(network) = cut.last().cloned() {
        let request = NetworkConnectRequest { container: container.id.clone(), endpoint_config: None };
        engine.docker.client.connect_network(&network, request).await.map_err(failed(action.clone()))?;
        cut.pop();
    }
    let seen = await_routes(engine, container, true).await?;
    Ok(format!("back on network {names}; {seen}"))
}

async fn networks(engine: &DockerEngine, container: &Container) -> Result<Vec<String>, EngineError> {
    let inspected = engine
        .docker
        .client
        .inspect_container(&container.id, None::<InspectContainerOptions>)
        .await
        .map_err(failed(format!("inspect container {}", container.name)))?;
    let networks = inspected.network_settings.and_then(|settings| settings.networks).unwrap_or_default();
    let mut names: Vec<String> = networks.into_keys().collect();
    names.sort();
    Ok(names)
}

/// Awaits that there is a route inside, or that there is none, as the agent sees it.
async fn await_routes(engine: &DockerEngine, container: &Container, wanted: bool) -> Result<String, EngineError> {
    if let Way::Plain(_) = engine.channels.way(&engine.docker, &container.id, None).await? {
        return Ok("as the engine says; the agent cannot run here to see it".to_owned());
    }
    let asker = Inside { docker: &engine.docker, channels: &engine.channels, container: &container.id, user: None };
    let inquiry = Inquiry::Content { path: ROUTES.to_owned(), most: 64 * 1024 };
    let deadline = Instant::now() + PATIENCE;
    loop {
        let Answer::Content(Some(table)) = Asker(&asker).answer(&inquiry).await? else {
            return Err(unseen(container, &format!("{ROUTES} cannot be read")));
        };
        if has_route(&String::from_utf8_lossy(&table)) == wanted {
            let seen = if wanted { "there is a route inside again" } else { "no route is left inside" };
            return Ok(seen.to_owned());
        }
        if Instant::now() > deadline {
            return Err(unseen(container, if wanted { "there is no route inside" } else { "a route is left inside" }));
        }
        sleep(Duration::from_millis(5)).await;
    }
}

fn unseen(container: &Container, reason: &str) -> EngineError {
    EngineError::Failed {
        action: format!("see the change of the network in container {}", container.name),
        reason: reason.to_owned(),
    }
}

/// Whether a table of the kernel's routes holds one that does not go by the loopback.
fn has_route(table: &str) -> bool {
    table.lines().skip(1).any(|line| line.split_whitespace().next().is_some_and(|interface| interface != "lo"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_with_nothing_but_its_head_has_no_route() {
        let head = "Iface\tDestination\tGateway \tFlags\n";
        assert!(!has_route(head));
        assert!(!has_route(""));
        assert!(!has_route(&format!("{head}lo\t0000007F\t00000000\t0001\n")));
        assert!(has_route(&format!("{head}eth0\t00000000\t010011AC\t0003\n")));
    }
}
