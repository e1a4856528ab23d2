//! What goes wrong at which place of the index, and how often that was met.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use crate::model::{Answers, Disturbance, Disturbed, Trouble};

/// How a place stands.
#[derive(Default)]
struct Standing {
    /// Changes with each disturbance and each end of one.
    round: u64,
    disturbance: Option<Disturbance>,
    /// Answers of the disturbed kind that came before those to go wrong.
    spared: u32,
    /// Answers that were chosen to go wrong.
    taken: u32,
    /// Those that went wrong.
    met: u32,
}

type Place = Arc<watch::Sender<Standing>>;

/// All places that were ever disturbed; others are as the index is. Shared by the server and its owner.
#[derive(Clone, Default)]
pub struct Places(Arc<Mutex<BTreeMap<String, Place>>>);

impl Places {
    fn place(&self, name: &str) -> Place {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        places.entry(name.to_owned()).or_default().clone()
    }

    /// What goes wrong with the answer for this path, if anything does.
    pub(super) fn meeting(&self, name: &str, path: &str) -> Option<Meeting> {
        let place = self.place(name);
        let mut chosen = None;
        place.send_modify(|standing| {
            let Some(disturbance) = &standing.disturbance else { return };
            if kind(path) != Some(disturbance.of) {
                return;
            }
            if standing.spared < disturbance.after {
                standing.spared += 1;
            } else if disturbance.times.is_none_or(|times| standing.taken < times) {
                chosen = Some((disturbance.trouble, standing.round));
                standing.taken += 1;
            }
        });
        chosen.map(|(trouble, round)| Meeting { trouble, round, place })
    }
}

impl Disturbed for Places {
    fn disturb(&self, disturbance: &Disturbance) {
        let begin = |standing: &mut Standing| {
            let round = standing.round + 1;
            *standing = Standing { round, disturbance: Some(disturbance.clone()), ..Standing::default() };
        };
        self.place(&disturbance.place).send_modify(begin);
    }

    fn calm(&self, place: &str) -> u32 {
        let mut met = 0;
        self.place(place).send_modify(|standing| {
            met = standing.met;
            standing.round += 1;
            standing.disturbance = None;
        });
        met
    }

    fn met<'a>(&'a self, place: &'a str) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>> {
        let place = self.place(place);
        Box::pin(async move {
            // Its sender is held here.
            let _ = place.subscribe().wait_for(|standing| standing.met > 0).await;
        })
    }
}

/// One answer that goes wrong.
pub(super) struct Meeting {
    pub(super) trouble: Trouble,
    round: u64,
    place: Place,
}

impl Meeting {
    /// Notes that it has gone wrong by now.
    pub(super) fn note(&self) {
        self.place.send_modify(|standing| {
            if standing.round == self.round {
                standing.met += 1;
            }
        });
    }

    /// Awaits that what goes wrong has ended.
    pub(super) async fn end(&self) {
        let _ = self.place.subscribe().wait_for(|standing| standing.round != self.round).await;
    }
}

/// What lies at a path; nothing that goes wrong where it is neither a list nor a package.
fn kind(path: &str) -> Option<Answers> {
    if [".whl", ".conda"].iter().any(|ending| path.ends_with(ending)) {
        return Some(Answers::Files);
    }
    let is_list = (path.starts_with("simple/") && path.ends_with('/')) || path.ends_with("/repodata.json");
    is_list.then_some(Answers::Pages)
}
