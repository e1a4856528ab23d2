//! Pages of sample records on disk.

use std::fs;
use std::path::PathBuf;

use shakedown::model::{Record, Verdict, sample};
use shakedown::report::FORMATS;
use tempfile::TempDir;

/// A page in a folder of its own.
pub(crate) struct Page {
    pub(crate) name: &'static str,
    pub(crate) html: String,
    folder: TempDir,
}

impl Page {
    fn new(name: &'static str, (record, verdict): &(Record, Verdict)) -> Self {
        let format = FORMATS.iter().find(|format| format.name == "html").expect("the format");
        let html = (format.render)(record, verdict).expect("it renders");
        Self { name, html, folder: tempfile::tempdir().expect("a folder") }
    }

    /// Writes the page, changed, and says where.
    pub(crate) fn written(&self, change: impl FnOnce(&str) -> String) -> PathBuf {
        let path = self.folder.path().join("report.html");
        fs::write(&path, change(&self.html)).expect("written");
        path
    }
}

/// Runs of all kinds.
pub(crate) fn pages() -> Vec<Page> {
    vec![
        Page::new("good", &sample::good()),
        mixed(),
        Page::new("not built", &sample::not_built()),
        Page::new("not obtained", &sample::not_obtained()),
        Page::new("not started", &sample::not_started()),
        Page::new("interrupted", &sample::interrupted()),
    ]
}

/// A run with every outcome there is.
pub(crate) fn mixed() -> Page {
    Page::new("mixed", &sample::mixed())
}
