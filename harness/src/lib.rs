//! shakedown: an integration test harness for container images that ship a package manager.
//!
//! The picture of the seams, each arrow "is made from" or "speaks to":
//!
//! ```text
//! configs/*.yml ─ config ─┐
//! suites/*.yml ─ config ──┼─ plan ── runner ── observe ── engine ── docker ── agent (in the container)
//! managers ───────────────┘            │          └───── managers (read outputs)
//!                                      └─ judge (expectation × observation → outcome)
//! runner ── events ── journal · record ── gate (policy × record → verdict) ── report
//! session joins them; cli and testing are its only callers
//! ```
//!
//! Public API are [`model`], [`config`], [`report::schema`] and [`testing`]. The other modules are public for the
//! program and the tests of this repository, and may change at any time.

#[doc(hidden)]
pub mod cli;
#[doc(hidden)]
pub mod clock;
#[doc(hidden)]
pub mod compare;
pub mod config;
#[doc(hidden)]
pub mod engine;
#[doc(hidden)]
pub mod gate;
#[doc(hidden)]
pub mod index;
#[doc(hidden)]
pub mod journal;
#[doc(hidden)]
pub mod judge;
#[doc(hidden)]
pub mod managers;
pub mod model;
#[doc(hidden)]
pub mod observe;
#[doc(hidden)]
pub mod packages;
#[doc(hidden)]
pub mod plan;
pub mod report;
#[doc(hidden)]
pub mod runner;
#[doc(hidden)]
pub mod secrets;
#[doc(hidden)]
pub mod session;
#[doc(hidden)]
pub mod signature;
pub mod testing;
