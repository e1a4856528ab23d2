//! What the server starts for somebody whom it has let in.

use std::time::Instant;

use russh::client::{Handle, Msg};
use russh::{Channel, ChannelMsg, Disconnect, Sig};
use tokio::time::timeout;

use super::server::Known;
use super::terminal::{self, AfterWord};
use super::{Refusal, Server, ended};
use crate::engine::EngineError;
use crate::engine::kept::Kept;
use crate::model::{ExitStatus, Invocation, Ran, Session, Usage};

/// Where extended data is standard error.
const STDERR: u32 = 1;

/// What came of a command so far.
#[derive(Debug, Default)]
struct Seen {
    stdout: Kept,
    stderr: Kept,
    /// What a terminal shows.
    shown: AfterWord,
    status: Option<ExitStatus>,
    /// That the server would start it, or would not.
    is_started: Option<bool>,
}

/// Has the server carry out an invocation. At its deadline the connection is closed: what the server makes of that is its
/// own matter, so that the command may outlive it.
pub(super) async fn carry_out(
    client: &Handle<Known>,
    server: &Server,
    session: Session,
    invocation: &Invocation,
) -> Result<Ran, Refusal> {
    let begun = Instant::now();
    let mut seen = Seen::default();
    let finished = timeout(invocation.deadline, until_closed(client, session, invocation, &mut seen)).await;
    let wall = begun.elapsed();
    if session == Session::Terminal {
        seen.shown.end(&mut seen.stdout);
    }
    // Whoever has ended the connection already needs no farewell.
    let _ = client.disconnect(Disconnect::ByApplication, "", "").await;
    let broken = |reason: String| {
        let action = format!("run a command by SSH at {}", server.address);
        Refusal::Trouble(EngineError::Failed { action, reason })
    };
    let status = match finished {
        Err(_) => ExitStatus::TimedOut,
        Ok(Err(error)) => return Err(broken(error.to_string())),
        Ok(Ok(())) => match (seen.status, seen.is_started) {
            (Some(status), _) => status,
            (None, Some(false)) => {
                let reason = format!("the SSH server at {} starts no command for this user", server.address);
                return Err(Refusal::seen(0, reason));
            }
            (None, _) => return Err(broken("the session ended without saying how the command did".to_owned())),
        },
    };
    let usage = Usage { wall, memory_source: "not measured (by SSH)".to_owned(), ..Usage::default() };
    Ok(Ran { status, stdout: seen.stdout.captured(), stderr: seen.stderr.captured(), usage, fact: None })
}

async fn until_closed(
    client: &Handle<Known>,
    session: Session,
    invocation: &Invocation,
    seen: &mut Seen,
) -> Result<(), russh::Error> {
    let mut channel = client.channel_open_session().await?;
    start(&channel, session, &invocation.argv.join(" ")).await?;
    while let Some(message) = channel.wait().await {
        match message {
            ChannelMsg::Data { data } if session == Session::Terminal => seen.shown.take(&data, &mut seen.stdout),
            ChannelMsg::Data { data } => seen.stdout.take(&data),
            ChannelMsg::ExtendedData { data, ext: STDERR } => seen.stderr.take(&data),
            ChannelMsg::Success => seen.is_started = Some(true),
            ChannelMsg::Failure => {
                seen.is_started = Some(false);
                return Ok(());
            }
            // More output may follow.
            ChannelMsg::ExitStatus { exit_status } => seen.status = Some(ended(exit_status)),
            ChannelMsg::ExitSignal { signal_name, .. } => {
                seen.status = Some(ExitStatus::Signalled(number(&signal_name)));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Asks for the command, or for a shell that reads it; either has nothing more to read then, but on a terminal, which is
/// there for as long as the shell is.
async fn start(channel: &Channel<Msg>, session: Session, command: &str) -> Result<(), russh::Error> {
    match session {
        Session::Command => channel.exec(true, command).await?,
        Session::Shell => {
            channel.request_shell(true).await?;
            channel.data_bytes(format!("{command}\n")).await?;
        }
        Session::Terminal => {
            terminal::ask_for(channel).await?;
            channel.request_shell(true).await?;
            return channel.data_bytes(terminal::typed(command)).await;
        }
    }
    channel.eof().await
}

/// A signal's number on Linux; 0 where the server's name for it is its own.
fn number(signal: &Sig) -> i32 {
    match signal {
        Sig::HUP => 1,
        Sig::INT => 2,
        Sig::QUIT => 3,
        Sig::ILL => 4,
        Sig::ABRT => 6,
        Sig::FPE => 8,
        Sig::KILL => 9,
        Sig::USR1 => 10,
        Sig::SEGV => 11,
        Sig::PIPE => 13,
        Sig::ALRM => 14,
        Sig::TERM => 15,
        Sig::Custom(_) => 0,
    }
}
