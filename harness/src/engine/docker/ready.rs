//! Awaiting that a started container is ready.

use std::time::Duration;

use bollard::models::HealthStatusEnum;
use tokio::time::{Instant, sleep, timeout_at};

use super::ask::Inside;
use super::channels::Channels;
use super::context::Docker;
use super::{invoke, life};
use crate::engine::EngineError;
use crate::engine::agent::ask::Asker;
use crate::model::container::{Ready, ReadyCondition};
use crate::model::{Answer, ExitStatus, Inquiry, Invocation};

/// Between two looks: from the first to the second of these, doubling.
const PAUSES: (Duration, Duration) = (Duration::from_millis(5), Duration::from_millis(100));

/// The most of `/proc/net/tcp` that is read, bytes.
const LISTENERS: u64 = 1024 * 1024;

/// What became of the waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Awaited {
    /// It is ready.
    Ready,
    /// It ended by itself with this status.
    Ended(i64),
}

/// What one look showed.
enum Look {
    Ready,
    NotYet,
    /// It never will be, for this reason.
    Never(String),
}

/// Awaits that a container is ready; [`EngineError::NotReady`] when it does not become so in time.
pub(super) async fn await_ready(
    docker: &Docker,
    channels: &Channels,
    container: &str,
    ready: &Ready,
) -> Result<Awaited, EngineError> {
    let deadline = Instant::now() + ready.within;
    let mut pause = PAUSES.0;
    let mut obstacle = None;
    loop {
        match timeout_at(deadline, look(docker, channels, container, &ready.condition)).await {
            Err(_) => break,
            Ok(Err(EngineError::Exited { status, .. })) => return Ok(Awaited::Ended(status)),
            Ok(Err(error)) => return Err(error),
            Ok(Ok(Look::Never(reason))) => {
                obstacle = Some(reason);
                break;
            }
            Ok(Ok(seen)) => {
                let state = life::state(docker, container).await?;
                if !state.running {
                    return Ok(Awaited::Ended(state.exit_code));
                }
                if matches!(seen, Look::Ready) {
                    return Ok(Awaited::Ready);
                }
            }
        }
        if Instant::now() + pause >= deadline {
            break;
        }
        sleep(pause).await;
        pause = (pause * 2).min(PAUSES.1);
    }
    let condition = describe(&ready.condition);
    Err(EngineError::NotReady {
        condition: obstacle.map_or_else(|| condition.clone(), |obstacle| format!("{condition}: {obstacle}")),
        within: humantime::format_duration(ready.within).to_string(),
        log: life::last_words(docker, container).await,
    })
}

fn describe(condition: &ReadyCondition) -> String {
    match condition {
        ReadyCondition::Started => "the agent answers".to_owned(),
        ReadyCondition::Run(command) => format!("`{command}` exits with 0"),
        ReadyCondition::File(path) => format!("{path} exists"),
        ReadyCondition::Port(port) => format!("something listens on port {port}"),
        ReadyCondition::Log(text) => format!("a line of the log contains `{text}`"),
        ReadyCondition::Healthy => "the image's health check says healthy".to_owned(),
    }
}

async fn look(
    docker: &Docker,
    channels: &Channels,
    container: &str,
    condition: &ReadyCondition,
) -> Result<Look, EngineError> {
    let inside = Inside { docker, channels, container, user: None };
    let asker = Asker(&inside);
    let seen = match condition {
        ReadyCondition::Started => channels.way(docker, container, None).await.map(|_| true)?,
        ReadyCondition::Run(command) => {
            let invocation = Invocation::new(["sh", "-c", command]);
            match invoke::run(docker, channels, container, &invocation, None).await?.status {
                ExitStatus::NotStarted { errno: 2, .. } => return Ok(Look::Never("the image has no sh".to_owned())),
                status => status == ExitStatus::Exited(0),
            }
        }
        ReadyCondition::File(path) => {
            matches!(asker.answer(&Inquiry::File(path.clone())).await?, Answer::File(Some(_)))
        }
        ReadyCondition::Port(port) => listens(&asker, *port).await?,
        ReadyCondition::Log(text) => {
            life::log(docker, container, usize::MAX).await?.iter().any(|line| line.contains(text))
        }
        ReadyCondition::Healthy => match life::state(docker, container).await?.health {
            Some(status) => status == HealthStatusEnum::HEALTHY,
            None => return Ok(Look::Never("the image has no health check".to_owned())),
        },
    };
    Ok(if seen { Look::Ready } else { Look::NotYet })
}

async fn listens(asker: &Asker<'_>, port: u16) -> Result<bool, EngineError> {
    for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
        let inquiry = Inquiry::Content { path: table.to_owned(), most: LISTENERS };
        if let Answer::Content(Some(content)) = asker.answer(&inquiry).await?
            && has_listener(&String::from_utf8_lossy(&content), port)
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a table of the kernel's TCP sockets holds one in the state LISTEN (0A) on this port.
fn has_listener(table: &str, port: u16) -> bool {
    table.lines().skip(1).any(|line| {
        let mut fields = line.split_whitespace().skip(1);
        let local = fields.next().and_then(|address| address.rsplit_once(':'));
        let listening = fields.nth(1) == Some("0A");
        listening && local.is_some_and(|(_, found)| u16::from_str_radix(found, 16) == Ok(port))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listener_is_told_from_a_connection() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue\n   \
            0: 00000000:1F90 00000000:0000 0A 00000000:00000000\n   \
            1: 0100007F:0050 0100007F:9C40 01 00000000:00000000\n";
        assert!(has_listener(table, 8080));
        assert!(!has_listener(table, 80));
        assert!(!has_listener("", 80));
    }
}
