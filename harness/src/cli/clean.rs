//! `shakedown clean`.

use std::fmt::Write as _;

use crate::clock::Clock;
use crate::session;

use super::terminal::Terminal;
use super::trouble::Trouble;

pub(super) async fn clean(clock: &dyn Clock) -> Result<u8, Trouble> {
    let found = session::clean(clock).await?;
    let mut text = String::new();
    for leftover in &found {
        let end =
            if leftover.trouble.is_empty() { "removed".to_owned() } else { format!("left: {}", leftover.trouble) };
        let _ = writeln!(text, "{} {}: {end}", leftover.kind, leftover.name);
    }
    if found.is_empty() {
        text.push_str("nothing was left behind\n");
    }
    Terminal::result(&text);
    Ok(if found.iter().all(|leftover| leftover.trouble.is_empty()) { 0 } else { 3 })
}
