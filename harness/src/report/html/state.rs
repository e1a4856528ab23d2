//! How an outcome looks: a word, a sign and a class, so that no state is told by colour alone.

use serde::Serialize;

use crate::model::{CheckRecord, Decision};
use crate::report::account;

/// The look of an outcome or a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) struct State {
    /// The word that people read.
    pub(super) word: &'static str,
    /// A sign before it, for the eye only.
    pub(super) sign: &'static str,
    /// Which colour it has: `good`, `bad`, `unsure` or `quiet`.
    pub(super) tone: &'static str,
}

impl State {
    pub(super) fn of(check: &CheckRecord) -> Self {
        let word = if check.is_flaky() { "flaky" } else { account::words(check) };
        let (sign, tone) = match word {
            "passed" => ("✓", "good"),
            "flaky" => ("↻", "unsure"),
            "failed" => ("✗", "bad"),
            "timed out" => ("◷", "bad"),
            "blocked" => ("⊘", "bad"),
            "skipped" => ("–", "quiet"),
            "not run" => ("·", "unsure"),
            "undecided" => ("≈", "unsure"),
            _ => ("?", "unsure"),
        };
        // What does not count must not look as if it did.
        let tone = if tone == "bad" && !check.ended.counted { "unsure" } else { tone };
        Self { word, sign, tone }
    }

    pub(super) fn of_verdict(decision: Decision) -> Self {
        let (sign, tone) = match decision {
            Decision::Stable => ("✓", "good"),
            Decision::NotStable => ("✗", "bad"),
            Decision::Inconclusive => ("?", "unsure"),
            Decision::Empty => ("–", "quiet"),
        };
        Self { word: decision.words(), sign, tone }
    }
}
