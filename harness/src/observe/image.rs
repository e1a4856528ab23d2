//! What an image says of itself, and what its own entrypoint does with a command.

use serde_json::json;

use crate::engine::EngineError;
use crate::model::build::{ImageFacts, ImagePart};
use crate::model::container::ContainerSpec;
use crate::model::invocation::Invocation;
use crate::model::observation::{Captured, Observation};
use crate::secrets;

use super::Observer;

/// A word for the names of containers whose entrypoint is given a command.
const PURPOSE: &str = "entrypoint";

impl Observer<'_> {
    /// Looks at a part of the image itself. No secret of it gets into what is seen: that is kept and told.
    pub(super) async fn image(&self, part: ImagePart) -> Result<Observation, EngineError> {
        let lines = |lines: Vec<String>| Observation::Text(Captured::whole(lines.join("\n")));
        Ok(match part {
            ImagePart::Size => Observation::Image(self.image.clone()),
            ImagePart::Configuration => Observation::Text(Captured::whole(configuration(self.image))),
            ImagePart::History => {
                let steps = self.engine.history(&self.image.id).await?;
                lines(steps.iter().map(|step| secrets::masked(step)).collect())
            }
            ImagePart::Secrets => {
                let steps = self.engine.history(&self.image.id).await?;
                lines(secrets::found(&self.image.environment, &self.image.labels, &steps))
            }
        })
    }

    /// Gives a command to the image's entrypoint, in a container that is as the subject's are but for its user.
    pub(super) async fn entrypoint(&self, invocation: &Invocation, terminal: bool) -> Result<Observation, EngineError> {
        let mut environment = self.container.environment.clone();
        let set = |(name, value): (&String, &Option<String>)| Some((name.clone(), value.clone()?));
        environment.extend(invocation.environment.iter().filter_map(set));
        let spec = ContainerSpec {
            image: self.image.id.clone(),
            purpose: PURPOSE.to_owned(),
            environment,
            user: invocation.user.clone(),
            command: Some(given(&self.image.entrypoint, &invocation.argv).to_vec()),
            ..self.container.clone()
        };
        let ran = self.engine.once(&spec, terminal, invocation.deadline).await?;
        Ok(Observation::Ran(Box::new(ran)))
    }
}

/// What an entrypoint is given so that a command is carried out: one that is the program itself, or ends in it, takes
/// only the arguments.
pub(super) fn given<'a>(entrypoint: &[String], argv: &'a [String]) -> &'a [String] {
    let name = |word: &String| word.rsplit('/').next().unwrap_or_default().to_owned();
    match (entrypoint.last(), argv.split_first()) {
        (Some(last), Some((program, arguments))) if name(last) == name(program) => arguments,
        _ => argv,
    }
}

