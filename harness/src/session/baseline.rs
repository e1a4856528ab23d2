//! The run that another one is held against, and the checks of the latest run that did not pass.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::journal;
use crate::model::event::Envelope;
use crate::model::id::CheckId;
use crate::model::outcome::Outcome;
use crate::model::plan::{Check, Plan};
use crate::model::{Baseline, Record};
use crate::plan::Selection;

use super::catalogue::{Prepared, prepare, prepare_for};
use super::error::SessionError;
use super::options::Options;

/// What reports call a subject: its name, also where somebody names it by its file, as for `run`.
pub fn subject_name(subject: &str) -> Result<String, SessionError> {
    let path = Path::new(subject);
    let is_file = path.extension().is_some_and(|ending| ending == "yml" || ending == "yaml") && path.is_file();
    if !is_file {
        return Ok(subject.to_owned());
    }
    let prepared = prepare(&[subject.to_owned()], &Selection::default())?;
    Ok(prepared.into_iter().next().map_or_else(|| subject.to_owned(), |prepared| prepared.subject.name))
}

/// The folder of a recorded run: a path of one, a subject or its file for its latest, or a run id.
pub fn folder_of(reports: &Path, run: &str) -> Result<PathBuf, SessionError> {
    Ok(journal::resolve(reports, &subject_name(run)?)?)
}

/// A recorded run, by what [`folder_of`] takes. What checks printed is not in it.
pub fn recorded(reports: &Path, run: &str) -> Result<Record, SessionError> {
    let folder = folder_of(reports, run)?;
    let (envelopes, _): (Vec<Envelope>, _) = journal::skim(&folder)?;
    Ok(Record::of(&envelopes))
}

/// The baseline that was asked for, on the command line or by the subject's gate.
pub(super) fn baseline(prepared: &Prepared, options: &Options) -> Result<Option<Baseline>, SessionError> {
    let by_policy = prepared.subject.gate.baseline.as_ref().and_then(|baseline| baseline.run.as_ref());
    let Some(run) = options.baseline.as_ref().or(by_policy) else { return Ok(None) };
    baseline_of(&options.reports, run, &prepared.subject.name).map(Some)
}

/// A recorded run of this subject as a baseline.
pub fn baseline_of(reports: &Path, run: &str, subject: &str) -> Result<Baseline, SessionError> {
    let record = recorded(reports, run)?;
    if record.start.subject != subject {
        let (run, found, subject) = (run.to_owned(), record.start.subject, subject.to_owned());
        return Err(SessionError::Baseline { run, found, subject });
    }
    Ok(Baseline::of(&record))
}

/// The same subjects, each narrowed to the checks that did not pass in its latest run and to what these need.
pub fn prepare_last_failed(
    manager: Option<&str>,
    names: &[String],
    reports: &Path,
) -> Result<Vec<Prepared>, SessionError> {
    let whole = prepare_for(manager, names, &Selection::default())?;
    let mut narrowed = Vec::new();
    for prepared in whole {
        let record = recorded(reports, &prepared.subject.name)?;
        let wanted = with_needs(&prepared.plan, not_passed(&record));
        let name = prepared.subject.file.display().to_string();
        narrowed.extend(prepare_for(manager, &[name], &Selection::only(wanted))?);
    }
    Ok(narrowed)
}

fn not_passed(record: &Record) -> BTreeSet<CheckId> {
    let is_wanted = |outcome: &Outcome| !matches!(outcome, Outcome::Passed | Outcome::Skipped { .. });
    record.checks().filter(|check| is_wanted(&check.ended.outcome)).map(|check| check.ended.check.clone()).collect()
}

/// These checks of the plan and all that they need, whatever depth.
fn with_needs(plan: &Plan, mut wanted: BTreeSet<CheckId>) -> BTreeSet<CheckId> {
    let checks: Vec<&Check> = plan.phases.iter().flat_map(|phase| &phase.checks).collect();
    // Needs come earlier in the plan, so one walk from its end finds all.
    for check in checks.iter().rev() {
        if wanted.contains(&check.id) {
            let needed = checks.iter().filter(|other| check.needs.iter().any(|need| need.covers(&other.id)));
            wanted.extend(needed.map(|other| other.id.clone()));
        }
    }
    wanted.retain(|id| checks.iter().any(|check| check.id == *id));
    wanted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::Journal;
    use crate::model::event::{Ending, Event};
    use crate::model::{Failure, sample};
    use crate::session::prepare;

    const UV: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../configs/uv.yml");

    fn record(reports: &Path, failed: &str) {
        let checks = [sample::with(failed, Outcome::Failed(Failure::default())), sample::passed("shell/path")];
        let mut journal = Journal::create(&reports.join("uv/20261120T121005Z-3fa2")).unwrap();
        for event in sample::run(&checks, Ending::Completed) {
            journal.append(&event).unwrap();
        }
    }

    #[test]
    fn the_checks_that_failed_last_are_prepared_with_what_they_need_and_no_others() {
        let root = tempfile::tempdir().unwrap();
        let whole = prepare(&[UV.to_owned()], &Selection::default()).unwrap().remove(0);
        let checks: Vec<&Check> = whole.plan.phases.iter().flat_map(|phase| &phase.checks).collect();
        let needy = checks.iter().rfind(|check| !check.needs.is_empty()).expect("some check needs another");
        record(root.path(), &needy.id.to_string());
        let narrowed = prepare_last_failed(None, &[UV.to_owned()], root.path()).unwrap().remove(0);
        let ids: Vec<&Check> = narrowed.plan.phases.iter().flat_map(|phase| &phase.checks).collect();
        assert!(!narrowed.plan.whole && ids.len() < checks.len() / 2);
        assert!(ids.iter().any(|check| check.id == needy.id));
        for need in &needy.needs {
            assert!(ids.iter().any(|check| need.covers(&check.id)), "{need} is missing");
        }
    }

    #[test]
    fn a_baseline_of_another_subject_or_none_is_a_mistake() {
        let root = tempfile::tempdir().unwrap();
        record(root.path(), "shell/cwd");
        let mut prepared = prepare(&[UV.to_owned()], &Selection::default()).unwrap().remove(0);
        let of = |run: &str| {
            let reports = root.path().to_owned();
            Options { baseline: Some(run.to_owned()), reports, ..Options::default() }
        };
        assert_eq!(baseline(&prepared, &of("uv")).unwrap().unwrap().checks.len(), 2);
        assert!(matches!(baseline(&prepared, &of("nowhere")).unwrap_err(), SessionError::Journal(_)));
        assert_eq!(baseline(&prepared, &Options::default()).unwrap(), None);
        prepared.subject.name = "pixi".to_owned();
        let error = baseline(&prepared, &of("uv")).unwrap_err();
        assert_eq!(error.to_string(), "the baseline `uv` is a run of uv, not of pixi");
        assert_eq!(error.exit_code(), 2);
        let event = Event::BaselineFound { baseline: Box::default() };
        assert_eq!(Record::of(&sample::envelopes(vec![event])).baseline, Some(Baseline::default()));
    }
}
