//! Images that cannot be built, found or pulled.

use crate::machine::{Machine, on_engine};
use crate::place::Place;

/// Gives the place's subject a build of this Dockerfile on the machine's image.
fn build(machine: &Machine, place: &Place, dockerfile: &str, more: &str) {
    place.write("Dockerfile", &format!("ARG BASE\nFROM ${{BASE}}\n{dockerfile}"));
    let stage = format!("{{name: stage-1, dockerfile: Dockerfile, cache: false{more}}}");
    place.subject(&format!("image:\n  base: {}\n  stages:\n    - {stage}\n", machine.image));
}

/// The reasons begin and end so; what is between are the engine's own words, which differ from one to the next.
fn stands(place: &Place, begin: &str, end: &str) {
    let reasons = place.reasons();
    assert!(reasons.starts_with(begin) && reasons.ends_with(end), "{reasons}");
}

#[test]
fn a_measurement_that_matches_no_step_or_two_is_a_mistake() {
    on_engine("measure", |machine, place| {
        build(machine, place, "RUN echo one\nRUN echo two\n", ", measure: {install: install-it}");
        let said = place.with_engine(&["run", "subject.yml", "--progress", "none"]);
        assert_eq!(said.code, Some(2));
        insta::assert_snapshot!(said.stderr, @r"
            error: `install-it` matches no step of the build of stage-1
             --> subject.yml:9:80
              |
            9 |     - {name: stage-1, dockerfile: Dockerfile, cache: false, measure: {install: install-it}}
              |                                                                                ^^^^^^^^^^
              = hint: It must match exactly one of: RUN echo one · RUN echo two.
            ");
        build(machine, place, "RUN echo one\nRUN echo two\n", ", measure: {install: echo}");
        let said = place.with_engine(&["run", "subject.yml", "--progress", "none"]);
        assert_eq!(said.code, Some(2));
        insta::assert_snapshot!(said.stderr, @r"
            error: `echo` matches several steps of the build of stage-1
             --> subject.yml:9:80
              |
            9 |     - {name: stage-1, dockerfile: Dockerfile, cache: false, measure: {install: echo}}
              |                                                                                ^^^^
              = hint: It must match exactly one of: RUN echo one · RUN echo two.
            ");
    });
}

#[test]
fn a_build_step_that_fails_is_told_with_stage_step_and_its_last_lines() {
    on_engine("step", |machine, place| {
        build(machine, place, "RUN echo fine\nRUN for n in $(seq 100); do echo line $n; done; exit 7\n", "");
        let said = place.with_engine(&["run", "subject.yml"]);
        assert_eq!(said.code, Some(1), "{}", said.stderr);
        let step = "RUN for n in $(seq 100); do echo line $n; done; exit 7";
        stands(place, &format!("Stage stage-1 could not be built at `{step}`: "), ": exit code: 7.");
        let report = std::fs::read_to_string(place.run().join("report.md")).expect("report.md");
        for text in [&said.stderr, &report] {
            assert!(text.contains("line 61") && text.contains("line 100") && !text.contains("line 60\n"), "{text}");
        }
        let said = place.with_engine(&["build", "subject.yml"]);
        assert_eq!(said.code, Some(1), "{}", said.stderr);
        assert!(said.stderr.contains("line 100"), "{}", said.stderr);
    });
}

#[test]
fn a_build_step_that_fails_for_want_of_a_network_is_inconclusive() {
    on_engine("network", |machine, place| {
        let words = "curl: (6) Could not resolve host: example.invalid";
        build(machine, place, &format!("RUN echo '{words}' >&2 && exit 6\n"), "");
        let said = place.with_engine(&["run", "subject.yml"]);
        assert_eq!(said.code, Some(3), "{}", said.stderr);
        let step = format!("RUN echo '{words}' >&2 && exit 6");
        let advice = "A name was not resolved: check the network, the engine's DNS servers and the proxy variables (`shakedown doctor`).";
        let end = format!(": exit code: 6. {advice}");
        stands(place, &format!("Stage stage-1 could not be built at `{step}`: "), &end);
    });
}

#[test]
fn a_mistake_in_a_dockerfile_is_told_with_its_line() {
    on_engine("dockerfile", |machine, place| {
        build(machine, place, "RUNN echo\n", "");
        let said = place.with_engine(&["run", "subject.yml"]);
        assert_eq!(said.code, Some(1), "{}", said.stderr);
        let reasons = place.reasons();
        assert!(reasons.starts_with("Stage stage-1 could not be built: "), "{reasons}");
        assert!(reasons.contains("line 3: unknown instruction: RUNN"), "{reasons}");
    });
}

#[test]
fn a_base_that_cannot_be_had_is_inconclusive() {
    on_engine("base", |_, place| {
        place.write("Dockerfile", "ARG BASE\nFROM ${BASE}\n");
        // Nothing listens on the port of this registry, so that no machine has the image.
        place.subject("image:\n  base: localhost:9/nowhere:1\n  stages: [{name: stage-1, dockerfile: Dockerfile}]\n");
        let said = place.with_engine(&["run", "subject.yml"]);
        assert_eq!(said.code, Some(3), "{}", said.stderr);
        let reasons = place.reasons();
        assert!(reasons.contains("base image `localhost:9/nowhere:1` cannot be had"), "{reasons}");
        assert!(reasons.contains("image.bootstrap"), "{reasons}");
    });
}

#[test]
fn an_image_that_is_not_there_is_a_mistake() {
    on_engine("absent", |_, place| {
        let said = place.with_engine(&["run", "subject.yml", "--use", "nowhere/absent:1", "--progress", "none"]);
        assert_eq!(said.code, Some(2));
        insta::assert_snapshot!(said.stderr, @r"
            error: no image `nowhere/absent:1` on this engine
            hint: Build or pull it first, or correct its name (`--use`, `--image`, or the subject's `image.use`).
            ");
        place.subject("image: {use: 'nowhere/absent:2'}\n");
        let said = place.with_engine(&["run", "subject.yml"]);
        assert_eq!(said.code, Some(2));
        assert!(said.stderr.contains("no image `nowhere/absent:2`"), "{}", said.stderr);
    });
}

#[test]
fn what_a_build_keeps_of_the_bundle_that_it_was_lent_is_found_also_where_a_later_step_removed_it() {
    on_engine("traces", |machine, place| {
        place.write("bundle.pem", "-----BEGIN CERTIFICATE-----\nUExB\nTlRFRA==\n-----END CERTIFICATE-----\n");
        let bundle = place.path("bundle.pem");
        let traces = |dockerfile: &str| {
            build(machine, place, dockerfile, "");
            let subject = std::fs::read_to_string(place.path("subject.yml")).expect("written");
            place.write("subject.yml", &format!("{subject}trust: host\n"));
            let said = place.said(place.command(&["run", "subject.yml"]).env("SSL_CERT_FILE", &bundle));
            assert!(said.stderr.contains("completed"), "{}", said.stderr);
            let latest = place.runs().pop().expect("a run");
            let verdict = std::fs::read_to_string(latest.join("verdict.json")).expect("verdict.json");
            serde_json::from_str::<serde_json::Value>(&verdict).expect("JSON")["traces"].clone()
        };
        let lent = "RUN cat \"$SSL_CERT_FILE\" > /dev/null\n";
        assert_eq!(traces(lent), serde_json::json!([]));
        let kept = "RUN cat \"$SSL_CERT_FILE\" > /etc/kept.pem; cat /etc/kept.pem > /gone.pem\n";
        let gone = "RUN busybox rm /gone.pem\n";
        assert_eq!(traces(&format!("{lent}{kept}{gone}")), serde_json::json!(["/etc/kept.pem", "/gone.pem"]));
    });
}
