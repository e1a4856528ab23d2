//! What the machine gives: the limits of the subject's container, and how fast the reference work goes in it.

use std::collections::BTreeMap;

use futures_util::future::join_all;

use crate::engine::Container;
use crate::model::event::Event;
use crate::model::inquiry::{Answer, Inquiry};
use crate::model::limits::{self, Limits};
use crate::model::reference::Calibration;

use super::{Runner, Stop};

/// How often the reference work is done at one moment.
const TIMES: usize = 3;

/// Bytes of a file that tells of limits; more than any has.
const MOST: u64 = 64 * 1024;

impl Runner<'_> {
    /// What the container may use. What cannot be read is left out, and is no fault of the subject.
    pub(super) async fn limits(&self, container: &Container) -> Limits {
        let groups = self.text(container, limits::GROUPS).await.unwrap_or_default();
        let files = limits::files(&groups);
        let texts = join_all(files.iter().map(|path| self.text(container, path))).await;
        let texts: BTreeMap<_, _> =
            files.into_iter().zip(texts).filter_map(|(path, text)| Some((path, text?))).collect();
        limits::read(&groups, &texts)
    }

    async fn text(&self, container: &Container, path: &str) -> Option<String> {
        let inquiry = Inquiry::Content { path: path.to_owned(), most: MOST };
        match self.engine.ask(container, None, &inquiry).await {
            Ok(Answer::Content(Some(bytes))) => String::from_utf8(bytes).ok(),
            _ => None,
        }
    }

    /// Does the reference work and tells what it took.
    pub(super) async fn calibrate(&self, container: &Container, moment: &str) -> Result<(), Stop> {
        if let Some(calibration) = self.reference_work(container).await? {
            (self.emit)(Event::Calibrated(Calibration { moment: moment.to_owned(), ..calibration }));
        }
        Ok(())
    }

    /// What the reference work takes in this container; nothing where it cannot be done there.
    pub(super) async fn reference_work(&self, container: &Container) -> Result<Option<Calibration>, Stop> {
        let mut samples = Vec::new();
        for _ in 0..TIMES {
            match self.engine.ask(container, None, &Inquiry::Reference).await {
                Ok(Answer::Reference(work)) => samples.push(work),
                Ok(_) => return Ok(None),
                Err(error) if error.is_subject_failure() => return Err(Stop::Died(error.to_string())),
                Err(error) => {
                    self.still_there(&error).await?;
                    return Ok(None);
                }
            }
        }
        Ok(Some(Calibration { moment: String::new(), samples }))
    }
}
