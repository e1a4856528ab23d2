//! Base images: present, pulled, or made from Debian's packages.

mod apt;
mod bootstrap;
mod turn;

use std::time::Duration;

use bollard::Docker;
use bollard::errors::Error;
use bollard::query_parameters::CreateImageOptionsBuilder;
use futures_util::StreamExt;
use tokio::time::timeout;

use crate::engine::{EngineError, Progress};
use crate::model::Event;

/// How long a registry may take to its first answer.
const FIRST_ANSWER: Duration = Duration::from_secs(15);
/// How long a pull that has begun may stand still.
const NEXT_ANSWER: Duration = Duration::from_mins(1);

/// Makes sure that a base image is there, and returns the tag to build on.
///
/// An image that is present is taken as it is. Else it is pulled, which is given up after 15 s without an answer; else,
/// where `bootstrap` names a Debian suite, made with debootstrap and tagged `shakedown-base:<hash>`. The hash covers
/// all that decides what the image holds, so an image made once is taken again.
pub async fn base(
    client: &Docker,
    reference: &str,
    bootstrap: Option<&str>,
    progress: &Progress,
) -> Result<String, EngineError> {
    if is_present(client, reference).await? {
        return Ok(reference.to_owned());
    }
    let Err(not_pulled) = pull(client, reference).await else {
        return Ok(reference.to_owned());
    };
    let Some(suite) = bootstrap else {
        return Err(EngineError::NoBase {
            reference: reference.to_owned(),
            reason: format!("it cannot be pulled: {not_pulled}"),
        });
    };
    let recipe = bootstrap::Recipe::of_host(client, suite).await;
    let made = match recipe {
        Ok(recipe) => make(client, &recipe, reference, &not_pulled, progress).await,
        Err(reason) => Err(reason),
    };
    made.map_err(|not_made| EngineError::NoBase {
        reference: reference.to_owned(),
        reason: format!(
            "it cannot be pulled ({not_pulled}), and not be made from Debian's packages either: {not_made}"
        ),
    })
}

async fn make(
    client: &Docker,
    recipe: &bootstrap::Recipe,
    reference: &str,
    not_pulled: &str,
    progress: &Progress,
) -> Result<String, String> {
    let tag = recipe.tag();
    let notice = |text: String| progress(Event::Notice { text });
    if is_present(client, &tag).await.map_err(|error| error.to_string())? {
        notice(format!("Base image {reference} cannot be pulled ({not_pulled}); {tag}, made here before, stands in."));
        return Ok(tag);
    }
    notice(format!("Base image {reference} cannot be pulled ({not_pulled}); making {tag} from {}.", recipe.origin()));
    for left_out in recipe.make(client).await? {
        notice(format!("{tag}: an archive does not answer and is {left_out}."));
    }
    Ok(tag)
}

async fn is_present(client: &Docker, reference: &str) -> Result<bool, EngineError> {
    match client.inspect_image(reference).await {
        Ok(_) => Ok(true),
        Err(Error::DockerResponseServerError { status_code: 404, .. }) => Ok(false),
        Err(error) => {
            Err(EngineError::Failed { action: format!("inspect image {reference}"), reason: error.to_string() })
        }
    }
}

/// Pulls an image; the reason where that is not possible.
async fn pull(client: &Docker, reference: &str) -> Result<(), String> {
    let (name, tag) = split(reference);
    let options = CreateImageOptionsBuilder::default().from_image(name).tag(tag).build();
    let mut messages = Box::pin(client.create_image(Some(options), None, None));
    let mut patience = FIRST_ANSWER;
    loop {
        let message = timeout(patience, messages.next()).await;
        match message.map_err(|_| format!("the registry did not answer within {} s", patience.as_secs()))? {
            None => return Ok(()),
            Some(Ok(_)) => patience = NEXT_ANSWER,
            Some(Err(error)) => return Err(words(&error)),
        }
    }
}

/// The engine's own words, without the client library's frame.
fn words(error: &Error) -> String {
    match error {
        Error::DockerStreamError { error } => error.clone(),
        Error::DockerResponseServerError { message, .. } => message.clone(),
        other => other.to_string(),
    }
}

/// Name and tag or digest; `latest` where there is neither, else the engine would pull all tags.
fn split(reference: &str) -> (&str, &str) {
    if let Some((name, digest)) = reference.split_once('@') {
        return (name, digest);
    }
    match reference.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, tag),
        _ => (reference, "latest"),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("debian:bookworm-slim", "debian", "bookworm-slim")]
    #[case("debian", "debian", "latest")]
    #[case("registry:5000/team/debian", "registry:5000/team/debian", "latest")]
    #[case("registry:5000/debian:12", "registry:5000/debian", "12")]
    #[case("debian@sha256:0123", "debian", "sha256:0123")]
    fn references_are_taken_apart(#[case] reference: &str, #[case] name: &str, #[case] tag: &str) {
        assert_eq!(split(reference), (name, tag));
    }
}
