//! What every part of the Docker engine needs: the connection, whose things are made, and the ledger of them.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use super::ledger::Ledger;
use crate::engine::EngineFacts;
use crate::model::RunId;

/// Label that names the run that made a thing.
pub(super) const LABEL_RUN: &str = "shakedown.run";
/// Label that names the subject it was made for.
pub(super) const LABEL_SUBJECT: &str = "shakedown.subject";
/// Label that names the lease container; whoever made the thing lives as long as that runs.
pub(super) const LABEL_LEASE: &str = "shakedown.lease";
/// Label that says what it is for.
pub(super) const LABEL_PURPOSE: &str = "shakedown.purpose";

/// Whose things are made.
#[derive(Clone, Debug)]
pub struct OpenOptions {
    /// The run.
    pub run: RunId,
    /// The subject's name.
    pub subject: String,
    /// The caller's environment: `DOCKER_HOST` and the proxies are read from it.
    pub environment: BTreeMap<String, String>,
    /// Leave the agent out and run everything by the engine's plain exec, as where the agent cannot run: to compare.
    pub plain_exec: bool,
}

impl OpenOptions {
    /// Options with the environment of this process; variables that are not UTF-8 are left out.
    pub fn new(run: RunId, subject: impl Into<String>) -> Self {
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Self { run, subject: subject.into(), environment, plain_exec: false }
    }
}

/// A connection to an engine, for one run.
#[derive(Debug)]
pub(crate) struct Docker {
    /// The connection, its API version agreed upon.
    pub(crate) client: bollard::Docker,
    /// What engine this is.
    pub(crate) facts: EngineFacts,
    /// The run.
    pub(crate) run: RunId,
    /// The subject's name.
    pub(crate) subject: String,
    /// The caller's environment.
    pub(crate) environment: BTreeMap<String, String>,
    /// The host's CA bundle, where there is one.
    pub(crate) bundle: Option<PathBuf>,
    /// What was made and is to be removed.
    pub(crate) ledger: Ledger,
}

impl Docker {
    /// Whether this is Podman behind Docker's API.
    pub(crate) fn is_podman(&self) -> bool {
        self.facts.name == "podman"
    }

    /// Labels for a thing of this run.
    pub(crate) fn labels(&self, purpose: &str) -> HashMap<String, String> {
        [
            (LABEL_RUN, self.run.to_string()),
            (LABEL_SUBJECT, self.subject.clone()),
            (LABEL_LEASE, lease_name(&self.run.0)),
            (LABEL_PURPOSE, purpose.to_owned()),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
    }
}

/// The name of a run's lease container.
pub(super) fn lease_name(run: &str) -> String {
    format!("shakedown-{run}-lease")
}

/// The name of the empty volume that says that a run's containers are kept on purpose after its end.
pub(super) fn kept_name(run: &str) -> String {
    format!("shakedown-{run}-kept")
}

/// A word in the letters that names of containers and volumes may have.
pub(super) fn name_part(word: &str) -> String {
    let mut part: String = word
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.' | '-') { letter } else { '-' })
        .collect();
    part.truncate(80);
    part
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_purpose_becomes_letters_that_a_container_name_may_have() {
        assert_eq!(name_part("errors/disk-full[a b]"), "errors-disk-full-a-b-");
        assert_eq!(name_part("é"), "-");
    }
}
