//! A recorded run judged again by the checks of today, without an engine.

use std::path::Path;

use crate::gate;
use crate::journal;
use crate::model::event::{CheckEnded, PlannedCheck, RunStarted};
use crate::model::record::{CheckRecord, PhaseRecord, Record};
use crate::model::verdict::Verdict;
use crate::model::{CheckId, Outcome};
use crate::plan::Addresses;
use crate::runner;

use super::catalogue::{Prepared, checks_of, file_of, prepare_with};
use super::error::SessionError;

/// A run judged again.
#[derive(Debug)]
pub struct Replayed {
    /// The run as it would have been with the checks of today.
    pub record: Record,
    /// What the gate of today says of it.
    pub verdict: Verdict,
    /// Checks that end otherwise than they did: their names, the outcomes then and now; those that there were not then
    /// are not among them.
    pub differing: Vec<(CheckId, Outcome, Outcome)>,
    /// What was wrong with the recording.
    pub warnings: Vec<String>,
}

/// Judges a recorded run again. The subject is the one of the run where none is named; where suites are, only what is
/// theirs is told, with what it needs judged, too.
pub fn replay(folder: &Path, subject: Option<&str>, suites: &[String]) -> Result<Replayed, SessionError> {
    let (envelopes, mut warnings) = journal::skim(folder)?;
    let (recordings, more) = journal::recorded(folder)?;
    warnings.extend(more);
    let then = Record::of(&envelopes);
    let recorded = file_of(&then).map_or_else(|| then.start.subject.clone(), |file| file.display().to_string());
    let mut prepared = prepare_with(subject.unwrap_or(&recorded), suites)?;
    // What was served then may not be at hand now, and what is at hand now was not served then.
    prepared.plan = prepared.plan_with(&Addresses::stand_in_for(&then.start.setup.served))?;
    let mut ended = runner::replay(&prepared.plan, &recordings, &then);
    if !suites.is_empty() {
        let wanted = checks_of(suites)?;
        let is_wanted = |check: &CheckId| wanted.contains(&check.without_item().to_string());
        ended.retain(|ended| is_wanted(&ended.check));
        for phase in &mut prepared.plan.phases {
            phase.checks.retain(|check| is_wanted(&check.id));
        }
        prepared.plan.phases.retain(|phase| !phase.checks.is_empty());
    }
    let differs = |now: &CheckEnded| {
        let before = &then.check(&now.check)?.ended.outcome;
        (before.name() != now.outcome.name()).then(|| (now.check.clone(), before.clone(), now.outcome.clone()))
    };
    let differing = ended.iter().filter_map(differs).collect();
    let record = as_if(&prepared, &then, ended, suites.is_empty());
    let verdict = gate::judge_record(&prepared.subject.gate, &record);
    let warnings = warnings.iter().map(ToString::to_string).collect();
    Ok(Replayed { record, verdict, differing, warnings })
}

/// The record of then with the plan and the outcomes of now.
fn as_if(prepared: &Prepared, then: &Record, ended: Vec<CheckEnded>, all_suites: bool) -> Record {
    let mut ended = ended.into_iter();
    let mut checks = Vec::new();
    let mut phases = Vec::new();
    for plan in &prepared.plan.phases {
        let planned = |check: &crate::model::Check| PlannedCheck {
            id: check.id.clone(),
            priority: plan.priority,
            counted: !check.advice,
            explains: check.explains.clone(),
        };
        checks.extend(plan.checks.iter().map(planned));
        let before = then.phases.iter().find(|phase| phase.phase == plan.phase).cloned().unwrap_or_default();
        let ended = ended.by_ref().take(plan.checks.len());
        phases.push(PhaseRecord {
            phase: plan.phase.clone(),
            priority: plan.priority,
            checks: ended.map(|ended| CheckRecord { ended, concluded: true }).collect(),
            diagnosis: None,
            ..before
        });
    }
    // It is no run of its own: nothing of it lies anywhere.
    let whole = then.start.whole && all_suites;
    let start = RunStarted { checks, whole, folder: String::new(), ..then.start.clone() };
    Record { start, phases, verdict: None, ..then.clone() }
}
