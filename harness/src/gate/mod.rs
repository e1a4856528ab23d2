//! What a record means under a policy: stable, not stable, inconclusive or empty. Pure.
//!
//! Unknown never counts as passed, and never as the subject's failure. Not stable goes before inconclusive.

mod exit;
mod limits;
mod rules;
mod standing;

#[cfg(test)]
mod tests;

pub use exit::exit_code;
pub use rules::judge_record;
