//! The builder's own interface, which the engine hands a connection over to (`POST /grpc`, from Docker 19.03 on).
//!
//! `system/df` tells of the build cache, too, but measures every image, container and volume beside it, which takes
//! seconds, and serves one asker at a time: others are sent away. The builder itself answers in milliseconds, and all.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bollard_buildkit_proto::moby::buildkit::v1::control_client::ControlClient;
use bollard_buildkit_proto::moby::buildkit::v1::{DiskUsageRequest, UsageRecord};
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use tokio::net::UnixStream;
use tonic::codegen::Service;
use tonic::codegen::http::Uri;
use tonic::transport::{Channel, Endpoint, Error};

use super::cache::CacheRecord;
use super::socket::EngineSocket;

/// What a channel is called; nothing is looked up by it, since the connection comes from the engine's socket.
const AUTHORITY: &str = "http://builder.invalid";

/// Records of the builder's cache.
pub(super) async fn records(socket: &EngineSocket) -> Result<Vec<CacheRecord>, String> {
    let channel = channel(socket).await.map_err(|error| whole(&error))?;
    // There may be many records, each of some hundred bytes; the builder is as trusted as the engine.
    let mut client = ControlClient::new(channel).max_decoding_message_size(usize::MAX);
    let usage = client.disk_usage(DiskUsageRequest::default()).await;
    let usage = usage.map_err(|status| format!("the builder answered: {}", status.message()))?;
    Ok(usage.into_inner().record.into_iter().map(record).collect())
}

async fn channel(socket: &EngineSocket) -> Result<Channel, Error> {
    Endpoint::from_static(AUTHORITY).connect_with_connector(Upgrade(Arc::new(socket.clone()))).await
}

fn record(record: UsageRecord) -> CacheRecord {
    let created = record.created_at.and_then(|time| Timestamp::new(time.seconds, time.nanos).ok());
    #[expect(deprecated, reason = "builders before 0.11 tell of one parent only, by this field")]
    let parent = record.parent;
    CacheRecord {
        id: record.id,
        parent,
        parents: (!record.parents.is_empty()).then_some(record.parents),
        description: record.description,
        size: record.size,
        in_use: record.in_use,
        created_at: created.map(|time| time.to_string()).unwrap_or_default(),
    }
}

/// The error and all that it comes from: the topmost says no more than that there was one.
fn whole(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |error| error.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

/// Connects by having the engine hand a connection over.
#[derive(Clone)]
struct Upgrade(Arc<EngineSocket>);

impl Service<Uri> for Upgrade {
    type Response = TokioIo<UnixStream>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        let socket = Arc::clone(&self.0);
        Box::pin(async move { socket.upgrade("/grpc", &[("Upgrade", "h2c")]).await.map(TokioIo::new) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_engine_that_hands_nothing_over_is_told_with_what_it_said() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("engine.sock");
        let listener = tokio::net::UnixListener::bind(&path).expect("a socket");
        let answering = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("asked");
            let mut asked = vec![0; 4];
            tokio::io::AsyncReadExt::read_exact(&mut stream, &mut asked).await.expect("read");
            tokio::io::AsyncWriteExt::write_all(&mut stream, b"HTTP/1.1 404 Not Found\r\n\r\n").await.expect("written");
            // Held open until the answer is read.
            stream
        });
        let told = records(&EngineSocket(path)).await.expect_err("nothing was handed over");
        assert!(told.contains("the engine answered `HTTP/1.1 404 Not Found`"), "{told}");
        answering.await.expect("answered");
    }
}
