//! What a record means under a policy: stable, not stable, inconclusive or empty. Pure.
//!
//! Unknown never counts as passed, and never as the subject's failure. Not stable goes before inconclusive.

mod demands;
mod exit;
mod limits;
mod publish;
mod quarantine;
mod regressions;
mod rules;
mod standing;

#[cfg(test)]
mod policy_tests;
#[cfg(test)]
mod tests;

pub use exit::exit_code;
pub use publish::vouch;
pub use rules::judge_record;
