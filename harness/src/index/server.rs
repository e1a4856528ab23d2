//! The server itself.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn_with_state;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tower_http::services::{ServeDir, ServeFile};

use crate::packages::Site;

use super::connections::{Connections, Cut};
use super::error::IndexError;
use super::log::{Log, Request, record};
use super::pages;
use super::places::Places;

/// How long `stop` waits for answers that are being sent.
const FAREWELL: Duration = Duration::from_secs(2);

/// What is served, and the name it is served by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mount {
    /// The first part of the path in URLs: letters, digits and `.-_+`, beginning with a letter or digit.
    pub name: String,
    /// What lies below it.
    pub content: Content,
}

/// What is served below a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A folder or a file. What is added to the folder later is served, too.
    Path(PathBuf),
    /// Pages that were made beforehand.
    Site(Site),
}

/// A running server, read-only, on a port of its own. It stops when it is dropped.
///
/// A folder is served with all that is in it, links followed; a folder within it as its `index.html`, where it has
/// one. Ranges of a file can be asked for. What is not there is a plain 404.
pub struct Server {
    address: SocketAddr,
    log: Log,
    places: Places,
    /// Dropping it tells the server to stop.
    stop: Option<oneshot::Sender<()>>,
    task: Option<JoinHandle<()>>,
}

impl Server {
    /// Serves these mounts on a free port of this address.
    pub async fn start(address: IpAddr, mounts: Vec<Mount>) -> Result<Self, IndexError> {
        let (log, places) = (Log::default(), Places::default());
        let mut router = Router::new();
        let mut names = BTreeSet::new();
        for mount in mounts {
            check_name(&mount.name)?;
            if !names.insert(mount.name.clone()) {
                return Err(IndexError::Twice { name: mount.name });
            }
            let place = format!("/{}", mount.name);
            router = match mount.content {
                Content::Site(site) => router.nest(&place, pages::router(site, places.clone())),
                Content::Path(path) if is_folder(&mount.name, &path).await? => {
                    router.nest_service(&place, ServeDir::new(path))
                }
                Content::Path(path) => router.route_service(&place, ServeFile::new(path)),
            };
        }
        let router = router.layer(from_fn_with_state(log.clone(), record));

        let unheard = |source| IndexError::Listen { address, source };
        let listener = TcpListener::bind((address, 0)).await.map_err(unheard)?;
        let address = listener.local_addr().map_err(unheard)?;
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(async move {
            let until = async {
                // Sent or dropped: both mean the end.
                let _ = stopped.await;
            };
            // It never fails: errors of single connections end these alone.
            let router = router.into_make_service_with_connect_info::<Cut>();
            let _ = axum::serve(Connections(listener), router).with_graceful_shutdown(until).await;
        });
        Ok(Self { address, log, places, stop: Some(stop), task: Some(task) })
    }

    /// The URL of a mount, without a slash at its end.
    pub fn url(&self, name: &str) -> String {
        format!("http://{}/{name}", self.address)
    }

    /// The places by which the pages of a site can go wrong, `URL/at/PLACE`.
    pub fn places(&self) -> Places {
        self.places.clone()
    }

    /// The address and port it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// All requests so far, in the order in which they were answered.
    pub fn requests(&self) -> Vec<Request> {
        self.log.requests()
    }

    /// Stops it: no connection is accepted any more; answers that are being sent may end for two seconds. Returns what
    /// was asked in all.
    pub async fn stop(mut self) -> Vec<Request> {
        drop(self.stop.take());
        if let Some(mut task) = self.task.take()
            && tokio::time::timeout(FAREWELL, &mut task).await.is_err()
        {
            task.abort();
        }
        self.log.requests()
    }
}

fn check_name(name: &str) -> Result<(), IndexError> {
    let plain = |character: char| character.is_ascii_alphanumeric() || matches!(character, '.' | '-' | '_' | '+');
    if name.starts_with(|first: char| first.is_ascii_alphanumeric()) && name.chars().all(plain) {
        Ok(())
    } else {
        Err(IndexError::Name { name: name.to_owned() })
    }
}

/// Whether a mount is a folder; an error where it is not there or cannot be opened.
async fn is_folder(name: &str, path: &Path) -> Result<bool, IndexError> {
    let look = async |path: &Path| {
        let folder = tokio::fs::metadata(path).await?.is_dir();
        if folder {
            drop(tokio::fs::read_dir(path).await?);
        } else {
            drop(tokio::fs::File::open(path).await?);
        }
        Ok(folder)
    };
    let unreadable = |source| IndexError::Unreadable { name: name.to_owned(), path: path.to_owned(), source };
    look(path).await.map_err(unreadable)
}

#[cfg(test)]
mod tests;
