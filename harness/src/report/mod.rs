//! A record and its verdict, rendered: pure functions from [`Record`](crate::model::Record) and
//! [`Verdict`](crate::model::Verdict) to text. The caller writes the bytes.
//!
//! [`FORMATS`] are the files of the run folder, one small module a format; [`summary()`] is what the terminal shows at
//! the end, and [`Live`] what it shows on the way. All of them draw their words from `account` (what became of a
//! check), `advice` (what to do about it) and `text` (figures, and foreign texts made harmless).

#![expect(
    clippy::format_push_string,
    clippy::format_collect,
    reason = "a report is rendered once; text that reads like the report goes before an allocation a line"
)]

mod account;
mod advice;
mod annotations;
mod bars;
mod changed;
mod commands;
mod comparison;
mod format;
mod history;
mod html;
mod json;
mod junit;
mod lines;
mod live;
mod machine;
mod markdown;
mod pace;
mod paint;
mod prometheus;
mod since;
mod steps;
mod summary;
mod tap;
mod text;
mod verdict_file;
mod wire;

pub use annotations::annotations;
pub use comparison::{comparison, comparison_json};
pub use format::{FORMATS, Format, ON_REQUEST, ReportError};
pub use history::History;
pub use json::schema;
pub use live::Live;
pub use markdown::page_within;
pub use pace::Pace;
pub use summary::{Look, summary};
pub use tap::grown;
pub use verdict_file::{claim_of, read_verdict, render as verdict_file, verdict_schema};
