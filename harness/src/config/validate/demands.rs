//! What the gate demands by name: checks, quarantine, baseline, platforms.

use super::super::located::{Ordered, Text};
use super::super::raw_limits::{RawBaseline, RawGate, RawQuarantine, RawRegressions};
use super::super::units;
use super::validator::Validator;
use crate::model::id::CheckId;
use crate::model::verdict::{BaselinePolicy, Policy, Quarantine, Regressions, Tolerance};

impl Validator<'_> {
    /// Fills in what the gate says of single checks, of a baseline and of platforms.
    pub(super) fn demands(&mut self, raw: &RawGate, policy: &mut Policy) {
        policy.allowed_flaky = self.check_ids(&raw.allow_flaky);
        policy.must_pass = self.check_ids(&raw.must_pass);
        policy.allowed_advice = raw.allow_advice.as_ref().map(|ids| self.check_ids(ids));
        policy.quarantine = raw.quarantine.iter().filter_map(|entry| self.quarantine(entry)).collect();
        policy.baseline = raw.baseline.as_ref().map(|baseline| self.baseline(baseline));
        policy.platforms = raw.platforms.iter().filter_map(|platform| self.platform(platform)).collect();
    }

    fn check_ids(&mut self, raw: &[Text]) -> Vec<String> {
        raw.iter().filter_map(|text| self.check_id(text)).collect()
    }

    fn check_id(&mut self, text: &Text) -> Option<String> {
        let id = self.filled(text, "the check's id")?;
        if !id.contains('/') {
            self.refuse(text.place, format!("`{id}` is not a check's id"))
                .hint("Ids are written as `phase/check`, as `shakedown list` prints them.");
        }
        Some(id)
    }

    /// The checks that are switched off, each with its reason.
    pub(super) fn without(&mut self, raw: &Ordered<Text>) -> Vec<(CheckId, String)> {
        let mut without = Vec::new();
        for (check, reason) in &raw.0 {
            let id = match check.text().parse::<CheckId>() {
                Ok(id) => Some(id),
                Err(error) => {
                    self.refuse(check.place, error.to_string())
                        .hint("Ids are written as `phase/check`, as `shakedown list` prints them.");
                    None
                }
            };
            let reason = self.filled(reason, "the reason for going without a check");
            without.extend(id.zip(reason));
        }
        without
    }

    fn quarantine(&mut self, raw: &RawQuarantine) -> Option<Quarantine> {
        let check = self.check_id(&raw.check);
        let reason = self.filled(&raw.reason, "the reason of a quarantine");
        let until = self.read(&raw.until, units::day);
        Some(Quarantine { check: check?, reason: reason?, until: until? })
    }

    fn baseline(&mut self, raw: &RawBaseline) -> BaselinePolicy {
        let named = raw.run.as_ref().and_then(|run| self.filled(run, "the baseline's run"));
        let mut tolerance = Tolerance::default();
        for (given, value) in [(&raw.tolerance.time, &mut tolerance.time), (&raw.tolerance.size, &mut tolerance.size)] {
            if let Some(percent) = given.as_ref().and_then(|text| self.read(text, units::percent)) {
                *value = percent;
            }
        }
        BaselinePolicy {
            run: named.map(|run| self.outside(&run).display().to_string()),
            regressions: match raw.regressions {
                RawRegressions::Fail => Regressions::Fail,
                RawRegressions::Advise => Regressions::Advise,
            },
            tolerance,
        }
    }

    fn platform(&mut self, text: &Text) -> Option<String> {
        let platform = self.filled(text, "the platform")?;
        let parts: Vec<&str> = platform.split('/').collect();
        if !(2..=3).contains(&parts.len()) || parts.iter().any(|part| part.is_empty()) {
            self.refuse(text.place, format!("`{platform}` is not a platform"))
                .hint("Platforms are written as `linux/amd64`.");
        }
        Some(platform)
    }
}
