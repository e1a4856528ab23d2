//! The agent itself: a static executable that needs nothing of the place where it runs.

use std::sync::OnceLock;

use shakedown_agent::hash::digest;

/// Where its volume is mounted in every container.
pub(crate) const AGENT_FOLDER: &str = "/.shakedown";

/// The executable.
pub(in crate::engine) static AGENT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/agent"));

/// The agent's hash, which its hello repeats.
pub(in crate::engine) fn agent_digest() -> &'static [u8; 16] {
    static DIGEST: OnceLock<[u8; 16]> = OnceLock::new();
    DIGEST.get_or_init(|| digest(AGENT))
}
