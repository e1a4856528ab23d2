//! A container's log, without the lines that the subject allows there.

use regex::Regex;

use crate::model::observation::Captured;

/// The log without the lines in which one of these patterns matches. What was cut off stays unknown.
pub(super) fn without<'a>(log: Captured, allowed: impl Iterator<Item = &'a String>) -> Captured {
    // The configuration holds none that is no pattern.
    let allowed: Vec<Regex> = allowed.filter_map(|line| Regex::new(line).ok()).collect();
    if allowed.is_empty() {
        return log;
    }
    let is_left = |line: &&str| !allowed.iter().any(|pattern| pattern.is_match(line.trim_end()));
    Captured { text: log.text.split_inclusive('\n').filter(is_left).collect(), ..log }
}
