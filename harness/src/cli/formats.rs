//! The reports that `--format` asks for.

use std::path::Path;
use std::sync::Arc;

use crate::model::record::Record;
use crate::model::verdict::Verdict;
use crate::report::{self, Format};
use crate::session::Target;

use super::arguments::Formats;
use super::github;
use super::terminal::Terminal;
use super::trouble::Trouble;

/// The format that is wanted on standard output in place of the summary. Two would run into each other there, as would
/// one of several subjects.
pub(super) fn on_output(formats: &Formats, subjects: usize) -> Result<Option<&'static Format>, Trouble> {
    let on_output: Vec<_> = formats.wanted.iter().filter(|wanted| wanted.path.is_none()).collect();
    let hint = "Give each a file: --format NAME=PATH.";
    match on_output.as_slice() {
        [] => Ok(None),
        [one] if subjects < 2 => Ok(Some(one.format)),
        [one] => {
            let name = one.format.name;
            let message = format!("--format {name} is for standard output, but there are several subjects");
            Err(Trouble::new(message)
                .with_hint(format!("Give it a file for each: --format {name}=PATH with {{subject}} in the path.")))
        }
        [one, other, ..] => {
            let names = (one.format.name, other.format.name);
            let message = format!("--format {} and --format {} both are for standard output", names.0, names.1);
            Err(Trouble::new(message).with_hint(hint))
        }
    }
}

/// Opens every file that is asked for, of each subject. Two reports in one file are a mistake.
pub(super) fn open(formats: &Formats, subjects: &[&str]) -> Result<Vec<Vec<Arc<Target>>>, Trouble> {
    let paths: Vec<_> = formats.wanted.iter().filter_map(|wanted| wanted.path.as_deref()).collect();
    let twice = paths.iter().enumerate().find(|(number, path)| paths[..*number].contains(path) && is_kept(path));
    if let Some((_, path)) = twice {
        return Err(Trouble::new(format!("--format: two reports are to be written into {}", path.display())));
    }
    let shared =
        formats.wanted.iter().filter(|wanted| !wanted.is_by_subject()).filter_map(|wanted| wanted.path.as_deref());
    if let (true, Some(path)) = (subjects.len() > 1, shared.into_iter().find(|path| is_kept(path))) {
        let message = format!("--format: the reports of several subjects are to be written into {}", path.display());
        return Err(Trouble::new(message).with_hint("Let {subject} stand for the subject's name in the path."));
    }
    let of = |subject: &&str| {
        let targets = formats.wanted.iter().filter_map(|wanted| Target::open(wanted, subject).transpose());
        targets.map(|target| Ok(Arc::new(target?))).collect()
    };
    subjects.iter().map(of).collect()
}

/// Whether a second report would take the first one's place.
fn is_kept(path: &Path) -> bool {
    !path.starts_with("/dev") && !path.starts_with("/proc")
}

/// Shows what came of a run: the summary, or the report that stands in its place; annotations and the step's summary
/// where a workflow of GitHub runs this. Annotations never go where a report may be.
pub(super) fn show(
    record: &Record,
    verdict: &Verdict,
    in_its_place: Option<&Format>,
    terminal: &Terminal,
) -> Result<(), Trouble> {
    if let Some(format) = in_its_place {
        Terminal::result(&(format.render)(record, verdict).map_err(crate::session::SessionError::from)?);
    } else {
        Terminal::told(&report::summary(record, verdict, terminal.summary_look()));
    }
    Terminal::annotate(&github::annotations(record));
    if let Err(error) = github::append_summary(record, verdict) {
        terminal.message(&format!("the step's summary cannot be written: {error}"));
    }
    Ok(())
}
