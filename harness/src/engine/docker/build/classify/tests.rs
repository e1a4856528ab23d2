//! The captured outputs are what real programs printed in containers without a network, behind a TLS-inspecting proxy,
//! against a closed port, or in the wrong themselves.

use rstest::rstest;

use super::*;

const CONTEXT_GONE: &str = r#"failed to solve with frontend dockerfile.v0: failed to read downloaded context: Get "http://build-context-tk28y7lyzidlxzn0n8t35d95j": context not found"#;
const EXIT: &str = "executor failed running [/bin/sh -c install]: exit code: 1";

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

#[rstest]
#[case::curl(include_str!("captured/curl-dns.txt"), Trouble::NameResolution)]
#[case::wget(include_str!("captured/wget-none.txt"), Trouble::NameResolution)]
#[case::git(include_str!("captured/git-none.txt"), Trouble::NameResolution)]
#[case::apt(include_str!("captured/apt-install-none.txt"), Trouble::NameResolution)]
#[case::apt_update_alone(include_str!("captured/apt-update-only.txt"), Trouble::NameResolution)]
#[case::pip(include_str!("captured/pip-none.txt"), Trouble::NameResolution)]
#[case::uv(include_str!("captured/uv-dns.txt"), Trouble::NameResolution)]
#[case::npm(include_str!("captured/npm-none.txt"), Trouble::NameResolution)]
#[case::python(include_str!("captured/python-none.txt"), Trouble::NameResolution)]
#[case::curl_port(include_str!("captured/curl-refused.txt"), Trouble::Unreachable)]
#[case::uv_port(include_str!("captured/uv-refused.txt"), Trouble::Unreachable)]
#[case::curl_tls(include_str!("captured/curl-tls.txt"), Trouble::Certificate)]
#[case::wget_tls(include_str!("captured/wget-tls.txt"), Trouble::Certificate)]
#[case::git_tls(include_str!("captured/git-tls.txt"), Trouble::Certificate)]
#[case::pip_tls(include_str!("captured/pip-tls.txt"), Trouble::Certificate)]
#[case::uv_tls(include_str!("captured/uv-tls.txt"), Trouble::Certificate)]
#[case::python_tls(include_str!("captured/python-tls.txt"), Trouble::Certificate)]
#[case::disk(include_str!("captured/disk.txt"), Trouble::Disk)]
#[case::curl_server("curl: (22) The requested URL returned error: 503", Trouble::Server)]
#[case::pip_server("ERROR: HTTP error 502 while getting https://index/x.whl", Trouble::Server)]
#[case::curl_timeout(
    "curl: (28) Operation timed out after 3001 milliseconds with 0 bytes received",
    Trouble::Unreachable
)]
fn trouble_of_the_environment_is_told_by_the_last_lines(#[case] log: &str, #[case] expected: Trouble) {
    assert_eq!(of_step("RUN install", EXIT, &lines(log)), Some(expected));
    assert!(!expected.hint().is_empty());
}

#[rstest]
#[case::not_found_by_apt(include_str!("captured/apt-unknown.txt"))]
#[case::not_found_by_pip(include_str!("captured/pip-unknown.txt"))]
#[case::no_such_version(include_str!("captured/pip-conflict.txt"))]
#[case::not_found_by_uv(include_str!("captured/uv-unknown.txt"))]
#[case::told_to_be_offline(include_str!("captured/uv-offline.txt"))]
#[case::no_such_page(include_str!("captured/curl-404.txt"))]
#[case::a_server_of_its_own(include_str!("captured/curl-local-refused.txt"))]
#[case::nothing_printed("")]
#[case::a_timeout_in_a_test("test waits for timeout ... ok\nassertion failed: 1 == 2")]
#[case::a_retry_that_helped(
    "WARNING: Retrying (Retry(total=4)) after connection broken by 'ReadTimeoutError': /simple/x/\nSuccessfully installed x\nx: bad option"
)]
#[case::a_retry_that_helped_before_a_version_that_is_not_there(
    "WARNING: Retrying (Retry(total=4)) after connection broken by 'ReadTimeoutError': /simple/x/\nERROR: Could not find a version that satisfies the requirement x==9 (from versions: 1, 2)\nERROR: No matching distribution found for x==9"
)]
#[case::a_program_named_after_it("./dns-error-test: not found")]
fn what_the_step_did_wrong_itself_is_its_own_fault(#[case] log: &str) {
    assert_eq!(of_step("RUN install", EXIT, &lines(log)), None);
}

