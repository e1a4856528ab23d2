//! `shakedown run`.

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::engine::provision;
use crate::gate;
use crate::model::event::Ending;
use crate::model::record::Record;
use crate::model::verdict::{Decision, INTERRUPTED, Verdict};
use crate::plan::Selection;
use crate::report::Format;
use crate::session::{self, Finished, NoCache, Options, Prepared};

use super::arguments::{Choice, Run};
use super::formats;
use super::terminal::Terminal;
use super::trouble::Trouble;

/// Carries out every subject that is asked for, one after the other; the worst decides the exit code.
pub(super) async fn run(
    given: &Run,
    terminal: &Terminal,
    clock: &Arc<dyn Clock>,
    cancel: &CancellationToken,
) -> Result<u8, Trouble> {
    let options = options(given)?;
    let manager = given.subjects.manager.as_deref();
    let prepared = if given.last_failed {
        session::prepare_last_failed(manager, &given.subjects.subjects, &options.reports)?
    } else {
        session::prepare_for(manager, &given.subjects.subjects, &options.selection)?
    };
    if let Some(key) = &given.sign {
        session::check_key(key)?;
    }
    if options.tag.is_some() && prepared.len() > 1 {
        return Err(
            Trouble::new("--tag names one image, but there are several subjects").with_hint("Name one subject.")
        );
    }
    if given.bootstrap {
        tokio::select! {
            done = bootstrap(terminal) => done?,
            () = cancel.cancelled() => return Ok(INTERRUPTED),
        }
    }
    let on_output = formats::on_output(&given.formats, prepared.len())?;
    let names: Vec<_> = prepared.iter().map(|one| one.subject.name.as_str()).collect();
    let targets = formats::open(&given.formats, &names)?;
    let mut codes = Vec::new();
    for (subject, targets) in prepared.iter().zip(targets) {
        if subject.plan.phases.is_empty() {
            codes.push(if given.last_failed { nothing_failed(subject) } else { nothing_selected(subject) });
            continue;
        }
        let options = Options { targets, ..options.clone() };
        codes.push(one(subject, &options, on_output, given.sign.as_deref(), terminal, clock, cancel).await);
        if cancel.is_cancelled() {
            break;
        }
    }
    Ok(gate::exit_code(codes))
}

async fn one(
    prepared: &Prepared,
    options: &Options,
    on_output: Option<&Format>,
    key: Option<&Path>,
    terminal: &Terminal,
    clock: &Arc<dyn Clock>,
    cancel: &CancellationToken,
) -> u8 {
    let listener = terminal.listener(session::pace(&options.reports, &prepared.subject.name));
    match session::run(prepared, options, clock, listener, cancel).await {
        Ok(finished) => {
            let shown = shown(&finished);
            if let Err(trouble) = formats::show(&shown, &judged(&finished), on_output, terminal) {
                Terminal::trouble(&trouble);
            }
            if finished.record.ending == Some(Ending::Interrupted) {
                let rest =
                    if finished.leftovers.is_empty() { "what was made is removed" } else { "not all could be removed" };
                terminal.message(&format!("Interrupted; {rest}, the report holds what was seen until then."));
            }
            if let Some(error) = finished.unwritten {
                Terminal::trouble(&error.into());
                return finished.exit;
            }
            match key.map(|key| session::sign(&finished.folder.join("verdict.json"), key)) {
                Some(Err(error)) => {
                    let trouble = Trouble::from(error);
                    Terminal::trouble(&trouble);
                    gate::exit_code([finished.exit, trouble.code])
                }
                Some(Ok(signature)) => {
                    terminal.message(&format!("signed: {}", signature.display()));
                    finished.exit
                }
                None => finished.exit,
            }
        }
        Err(error) => {
            let trouble = Trouble::from(error);
            Terminal::trouble(&trouble);
            trouble.code
        }
    }
}

/// The record as the summary is to tell of it: no report is named where one could not be written.
fn shown(finished: &Finished) -> Cow<'_, Record> {
    if finished.unwritten.is_none() {
        return Cow::Borrowed(&finished.record);
    }
    let mut record = finished.record.clone();
    record.start.folder.clear();
    Cow::Owned(record)
}

/// The verdict as the summary is to tell of it: nobody can go by reports that could not be written, as the exit code says.
fn judged(finished: &Finished) -> Cow<'_, Verdict> {
    if finished.unwritten.is_none() || finished.verdict.decision != Decision::Stable {
        return Cow::Borrowed(&finished.verdict);
    }
    let reason = "Nothing spoke against it, but its reports could not be written, so that nobody can go by them.";
    Cow::Owned(Verdict {
        decision: Decision::Inconclusive,
        reasons: vec![reason.to_owned()],
        ..finished.verdict.clone()
    })
}

/// Says that no check of a subject is wanted; returns the exit code for that.
pub(super) fn nothing_selected(prepared: &Prepared) -> u8 {
    let code = Decision::Empty.exit_code();
    let options = "--phase, --check, --tagged and --skip";
    let message = format!("nothing selected: {options} leave no check of {}", prepared.subject.name);
    let meant = prepared.meant().map(|id| format!("Did you mean `{id}`? ")).unwrap_or_default();
    let hint = format!("{meant}`shakedown list {}` prints the ids of all checks.", prepared.subject.file.display());
    Terminal::trouble(&Trouble::new(message).with_hint(hint).with_code(code));
    code
}

/// Says that every check of a subject passed in its latest run; returns the exit code for nothing selected.
fn nothing_failed(prepared: &Prepared) -> u8 {
    let code = Decision::Empty.exit_code();
    let message = format!("nothing selected: no check of {} failed in its latest run", prepared.subject.name);
    Terminal::trouble(&Trouble::new(message).with_hint("Leave `--last-failed` out to run them all.").with_code(code));
    code
}

/// Installs and starts what is missing, saying what it does.
pub(super) async fn bootstrap(terminal: &Terminal) -> Result<(), Trouble> {
    Ok(provision::provision(&|text: &str| terminal.message(text)).await?)
}

pub(super) fn selection(choice: &Choice) -> Result<Selection, Trouble> {
    Ok(Selection::new(&choice.phase, &choice.check)?.tagged(&choice.tagged).without(&choice.skip)?)
}

pub(super) fn no_cache(stages: &[String]) -> NoCache {
    if stages.is_empty() {
        NoCache::AsConfigured
    } else if stages.iter().any(String::is_empty) {
        NoCache::All
    } else {
        NoCache::Stages(stages.to_vec())
    }
}

fn options(given: &Run) -> Result<Options, Trouble> {
    let defaults = Options::default();
    Ok(Options {
        selection: selection(&given.choice)?,
        use_image: given.use_image.clone(),
        tag: given.tag.clone(),
        no_cache: no_cache(&given.no_cache),
        keep: given.keep,
        reports: given.report_dir.clone(),
        targets: defaults.targets,
        jobs: given.jobs.map_or(defaults.jobs, usize::from),
        retries: given.retries,
        fail_fast: given.fail_fast,
        shuffle: given.shuffle,
        baseline: given.baseline.clone(),
    })
}
