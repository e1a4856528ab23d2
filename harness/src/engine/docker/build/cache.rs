//! Build-cache hygiene: which records a build left in the engine's cache, and their removal.
//!
//! A no-cache build leaves its layers in the build cache after its image is gone, and labels do not reach them. They
//! are found by comparing the cache before and after; what a parallel build made meanwhile is told apart by the
//! commands in the records' descriptions and by the records' parents (see `attribution`).
//!
//! Every upload of a context leaves a record too, of a cached build as well; the next build makes another one in any
//! case, so these always go.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bollard::Docker;
use bollard::query_parameters::{DataUsageOptionsBuilder, PruneBuildOptionsBuilder};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, sleep};

use super::attribution::OwnBuild;
use super::control;
use super::note::Begun;
use super::socket::EngineSocket;
use crate::engine::EngineError;

/// How many ids go into one request to prune; they travel in its address.
const IDS_A_REQUEST: usize = 200;

/// What an engine says that counts its disk usage for somebody else.
const BUSY: &str = "already running";
/// How long a turn is awaited, and how long until the next try.
const PATIENCE: Duration = Duration::from_secs(30);
const TURN: Duration = Duration::from_millis(50);

/// How long after its process a build may have begun its last step.
const LAST_STEP: SignedDuration = SignedDuration::from_millis(500);

/// How long a cancelled build may take to let go of its records.
const CANCELLATION: Duration = Duration::from_secs(5);

/// A record of the build cache, as the engine reports it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct CacheRecord {
    /// Its id.
    #[serde(rename = "ID")]
    pub id: String,
    /// Id of the record it builds on, before API 1.42.
    pub parent: String,
    /// Ids of the records it builds on, from API 1.42 on.
    pub parents: Option<Vec<String>>,
    /// What made it, in the builder's words.
    pub description: String,
    /// Bytes it takes up.
    pub size: i64,
    /// Whether a build holds it just now.
    pub in_use: bool,
    /// When it was made, by the engine's clock; as the engine writes it, RFC 3339.
    pub created_at: String,
}

