//! Finding runs.

use std::path::{Path, PathBuf};

use super::JOURNAL_FILE;
use super::error::JournalError;

/// The newest run folder of a subject under `reports`.
///
/// Run ids begin with their time, so the newest is the last by name. A folder without a journal is no run.
pub fn latest(reports: &Path, subject: &str) -> Result<PathBuf, JournalError> {
    runs(reports, subject).pop().ok_or_else(|| no_such_run(reports, subject))
}

/// All run folders of a subject under `reports`, oldest first; none where it has no run.
pub fn runs(reports: &Path, subject: &str) -> Vec<PathBuf> {
    let folders = names(&reports.join(subject)).into_iter().map(|name| reports.join(subject).join(name));
    folders.filter(|folder| is_run(folder)).collect()
}

/// The run folder that `run` means: a path of one (or of its journal), a subject for its latest, or a run id.
pub fn resolve(reports: &Path, run: &str) -> Result<PathBuf, JournalError> {
    let path = Path::new(run);
    if is_run(path) {
        return Ok(path.to_owned());
    }
    if path.file_name().is_some_and(|name| name == JOURNAL_FILE) && path.is_file() {
        return Ok(path.parent().unwrap_or(Path::new(".")).to_owned());
    }
    latest(reports, run).or_else(|error| {
        let under = |subject: String| reports.join(subject).join(run);
        names(reports).into_iter().map(under).find(|folder| is_run(folder)).ok_or(error)
    })
}

fn is_run(folder: &Path) -> bool {
    folder.join(JOURNAL_FILE).is_file()
}

/// Names of the entries of a folder, sorted; none when it cannot be read.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<_> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names
}

fn no_such_run(reports: &Path, run: &str) -> JournalError {
    let has_run = |subject: &String| {
        let folder = reports.join(subject);
        names(&folder).iter().any(|name| is_run(&folder.join(name)))
    };
    let known = names(reports).into_iter().filter(has_run).collect();
    JournalError::NoSuchRun { run: run.to_owned(), reports: reports.to_owned(), known }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reports() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for run in ["uv/20261120T121005Z-3fa2", "uv/20261121T000000Z-0000", "pixi/20261119T000000Z-ffff"] {
            std::fs::create_dir_all(root.path().join(run)).unwrap();
            std::fs::write(root.path().join(run).join(JOURNAL_FILE), "").unwrap();
        }
        std::fs::create_dir_all(root.path().join("uv/20261231T000000Z-dead")).unwrap();
        std::fs::write(root.path().join("README.md"), "").unwrap();
        root
    }

    #[test]
    fn the_latest_run_is_the_newest_with_a_journal() {
        let root = reports();
        let newest = root.path().join("uv/20261121T000000Z-0000");
        assert_eq!(latest(root.path(), "uv").unwrap(), newest);
        assert_eq!(resolve(root.path(), "uv").unwrap(), newest);
    }

    #[test]
    fn a_run_is_found_by_folder_journal_subject_and_id() {
        let root = reports();
        let folder = root.path().join("uv/20261120T121005Z-3fa2");
        for run in [folder.clone(), folder.join(JOURNAL_FILE), PathBuf::from("20261120T121005Z-3fa2")] {
            assert_eq!(resolve(root.path(), run.to_str().unwrap()).unwrap(), folder, "{}", run.display());
        }
    }

    #[test]
    fn an_unknown_run_names_the_subjects_that_have_some() {
        let root = reports();
        let error = resolve(root.path(), "conda").unwrap_err();
        assert!(error.to_string().starts_with("no run `conda`"), "{error}");
        assert_eq!(error.hint(), "Subjects with runs: pixi, uv");
        let none = resolve(&root.path().join("nowhere"), "uv").unwrap_err();
        assert!(none.hint().contains("shakedown run"), "{}", none.hint());
    }
}
