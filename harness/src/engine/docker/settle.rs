//! Whether a container's own command stays, or ends by itself right after its start.

use std::time::Duration;

use bollard::errors::Error;
use bollard::query_parameters::WaitContainerOptions;
use futures_util::StreamExt as _;
use tokio::time::{Instant, timeout_at};

use super::ask::Inside;
use super::channels::Channels;
use super::context::Docker;
use crate::engine::agent::ask::Asker;
use crate::engine::{Container, EngineError};
use crate::model::{Answer, Inquiry};

/// How long a command must have run at least before it counts as one that stays. `true`, or a shell that has no input, ends
/// after milliseconds.
const FIRST_MOMENTS: Duration = Duration::from_millis(200);

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(50);

/// How many looks in a row must find that nothing is at work.
const LOOKS: u32 = 2;

/// A command that is still at work after so long is one that stays at work.
const LONGEST: Duration = Duration::from_secs(10);

/// How many processes of the command are looked at.
const PROCESSES: usize = 64;

/// The bytes of a process's files that are read.
const MOST: u64 = 4096;

/// The status of a container whose own command ended by itself in the beginning; `None` of one that stays: its processes
/// wait for something. On a busy machine a command that is about to end may need long to come that far, so time alone
/// tells nothing.
pub(super) async fn ended(docker: &Docker, channels: &Channels, container: &Container, begun: Instant) -> Option<i64> {
    let mut end = docker.client.wait_container(&container.id, None::<WaitContainerOptions>);
    let asker = Inside { docker, channels, container: &container.id, user: None };
    let mut quiet = 0;
    loop {
        match timeout_at(Instant::now() + PAUSE, end.next()).await {
            Ok(Some(Ok(ended))) => return Some(ended.status_code),
            Ok(Some(Err(Error::DockerContainerWaitError { code, .. }))) => return Some(code),
            _ => {}
        }
        if begun.elapsed() > LONGEST {
            return None;
        }
        match is_at_work(&Asker(&asker)).await {
            Ok(true) => quiet = 0,
            Err(EngineError::Exited { status, .. }) => return Some(status),
            // Where the agent cannot look, time alone has to tell.
            Ok(false) | Err(_) => quiet += 1,
        }
        if quiet >= LOOKS && begun.elapsed() >= FIRST_MOMENTS {
            return None;
        }
    }
}

/// Whether process 1 or any process below it runs, or waits for the disk. What cannot be read is not at work.
async fn is_at_work(asker: &Asker<'_>) -> Result<bool, EngineError> {
    let mut ahead = vec![1];
    let mut seen = 0;
    while let Some(process) = ahead.pop() {
        seen += 1;
        if state(&read(asker, &format!("/proc/{process}/stat")).await?).is_some_and(|state| matches!(state, 'R' | 'D'))
        {
            return Ok(true);
        }
        if seen < PROCESSES {
            // Of the first thread only: who starts threads before processes is a server.
            let children = read(asker, &format!("/proc/{process}/task/{process}/children")).await?;
            ahead.extend(children.split_whitespace().filter_map(|child| child.parse::<u32>().ok()));
        }
    }
    Ok(false)
}

async fn read(asker: &Asker<'_>, path: &str) -> Result<String, EngineError> {
    match asker.answer(&Inquiry::Content { path: path.to_owned(), most: MOST }).await? {
        Answer::Content(Some(content)) => Ok(String::from_utf8_lossy(&content).into_owned()),
        _ => Ok(String::new()),
    }
}

/// The state of a process, the third field of `/proc/PID/stat` (`man 5 proc`): the second, in parentheses, may hold anything.
fn state(stat: &str) -> Option<char> {
    stat.rsplit_once(") ").and_then(|(_, rest)| rest.chars().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_of_a_process_stands_behind_its_name() {
        assert_eq!(state("1 (bash) S 0 1 1 0 -1 4194560"), Some('S'));
        assert_eq!(state("7 (a) R (b) D 1 7 7"), Some('D'), "a name may hold parentheses");
        assert_eq!(state(""), None);
    }
}
