//! `shakedown gate`: the verdict again, by the subject's policy of today where its file is still there.

use std::fmt::Write as _;

use crate::gate::judge_record;
use crate::model::record::Record;
use crate::model::verdict::{Policy, Verdict};
use crate::{journal, session};

use super::arguments::Recorded;
use super::terminal::Terminal;
use super::trouble::Trouble;

pub(super) fn gate(given: &Recorded, terminal: &Terminal) -> Result<u8, Trouble> {
    let folder = journal::resolve(&given.report_dir, &given.run)?;
    let (envelopes, warnings) = journal::read(&folder)?;
    for warning in &warnings {
        terminal.message(&warning.to_string());
    }
    let record = Record::of(&envelopes);
    let verdict = verdict(&record, terminal);
    let mut text = format!("{}\n", verdict.decision.words());
    for reason in &verdict.reasons {
        let _ = writeln!(text, "- {reason}");
    }
    Terminal::result(&text);
    Ok(verdict.exit_code(record.ending.as_ref()))
}

fn verdict(record: &Record, terminal: &Terminal) -> Verdict {
    match session::policy_of(record) {
        Ok(policy) => judge_record(&policy, record),
        Err(error) => {
            terminal.message(&format!(
                "the policy of {} is not at hand ({error}); the recorded verdict counts",
                record.start.subject
            ));
            // A run without a verdict died before its end, so that no policy would call it stable.
            record.verdict.clone().unwrap_or_else(|| judge_record(&Policy::default(), record))
        }
    }
}
