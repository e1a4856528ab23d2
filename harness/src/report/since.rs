//! Since when a failed check is red, as far as earlier runs tell, and how to see what changed then.

use super::{account, text};
use crate::model::history::Past;
use crate::model::{CheckRecord, ImageFacts, Record};

/// When a failed check was first red in an unbroken row of runs, and the command that holds this run against the one
/// before that; nothing of a check that did not fail, and where no earlier run is known.
pub(super) fn since(record: &Record, check: &CheckRecord) -> Option<String> {
    let id = &check.ended.check;
    // A narrowed run that did not look tells nothing.
    let looked = |past: &&Past| past.whole || past.failed.contains(id) || past.passes.contains(id);
    let past: Vec<&Past> = record.past.iter().filter(looked).collect();
    if !account::is_own_failure(&check.ended.outcome) || past.is_empty() {
        return None;
    }
    let red = past.iter().rev().take_while(|past| past.failed.contains(id)).count();
    let before = past.len().checked_sub(red + 1).map(|index| past[index]);
    let words = match (red, before) {
        (0, before) => {
            let last = before?;
            let went = if last.passes.contains(id) { "passed" } else { "was not there, not judged, or did not fail" };
            let is_same = last.image.is_some() && last.image == record.image.as_ref().map(ImageFacts::short);
            // The image cannot be what made the difference.
            let same =
                if is_same { ", the same image: the check is new or another one, or what it sees varies" } else { "" };
            format!("this run; it {went} in the one before, of {}{same}", told(last))
        }
        (red, before) => {
            let first = past[past.len() - red];
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
    fn a_narrowed_run_that_did_not_look_breaks_no_row() {
        let mut record = after(&[true, true, false]);
        record.past[2].whole = false;
        record.past[2].passes.clear();
        let words = since(&record, &record.phases[0].checks[0]).expect("it failed");
        assert!(words.contains("3 runs in a row with this one"), "{words}");
    }

    #[test]
    fn of_the_same_image_that_is_said() {
        let mut record = after(&[false]);
        let image = ImageFacts { id: format!("sha256:{}", "ab".repeat(32)), ..ImageFacts::default() };
        let told = |record: &Record| since(record, &record.phases[0].checks[0]).expect("it failed");
        assert!(!told(&record).contains("the same image"));
        record.past[0].image = Some(image.short());
        record.image = Some(image);
        assert!(told(&record).contains(", the same image: "), "{}", told(&record));
    }

    #[test]
    fn a_failure_is_red_since_the_first_run_of_an_unbroken_row() {
        assert_eq!(told(&[]), None);
        let told = [told(&[true, false]), told(&[true, false, true, true]), told(&[true, true])];
        let told: Vec<_> = told.into_iter().flatten().collect();
        insta::assert_snapshot!(told.join("\n"));
    }
}
