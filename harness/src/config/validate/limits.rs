//! Budgets and the gate.

use std::collections::{BTreeMap, BTreeSet};

use super::super::located::{Located, Ordered, Scalar, Text};
use super::super::raw::RawImage;
use super::super::raw_limits::{RawBudget, RawGate};
use super::super::subject::Budget;
use super::super::units;
use super::names::is_word;
use super::validator::Validator;
use crate::model::verdict::Policy;

/// Keys of the gate that are no measurements.
const GATE_KEYS: [&str; 8] =
    ["success-rate", "phases", "allow-flaky", "must-pass", "allow-advice", "quarantine", "baseline", "platforms"];

/// What builds usually measure; an image that is not built here has no names of its own.
const USUAL_MEASUREMENTS: [&str; 2] = ["install", "environment"];

impl Validator<'_> {
    /// The limits by name, those of nested maps joined with a dot.
    pub(super) fn budgets(&mut self, raw: &Ordered<Located<RawBudget>>) -> BTreeMap<String, Budget> {
        let mut budgets = BTreeMap::new();
        self.group("", &raw.0, &mut budgets);
        budgets
    }

    fn group(&mut self, prefix: &str, group: &[(Text, Located<RawBudget>)], budgets: &mut BTreeMap<String, Budget>) {
        for (name, budget) in group {
            if !is_word(name.text()) {
                self.refuse(name.place, format!("`{}` cannot be a budget's name", name.text()));
            }
            let full = format!("{prefix}{}", name.text());
            match &budget.value {
                RawBudget::Group(inner) => self.group(&format!("{full}."), inner, budgets),
                RawBudget::Limit(limit) => {
                    let text = Text { value: Scalar(limit.clone()), place: budget.place };
                    let Some(limit) = self.read(&text, units::budget) else { continue };
                    if budgets.insert(full.clone(), limit).is_some() {
                        self.refuse(name.place, format!("the budget `{full}` is there twice"));
                    }
                }
            }
        }
    }

    /// What it takes to be stable.
    pub(super) fn gate(&mut self, raw: &RawGate, image: Option<&RawImage>, has_own_phases: bool) -> Policy {
        let mut policy = Policy::default();
        if let Some(rate) = raw.success_rate.as_ref().and_then(|rate| self.read(rate, units::threshold)) {
            policy.success_rate = rate;
        }
        for (phase, rate) in &raw.phases.0 {
            let phases = self.surroundings.known.phases;
            if !has_own_phases && !phases.contains(&phase.text()) {
                self.refuse(phase.place, format!("unknown phase `{}`", phase.text())).known(
                    phase.text(),
                    "phases",
                    phases,
                );
            }
            if let Some(rate) = self.read(rate, units::threshold) {
                policy.phases.insert(phase.text().to_owned(), rate);
            }
        }
        self.demands(raw, &mut policy);
        policy.budgets = self.measured(&raw.limits, image);
        policy
    }

    /// Limits in seconds on what build steps take; each must be measured by some stage.
    fn measured(&mut self, raw: &[(Text, Text)], image: Option<&RawImage>) -> BTreeMap<String, f64> {
        let stages = image.and_then(|image| image.stages.as_ref()).map_or(&[][..], |stages| &stages.value);
        let mut names: BTreeSet<&str> =
            stages.iter().flat_map(|stage| &stage.measure.0).map(|(name, _)| name.text()).collect();
        if image.is_some_and(|image| image.existing.is_some()) {
            names.extend(USUAL_MEASUREMENTS);
        }
        let mut limits = BTreeMap::new();
        for (name, limit) in raw {
            if !names.contains(name.text()) {
                let known: Vec<&str> = GATE_KEYS.into_iter().chain(names.iter().copied()).collect();
                self.refuse(name.place, format!("unknown key `{}`, and no stage measures it", name.text())).known(
                    name.text(),
                    "keys here",
                    &known,
                );
                continue;
            }
            if let Some(limit) = self.read(limit, units::duration) {
                limits.insert(name.text().to_owned(), limit.as_secs_f64());
            }
        }
        limits
    }
}
