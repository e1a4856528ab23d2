//! `shakedown build`.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::gate;
use crate::plan::Selection;
use crate::session::{self, Options};

use super::arguments::Build;
use super::run::no_cache;
use super::terminal::Terminal;
use super::trouble::Trouble;

/// Builds the stage images of every subject that is asked for.
pub(super) async fn build(
    given: &Build,
    terminal: &Terminal,
    clock: &Arc<dyn Clock>,
    cancel: &CancellationToken,
) -> Result<u8, Trouble> {
    let prepared =
        session::prepare_for(given.subjects.manager.as_deref(), &given.subjects.subjects, &Selection::default())?;
    if given.tag.is_some() && prepared.len() > 1 {
        return Err(
            Trouble::new("--tag names one image, but there are several subjects").with_hint("Name one subject.")
        );
    }
    let mut codes = Vec::new();
    for subject in &prepared {
        let tag = given.tag.clone().unwrap_or_else(|| format!("shakedown-look/{}", subject.subject.name));
        let options = Options { tag: Some(tag), no_cache: no_cache(&given.no_cache), ..Options::default() };
        let built = session::build(subject, &options, clock, terminal.listener(None), cancel).await?;
        match built {
            Ok(image) => {
                Terminal::result(&format!("{image}\n"));
                codes.push(0);
            }
            Err(code) => codes.push(code),
        }
    }
    Ok(gate::exit_code(codes))
}
