//! Names of runs that are none of shakedown's own.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use shakedown::model::RunId;

/// A run id of the usual form that no other test of this process has, nor, most likely, one of another.
pub(crate) fn run_id() -> RunId {
    static FIRST: LazyLock<u32> = LazyLock::new(|| jiff::Timestamp::now().subsec_nanosecond().unsigned_abs());
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = FIRST.wrapping_add(COUNT.fetch_add(1, Ordering::Relaxed));
    RunId(format!("{}-{:04x}", jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ"), number & 0xffff))
}
