//! What the records of a build are known by, and where that is kept: on the engine, since records carry no label and
//! whoever made them may be killed.

use std::collections::{BTreeSet, HashMap};

use bollard::Docker;
use bollard::models::VolumeCreateRequest;
use serde::{Deserialize, Serialize};

use super::attribution::{OwnBuild, attribute};
use super::cache::CacheRecord;
use crate::engine::EngineError;

/// Label that holds a [`Begun`] as JSON.
pub const LABEL_BUILD: &str = "shakedown.build";

/// What was in the cache when a build began, and how to know that build's records.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begun {
    pub(super) before: BTreeSet<String>,
    pub(super) own: OwnBuild,
}

impl Begun {
    /// Ids of the build's own records among those that are there now.
    pub(super) fn left(&self, now: &[CacheRecord]) -> Vec<String> {
        let new: Vec<CacheRecord> = now.iter().filter(|record| !self.before.contains(&record.id)).cloned().collect();
        attribute(&new, &self.own)
    }

    /// Reads a note's label; `None` where another version of shakedown wrote it in another form.
    pub fn read(label: &str) -> Option<Self> {
        serde_json::from_str(label).ok()
    }
}

/// A note to leave on the engine while a build's records are not yet removed: an empty volume with a label.
#[derive(Clone, Debug)]
pub struct BuildNote {
    /// The volume's name.
    pub volume: String,
    /// Labels that say whose it is.
    pub labels: HashMap<String, String>,
}

impl BuildNote {
    /// Leaves the note.
    pub(super) async fn leave(&self, client: &Docker, begun: &Begun) -> Result<(), EngineError> {
        let failed = |reason| EngineError::Failed { action: format!("make volume {}", self.volume), reason };
        let text = serde_json::to_string(begun).map_err(|error| failed(error.to_string()))?;
        let mut labels = self.labels.clone();
        labels.insert(LABEL_BUILD.to_owned(), text);
        let request = VolumeCreateRequest {
            name: Some(self.volume.clone()),
            labels: Some(labels),
            ..VolumeCreateRequest::default()
        };
        client.create_volume(request).await.map(|_| ()).map_err(|error| failed(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_says_the_same_when_it_is_read_again() {
        let own = OwnBuild { all: true, commands: vec!["make all".to_owned()], context_bytes: 9 };
        let begun = Begun { before: ["a".to_owned()].into(), own };
        let text = serde_json::to_string(&begun).expect("it is text");
        assert_eq!(Begun::read(&text), Some(begun));
        assert_eq!(Begun::read("{}"), None);
        assert_eq!(Begun::read("a"), None);
    }
}
