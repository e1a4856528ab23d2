//! How the checks of one run came out, from its report.

use std::collections::BTreeMap;

use serde_json::Value;

/// Outcomes by the ids of checks.
pub(crate) struct Outcomes(BTreeMap<String, String>);

impl Outcomes {
    /// Reads `report.json`.
    pub(crate) fn of(report: &Value) -> Self {
        let phases = report["phases"].as_array().into_iter().flatten();
        let checks = phases.flat_map(|phase| phase["checks"].as_array().into_iter().flatten());
        let text = |check: &Value, key: &str| check[key].as_str().unwrap_or_default().to_owned();
        Self(checks.map(|check| (text(check, "id"), text(check, "outcome"))).collect())
    }

    /// Whether a check was looked at: one by its id, or any of a name.
    pub(crate) fn has(&self, id: &str) -> bool {
        self.0.keys().any(|known| known == id || name(known) == id)
    }

    /// The ids of what did not pass by itself.
    pub(crate) fn red(&self) -> Vec<String> {
        let red = self.0.iter().filter(|(_, outcome)| !matches!(outcome.as_str(), "passed" | "skipped" | "blocked"));
        red.map(|(id, _)| id.clone()).collect()
    }

    /// The names, without items, of what was blocked.
    pub(crate) fn blocked(&self) -> Vec<String> {
        let blocked = self.0.iter().filter(|(_, outcome)| *outcome == "blocked");
        let mut names: Vec<String> = blocked.map(|(id, _)| name(id).to_owned()).collect();
        // Of ids and of names the order differs: `ssh[admin]` comes after `ssh-login[admin]`.
        names.sort();
        names.dedup();
        names
    }

    /// What neither is red nor blocked, and came out otherwise than there.
    pub(crate) fn changed_from(&self, other: &Self) -> Vec<String> {
        let quiet = self.0.iter().filter(|(_, outcome)| matches!(outcome.as_str(), "passed" | "skipped"));
        let changed = quiet.filter(|(id, outcome)| other.0.get(*id) != Some(outcome));
        changed.map(|(id, outcome)| format!("{id} {outcome}")).collect()
    }
}

fn name(id: &str) -> &str {
    id.split('[').next().unwrap_or(id)
}
