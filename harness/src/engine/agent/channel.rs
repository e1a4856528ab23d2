//! Many requests at the same time over one stream to an agent.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use shakedown_agent::wire::{self, Answer, Decoder, Entry, Message as _, Reply, Report, Request};
use tokio::io::{AsyncWrite, AsyncWriteExt as _};
use tokio::sync::{mpsc, oneshot};
use tokio::task::AbortHandle;

use crate::engine::heard::Lines;

/// A stream to an agent that has said hello. Dropping it ends the agent and whatever it runs.
#[derive(Debug)]
pub(in crate::engine) struct Channel {
    requests: mpsc::UnboundedSender<Vec<u8>>,
    pending: Arc<Mutex<Pending>>,
    next: AtomicU64,
    tasks: [AbortHandle; 2],
}

/// Everything that came back for one request.
#[derive(Debug)]
pub(in crate::engine) struct Finished {
    /// The last message.
    pub(in crate::engine) end: End,
    /// What was printed to standard output.
    pub(in crate::engine) stdout: Vec<u8>,
    /// What was printed to standard error.
    pub(in crate::engine) stderr: Vec<u8>,
    /// What a walk found.
    pub(in crate::engine) entries: Vec<Entry>,
}

/// The last message about a request.
#[derive(Debug)]
pub(in crate::engine) enum End {
    /// An invocation ended.
    Exited(Report),
    /// A question was answered.
    Answer(Answer),
}

/// The stream is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::engine) struct Lost {
    /// Whether the request may have reached the agent; when not, it can be sent over another stream.
    pub(in crate::engine) sent: bool,
    /// Why.
    pub(in crate::engine) reason: String,
}

/// Requests without an end yet. The stream's end closes it under the same lock that requests enter it by: a write to
/// a dead stream does not fail, so a request that entered later would wait for ever.
#[derive(Debug)]
enum Pending {
    Open(HashMap<u64, Waiting>),
    Closed(String),
}

/// Where a request's end arrives.
type EndReceiver = oneshot::Receiver<Result<Finished, Lost>>;

struct Waiting {
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    entries: Vec<Entry>,
    heard: Option<Lines>,
    done: oneshot::Sender<Result<Finished, Lost>>,
}

impl std::fmt::Debug for Waiting {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Waiting").finish_non_exhaustive()
    }
}

impl Channel {
    /// A channel over a stream whose hello was read already; `decoder` may hold more that came with it.
    pub(in crate::engine) fn new<R, W>(decoder: Decoder<Reply>, replies: R, requests: W) -> Self
    where
        R: Stream<Item = Result<Bytes, String>> + Send + Unpin + 'static,
        W: AsyncWrite + Send + Unpin + 'static,
    {
        let pending = Arc::new(Mutex::new(Pending::Open(HashMap::new())));
        let (sender, receiver) = mpsc::unbounded_channel();
        let reader = tokio::spawn(read(decoder, replies, Arc::clone(&pending)));
        let writer = tokio::spawn(write(receiver, requests, Arc::clone(&pending)));
        Self {
            requests: sender,
            pending,
            next: AtomicU64::new(1),
            tasks: [reader.abort_handle(), writer.abort_handle()],
        }
    }

    /// Sends a request and awaits its end. Dropping the future cancels the request.
    #[cfg(test)]
    pub(in crate::engine) async fn request(&self, make: impl FnOnce(u64) -> Request) -> Result<Finished, Lost> {
        self.request_heard(None, make).await
    }

    /// The same; what comes on its way is told to `heard` line by line.
    pub(in crate::engine) async fn request_heard(
        &self,
        heard: Option<Lines>,
        make: impl FnOnce(u64) -> Request,
    ) -> Result<Finished, Lost> {
        let (id, end) = self.send(heard, make)?;
        let cancel = CancelOnDrop { channel: self, id };
        let end = end.await;
        std::mem::forget(cancel);
        end.unwrap_or_else(|_| Err(dropped()))
    }

    /// The same for an answer that may be long on its way: `None` (and the request cancelled) once nothing at all has
    /// come for one whole `pause`. What keeps coming, however slowly, is waited for.
    pub(in crate::engine) async fn request_unless_silent<Pause: Future<Output = ()>>(
        &self,
        pause: impl Fn() -> Pause,
        make: impl FnOnce(u64) -> Request,
    ) -> Option<Result<Finished, Lost>> {
        let (id, mut end) = match self.send(None, make) {
            Ok(sent) => sent,
            Err(lost) => return Some(Err(lost)),
        };
        let cancel = CancelOnDrop { channel: self, id };
        let mut heard = 0;
        loop {
            tokio::select! {
                biased;
                end = &mut end => {
                    std::mem::forget(cancel);
                    return Some(end.unwrap_or_else(|_| Err(dropped())));
                }
                () = pause() => {}
            }
            let by_now = self.heard(id);
            if by_now == heard {
                return None;
            }
            heard = by_now;
        }
    }

    /// How much has come back for a request without an end; it only grows.
    fn heard(&self, id: u64) -> usize {
        match &*lock(&self.pending) {
            Pending::Open(waiting) => {
                waiting.get(&id).map_or(0, |one| one.stdout.len() + one.stderr.len() + one.entries.len())
            }
            Pending::Closed(_) => 0,
        }
    }

