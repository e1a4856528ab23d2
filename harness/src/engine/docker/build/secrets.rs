//! Build secrets: a session of our own beside the one that the client library would open.
//!
//! The builder calls back on it for secrets and asks it now and then whether it still lives; a session that does not
//! answer that is dropped after some seconds, and the next secret with it.

use std::collections::HashMap;
use std::io;
use std::pin::Pin;

use async_trait::async_trait;
use bollard_buildkit_proto::health::health_check_response::ServingStatus;
use bollard_buildkit_proto::health::health_server::{Health, HealthServer};
use bollard_buildkit_proto::health::{HealthCheckRequest, HealthCheckResponse, HealthListRequest, HealthListResponse};
use bollard_buildkit_proto::moby::buildkit::secrets::v1::secrets_server::{Secrets, SecretsServer};
use bollard_buildkit_proto::moby::buildkit::secrets::v1::{GetSecretRequest, GetSecretResponse};
use futures_util::stream::{self, Stream, StreamExt};
use tokio::task::JoinHandle;
use tonic::transport::Server;
use tonic::{Request, Response, Status};

use super::socket::EngineSocket;

/// An open session; it ends when this is dropped, or with the build.
#[derive(Debug)]
pub(super) struct SecretSession(JoinHandle<()>);

impl SecretSession {
    /// Opens the session that the build with this session id will use. Must be done before the build starts.
    pub(super) async fn open(socket: &EngineSocket, id: &str, secrets: HashMap<String, Vec<u8>>) -> io::Result<Self> {
        let headers = [
            ("Upgrade", "h2c"),
            ("X-Docker-Expose-Session-Uuid", id),
            ("X-Docker-Expose-Session-Grpc-Method", "/moby.buildkit.secrets.v1.Secrets/GetSecret"),
            ("X-Docker-Expose-Session-Grpc-Method", "/grpc.health.v1.Health/Check"),
        ];
        let stream = socket.upgrade("/session", &headers).await?;
        let server = Server::builder()
            .add_service(HealthServer::new(Alive))
            .add_service(SecretsServer::new(Keeper(secrets)))
            .serve_with_incoming(stream::iter([Ok::<_, io::Error>(stream)]));
        Ok(Self(tokio::spawn(async move {
            if let Err(error) = server.await {
                tracing::debug!(%error, "build session ended");
            }
        })))
    }
}

impl Drop for SecretSession {
    fn drop(&mut self) {
        self.0.abort();
    }
}

struct Keeper(HashMap<String, Vec<u8>>);

#[async_trait]
impl Secrets for Keeper {
    async fn get_secret(&self, request: Request<GetSecretRequest>) -> Result<Response<GetSecretResponse>, Status> {
        let id = request.into_inner().id;
        let data = self.0.get(&id).ok_or_else(|| Status::not_found(format!("no secret `{id}`")))?;
        Ok(Response::new(GetSecretResponse { data: data.clone() }))
    }
}

struct Alive;

fn serving() -> HealthCheckResponse {
    HealthCheckResponse { status: ServingStatus::Serving.into() }
}

#[async_trait]
impl Health for Alive {
    async fn check(&self, _: Request<HealthCheckRequest>) -> Result<Response<HealthCheckResponse>, Status> {
        Ok(Response::new(serving()))
    }

    async fn list(&self, _: Request<HealthListRequest>) -> Result<Response<HealthListResponse>, Status> {
        Ok(Response::new(HealthListResponse { statuses: HashMap::from([(String::new(), serving())]) }))
    }

    type WatchStream = Pin<Box<dyn Stream<Item = Result<HealthCheckResponse, Status>> + Send>>;

    async fn watch(&self, _: Request<HealthCheckRequest>) -> Result<Response<Self::WatchStream>, Status> {
        Ok(Response::new(Box::pin(stream::iter([Ok(serving())]).chain(stream::pending()))))
    }
}
