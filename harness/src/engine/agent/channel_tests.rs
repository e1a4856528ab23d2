use std::time::Duration;

use shakedown_agent::wire::Question;
use tokio::io::{AsyncReadExt as _, DuplexStream, duplex};
use tokio_util::io::ReaderStream;

use super::*;

/// The agent's end of a stream.
struct Agent {
    stream: DuplexStream,
    decoder: Decoder<Request>,
}

impl Agent {
    async fn next(&mut self) -> Request {
        loop {
            if let Some(request) = self.decoder.next_message().expect("well-formed") {
                return request;
            }
            let mut buffer = [0; 256];
            let count = self.stream.read(&mut buffer).await.expect("readable");
            assert!(count > 0, "the stream ended");
            self.decoder.push(&buffer[..count]);
        }
    }

    async fn say(&mut self, reply: Reply) {
        let frame = reply.encode().expect("short enough");
        // In pieces, as an engine sends them.
        for piece in frame.chunks(3) {
            self.stream.write_all(piece).await.expect("writable");
        }
    }
}

fn pair() -> (Arc<Channel>, Agent) {
    let (ours, theirs) = duplex(1024);
    let (read, write) = tokio::io::split(ours);
    let replies = ReaderStream::new(read).map(|piece| piece.map_err(|error| error.to_string()));
    let channel = Channel::new(Decoder::new(), Box::pin(replies), write);
    (Arc::new(channel), Agent { stream: theirs, decoder: Decoder::new() })
}

fn question(id: u64) -> Request {
    Request::Ask { id, question: Question::Memory }
}

fn asked(request: &Request) -> u64 {
    match request {
        Request::Ask { id, .. } => *id,
        other => panic!("not a question: {other:?}"),
    }
}

fn spawn_question(channel: &Arc<Channel>) -> tokio::task::JoinHandle<Result<Finished, Lost>> {
    let channel = Arc::clone(channel);
    tokio::spawn(async move { channel.request(question).await })
}

#[tokio::test]
async fn answers_that_come_in_another_order_reach_whoever_asked() {
    let (channel, mut agent) = pair();
    let first = spawn_question(&channel);
    let one = asked(&agent.next().await);
    let second = spawn_question(&channel);
    let two = asked(&agent.next().await);
    let bytes = b"for two".to_vec();
    agent.say(Reply::Output { id: two, stream: wire::Stream::Stdout, bytes }).await;
    agent.say(Reply::Answer { id: two, answer: Answer::Done }).await;
    assert_eq!(second.await.expect("ran").expect("answered").stdout, b"for two");
    agent.say(Reply::Answer { id: one, answer: Answer::Done }).await;
    assert_eq!(first.await.expect("ran").expect("answered").stdout, b"");
}

#[tokio::test]
async fn the_end_of_the_stream_ends_every_request_in_flight() {
    let (channel, mut agent) = pair();
    let request = spawn_question(&channel);
    agent.next().await;
    drop(agent);
    let lost = request.await.expect("ran").expect_err("lost");
    assert!(lost.sent, "{lost:?}");
}

#[tokio::test]
async fn a_request_after_the_end_fails_at_once_and_was_not_sent() {
    let (channel, agent) = pair();
    drop(agent);
    until(|| !channel.is_open()).await;
    let lost = channel.request(question).await.expect_err("closed");
    assert!(!lost.sent, "{lost:?}");
}

#[tokio::test]
async fn a_dropped_request_is_cancelled_at_the_agent() {
    let (channel, mut agent) = pair();
    let request = spawn_question(&channel);
    let id = asked(&agent.next().await);
    request.abort();
    assert_eq!(agent.next().await, Request::Cancel { id });
}

#[tokio::test]
async fn a_stream_of_nonsense_is_the_end_of_it() {
    let (channel, mut agent) = pair();
    let request = spawn_question(&channel);
    agent.next().await;
    agent.stream.write_all(&[0xff; 64]).await.expect("writable");
    let lost = request.await.expect("ran").expect_err("lost");
    assert!(lost.reason.starts_with("the agent cannot be understood"), "{lost:?}");
}

/// Turns its hand when told to, instead of with the time.
#[derive(Default)]
struct Watch {
    turn: tokio::sync::Notify,
    looks: AtomicU64,
}

impl Watch {
    async fn pause(&self) {
        self.looks.fetch_add(1, Ordering::Relaxed);
        self.turn.notified().await;
    }

    /// Lets one pause end, and waits until the next begins.
    async fn turn(&self) {
        let looks = self.looks.load(Ordering::Relaxed);
        self.turn.notify_one();
        until(|| self.looks.load(Ordering::Relaxed) > looks).await;
    }
}

async fn until(holds: impl Fn() -> bool) {
    let waiting = async {
        while !holds() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), waiting).await.expect("it never holds");
}

#[tokio::test]
async fn an_answer_that_keeps_coming_is_waited_for_and_a_silent_one_is_not() {
    let (channel, mut agent) = pair();
    let watch = Arc::new(Watch::default());
    let spawn = || {
        let (channel, watch) = (Arc::clone(&channel), Arc::clone(&watch));
        tokio::spawn(async move { channel.request_unless_silent(|| watch.pause(), question).await })
    };
    let asking = spawn();
    let id = asked(&agent.next().await);
    for count in 1..=4 {
        agent.say(Reply::Output { id, stream: wire::Stream::Stdout, bytes: b"x".to_vec() }).await;
        until(|| channel.heard(id) == count).await;
        watch.turn().await;
    }
    agent.say(Reply::Answer { id, answer: Answer::Done }).await;
    let finished = asking.await.expect("no panic").expect("not silent").expect("not lost");
    assert_eq!(finished.stdout, b"xxxx");
    let silent = spawn();
    let id = asked(&agent.next().await);
    watch.turn.notify_one();
    assert!(silent.await.expect("no panic").is_none());
    assert!(matches!(agent.next().await, Request::Cancel { id: cancelled } if cancelled == id));
}
