//! What an observation means: expectations held against what was seen. Pure; no fault of the plan or of the
//! environment is ever taken for a pass, nor for the subject's failure.

mod agreement;
mod changed;
mod command;
mod conclude;
mod expect;
mod fact;
mod figure;
mod finding;
mod lookup;
mod same;
mod text;
mod tree;
pub mod version;
mod words;

#[cfg(test)]
mod tests;

pub use conclude::conclude;
pub use expect::{Context, judge};
pub use figure::{budget, quantity};

pub use crate::model::measure::BudgetAnswer;
