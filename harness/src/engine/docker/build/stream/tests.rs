use bollard_buildkit_proto::moby::buildkit::v1::VertexLog;
use rstest::rstest;

use super::*;

const FLAG: &str = "--mount=type=secret,id=shakedown-ca";

fn at(seconds: i64) -> Timestamp {
    Timestamp { seconds, nanos: 500_000_000 }
}

fn vertex(digest: &str, name: &str) -> Vertex {
    Vertex { digest: digest.to_owned(), name: name.to_owned(), ..Vertex::default() }
}

fn message(vertexes: Vec<Vertex>) -> StatusResponse {
    StatusResponse { vertexes, ..StatusResponse::default() }
}

fn printed(digest: &str, text: &str) -> StatusResponse {
    let log = VertexLog { vertex: digest.to_owned(), stream: 1, msg: text.as_bytes().to_vec(), ..VertexLog::default() };
    StatusResponse { logs: vec![log], ..StatusResponse::default() }
}

fn rewording() -> Rewording {
    let mut rewording = Rewording::default();
    rewording.added(FLAG);
    rewording
}

fn fold() -> BuildFold {
    BuildFold::new("stage-2", vec!["build".to_owned(), "stage-1".to_owned()], rewording())
}

#[rstest]
#[case("[build 2/4] RUN make", Some((Some("build"), 2, "RUN make")))]
#[case("[2/4] COPY a /a", Some((None, 2, "COPY a /a")))]
#[case("[stage-1 10/12] RUN --mount=type=secret,id=shakedown-ca --network=none x", Some((Some("stage-1"), 10, "RUN --network=none x")))]
#[case("[linux/amd64 build 2/4] RUN make", Some((Some("linux/amd64 build"), 2, "RUN make")))]
#[case("[internal] load metadata for docker.io/library/debian", None)]
#[case("copy /context /", None)]
#[case("exporting to image", None)]
#[case("[x", None)]
fn names_are_taken_apart(#[case] name: &str, #[case] expected: Option<(Option<&str>, usize, &str)>) {
    let read = StepName::read(name, &rewording());
    let read = read.as_ref().map(|step| (step.stage.as_deref(), step.number, step.text.as_str()));
    assert_eq!(read, expected);
}

#[test]
fn a_step_is_told_once_when_it_starts_prints_and_ends() {
    let mut fold = fold();
    let name = "[build 2/2] RUN make";
    assert_eq!(fold.take(&message(vec![vertex("a", name)])), []);
    let started = Vertex { started: Some(at(10)), ..vertex("a", name) };
    let step = "RUN make".to_owned();
    let stage = "stage-2".to_owned();
    assert_eq!(
        fold.take(&message(vec![started.clone()])),
        [Event::BuildStepStarted { stage: stage.clone(), step: step.clone() }]
    );
    assert_eq!(fold.take(&message(vec![started.clone()])), []);
    assert_eq!(
        fold.take(&printed("a", "cc x\ncc")),
        [Event::BuildLine { stage: stage.clone(), line: "cc x".to_owned() }]
    );
    let ended = Vertex { completed: Some(at(12)), ..started };
    let step = BuildStep { step, began: Some(0.0), seconds: 2.0, cached: false };
    assert_eq!(
        fold.take(&message(vec![ended])),
        [
            Event::BuildLine { stage: stage.clone(), line: "cc".to_owned() },
            Event::BuildStepEnded { stage, step: step.clone() },
        ]
    );
    assert_eq!(fold.steps(), [step]);
    assert_eq!(fold.failure(), None);
}

#[test]
fn steps_are_in_the_dockerfiles_order_without_from_and_the_builders_own() {
    let mut fold = fold();
    let done =
        |digest: &str, name: &str| Vertex { started: Some(at(1)), completed: Some(at(2)), ..vertex(digest, name) };
    let events = fold.take(&message(vec![
        done("d", "[stage-1 2/3] COPY --from=build /x /x"),
        done("i", "[internal] load build definition from Dockerfile"),
        done("c", "[build 10/10] RUN last"),
        done("f", "[build 1/10] FROM docker.io/library/debian"),
        done("b", "[build 2/10] RUN first"),
        vertex("e", "[stage-1 3/3] RUN never"),
    ]));
    assert_eq!(events.len(), 6);
    let steps: Vec<String> = fold.steps().into_iter().map(|step| step.step).collect();
    assert_eq!(steps, ["RUN first", "RUN last", "COPY --from=build /x /x"]);
}

#[test]
fn a_step_begins_so_long_after_the_first_thing_that_the_builder_did() {
    let mut fold = fold();
    let done = |digest: &str, name: &str, started, completed| Vertex {
        started: Some(at(started)),
        completed: Some(at(completed)),
        ..vertex(digest, name)
    };
    fold.take(&message(vec![
        done("i", "[internal] load build definition from Dockerfile", 3, 4),
        done("a", "[2/3] RUN first", 5, 8),
        done("b", "[3/3] RUN second", 8, 9),
    ]));
    let began: Vec<_> = fold.steps().into_iter().map(|step| (step.began, step.seconds)).collect();
    assert_eq!(began, [(Some(2.0), 3.0), (Some(5.0), 1.0)]);
}

#[test]
fn a_cached_step_took_no_time() {
    let mut fold = fold();
    fold.take(&message(vec![Vertex {
        cached: true,
        started: Some(at(1)),
        completed: Some(at(9)),
        ..vertex("a", "[2/2] RUN make")
    }]));
    assert_eq!(fold.steps(), [BuildStep { step: "RUN make".to_owned(), began: None, seconds: 0.0, cached: true }]);
}

#[test]
fn the_step_that_failed_is_found_among_those_it_took_along() {
    let mut fold = fold();
    let cancelled =
        Vertex { error: "context canceled".to_owned(), started: Some(at(1)), ..vertex("a", "[build 2/2] RUN sleep") };
    let words = "executor failed running [/bin/sh -c make]: exit code: 2";
    let failed = Vertex {
        error: words.to_owned(),
        started: Some(at(1)),
        completed: Some(at(2)),
        ..vertex("b", "[stage-1 2/2] RUN make")
    };
    fold.take(&message(vec![vertex("b", "[stage-1 2/2] RUN make")]));
    fold.take(&printed("b", "[output clipped, log limit 200KiB/s reached]\nno rule"));
    fold.take(&message(vec![cancelled, failed]));
    let failure = fold.failure().expect("failed");
    assert_eq!(failure.step, "RUN make");
    assert_eq!(failure.message, words);
    assert_eq!(failure.log, ["[output clipped, log limit 200KiB/s reached]", "no rule"]);
    assert!(failure.clipped);
}

#[test]
fn a_base_that_cannot_be_had_is_a_failure_of_the_builders_own() {
    let mut fold = fold();
    let name = "[internal] load metadata for docker.io/library/nothing:1";
    fold.take(&message(vec![Vertex { error: "no such host".to_owned(), ..vertex("a", name) }]));
    assert_eq!(fold.failure().expect("failed").step, name);
}