#[test]
fn an_error_that_was_got_over_long_before_does_not_count() {
    let mut log = lines(include_str!("captured/curl-dns.txt"));
    log.extend((0..DECISIVE_LINES).map(|number| format!("compiling {number}")));
    assert_eq!(of_step("RUN install", EXIT, &log), None);
}

#[test]
fn a_command_that_merely_mentions_trouble_is_not_in_trouble() {
    let message = "executor failed running [/bin/sh -c echo connection refused; exit 1]: exit code: 1";
    assert_eq!(of_step("RUN echo connection refused; exit 1", message, &[]), None);
}

#[test]
fn a_step_without_a_network_by_its_own_wish_has_itself_to_blame() {
    let log = lines(include_str!("captured/curl-dns.txt"));
    assert_eq!(of_step("RUN --network=none curl https://x", EXIT, &log), None);
}

#[rstest]
#[case(r#"failed to do request: Head "https://registry-1.docker.io/v2/library/x/manifests/1": dial tcp: lookup registry-1.docker.io: no such host"#, Some(Trouble::NameResolution))]
#[case(
    r#"failed to do request: Head "https://registry/v2/x": x509: certificate signed by unknown authority"#,
    Some(Trouble::Certificate)
)]
#[case(
    r#"failed to do request: Head "https://registry/v2/x": dial tcp 192.0.2.1:443: i/o timeout"#,
    Some(Trouble::Unreachable)
)]
#[case("toomanyrequests: You have reached your pull rate limit", Some(Trouble::Server))]
#[case("write /var/lib/docker/overlay2/x: no space left on device", Some(Trouble::Disk))]
#[case("no active session for abc: context deadline exceeded", Some(Trouble::Engine))]
#[case("dockerfile parse error line 2: unknown instruction: RUNN", None)]
#[case(r#"failed to compute cache key: "/nix" not found: not found"#, None)]
#[case("failed to get dead record xu9hg7vetlgk2yosm8snxo4ym: not found", Some(Trouble::Engine))]
#[case(CONTEXT_GONE, Some(Trouble::Engine))]
#[case("target stage zzz could not be found", None)]
#[case("pull access denied, repository does not exist or may require authorization", None)]
fn the_builders_own_words_are_classified(#[case] message: &str, #[case] expected: Option<Trouble>) {
    assert_eq!(of_builder(message), expected);
    assert_eq!(of_step("FROM x", message, &[]), expected);
}

#[rstest]
#[case("failed to get dead record xu9hg7vetlgk2yosm8snxo4ym: not found", true)]
#[case(CONTEXT_GONE, true)]
#[case("executor failed running [/bin/sh -c echo failed to get dead record; false]: exit code: 1", false)]
#[case(EXIT, false)]
fn a_record_that_is_gone_is_the_builders_alone(#[case] message: &str, #[case] lost: bool) {
    assert_eq!(lost_its_cache(message), lost);
}

/// What was captured names example hosts only.
#[test]
fn captured_outputs_name_no_real_hosts() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/engine/docker/build/classify/captured");
    let host = regex::Regex::new(r"https?://([A-Za-z0-9.-]+)").expect("a valid expression");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).expect("the folder of captured outputs") {
        let text = std::fs::read_to_string(entry.expect("an entry").path()).expect("a text");
        for found in host.captures_iter(&text) {
            seen += 1;
            let name = found[1].trim_end_matches('.');
            let is_local = name.starts_with("127.") || name.starts_with("172.17.") || name == "localhost";
            let is_manual = name == "curl.se"; // The address of curl's manual in its own message.
            assert!(is_local || is_manual || name.ends_with("example") || name.ends_with(".invalid"), "{name}");
        }
    }
    assert!(seen > 0);
}
