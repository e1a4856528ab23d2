//! The network taken off a running container and put back.

use shakedown::engine::{Container, Engine as _, EngineError};
use shakedown::model::{ContainerSpec, Fault, Restart};

use super::fixture::{Fixture, spec, with_engine};

async fn interfaces(fixture: &Fixture, container: &Container) -> String {
    fixture.sh(container, "ls /sys/class/net | grep eth").await.stdout.text
}

#[tokio::test(flavor = "multi_thread")]
async fn the_network_goes_and_comes_back_and_both_are_seen() {
    with_engine(async |fixture| {
        let container = fixture.start().await;
        assert!(!interfaces(fixture, &container).await.is_empty());
        for _ in 0..2 {
            let seen = fixture.engine.inject(&container, Fault::Network).await.expect("cut");
            assert_eq!(seen, "taken off network bridge; no route is left inside");
            assert_eq!(interfaces(fixture, &container).await, "");
            let again = fixture.engine.inject(&container, Fault::Network).await.expect_err("it is off already");
            assert!(again.to_string().ends_with("it is on none"), "{again}");
            let seen = fixture.engine.heal(&container, Fault::Network).await.expect("mended");
            assert_eq!(seen, "back on network bridge; there is a route inside again");
            assert!(!interfaces(fixture, &container).await.is_empty());
        }
        fixture.engine.heal(&container, Fault::Network).await.expect_err("it is not off");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_does_not_heal_the_fault() {
    with_engine(async |fixture| {
        let container = fixture.start().await;
        fixture.engine.inject(&container, Fault::Network).await.expect("cut");
        fixture.engine.restart(&container, &spec(&fixture.image), Restart::Kill).await.expect("restarted");
        assert_eq!(interfaces(fixture, &container).await, "");
        fixture.engine.heal(&container, Fault::Network).await.expect("mended");
        assert!(!interfaces(fixture, &container).await.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_container_without_a_network_of_its_own_cannot_lose_it() {
    with_engine(async |fixture| {
        for network in ["none", "host"] {
            let spec = ContainerSpec { network: Some(network.to_owned()), ..spec(&fixture.image) };
            let (container, _) = fixture.engine.start(&spec).await.expect("started");
            let error = fixture.engine.inject(&container, Fault::Network).await.expect_err("impossible");
            assert!(matches!(error, EngineError::Failed { .. }), "{network}: {error}");
        }
    })
    .await;
}
