//! Engines that are not there, may not be used, or are too old: inconclusive, with a report all the same. Exit code 3.

use std::io::{Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::net::UnixListener;
use std::os::unix::process::CommandExt as _;

use crate::place::Place;

/// A user with no rights, as Debian numbers it.
const NOBODY: u32 = 65534;

fn place() -> Place {
    Place::new("engine", "any:latest")
}

#[test]
fn without_an_engine_a_run_is_inconclusive_and_reported() {
    let place = place();
    let said = place.shakedown(&["run", "subject.yml"]);
    assert_eq!(said.code, Some(3), "{}", said.stderr);
    assert!(said.stdout.contains("inconclusive"), "{}", said.stdout);
    insta::assert_snapshot!(place.reasons(), @"The engine or the host failed: no container engine answers at unix:///nonexistent.sock: there is no such socket. Start Docker, or set DOCKER_HOST; as root on Debian or Ubuntu `shakedown run --bootstrap` installs and starts it.");
    assert_eq!(place.report()["verdict"]["exit"], 3);
}

#[test]
fn a_run_that_met_no_engine_is_inconclusive_by_its_journal_too() {
    let place = place();
    place.shakedown(&["run", "subject.yml"]);
    for command in ["gate", "report"] {
        let said = place.shakedown(&[command, &place.name]);
        assert!(said.stdout.contains("inconclusive"), "{command}: {}", said.stdout);
    }
    assert_eq!(place.shakedown(&["gate", &place.name]).code, Some(3));
}

#[test]
fn without_an_engine_build_clean_and_doctor_say_so() {
    let place = place();
    place.write("Dockerfile", "ARG BASE\nFROM ${BASE}\n");
    place.subject("image:\n  base: any:latest\n  stages: [{name: stage-1, dockerfile: Dockerfile}]\n");
    for command in [&["build", "subject.yml"][..], &["clean"]] {
        let said = place.shakedown(command);
        assert_eq!(said.code, Some(3), "{command:?}");
        insta::allow_duplicates! {
            insta::assert_snapshot!(said.stderr, @r"
                error: no container engine answers at unix:///nonexistent.sock: there is no such socket
                hint: Start Docker, or set DOCKER_HOST; as root on Debian or Ubuntu `shakedown run --bootstrap` installs and starts it.
                ");
        }
    }
    let said = place.shakedown(&["doctor"]);
    assert_eq!(said.code, Some(3));
    assert!(said.stdout.contains("missing  engine: no container engine answers"), "{}", said.stdout);
}

#[test]
fn an_address_of_no_known_kind_is_named() {
    let place = place();
    let said = place.said(place.command(&["run", "subject.yml"]).env("DOCKER_HOST", "carrier-pigeon://coop"));
    assert_eq!(said.code, Some(3));
    insta::assert_snapshot!(place.reasons(), @"The engine or the host failed: `carrier-pigeon://coop` is no address of a container engine that can be reached from here. Set DOCKER_HOST to an address such as `unix:///var/run/docker.sock` or `tcp://192.0.2.7:2375`, or unset it.");
}

#[test]
fn the_gate_goes_by_the_file_of_the_run_and_refuses_one_that_is_wrong_by_now() {
    let place = place();
    let said = place.said(place.command(&["run", "subject.yml"]).env("DOCKER_HOST", "unix:///nowhere/docker.sock"));
    assert_eq!(said.code, Some(3));
    let said = place.shakedown(&["gate", &place.name]);
    assert!(said.code == Some(3) && !said.stderr.contains("not at hand"), "{}", said.stderr);
    let text = std::fs::read_to_string(place.path("subject.yml")).expect("the subject");
    place.write("subject.yml", &text.replace("success-rate: 100%", "must-pass: [installation/nowhere]"));
    let said = place.shakedown(&["gate", &place.name]);
    assert_eq!((said.code, said.stdout.as_str()), (Some(2), ""), "{}", said.stderr);
    assert!(said.stderr.contains("installation/nowhere"), "{}", said.stderr);
    std::fs::remove_file(place.path("subject.yml")).expect("removed");
    let said = place.shakedown(&["gate", &place.name]);
    assert!(said.code == Some(3) && said.stderr.contains("is not at hand"), "{}", said.stderr);
}

#[test]
fn an_engine_that_is_too_old_is_named_with_its_age() {
    let place = place();
    let socket = place.path("old.sock");
    let listener = UnixListener::bind(&socket).expect("a socket");
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let mut client = client.expect("a client");
            let mut request = [0; 4096];
            let _ = client.read(&mut request);
            let body = r#"{"Version":"17.06.0","ApiVersion":"1.30","MinAPIVersion":"1.12"}"#;
            let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close";
            let _ = write!(client, "{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        }
    });
    let address = format!("unix://{}", socket.display());
    let said = place.said(place.command(&["run", "subject.yml"]).env("DOCKER_HOST", address));
    assert_eq!(said.code, Some(3), "{}", said.stderr);
    insta::assert_snapshot!(place.reasons(), @"The engine or the host failed: engine API 1.30 is older than 1.41, the oldest that BuildKit builds work with. Update the engine to Docker 20.10 or newer.");
}

#[test]
fn a_socket_without_permission_is_named() {
    let place = place();
    let socket = place.path("locked.sock");
    let _listener = UnixListener::bind(&socket).expect("a socket");
    let mode = |path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("set");
    mode(socket.clone(), 0o000);
    mode(place.path("."), 0o777);
    // A user of no rights cannot reach every build folder. Copied by this process, the program could not be executed as
    // long as a process that another test has just forked holds it open.
    let program = place.path("shakedown");
    let mut copy = std::process::Command::new("cp");
    let copied = copy.arg(assert_cmd::cargo::cargo_bin!("shakedown")).arg(&program).status().expect("cp starts");
    assert!(copied.success(), "{copied}");
    let mut command = place.command_of(&program, &["run", "subject.yml"]);
    command.env("DOCKER_HOST", format!("unix://{}", socket.display()));
    // Modes keep out everybody but root.
    if std::fs::metadata("/proc/self").expect("a process").uid() == 0 {
        command.uid(NOBODY).gid(NOBODY);
    }
    let said = place.said(&mut command);
    assert_eq!(said.code, Some(3), "{}", said.stderr);
    insta::assert_snapshot!(place.reasons(), @"The engine or the host failed: no permission on the engine's socket unix://[folder]/locked.sock. Run as root, or join the group `docker` and log in again.");
}

#[test]
fn an_engine_that_never_answers_is_given_up() {
    let place = place();
    let socket = place.path("silent.sock");
    let _listener = UnixListener::bind(&socket).expect("a socket");
    let address = format!("unix://{}", socket.display());
    let said = place.said(place.command(&["run", "subject.yml"]).env("DOCKER_HOST", address));
    assert_eq!(said.code, Some(3), "{}", said.stderr);
    insta::assert_snapshot!(place.reasons(), @"The engine or the host failed: no container engine answers at unix://[folder]/silent.sock: no answer within [time]. Start Docker, or set DOCKER_HOST; as root on Debian or Ubuntu `shakedown run --bootstrap` installs and starts it.");
}

#[test]
fn the_doctor_looks_at_the_machine_also_where_the_configuration_is_wrong() {
    let place = Place::new("doctor", "any:latest");
    place.subject("nonsense: 1\n");
    let said = place.shakedown(&["doctor", "subject.yml"]);
    assert_eq!(said.code, Some(2), "{}", said.stderr);
    assert!(said.stdout.starts_with("missing  engine: "), "{}", said.stdout);
    assert!(said.stdout.contains("wrong    configuration: ") && said.stdout.contains("nonsense"), "{}", said.stdout);
}