    fn send(&self, heard: Option<Lines>, make: impl FnOnce(u64) -> Request) -> Result<(u64, EndReceiver), Lost> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let unsent = |reason: String| Lost { sent: false, reason };
        let frame = make(id).encode().map_err(|error| unsent(error.to_string()))?;
        let (done, end) = oneshot::channel();
        match &mut *lock(&self.pending) {
            Pending::Closed(reason) => return Err(unsent(reason.clone())),
            Pending::Open(waiting) => {
                let fresh = Waiting { stdout: Vec::new(), stderr: Vec::new(), entries: Vec::new(), heard, done };
                waiting.insert(id, fresh);
            }
        }
        // A failure to send closes `pending`, which ends the caller's wait.
        let _ = self.requests.send(frame);
        Ok((id, end))
    }

    /// Whether requests can still be sent.
    pub(in crate::engine) fn is_open(&self) -> bool {
        matches!(&*lock(&self.pending), Pending::Open(_))
    }

    /// Ends the stream; what is in flight is lost.
    pub(in crate::engine) fn close(&self, reason: &str) {
        close(&self.pending, reason);
        for task in &self.tasks {
            task.abort();
        }
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.close("the stream to the agent was dropped");
    }
}

fn dropped() -> Lost {
    Lost { sent: true, reason: "the stream to the agent was dropped".to_owned() }
}

struct CancelOnDrop<'a> {
    channel: &'a Channel,
    id: u64,
}

impl Drop for CancelOnDrop<'_> {
    fn drop(&mut self) {
        if let Pending::Open(waiting) = &mut *lock(&self.channel.pending) {
            waiting.remove(&self.id);
        }
        if let Ok(frame) = (Request::Cancel { id: self.id }).encode() {
            // When the stream is gone, the agent has killed it already.
            let _ = self.channel.requests.send(frame);
        }
    }
}

async fn write<W>(mut frames: mpsc::UnboundedReceiver<Vec<u8>>, mut stream: W, pending: Arc<Mutex<Pending>>)
where
    W: AsyncWrite + Unpin,
{
    while let Some(mut batch) = frames.recv().await {
        while batch.len() < 64 * 1024
            && let Ok(more) = frames.try_recv()
        {
            batch.extend_from_slice(&more);
        }
        let written = async {
            stream.write_all(&batch).await?;
            stream.flush().await
        };
        if let Err(error) = written.await {
            close(&pending, &format!("the stream to the agent broke: {error}"));
            return;
        }
    }
}

async fn read<R>(mut decoder: Decoder<Reply>, mut replies: R, pending: Arc<Mutex<Pending>>)
where
    R: Stream<Item = Result<Bytes, String>> + Unpin,
{
    let reason = loop {
        match take_all(&mut decoder, &pending) {
            Ok(()) => {}
            Err(error) => break format!("the agent cannot be understood: {error}"),
        }
        match replies.next().await {
            Some(Ok(bytes)) => decoder.push(&bytes),
            Some(Err(error)) => break format!("the stream to the agent broke: {error}"),
            None => break "the stream to the agent ended".to_owned(),
        }
    };
    close(&pending, &reason);
}

fn take_all(decoder: &mut Decoder<Reply>, pending: &Mutex<Pending>) -> Result<(), wire::WireError> {
    let mut pending = lock(pending);
    while let Some(reply) = decoder.next_message()? {
        if let Pending::Open(waiting) = &mut *pending {
            deliver(waiting, reply);
        }
    }
    Ok(())
}

/// Replies to requests that nobody waits for any more are dropped.
fn deliver(waiting: &mut HashMap<u64, Waiting>, reply: Reply) {
    match reply {
        Reply::Hello { .. } => {}
        Reply::Output { id, stream, bytes } => {
            if let Some(request) = waiting.get_mut(&id) {
                if let Some(heard) = &mut request.heard {
                    heard.push(stream == wire::Stream::Stderr, &bytes);
                }
                match stream {
                    wire::Stream::Stdout => request.stdout.extend_from_slice(&bytes),
                    wire::Stream::Stderr => request.stderr.extend_from_slice(&bytes),
                }
            }
        }
        Reply::Entries { id, entries } => {
            if let Some(request) = waiting.get_mut(&id) {
                request.entries.extend(entries);
            }
        }
        Reply::Exited { id, report } => finish(waiting, id, End::Exited(report)),
        Reply::Answer { id, answer } => finish(waiting, id, End::Answer(answer)),
    }
}

fn finish(waiting: &mut HashMap<u64, Waiting>, id: u64, end: End) {
    if let Some(Waiting { stdout, stderr, entries, heard, done }) = waiting.remove(&id) {
        if let Some(heard) = heard {
            heard.end();
        }
        // An error means that nobody waits any more.
        let _ = done.send(Ok(Finished { end, stdout, stderr, entries }));
    }
}

fn close(pending: &Mutex<Pending>, reason: &str) {
    let mut pending = lock(pending);
    if let Pending::Open(waiting) = &mut *pending {
        for (_, request) in waiting.drain() {
            // An error means that nobody waits any more.
            let _ = request.done.send(Err(Lost { sent: true, reason: reason.to_owned() }));
        }
        *pending = Pending::Closed(reason.to_owned());
    }
}

fn lock(pending: &Mutex<Pending>) -> MutexGuard<'_, Pending> {
    pending.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[path = "channel_tests.rs"]
mod tests;
