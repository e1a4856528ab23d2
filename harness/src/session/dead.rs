//! Runs that died before they could write their reports.

use std::path::{Path, PathBuf};

use crate::journal::{self, Standing};
use crate::report::FORMATS;

use super::reports;

/// Makes the reports of those runs of a subject that died before they had any; returns their folders. The folder of a
/// run that lives, or of which that cannot be told, is left alone, as is one without a single whole event.
pub(super) fn report_dead_runs(reports: &Path, subject: &str) -> Vec<PathBuf> {
    let page = FORMATS.iter().find(|format| format.is_page());
    let has_page = |folder: &PathBuf| page.is_some_and(|page| folder.join(page.file).is_file());
    let unfinished = journal::runs(reports, subject).into_iter().filter(|folder| !has_page(folder));
    unfinished.filter(|folder| report_if_dead(folder)).collect()
}

fn report_if_dead(folder: &Path) -> bool {
    let Standing::Ended(_guard) = journal::standing(folder) else { return false };
    match reports::regenerate(folder, &[]) {
        Ok(_) => true,
        Err(error) => {
            tracing::debug!(folder = %folder.display(), %error, "no reports of a dead run");
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::Journal;
    use crate::model::{Envelope, sample};

    fn recorded(folder: &Path, events: &[Envelope]) -> Journal {
        let mut journal = Journal::create(folder).unwrap();
        for event in events {
            journal.append(event).unwrap();
        }
        journal
    }

    #[test]
    fn only_the_dead_get_their_reports() {
        let root = tempfile::tempdir().unwrap();
        let folder = |name: &str| root.path().join("uv").join(name);
        let events = sample::events();
        let living = recorded(&folder("1-living"), &events[..20]);
        drop(recorded(&folder("2-dead"), &events[..20]));
        drop(recorded(&folder("3-empty"), &[]));
        drop(recorded(&folder("4-finished"), &events));
        std::fs::write(folder("4-finished").join("report.md"), "as it was").unwrap();

        assert_eq!(report_dead_runs(root.path(), "uv"), [folder("2-dead")]);
        for format in FORMATS {
            assert!(folder("2-dead").join(format.file).is_file(), "{}", format.file);
            assert!(!folder("1-living").join(format.file).exists(), "{}", format.file);
        }
        let page = std::fs::read_to_string(folder("2-dead/report.md")).unwrap();
        assert!(page.contains("the run died before its end"), "{page}");
        assert_eq!(std::fs::read_to_string(folder("4-finished/report.md")).unwrap(), "as it was");
        assert_eq!(report_dead_runs(root.path(), "uv"), [""; 0].map(PathBuf::from), "once is enough");

        drop(living);
        assert_eq!(report_dead_runs(root.path(), "uv"), [folder("1-living")]);
    }
}