impl CacheRecord {
    /// Whether it was made at that time or before; of a record that tells no time this is not known, so it is not.
    fn is_from_before(&self, time: Timestamp) -> bool {
        self.created_at.parse::<Timestamp>().is_ok_and(|created| created <= time)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DiskUsage {
    build_cache_usage: Option<CacheUsage>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CacheUsage {
    items: Option<Vec<CacheRecord>>,
}

/// The records of the engine's build cache, as the builder tells them over the engine's local socket; of a remote engine
/// as the engine does, from API 1.52 on, and none before that.
pub async fn records(client: &Docker, socket: Option<&EngineSocket>) -> Result<Vec<CacheRecord>, EngineError> {
    let told = match socket {
        Some(socket) => control::records(socket).await,
        None => remote_records(client).await,
    };
    told.map_err(|reason| EngineError::Failed { action: "read the build cache".to_owned(), reason })
}

/// An engine counts its disk usage for one asker at a time and sends the others away; their turn is awaited.
async fn remote_records(client: &Docker) -> Result<Vec<CacheRecord>, String> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let options = DataUsageOptionsBuilder::default().verbose(true).build();
        match client.df(Some(options)).await.map_err(|error| error.to_string()) {
            Err(reason) if reason.contains(BUSY) && Instant::now() < deadline => sleep(TURN).await,
            usage => return usage.and_then(|usage| of_usage(&usage)),
        }
    }
}

fn of_usage(usage: &impl Serialize) -> Result<Vec<CacheRecord>, String> {
    let usage = serde_json::to_value(usage).and_then(serde_json::from_value::<DiskUsage>);
    let usage = usage.map_err(|error| error.to_string())?;
    Ok(usage.build_cache_usage.and_then(|usage| usage.items).unwrap_or_default())
}

/// Removes records by id, but those in use; returns the ids of those removed. Remove the image first.
pub async fn prune(client: &Docker, ids: &[String]) -> Result<Vec<String>, EngineError> {
    let mut removed = Vec::new();
    for ids in ids.chunks(IDS_A_REQUEST) {
        // The engine takes one value only, which it reads as a regular expression.
        let filters = HashMap::from([("id", vec![format!("^({})$", ids.join("|"))])]);
        let options = PruneBuildOptionsBuilder::default().all(true).filters(&filters).build();
        let answer = client.prune_build(Some(options)).await.map_err(|error| EngineError::Failed {
            action: "prune the build cache".to_owned(),
            reason: error.to_string(),
        })?;
        removed.extend(answer.caches_deleted.unwrap_or_default());
    }
    Ok(removed)
}

/// Where builds that were dropped leave what is needed to find their records later.
#[derive(Clone, Debug, Default)]
pub struct CacheLedger(Arc<Mutex<Vec<Begun>>>);

impl CacheLedger {
    /// Finds and removes what dropped builds left; returns the ids of the records removed. A step that is being
    /// cancelled holds its record a moment longer; its end is awaited.
    pub async fn settle(&self, client: &Docker, socket: Option<&EngineSocket>) -> Result<Vec<String>, EngineError> {
        let begun = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        if begun.is_empty() {
            return Ok(Vec::new());
        }
        settle(client, socket, |now| begun.iter().flat_map(|begun| begun.left(now)).collect()).await
    }
}

/// Finds and removes what the builds of a run left that was killed and ended at that time, after its images are gone;
/// returns the ids of the records removed.
pub async fn settle_dead(
    client: &Docker,
    socket: Option<&EngineSocket>,
    begun: &[Begun],
    ended: Timestamp,
) -> Result<Vec<String>, EngineError> {
    let last = ended + LAST_STEP;
    settle(client, socket, |now| {
        let until_then: Vec<CacheRecord> = now.iter().filter(|record| record.is_from_before(last)).cloned().collect();
        begun.iter().flat_map(|begun| begun.left(&until_then)).collect()
    })
    .await
}

async fn settle(
    client: &Docker,
    socket: Option<&EngineSocket>,
    left: impl Fn(&[CacheRecord]) -> BTreeSet<String>,
) -> Result<Vec<String>, EngineError> {
    let mut removed = Vec::new();
    let mut deadline = None;
    loop {
        let now = records(client, socket).await?;
        // Reading alone may take longer than a build takes to let go, so the time counts from the first answer.
        let deadline = *deadline.get_or_insert_with(|| Instant::now() + CANCELLATION);
        let ids = left(&now);
        let held = now.iter().filter(|record| record.in_use && ids.contains(&record.id)).count();
        removed.extend(prune(client, &ids.into_iter().collect::<Vec<_>>()).await?);
        if held == 0 {
            return Ok(removed);
        }
        if Instant::now() >= deadline {
            return Err(EngineError::Failed {
                action: "prune the build cache".to_owned(),
                reason: format!("a build that was broken off still holds {held} of its records"),
            });
        }
        sleep(TURN).await;
    }
}

/// Watches the cache during one build. Dropped before [`CacheWatch::finish`], it leaves word in the ledger.
#[derive(Debug)]
pub(super) struct CacheWatch {
    begun: Option<Begun>,
    ledger: CacheLedger,
}

impl CacheWatch {
    /// Begins to watch; to be called before the build is.
    pub(super) async fn begin(
        client: &Docker,
        socket: Option<&EngineSocket>,
        ledger: &CacheLedger,
        own: OwnBuild,
    ) -> Result<Self, EngineError> {
        let before = records(client, socket).await?.into_iter().map(|record| record.id).collect();
        Ok(Self { begun: Some(Begun { before, own }), ledger: ledger.clone() })
    }

    /// What the build's records are known by.
    pub(super) fn begun(&self) -> Option<&Begun> {
        self.begun.as_ref()
    }

    /// Ids of the records that the build left and nobody will need once its image is gone.
    pub(super) async fn finish(
        mut self,
        client: &Docker,
        socket: Option<&EngineSocket>,
    ) -> Result<Vec<String>, EngineError> {
        let now = records(client, socket).await?;
        Ok(self.begun.take().map(|begun| begun.left(&now)).unwrap_or_default())
    }
}

impl Drop for CacheWatch {
    fn drop(&mut self) {
        if let Some(begun) = self.begun.take() {
            self.ledger.0.lock().unwrap_or_else(PoisonError::into_inner).push(begun);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_read_as_an_engine_tells_them() {
        let usage: serde_json::Value = serde_json::from_str(
            r#"{"BuildCacheUsage":{"ActiveCount":0,"Items":[{"ID":"a","Parents":["b"],"Description":"x","Size":3}]}}"#,
        )
        .expect("readable");
        let expected = CacheRecord {
            id: "a".into(),
            parents: Some(vec!["b".to_owned()]),
            description: "x".into(),
            size: 3,
            ..CacheRecord::default()
        };
        assert_eq!(of_usage(&usage), Ok(vec![expected]));
        assert_eq!(of_usage(&serde_json::json!({"BuildCacheUsage": null})), Ok(Vec::new()));
    }
}
