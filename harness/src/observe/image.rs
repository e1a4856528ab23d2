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
    pub(super) async fn entrypoint(
        &self,
        invocation: &Invocation,
        terminal: bool,
        manager: &str,
    ) -> Result<Observation, EngineError> {
        let command = given(&self.image.entrypoint, &invocation.argv);
        if command.len() == invocation.argv.len()
            && self.image.entrypoint.last().is_some_and(|last| name(last) == manager)
        {
            let reason = format!("the image's entrypoint is {manager} itself, which starts nothing else");
            return Ok(Observation::NotHere { reason, remedy: None });
        }
        let mut environment = self.container.environment.clone();
        let set = |(name, value): (&String, &Option<String>)| Some((name.clone(), value.clone()?));
        environment.extend(invocation.environment.iter().filter_map(set));
        let spec = ContainerSpec {
            image: self.image.id.clone(),
            purpose: PURPOSE.to_owned(),
            environment,
            user: invocation.user.clone(),
            command: Some(command.to_vec()),
            ..self.container.clone()
        };
        let ran = self.engine.once(&spec, terminal, invocation.deadline).await?;
        Ok(Observation::Ran(Box::new(ran)))
    }
}

/// What an entrypoint is given so that a command is carried out: one that is the program itself, or ends in it, takes
/// only the arguments.
pub(super) fn given<'a>(entrypoint: &[String], argv: &'a [String]) -> &'a [String] {
    match (entrypoint.last(), argv.split_first()) {
        (Some(last), Some((program, arguments))) if name(last) == name(program) => arguments,
        _ => argv,
    }
}

/// The name of a program that is called so, or by its path.
fn name(word: &str) -> &str {
    word.rsplit('/').next().unwrap_or_default()
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

    fn to_entrypoint(argv: &[&str]) -> Probe {
        let invocation = Invocation::new(argv.iter().copied());
        Probe::Entrypoint { invocation, terminal: true, manager: "uv".to_owned() }
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
        observed_of(&image(), engine, probe).await
    }

    async fn observed_of(image: &ImageFacts, engine: &ScriptedEngine, probe: &Probe) -> Observation {
        let container = ContainerSpec {
            user: Some("root".to_owned()),
            command: Some(words("sleep 9")),
            environment: [("A".to_owned(), "b".to_owned())].into(),
            ..ContainerSpec::new("uv:look", "", Duration::from_secs(1))
        };
        let figures = None;
        let observer = Observer { engine, image, container: &container, figures: &figures, told: None, index: None };
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
        let seen = observed(&engine, &to_entrypoint(&["uv", "--version"])).await;
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
    async fn an_entrypoint_that_is_the_manager_is_asked_for_nothing_else() {
        let image = ImageFacts { entrypoint: words("tini -- /opt/uv/bin/uv"), ..image() };
        let engine = ScriptedEngine::new().when_run(|_| Some(ran(0, "uv 1.0")));
        let seen = observed_of(&image, &engine, &to_entrypoint(&["sh", "-c", "true"])).await;
        assert!(matches!(&seen, Observation::NotHere { reason, .. } if reason.contains("uv itself")), "{seen:?}");
        assert!(engine.calls().is_empty(), "{:?}", engine.calls());
        let seen = observed_of(&image, &engine, &to_entrypoint(&["uv", "--version"])).await;
        assert!(matches!(seen, Observation::Ran(_)), "{seen:?}");
    }

    #[tokio::test]
    async fn a_container_has_a_log() {
        let log = |allowed: &[&str]| Probe::Log {
            allowed: allowed.iter().map(|line| ((*line).to_owned(), "it is meant".to_owned())).collect(),
        };
        let engine = ScriptedEngine::new().with_log("up\nWARNING: no display\nWARNING: no disk\n");
        let whole = "up\nWARNING: no display\nWARNING: no disk\n";
        assert_eq!(observed(&engine, &log(&[])).await, Observation::Text(Captured::whole(whole)));
        let Observation::Text(sifted) = observed(&engine, &log(&["^WARNING: no display$"])).await else { panic!() };
        assert_eq!(sifted.text, "up\nWARNING: no disk\n");
    }
}
