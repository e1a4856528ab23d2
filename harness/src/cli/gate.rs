//! `shakedown gate`: the verdict again, by the subject's policy of today where its file is still there, or that of
//! verdict files, perhaps on one image.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::clock::Clock;
use crate::gate::{judge_record, vouch};
use crate::model::claim::Claim;
use crate::model::event::Ending;
use crate::model::record::Record;
use crate::model::verdict::{Policy, Verdict};
use crate::report;
use crate::session;

use super::arguments::Gate;
use super::terminal::Terminal;
use super::trouble::Trouble;

pub(super) async fn gate(given: &Gate, terminal: &Terminal, clock: &dyn Clock) -> Result<u8, Trouble> {
    let Some(run) = &given.run else {
        let claims = (given.verdict.iter()).map(|file| session::claim(file, given.verify.as_deref()));
        let verdict = on_image(given, &claims.collect::<Result<Vec<_>, _>>()?, clock).await?;
        sign(given, &given.verdict, terminal)?;
        return Ok(tell(&verdict, None));
    };
    let folder = session::folder_of(&given.report_dir, run)?;
    let (mut record, warnings) = session::read(&folder)?;
    for warning in &warnings {
        terminal.message(warning);
    }
    let verdict = verdict(&mut record, &given.report_dir, terminal)?;
    let file = folder.join("verdict.json");
    if given.verify.is_some() || given.sign.is_some() {
        session::claim(&file, given.verify.as_deref())?;
        session::confirm(&file, &record, &verdict)?;
    }
    // Of one run on the image that it judged it is the same answer with more to it.
    let verdict = if given.image.is_some() || given.verify.is_some() {
        on_image(given, &[report::claim_of(&record, &verdict)], clock).await?
    } else {
        verdict
    };
    sign(given, &[file], terminal)?;
    Ok(tell(&verdict, record.ending.as_ref()))
}

/// The verdict of all claims together, or of none; where an image is named, on exactly that.
async fn on_image(given: &Gate, claims: &[Claim], clock: &dyn Clock) -> Result<Verdict, Trouble> {
    let image = match &given.image {
        Some(reference) => Some(session::image(reference, clock).await?),
        None => None,
    };
    Ok(vouch(claims, image.as_ref()))
}

fn sign(given: &Gate, files: &[PathBuf], terminal: &Terminal) -> Result<(), Trouble> {
    let Some(key) = &given.sign else { return Ok(()) };
    for file in files {
        let signature = session::sign(file, key)?;
        terminal.message(&format!("signed: {}", signature.display()));
    }
    Ok(())
}

fn tell(verdict: &Verdict, ending: Option<&Ending>) -> u8 {
    let mut text = format!("{}\n", verdict.decision.words());
    for reason in &verdict.reasons {
        let _ = writeln!(text, "- {reason}");
    }
    for remark in &verdict.remarks {
        let _ = writeln!(text, "  note: {remark}");
    }
    Terminal::result(&text);
    verdict.exit_code(ending)
}

/// The verdict by the policy of today, held against the run that it names where the run was held against none.
fn verdict(record: &mut Record, reports: &Path, terminal: &Terminal) -> Result<Verdict, Trouble> {
    let Some(policy) = session::policy_of(record)? else {
        let subject = &record.start.subject;
        let counts = if record.verdict.is_some() { "the recorded verdict counts" } else { "the strictest one counts" };
        terminal.message(&format!("the policy of {subject} is not at hand; {counts}"));
        // A run without a verdict died before its end, so that no policy would call it stable.
        return Ok(record.verdict.clone().unwrap_or_else(|| judge_record(&Policy::default(), record)));
    };
    let named = policy.baseline.as_ref().and_then(|baseline| baseline.run.as_ref());
    if let (None, Some(run)) = (&record.baseline, named) {
        record.baseline = Some(session::baseline_of(reports, run, &record.start.subject)?);
    }
    Ok(judge_record(&policy, record))
}
