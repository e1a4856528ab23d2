//! The address under which containers and builds reach this host.

use std::net::{IpAddr, Ipv4Addr};

use bollard::models::IpamConfig;
use bollard::query_parameters::InspectNetworkOptions;

use super::context::Docker;
use super::trouble::failed;
use crate::engine::EngineError;

/// The gateway of the engine's default bridge.
pub(super) async fn address(docker: &Docker) -> Result<IpAddr, EngineError> {
    let network = if docker.is_podman() { "podman" } else { "bridge" };
    let action = format!("find the gateway of network {network}");
    let inspected = docker.client.inspect_network(network, None::<InspectNetworkOptions>).await;
    let configs = inspected.map_err(failed(action.clone()))?.ipam.and_then(|ipam| ipam.config).unwrap_or_default();
    configs
        .iter()
        .find_map(gateway)
        .ok_or_else(|| EngineError::Failed { action, reason: "it has neither a gateway nor a subnet".to_owned() })
}

/// The gateway that is named, else the first address of the subnet, which the engine takes for itself.
fn gateway(config: &IpamConfig) -> Option<IpAddr> {
    let named = config.gateway.as_deref().and_then(|gateway| gateway.parse().ok());
    named.or_else(|| {
        let (network, _) = config.subnet.as_deref()?.split_once('/')?;
        let network: Ipv4Addr = network.parse().ok()?;
        Some(Ipv4Addr::from(u32::from(network).checked_add(1)?).into())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_address_of_the_subnet_serves_where_no_gateway_is_named() {
        let subnet = Some("172.17.0.0/16".to_owned());
        let silent = IpamConfig { subnet: subnet.clone(), ..IpamConfig::default() };
        assert_eq!(gateway(&silent), Some(IpAddr::from([172, 17, 0, 1])));
        let named = IpamConfig { gateway: Some("172.17.0.254".to_owned()), subnet, ..IpamConfig::default() };
        assert_eq!(gateway(&named), Some(IpAddr::from([172, 17, 0, 254])));
        assert_eq!(gateway(&IpamConfig::default()), None);
    }
}
