//! What checks printed: files beside the journal, put back when it is read.

use std::path::{Component, Path, PathBuf};

use super::error::{JournalError, Warning};
use crate::model::event::CheckEnded;

/// Moves what the check printed into files under `folder`; `ended` keeps their paths within it.
pub(super) fn store(folder: &Path, ended: &mut CheckEnded) -> Result<(), JournalError> {
    let paths = ended.output_paths();
    for (text, path) in [(&mut ended.stdout, paths.stdout), (&mut ended.stderr, paths.stderr)] {
        if let (Some(text), Some(relative)) = (text.as_mut(), path) {
            let path = folder.join(&relative);
            std::fs::write(&path, &*text).map_err(|source| JournalError::Write { path, source })?;
            *text = relative;
        }
    }
    Ok(())
}

/// Puts the texts back in the place of their paths. A text that is gone leaves `None` and a warning.
pub(super) fn restore(folder: &Path, ended: &mut CheckEnded, warnings: &mut Vec<Warning>) {
    for slot in [&mut ended.stdout, &mut ended.stderr] {
        let Some(relative) = slot.take_if(|text| !text.is_empty()) else { continue };
        match inside(folder, &relative).and_then(std::fs::read) {
            Ok(bytes) => *slot = Some(String::from_utf8_lossy(&bytes).into_owned()),
            Err(error) => warnings.push(Warning::NoOutput { path: relative, reason: error.to_string() }),
        }
    }
}

/// A journal may come from elsewhere: its paths must not lead out of its folder.
fn inside(folder: &Path, relative: &str) -> std::io::Result<PathBuf> {
    if Path::new(relative).components().all(|part| matches!(part, Component::Normal(_))) {
        Ok(folder.join(relative))
    } else {
        Err(std::io::Error::new(std::io::ErrorKind::InvalidInput, "it leads out of the run folder"))
    }
}
