//! Reports that somebody wants beside those of the run folder, each opened before anything starts.

use std::fs::File;
use std::io::{Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, Ordering};

use thiserror::Error;

use crate::model::record::Record;
use crate::model::verdict::Verdict;
use crate::report::Format;

use super::error::SessionError;

/// What stands for the subject's name in a path.
const SUBJECT: &str = "{subject}";

/// A report as it is asked for: `NAME` for standard output, `NAME=PATH` for a file.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The format.
    pub format: &'static Format,
    /// The file, in which `{subject}` stands for the subject's name; absent: standard output.
    pub path: Option<PathBuf>,
}

impl Wanted {
    /// Whether each subject has a file of its own.
    pub fn is_by_subject(&self) -> bool {
        self.path.as_ref().is_none_or(|path| path.to_string_lossy().contains(SUBJECT))
    }
}

/// No format has this name.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("there is no format `{name}`; there are: {}", Format::all().map(|format| format.name).collect::<Vec<_>>().join(", "))]
pub struct UnknownFormat {
    /// What was asked for.
    pub name: String,
}

impl FromStr for Wanted {
    type Err = UnknownFormat;

    fn from_str(text: &str) -> Result<Self, UnknownFormat> {
        let (name, path) = text.split_once('=').unwrap_or((text, "-"));
        let format = Format::all().find(|format| format.name == name);
        let format = format.ok_or_else(|| UnknownFormat { name: name.to_owned() })?;
        Ok(Self { format, path: Some(path).filter(|path| !matches!(*path, "-" | "")).map(PathBuf::from) })
    }
}

/// A file that is open and awaits its report. What stood in it is gone, so that nobody takes an old report for the new.
#[derive(Debug)]
pub struct Target {
    format: &'static Format,
    path: PathBuf,
    file: File,
    /// Whether all of it so far was written as it came about.
    has_grown: AtomicBool,
}

impl Target {
    /// Opens the file of a report of this subject, with the folders above it; nothing for standard output.
    pub fn open(wanted: &Wanted, subject: &str) -> Result<Option<Self>, SessionError> {
        let Some(path) = &wanted.path else { return Ok(None) };
        let path = PathBuf::from(path.to_string_lossy().replace(SUBJECT, subject));
        Self::create(wanted.format, &path).map(Some)
    }

    /// Opens a file for a report.
    pub(super) fn create(format: &'static Format, path: &Path) -> Result<Self, SessionError> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let made = folder.map_or(Ok(()), std::fs::create_dir_all);
        let opened = made.and_then(|()| File::options().create(true).write(true).truncate(true).open(path));
        let file =
            opened.map_err(|source| SessionError::Target { format: format.name, path: path.to_owned(), source })?;
        Ok(Self { format, path: path.to_owned(), file, has_grown: AtomicBool::new(false) })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it grows with the run.
    pub(super) fn grows(&self) -> bool {
        self.format.grows()
    }

    /// Adds what an event adds.
    pub(super) fn grow(&self, text: &str) -> Result<(), SessionError> {
        let written = (&self.file).write_all(text.as_bytes());
        self.has_grown.store(written.is_ok(), Ordering::Relaxed);
        written.map_err(|source| SessionError::Write { path: self.path.clone(), source })
    }

    /// Writes the whole report, where it has not grown with the run.
    pub fn write(&self, record: &Record, verdict: &Verdict) -> Result<(), SessionError> {
        if self.has_grown.load(Ordering::Relaxed) {
            return Ok(());
        }
        let text = (self.format.render)(record, verdict)?;
        let mut file = &self.file;
        let is_file = file.metadata().is_ok_and(|metadata| metadata.is_file());
        // What is no file, as a pipe, has neither length nor place.
        let emptied = if is_file { file.set_len(0).and_then(|()| file.rewind()) } else { Ok(()) };
        let written = emptied.and_then(|()| file.write_all(text.as_bytes()));
        written.map_err(|source| SessionError::Write { path: self.path.clone(), source })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample;

    #[test]
    fn a_wanted_report_has_a_name_and_perhaps_a_path() {
        let wanted = |text: &str| {
            let wanted: Wanted = text.parse().unwrap();
            (wanted.format.name, wanted.path)
        };
        assert_eq!(wanted("junit=out/{subject}.xml"), ("junit", Some(PathBuf::from("out/{subject}.xml"))));
        assert_eq!(wanted("issue"), ("issue", None));
        assert_eq!(wanted("json=-"), ("json", None));
        let unknown = "xml=a".parse::<Wanted>().unwrap_err().to_string();
        assert!(unknown.starts_with("there is no format `xml`; there are: ") && unknown.contains("junit"), "{unknown}");
    }

    #[test]
    fn a_target_holds_nothing_old_and_then_the_report() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("out/uv.xml");
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, "of yesterday").unwrap();
        let wanted = format!("junit={}/out/{{subject}}.xml", root.path().display()).parse().unwrap();
        let target = Target::open(&wanted, "uv").unwrap().unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "");
        let (record, verdict) = sample::good();
        target.write(&record, &verdict).unwrap();
        assert!(std::fs::read_to_string(&path).unwrap().ends_with("</testsuites>\n"));
    }

    #[test]
    fn what_has_grown_is_not_written_twice() {
        let root = tempfile::tempdir().unwrap();
        let tap = Format::all().find(|format| format.grows()).unwrap();
        let target = Target::create(tap, &root.path().join("report.tap")).unwrap();
        target.grow("grown\n").unwrap();
        let (record, verdict) = sample::good();
        target.write(&record, &verdict).unwrap();
        assert_eq!(std::fs::read_to_string(root.path().join("report.tap")).unwrap(), "grown\n");
    }

    #[test]
    fn a_place_that_cannot_be_written_is_named_with_its_format() {
        let root = tempfile::tempdir().unwrap();
        let wanted = format!("tap={}", root.path().display()).parse().unwrap();
        let error = Target::open(&wanted, "uv").unwrap_err();
        assert_eq!(error.to_string(), format!("--format tap: cannot open {}", root.path().display()));
        assert_eq!(error.exit_code(), 2);
    }
}
