//! Builds of stage images by `BuildKit`, and what they leave in the build cache.
//!
//! [`build`] takes a [`BuildHost`], which holds what comes from this machine: the way to the engine's socket, the CA
//! bundle, the proxies. The parts that decide (`dockerfile`, `context`, `stream`, `log`, `classify`, `attribution`)
//! are pure and know no engine.

mod attribution;
mod cache;
mod cache_mounts;
mod classify;
mod context;
mod control;
mod dockerfile;
mod failure;
mod host;
mod kept;
mod log;
mod lost;
mod note;
mod rewording;
mod run;
mod secrets;
mod socket;
mod stream;
mod taken;

pub use cache::{CacheLedger, CacheRecord, prune, records, settle_dead};
pub use dockerfile::{BUNDLE_TARGET, BUNDLE_VARIABLES};
pub use host::{BuildHost, bundle_path};
pub use kept::{Counting, counted};
pub use note::{Begun, BuildNote, LABEL_BUILD};
pub use run::build;
pub use socket::EngineSocket;
pub use taken::taken;
