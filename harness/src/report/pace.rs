//! How much longer a run may take, by what the parts of an earlier one took. Where that tells nothing, there is no
//! estimate: a part that is new, or has another number of checks, makes all of it unknown.

use super::text;
use crate::model::moment::seconds_between;
use crate::model::{Ending, Envelope, Event, Record};

/// What the parts of an earlier run took.
#[derive(Clone, Debug, PartialEq)]
pub struct Pace {
    run: String,
    /// Stages in order, with the seconds of their builds.
    stages: Vec<(String, f64)>,
    /// Phases with their checks and their seconds.
    phases: Vec<(String, usize, f64)>,
}

impl Pace {
    /// The pace of a run that completed; nothing of any other.
    pub fn of(record: &Record) -> Option<Self> {
        let phases = record.phases.iter().map(|phase| (phase.phase.clone(), phase.checks.len(), phase.seconds));
        (record.ending == Some(Ending::Completed)).then(|| Self {
            run: record.start.run.0.clone(),
            stages: record.stages.iter().map(|stage| (stage.name.clone(), stage.seconds)).collect(),
            phases: phases.collect(),
        })
    }

    fn of_stage(&self, stage: &str) -> Option<f64> {
        self.stages.iter().find(|(name, _)| name == stage).map(|(_, seconds)| *seconds)
    }

    fn of_phase(&self, phase: &str, checks: usize) -> Option<f64> {
        let found = self.phases.iter().find(|(name, number, _)| name == phase && *number == checks);
        found.map(|(_, _, seconds)| *seconds)
    }
}

/// Follows a run and says what is left of it.
#[derive(Debug, Default)]
pub(super) struct Estimate {
    pace: Option<Pace>,
    /// Stages that are still to be built, as far as the earlier run knew any.
    stages: Vec<String>,
    /// Phases that are still to come, with their checks.
    phases: Vec<(String, usize)>,
    /// How many phases there are.
    all: usize,
    /// The part that is under way: when it began, and the seconds that it took before.
    current: Option<(String, Option<f64>)>,
}

impl Estimate {
    pub(super) fn new(pace: Option<Pace>) -> Self {
        Self { pace, ..Self::default() }
    }

    /// Moves on with the run.
    pub(super) fn follow(&mut self, envelope: &Envelope) {
        let began = |seconds| Some((envelope.at.clone(), seconds));
        match &envelope.event {
            Event::RunStarted(start) => {
                for check in &start.checks {
                    match self.phases.iter_mut().find(|(phase, _)| *phase == check.id.phase) {
                        Some((_, checks)) => *checks += 1,
                        None => self.phases.push((check.id.phase.clone(), 1)),
                    }
                }
                self.all = self.phases.len();
                self.stages = self.pace.iter().flat_map(|pace| &pace.stages).map(|(stage, _)| stage.clone()).collect();
            }
            Event::BuildStarted { stage, .. } => {
                self.stages.retain(|other| other != stage);
                self.current = began(self.pace.as_ref().and_then(|pace| pace.of_stage(stage)));
            }
            Event::ImageReady { .. } => {
                self.stages.clear();
                self.current = None;
            }
            Event::PhaseStarted { phase, checks, .. } => {
                self.phases.retain(|(other, _)| other != phase);
                self.current = began(self.of_phase(phase, *checks));
            }
            Event::PhaseEnded { .. } => self.current = None,
            _ => {}
        }
    }

    /// The seconds that this phase took before.
    pub(super) fn of_phase(&self, phase: &str, checks: usize) -> Option<f64> {
        self.pace.as_ref().and_then(|pace| pace.of_phase(phase, checks))
    }

    /// The place of the phase that is under way, as `3/7`.
    pub(super) fn place(&self) -> String {
        format!("{}/{}", self.all.saturating_sub(self.phases.len()), self.all)
    }

    /// Seconds that are left at this time; nothing where it is not known, or all that is known is over.
    pub(super) fn left(&self, at: &str) -> Option<f64> {
        let pace = self.pace.as_ref()?;
        let current = match &self.current {
            None => 0.0,
            Some((began, seconds)) => ((*seconds)? - seconds_between(began, at)?).max(0.0),
        };
        let stages = self.stages.iter().map(|stage| pace.of_stage(stage));
        let phases = self.phases.iter().map(|(phase, checks)| pace.of_phase(phase, *checks));
        let ahead: f64 = stages.chain(phases).sum::<Option<f64>>()?;
        Some(current + ahead).filter(|left| *left >= 0.5)
    }

    /// What is left in words, with the run that tells it: `about 2 min, as in run …`.
    pub(super) fn whole(&self, at: &str) -> Option<String> {
        let run = text::one_line(&self.pace.as_ref()?.run, 60);
        Some(format!("{}, as in run {run}", text::about(self.left(at)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample;

    fn at(second: u32) -> String {
        format!("2026-11-20T12:10:{second:02}.000Z")
    }

    /// Follows the events of the sample with every outcome, by the pace of an earlier run of the same kind.
    fn followed(pace: Option<Pace>, events: &[Envelope]) -> Estimate {
        let mut estimate = Estimate::new(pace);
        for event in events {
            estimate.follow(event);
        }
        estimate
    }

    fn pace() -> Pace {
        Pace::of(&sample::mixed().0).unwrap()
    }

    #[test]
    fn what_is_left_is_what_is_ahead_took_before() {
        let events = sample::events();
        // Two stages of 0.3 s and 8.1 s, five phases of a second each.
        let begun = followed(Some(pace()), &events[..1]);
        assert_eq!(begun.left(&at(0)), Some(13.4));
        assert_eq!(begun.whole(&at(0)).unwrap(), "about 15 s, as in run 20261120T121005Z-3fa2");
        let building = followed(Some(pace()), &events[..4]);
        let left = building.left(&events[3].at).unwrap();
        assert!((left - 13.1).abs() < 1e-9, "{left}");
        let first = events.iter().position(|one| matches!(one.event, Event::PhaseStarted { .. })).unwrap();
        let checking = followed(Some(pace()), &events[..=first]);
        assert_eq!((checking.left(&events[first].at), checking.place()), (Some(5.0), "1/5".to_owned()));
        let ended = followed(Some(pace()), &events);
        assert_eq!(ended.left(&at(59)), None, "nothing is left");
    }

    #[test]
    fn what_takes_longer_than_before_counts_for_nothing_and_never_below() {
        let events = sample::events();
        let first = events.iter().position(|one| matches!(one.event, Event::PhaseStarted { .. })).unwrap();
        let checking = followed(Some(pace()), &events[..=first]);
        assert_eq!(checking.left("2026-11-20T12:59:00.000Z"), Some(4.0));
    }

    #[test]
    fn without_an_earlier_run_or_with_another_number_of_checks_nothing_is_told() {
        let events = sample::events();
        assert_eq!(followed(None, &events[..1]).left(&at(0)), None);
        let other = Pace { phases: vec![("packages".to_owned(), 2, 1.0)], ..pace() };
        assert_eq!(followed(Some(other), &events[..1]).left(&at(0)), None);
        assert_eq!(Pace::of(&sample::interrupted().0), None, "it did not come to its end");
    }
}
