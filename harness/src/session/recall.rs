//! Earlier runs of a subject, from their journals.

use std::collections::BTreeMap;
use std::path::Path;

use crate::journal::{self, JournalError};
use crate::model::history::{Past, RECALLED};
use crate::model::record::Record;
use crate::model::{Baseline, Decision};

/// Earlier runs, and what kept others from being read.
#[derive(Debug, Default)]
pub(super) struct Recalled {
    /// The latest, oldest first.
    pub(super) past: Vec<Past>,
    /// What the latest stable one looked at.
    pub(super) stable: Option<Box<Baseline>>,
    /// A sentence for each run that could not be read.
    pub(super) unreadable: Vec<String>,
}

impl Recalled {
    /// Keeps in mind what it has of a run, the latest first.
    fn note(&mut self, record: &Record) {
        let is_stable = record.verdict.as_ref().is_some_and(|verdict| verdict.decision == Decision::Stable);
        if is_stable && self.stable.is_none() {
            // Only what image and machine were: checks and times are in the history.
            let facts =
                Baseline { builds: BTreeMap::new(), phases: BTreeMap::new(), checks: vec![], ..Baseline::of(record) };
            self.stable = Some(Box::new(facts));
        }
        self.past.extend(Past::of(record));
    }
}

/// The latest earlier runs of a subject that came to a verdict; `this` one is not among them, nor any that began later.
pub(super) fn recall(reports: &Path, subject: &str, this: &Path) -> Recalled {
    let mut recalled = Recalled::default();
    for folder in journal::runs(reports, subject).iter().rev().filter(|folder| folder.file_name() < this.file_name()) {
        if recalled.past.len() == RECALLED {
            break;
        }
        match journal::skim(folder) {
            Ok((envelopes, _)) => recalled.note(&Record::of(&envelopes)),
            // It died before its first event, and there is nothing to remember.
            Err(JournalError::Empty { .. }) => {}
            Err(error) => recalled.unreadable.push(format!("An earlier run is left out of the history: {error}.")),
        }
    }
    // The latest whole run says of a check that a narrowed one did not look at whether it was there.
    let whole = recalled.past.iter().position(|past| past.whole);
    for (_, past) in recalled.past.iter_mut().enumerate().filter(|(place, _)| *place > 0 && Some(*place) != whole) {
        past.passes.clear();
    }
    recalled.past.reverse();
    recalled
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::Journal;
    use crate::model::event::{Ending, Envelope, Event};
    use crate::model::sample;

    fn record(reports: &Path, run: &str, decision: Option<Decision>) {
        write(reports, run, decision, sample::run(&sample::good_checks(), Ending::Completed));
    }

    fn write(reports: &Path, run: &str, decision: Option<Decision>, mut events: Vec<Envelope>) {
        if let Some(decision) = decision {
            let verdict = sample::verdict(decision, &[]);
            events.extend(sample::envelopes(vec![Event::Judged { verdict }]));
        }
        let mut journal = Journal::create(&reports.join("uv").join(run)).unwrap();
        for event in &events {
            journal.append(event).unwrap();
        }
    }

    #[test]
    fn the_latest_judged_runs_before_this_one_are_recalled_oldest_first() {
        let root = tempfile::tempdir().unwrap();
        for number in 0..RECALLED + 3 {
            record(
                root.path(),
                &format!("2026112{}T0000{:02}Z-0000", number / 20, number % 20),
                Some(Decision::Stable),
            );
        }
        record(root.path(), "20261130T000000Z-dead", None);
        record(root.path(), "20261202T000000Z-0000", Some(Decision::NotStable));
        let this = root.path().join("uv/20261201T000000Z-0000");
        std::fs::create_dir_all(root.path().join("uv/20261130T000001Z-0000/journal.jsonl")).unwrap();
        let recalled = recall(root.path(), "uv", &this);
        assert_eq!(recalled.past.len(), RECALLED);
        let stable = recalled.stable.expect("all are");
        assert_eq!((stable.subject.as_str(), stable.checks.len()), ("uv", 0));
        assert!(recalled.past.iter().all(|past| past.decision == Decision::Stable && past.passed == 6));
        let (latest, earlier) = recalled.past.split_last().expect("many");
        assert!(latest.passes.len() == 6 && earlier.iter().all(|past| past.passes.is_empty()));
        assert_eq!(recalled.unreadable, [""; 0], "a folder is no journal");
    }

    #[test]
    fn what_passed_is_kept_of_the_latest_whole_run_too() {
        let root = tempfile::tempdir().unwrap();
        for run in ["20261120T000000Z-0000", "20261121T000000Z-0000"] {
            record(root.path(), run, Some(Decision::Stable));
        }
        for run in ["20261122T000000Z-0000", "20261123T000000Z-0000"] {
            let mut events = sample::run(&sample::good_checks()[..1], Ending::Completed);
            let Some(Event::RunStarted(start)) = events.first_mut().map(|first| &mut first.event) else {
                panic!("it began")
            };
            start.whole = false;
            write(root.path(), run, Some(Decision::Inconclusive), events);
        }
        let recalled = recall(root.path(), "uv", &root.path().join("uv/20261201T000000Z-0000"));
        let passes: Vec<_> = recalled.past.iter().map(|past| (past.whole, past.passes.len())).collect();
        assert_eq!(passes, [(true, 0), (true, 6), (false, 0), (false, 1)]);
    }

    #[test]
    fn a_run_that_cannot_be_read_is_told_and_left_out() {
        let root = tempfile::tempdir().unwrap();
        record(root.path(), "20261120T000000Z-0000", Some(Decision::Stable));
        record(root.path(), "20261121T000000Z-0000", Some(Decision::Stable));
        let journal = root.path().join("uv/20261121T000000Z-0000/journal.jsonl");
        std::fs::remove_file(&journal).unwrap();
        std::os::unix::fs::symlink("/proc/self/mem", &journal).unwrap();
        let recalled = recall(root.path(), "uv", &root.path().join("uv/20261201T000000Z-0000"));
        assert_eq!(recalled.past.len(), 1);
        assert!(recalled.unreadable[0].starts_with("An earlier run is left out of the history: cannot read "));
    }
}
