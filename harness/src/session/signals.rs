//! Being asked to stop.

use futures_util::future::select_all;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// A token that Ctrl-C, a polite kill (SIGTERM) or the end of the terminal (SIGHUP) cancels. From the return of this
/// function on none of them ends the process by itself. Needs a runtime.
pub fn cancelled_by_signals() -> CancellationToken {
    let token = CancellationToken::new();
    let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
    let signals: Vec<_> = kinds.into_iter().filter_map(|kind| signal(kind).ok()).collect();
    if !signals.is_empty() {
        let cancel = token.clone();
        tokio::spawn(async move {
            select_all(signals.into_iter().map(|mut signal| Box::pin(async move { signal.recv().await }))).await;
            cancel.cancel();
        });
    }
    token
}
