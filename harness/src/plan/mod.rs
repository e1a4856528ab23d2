//! Configuration × suites × manager × selection → [`Plan`](crate::model::Plan): every name resolved, every template filled in, nothing run.

mod cell;
mod check;
mod choice;
mod error;
mod expect;
mod host;
mod identity;
mod mistake;
mod named;
mod names;
mod operation;
mod origin;
mod path;
mod phases;
mod project;
mod python;
mod references;
mod selection;
mod shell;
mod shuffle;
mod step;
mod switched_off;
mod transitions;
mod verb;

pub use error::{Origin, PlanError};
pub use mistake::Mistake;
pub use names::{Addresses, Names};
pub use phases::{Inputs, plan};
pub use selection::{InvalidGlob, Selection};
pub use shuffle::shuffled;
