//! The only composition root: config → plan → engine → runner → journal → gate → reports.
//!
//! [`prepare`] reads and plans everything that is asked for, so that every mistake shows before anything starts;
//! [`run()`] carries out one prepared subject, whatever happens to the end: teardown, verdict, reports.

mod again;
mod baseline;
mod build;
mod catalogue;
mod clean;
mod dead;
mod defaults;
mod env;
mod error;
mod examine;
mod facts;
mod hashes;
mod images;
mod manager;
mod mistakes;
mod network;
mod options;
mod pace;
mod recall;
mod replay;
mod reports;
mod run;
mod setup;
mod signals;
mod sources;
mod spine;
mod targets;
mod told;
mod vouch;

pub use baseline::{baseline_of, folder_of, prepare_last_failed, recorded, subject_name};
pub use build::build;
pub use catalogue::{EMBEDDED_SUITES, Prepared, default_subjects, prepare, prepare_for};
pub use clean::clean;
pub use env::{
    Change as EnvChange, Differences as EnvDifferences, Done as EnvDone, EnvError, ManifestFacts as EnvManifest,
    Outcome as EnvOutcome, Request as EnvRequest, State as EnvState, Verb as EnvVerb, env,
};
pub use error::SessionError;
pub use examine::{Finding, examine, prerequisites};
pub use manager::Wish;
pub use options::{NoCache, Options};
pub use pace::pace;
pub use replay::{Replayed, replay};
pub use reports::{Regenerated, policy_of, read, regenerate, write};
pub use run::{Finished, run};
pub use signals::cancelled_by_signals;
pub use spine::Listener;
pub use targets::{Target, UnknownFormat, Wanted};
pub use vouch::{TrustError, check_key, claim, confirm, image, sign};
