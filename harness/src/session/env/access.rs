//! Whether the user of a container may work in the folder: found out before the manager is set to work, which would tell
//! of some file of its own.

use super::error::EnvError;
use super::turn::Purpose;
use super::work::Place;
use crate::engine::EngineError;
use crate::model::inquiry::{Answer, Inquiry};

/// That the user of the container may do in the folder what is to be done there. It is tried, since more than the
/// folder's mode decides: how it is mounted, and what the kernel guards. Nothing of that stays.
pub(super) async fn check(place: &Place<'_>, image: &str, folder: &str, purpose: Purpose) -> Result<(), EnvError> {
    let probe = format!("{folder}/.shakedown-{}", std::process::id());
    let tried = match purpose {
        Purpose::Look => Inquiry::Content { path: probe.clone(), most: 0 },
        Purpose::Change => Inquiry::Write { path: probe.clone(), content: Vec::new(), mode: 0o600 },
    };
    let (action, reason) = match (place.ask(&tried).await?, purpose) {
        (Answer::Refused(reason), Purpose::Look) => ("look into", reason),
        (Answer::Refused(reason), Purpose::Change) => ("write to", reason),
        (_, Purpose::Look) => return Ok(()),
        (_, Purpose::Change) => match place.ask(&Inquiry::Remove(probe)).await? {
            Answer::Refused(reason) => ("remove anything from", reason),
            _ => return Ok(()),
        },
    };
    let Answer::Environment { user, .. } = place.ask(&Inquiry::Environment).await? else {
        let action = "ask for the user of the container".to_owned();
        return Err(EngineError::Failed { action, reason: "something else was answered".to_owned() }.into());
    };
    let (image, folder) = (image.to_owned(), folder.to_owned());
    // What was tried is shakedown's own matter; why it failed is the system's word, behind it.
    let reason = reason.rsplit_once(": ").map(|(_, why)| why.to_owned()).unwrap_or(reason);
    Err(EnvError::NoAccess { user, image, action, folder, reason })
}