/// What an image says of itself, as JSON in the words of Dockerfiles.
fn configuration(image: &ImageFacts) -> String {
    let said = json!({
        "platform": image.platform,
        "user": image.user,
        "directory": image.directory,
        "entrypoint": image.entrypoint.iter().map(|word| secrets::masked(word)).collect::<Vec<_>>(),
        "command": image.command.iter().map(|word| secrets::masked(word)).collect::<Vec<_>>(),
        "environment": secrets::declared(&image.environment),
        "labels": secrets::declared(&image.labels),
        "ports": image.ports,
        "volumes": image.volumes,
    });
    format!("{said:#}")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rstest::rstest;

    use super::*;
    use crate::engine::Container;
    use crate::engine::scripted::{Call, ScriptedEngine, ran};
    use crate::model::{ExitStatus, Probe};

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    fn image() -> ImageFacts {
        let pairs = [("PATH", "/opt/uv/bin"), ("UV_PUBLISH_TOKEN", "pypi-0123456789")];
        ImageFacts {
            id: "sha256:ab".to_owned(),
            user: "shakedown".to_owned(),
            directory: "/workspace".to_owned(),
            entrypoint: words("tini --"),
            environment: pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
            volumes: words("/opt/uv"),
            ..ImageFacts::default()
        }
    }

    async fn observed(engine: &ScriptedEngine, probe: &Probe) -> Observation {
        let container = ContainerSpec {
            user: Some("root".to_owned()),
            command: Some(words("sleep 9")),
            environment: [("A".to_owned(), "b".to_owned())].into(),
            ..ContainerSpec::new("uv:look", "", Duration::from_secs(1))
        };
        let (image, figures) = (image(), None);
        let observer =
            Observer { engine, image: &image, container: &container, figures: &figures, told: None, index: None };
        let main = Container { id: "1".to_owned(), name: "main".to_owned() };
        observer.observe(&main, probe).await.expect("the engine lives")
    }

    async fn text(engine: &ScriptedEngine, part: ImagePart) -> String {
        match observed(engine, &Probe::Image(part)).await {
            Observation::Text(captured) => captured.text,
            other => panic!("no text: {other:?}"),
        }
    }

    #[tokio::test]
    async fn what_an_image_says_of_itself_is_json_without_its_secrets() {
        let text = text(&ScriptedEngine::new(), ImagePart::Configuration).await;
        let said: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!((&said["user"], &said["directory"]), (&"shakedown".into(), &"/workspace".into()));
        assert_eq!((&said["entrypoint"][0], &said["volumes"][0]), (&"tini".into(), &"/opt/uv".into()));
        assert_eq!(said["environment"]["UV_PUBLISH_TOKEN"], "***");
        assert!(text.contains("/opt/uv/bin") && !text.contains("0123456789"), "{text}");
    }

    #[tokio::test]
    async fn secrets_are_found_in_variables_and_history_and_not_told() {
        let engine = ScriptedEngine::new().with_history(["COPY . /", "RUN pip install https://me:hunter2@host/x"]);
        assert_eq!(text(&engine, ImagePart::History).await, "COPY . /\nRUN pip install https://***@host/x");
        assert_eq!(
            text(&engine, ImagePart::Secrets).await,
            "variable UV_PUBLISH_TOKEN\nhistory: RUN pip install https://***@host/x"
        );
        assert_eq!(engine.calls(), [Call::History("sha256:ab".to_owned()), Call::History("sha256:ab".to_owned())]);
    }

    #[tokio::test]
    async fn an_entrypoint_is_given_a_command_as_the_images_own_user() {
        let engine = ScriptedEngine::new().when_run(|_| Some(ran(0, "uv 1.0")));
        let invocation = Invocation::new(["uv", "--version"]);
        let seen = observed(&engine, &Probe::Entrypoint { invocation, terminal: true }).await;
        assert!(matches!(&seen, Observation::Ran(ran) if ran.status == ExitStatus::Exited(0)), "{seen:?}");
        let [Call::Once(spec, true)] = &engine.calls()[..] else { panic!("{:?}", engine.calls()) };
        assert_eq!((&spec.user, &spec.command), (&None, &Some(words("uv --version"))));
        assert_eq!((spec.image.as_str(), spec.environment["A"].as_str()), ("sha256:ab", "b"));
    }

    #[rstest]
    #[case::none("", "uv --version")]
    #[case::starts_what_it_is_given("tini --", "uv --version")]
    #[case::the_program("uv", "--version")]
    #[case::by_its_path("/opt/uv/bin/uv", "--version")]
    #[case::behind_another("tini -- /uv", "--version")]
    fn an_entrypoint_that_is_the_program_takes_the_arguments(#[case] entrypoint: &str, #[case] expected: &str) {
        assert_eq!(given(&words(entrypoint), &words("uv --version")), words(expected));
    }

    #[tokio::test]
    async fn a_container_has_a_log() {
        let seen = observed(&ScriptedEngine::new().with_log("up\n"), &Probe::Log).await;
        assert_eq!(seen, Observation::Text(Captured::whole("up\n")));
    }
}
