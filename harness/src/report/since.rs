//! Since when a failed check is red, as far as earlier runs tell, and how to see what changed then.

use super::{account, text};
use crate::model::history::Past;
use crate::model::{CheckRecord, Record};

/// When a failed check was first red in an unbroken row of runs, and the command that holds this run against the one
/// before that; nothing of a check that did not fail, and where no earlier run is known.
pub(super) fn since(record: &Record, check: &CheckRecord) -> Option<String> {
    let id = &check.ended.check;
    if !account::is_own_failure(&check.ended.outcome) || record.past.is_empty() {
        return None;
    }
    let red = record.past.iter().rev().take_while(|past| past.failed.contains(id)).count();
    let before = record.past.len().checked_sub(red + 1).map(|index| &record.past[index]);
    let words = match (red, before) {
        (0, before) => {
            let last = before?;
            let went = if last.passes.contains(id) { "passed" } else { "did not fail" };
            format!("this run; it {went} in the one before, of {}", told(last))
        }
        (red, before) => {
            let first = &record.past[record.past.len() - red];
            let row = text::count(red + 1, "run");
            let known = if before.is_none() { ", as far back as runs are known" } else { "" };
            format!("{}, run `{}`: {row} in a row with this one{known}", text::moment(&first.started), first.run)
        }
    };
    Some(words + &before.map(|before| what_changed(before, record)).unwrap_or_default())
}

fn told(past: &Past) -> String {
    let image = past.image.as_ref().map(|image| format!(", image `{image}`")).unwrap_or_default();
    format!("{}, run `{}`{image}", text::moment(&past.started), past.run)
}

/// The command that tells versions, variables, PATH, files and figures that differ.
fn what_changed(before: &Past, record: &Record) -> String {
    format!(". What else changed since then: `shakedown compare {} {}`", before.run, record.start.run)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Ending, Failure, Outcome, sample};

    /// A run in which this check fails, after runs in which it did where told.
    fn after(reds: &[bool]) -> Record {
        let check = sample::with("packages/import[rich]", Outcome::Failed(Failure::default()));
        let mut record = Record::of(&sample::run(std::slice::from_ref(&check), Ending::Completed));
        record.past = sample::past(u32::try_from(reds.len()).expect("a few"));
        for (past, red) in record.past.iter_mut().zip(reds) {
            past.failed = if *red { vec![check.check.clone()] } else { Vec::new() };
        }
        record
    }

    fn told(reds: &[bool]) -> Option<String> {
        let record = after(reds);
        since(&record, &record.phases[0].checks[0])
    }

    #[test]
    fn a_failure_is_red_since_the_first_run_of_an_unbroken_row() {
        assert_eq!(told(&[]), None);
        let told = [told(&[true, false]), told(&[true, false, true, true]), told(&[true, true])];
        let told: Vec<_> = told.into_iter().flatten().collect();
        insta::assert_snapshot!(told.join("\n"));
    }
}
