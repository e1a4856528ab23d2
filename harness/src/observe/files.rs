//! Facts from the files of a container: the records of an environment, and manifests.

use futures_util::stream::{self, StreamExt, TryStreamExt};

use crate::engine::{Container, EngineError};
use crate::model::inquiry::{Answer, FileKind, Inquiry};
use crate::model::observation::Observation;
use crate::model::plan::{Question, Reading};

use super::{Observer, with_manager};

/// The most that is read of one record or manifest, bytes. The records of the largest conda packages are about 2 MB.
const MOST: u64 = 16 << 20;

/// How many files are asked for at the same time.
const AT_ONCE: usize = 16;

impl Observer<'_> {
    pub(super) async fn records(
        &self,
        container: &Container,
        folder: &str,
        suffix: &str,
        reading: &Reading,
    ) -> Result<Observation, EngineError> {
        let inquiry = Inquiry::Tree { paths: vec![folder.to_owned()], hash: false, exclude: Vec::new() };
        let tree = match self.engine.ask(container, None, &inquiry).await? {
            Answer::Tree(tree) => tree,
            other => return Ok(Observation::Answered(other)),
        };
        let files = tree.entries.iter().filter(|(path, entry)| entry.kind == FileKind::File && path.ends_with(suffix));
        let paths: Vec<String> = files.map(|(path, _)| path.clone()).collect();
        let contents: Vec<(String, Option<String>)> = stream::iter(paths)
            .map(|path| async move { self.content(container, &path).await.map(|content| (path, content)) })
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        let contents: Vec<_> = contents.into_iter().filter_map(|(path, content)| Some((path, content?))).collect();
        let source = format!("{} records in {folder}", contents.len());
        Ok(match with_manager(reading, |manager| manager.read_records(&contents)) {
            Ok(fact) => Observation::Known { fact, source },
            Err(problem) => Observation::Answered(Answer::Refused(format!("{source} cannot be read: {problem}"))),
        })
    }

    pub(super) async fn manifest(
        &self,
        container: &Container,
        path: &str,
        reading: &Reading,
    ) -> Result<Observation, EngineError> {
        let Question::Manifest { environment } = &reading.what else {
            return Ok(Observation::Answered(Answer::Refused("this is no question about a manifest".to_owned())));
        };
        let Some(text) = self.content(container, path).await? else {
            return Ok(Observation::Answered(Answer::Refused(format!("there is no manifest {path}"))));
        };
        Ok(match with_manager(reading, |manager| manager.read_manifest(&text, environment)) {
            Ok(fact) => Observation::Known { fact, source: path.to_owned() },
            Err(problem) => Observation::Answered(Answer::Refused(format!("{path} cannot be read: {problem}"))),
        })
    }

    async fn content(&self, container: &Container, path: &str) -> Result<Option<String>, EngineError> {
        let inquiry = Inquiry::Content { path: path.to_owned(), most: MOST };
        Ok(match self.engine.ask(container, None, &inquiry).await? {
            Answer::Content(Some(bytes)) => Some(String::from_utf8_lossy(&bytes).into_owned()),
            _ => None,
        })
    }
}
