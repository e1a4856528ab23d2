//! Questions about the place where an agent runs, answered by it.

use std::time::Duration;

use async_trait::async_trait;
use shakedown_agent::wire::{Answer as Told, Lookup, Metadata, Question, Request};
use tokio::time::sleep;

use super::channel::{Channel, End, Finished};
use super::executable::AGENT_FOLDER;
use super::invoke::{Trouble, described};
use super::tell;
use crate::engine::EngineError;
use crate::model::inquiry::FileFacts;
use crate::model::{Answer, Inquiry};

/// How long nothing may come of an answer. A walk over a large image with hashes on a slow disk takes longer, but tells
/// what it finds on its way.
const PATIENCE: Duration = Duration::from_mins(2);

const NO_ENTRY: i32 = 2;

/// Somebody who has an agent answer.
#[async_trait]
pub(in crate::engine) trait Teller: Sync {
    /// Has one question answered.
    async fn tell(&self, question: Question) -> Result<Finished, Unanswered>;
}

/// Answers an inquiry by as many questions as it takes.
pub(in crate::engine) struct Asker<'a>(pub(in crate::engine) &'a dyn Teller);

/// What kept a question from being answered.
pub(in crate::engine) enum Unanswered {
    /// The agent, or the system, refused it.
    Refused(String),
    /// There is no agent to ask, or it is gone.
    Trouble(EngineError),
}

impl From<EngineError> for Unanswered {
    fn from(error: EngineError) -> Self {
        Self::Trouble(error)
    }
}

impl Asker<'_> {
    /// Answers a question.
    pub(in crate::engine) async fn answer(&self, inquiry: &Inquiry) -> Result<Answer, EngineError> {
        let answer = match inquiry {
            Inquiry::File(path) => self.file(path).await,
            Inquiry::Content { path, most } => self.content(path, *most).await,
            Inquiry::Write { path, content, mode } => self.write(path, content, *mode).await,
            other => self.plainly(other).await,
        };
        match answer {
            Ok(answer) => Ok(answer),
            Err(Unanswered::Refused(reason)) => Ok(Answer::Refused(reason)),
            Err(Unanswered::Trouble(error)) => Err(error),
        }
    }

    async fn plainly(&self, inquiry: &Inquiry) -> Result<Answer, Unanswered> {
        let finished = self.0.tell(question(inquiry)).await?;
        let End::Answer(told) = finished.end else { return Err(misunderstood().into()) };
        Ok(tell::answer(told, finished.entries).ok_or_else(misunderstood)?)
    }

    async fn content(&self, path: &str, most: u64) -> Result<Answer, Unanswered> {
        match self.ask(Question::Read { path: path.into(), cap: most }).await? {
            Told::Read { bytes, .. } => Ok(Answer::Content(Some(bytes))),
            Told::Failed { errno: NO_ENTRY, .. } => Ok(Answer::Content(None)),
            other => Err(refusal(other)),
        }
    }

    async fn file(&self, path: &str) -> Result<Answer, Unanswered> {
        let lookup = self.look(path).await?;
        let Lookup::Found { itself, followed, target, canonical } = lookup else { return Ok(Answer::File(None)) };
        let shown = followed.unwrap_or(itself);
        let (user_name, group_name) = tokio::try_join!(self.user_name(shown.uid), self.group_name(shown.gid))?;
        Ok(Answer::File(Some(FileFacts {
            kind: tell::kind(itself.kind),
            target_kind: followed.map(|followed| tell::kind(followed.kind)),
            mode: shown.mode,
            user: shown.uid,
            user_name,
            group: shown.gid,
            group_name,
            size: shown.size,
            link: target.map(|link| tell::text(&link)),
            canonical: canonical.map(|path| tell::text(&path)),
        })))
    }

    /// A file that is there keeps its mode.
    async fn write(&self, path: &str, content: &[u8], mode: u32) -> Result<Answer, Unanswered> {
        let mode = match self.look(path).await? {
            Lookup::Found { followed: Some(Metadata { mode, .. }), .. } => mode,
            _ => mode,
        };
        match self.ask(Question::Write { path: path.into(), bytes: content.to_vec(), mode }).await? {
            Told::Done => Ok(Answer::Done),
            other => Err(refusal(other)),
        }
    }

    async fn look(&self, path: &str) -> Result<Lookup, Unanswered> {
        match self.ask(Question::Stat { path: path.into() }).await? {
            Told::Stat { lookup: Lookup::Denied } => {
                Err(Unanswered::Refused(described(13, &format!("look at {path}"))))
            }
            Told::Stat { lookup } => Ok(lookup),
            other => Err(refusal(other)),
        }
    }

    async fn user_name(&self, number: u32) -> Result<Option<String>, Unanswered> {
        Ok(match self.ask(Question::User { name: number.to_string().into() }).await? {
            Told::User { user, .. } => user.map(|user| tell::text(&user.name)),
            // An image without /etc/passwd knows no names.
            _ => None,
        })
    }

    async fn group_name(&self, number: u32) -> Result<Option<String>, Unanswered> {
        Ok(match self.ask(Question::User { name: number.to_string().into() }).await? {
            Told::User { group, .. } => group.map(|group| tell::text(&group.name)),
            _ => None,
        })
    }

    async fn ask(&self, question: Question) -> Result<Told, Unanswered> {
        match self.0.tell(question).await?.end {
            End::Answer(told) => Ok(told),
            End::Exited(_) => Err(misunderstood().into()),
        }
    }
}

/// Sends a question over a stream and awaits the whole answer, however slowly it comes.
pub(in crate::engine) async fn send(channel: &Channel, question: Question) -> Result<Finished, Trouble> {
    match channel.request_unless_silent(|| sleep(PATIENCE), |id| Request::Ask { id, question }).await {
        Some(finished) => finished.map_err(Trouble::Lost),
        None => Err(Trouble::Silent(PATIENCE)),
    }
}

fn question(inquiry: &Inquiry) -> Question {
    let bytes = |texts: &[String]| texts.iter().map(|text| text.clone().into()).collect();
    match inquiry {
        Inquiry::File(path) => Question::Stat { path: path.clone().into() },
        Inquiry::Content { path, most } => Question::Read { path: path.clone().into(), cap: *most },
        Inquiry::Which { name, path } => {
            Question::Which { name: name.clone().into(), path: path.clone().map(Into::into) }
        }
        Inquiry::Tree { paths, hash, exclude } => {
            let mut exclude: Vec<Vec<u8>> = bytes(exclude);
            exclude.push(AGENT_FOLDER.into());
            Question::Walk { paths: bytes(paths), hash: *hash, exclude, cross: true }
        }
        Inquiry::Usage(paths) => Question::Usage { paths: bytes(paths), cross: true },
        Inquiry::Space(path) => Question::Space { path: path.clone().into() },
        Inquiry::Init => Question::Init,
        Inquiry::Environment => Question::Environment,
        Inquiry::Write { path, content, mode } => {
            Question::Write { path: path.clone().into(), bytes: content.clone(), mode: *mode }
        }
        Inquiry::Remove(path) => Question::Remove { path: path.clone().into() },
        Inquiry::Memory => Question::Memory,
        Inquiry::Reference => Question::Reference,
    }
}

fn refusal(told: Told) -> Unanswered {
    match told {
        Told::Failed { errno, step } => Unanswered::Refused(described(errno, &step)),
        _ => misunderstood().into(),
    }
}

fn misunderstood() -> EngineError {
    EngineError::Failed {
        action: "ask the agent".to_owned(),
        reason: "it answered another question than was asked".to_owned(),
    }
}
