//! Two runs of one subject held against each other, and many in a row. Pure.

mod changes;
mod costs;
mod facts;
mod figures;
mod steps;
mod trend;

#[cfg(test)]
mod tests;

pub use changes::{Comparison, OutcomeChange, compare};
pub use costs::{Cost, costs};
pub use facts::FactChange;
pub use figures::{Direction, FigureChange};
pub use steps::STEP;
pub use trend::{CheckHistory, Slower, Trend, trend};
