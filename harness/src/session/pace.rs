//! How long a subject's runs take, by the latest one that tells.

use std::path::Path;

use crate::journal;
use crate::model::record::Record;
use crate::report::Pace;

/// How many runs are looked through for one that completed.
const LOOKED_THROUGH: usize = 5;

/// The pace of the latest run of a subject that came to its end; nothing where there is none.
pub fn pace(reports: &Path, subject: &str) -> Option<Pace> {
    journal::runs(reports, subject).iter().rev().take(LOOKED_THROUGH).find_map(|folder| {
        let (envelopes, _) = journal::skim(folder).ok()?;
        Pace::of(&Record::of(&envelopes))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::Journal;
    use crate::model::{Ending, sample};

    #[test]
    fn the_latest_run_that_completed_gives_the_pace() {
        let root = tempfile::tempdir().unwrap();
        assert_eq!(pace(root.path(), "uv"), None);
        let runs = [("1", &sample::good_checks()[..], Ending::Completed), ("2", &[], Ending::Interrupted)];
        for (name, checks, ending) in runs {
            let mut journal = Journal::create(&root.path().join("uv").join(name)).unwrap();
            for event in sample::run(checks, ending) {
                journal.append(&event).unwrap();
            }
        }
        assert_eq!(pace(root.path(), "uv"), Pace::of(&sample::good().0));
    }
}
