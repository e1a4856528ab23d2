//! An image that goes out: pushed to a registry, pulled back, and asked about; and one that carries something of its
//! machine.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::common::{PATIENCE, ignore};
use crate::machine::on_engine;
use crate::place::Place;

/// The registry that Debian packages.
const REGISTRY: &str = "docker-registry";

/// A registry of this test's own; it ends with its value.
struct Registry {
    process: Child,
    address: String,
    _folder: tempfile::TempDir,
}

impl Registry {
    /// Starts one and waits until it answers; says so where there is none to start.
    fn start() -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = free.local_addr().expect("its number").to_string();
        drop(free);
        let (config, data) = (folder.path().join("config.yml"), folder.path().join("data"));
        let text = format!(
            "version: 0.1\nlog: {{level: error}}\nstorage: {{filesystem: {{rootdirectory: {}}}}}\nhttp: {{addr: '{address}'}}\n",
            data.display()
        );
        std::fs::write(&config, text).expect("written");
        let started =
            Command::new(REGISTRY).arg("serve").arg(&config).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let Ok(process) = started else {
            let required = std::env::var("SHAKEDOWN_REQUIRE").unwrap_or_default();
            let is_required = required.split(',').any(|name| name.trim() == REGISTRY);
            assert!(!is_required, "SHAKEDOWN_REQUIRE names {REGISTRY}: it cannot be started");
            ignore(&format!("there is no registry (`apt-get install {REGISTRY}`)"));
            return None;
        };
        let registry = Self { process, address, _folder: folder };
        let deadline = Instant::now() + PATIENCE;
        while TcpStream::connect(&registry.address).is_err() {
            assert!(Instant::now() < deadline, "the registry does not listen on {}", registry.address);
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(registry)
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn verdict_of(place: &Place) -> String {
    place.run().join("verdict.json").display().to_string()
}

#[test]
fn an_image_is_vouched_for_after_push_and_pull_and_no_other_is() {
    let Some(registry) = Registry::start() else { return };
    on_engine("registry", |machine, place| {
        let said = place.with_engine(&["run", "subject.yml", "--progress", "none"]);
        assert_eq!(said.code, Some(0), "{}{}", said.stdout, said.stderr);
        let verdict = verdict_of(place);
        let name = machine.image.rsplit('/').next().expect("a name").trim_end_matches(":latest").to_owned();
        let remote = format!("{}/{name}:judged", registry.address);
        let ask = |image: &str| place.with_engine(&["gate", "--image", image, "--verdict", &verdict]);
        machine.push(&machine.image, &remote);
        machine.remove_image(&remote);
        machine.remove_image(&machine.image);
        let gone = ask(&remote);
        assert_eq!(gone.code, Some(2), "{}", gone.stderr);
        assert!(gone.stderr.contains("no image"), "{}", gone.stderr);
        machine.pull(&remote);
        let pulled = ask(&remote);
        assert_eq!((pulled.code, pulled.stdout.as_str()), (Some(0), "stable\n"), "{}", pulled.stderr);
        let other = machine.another();
        let refused = ask(&other);
        assert_eq!(refused.code, Some(3), "{}", refused.stdout);
        assert!(refused.stdout.contains("but what was judged is sha256:"), "{}", refused.stdout);
        // A run is asked by the policy of today, not by the one of its day.
        let by_run = || place.with_engine(&["gate", &place.name, "--image", &remote]);
        assert_eq!(by_run().code, Some(0));
        let text = std::fs::read_to_string(place.path("subject.yml")).expect("the subject");
        place.write("subject.yml", &text.replace("success-rate: 100%", "platforms: [linux/amd64, linux/s390x]"));
        let stricter = by_run();
        assert_eq!(stricter.code, Some(3), "{}{}", stricter.stdout, stricter.stderr);
        assert!(stricter.stdout.contains("no verdict for linux/s390x"), "{}", stricter.stdout);
        machine.remove_image(&other);
        machine.remove_image(&remote);
    });
}

#[test]
fn an_image_that_carries_an_authority_of_its_machine_is_refused() {
    on_engine("carries", |machine, place| {
        let pem = "-----BEGIN CERTIFICATE-----\nbWFkZSB1cCBieSBhIHRlc3Q=\n-----END CERTIFICATE-----\n";
        place.write("ca.pem", pem);
        let judge = |dockerfile: &str| {
            place.write("Dockerfile", &format!("ARG BASE\nFROM ${{BASE}}\n{dockerfile}"));
            place.subject(&format!(
                "trust: host\nimage:\n  base: {}\n  stages: [{{name: stage-1, dockerfile: Dockerfile, cache: false}}]\n",
                machine.image
            ));
            let mut command = place.command(&["run", "subject.yml", "--progress", "none"]);
            let said = place.said(command.env("SSL_CERT_FILE", place.path("ca.pem")));
            assert_eq!(said.code, Some(0), "{}{}", said.stdout, said.stderr);
            let verdict = place.runs().last().expect("a run").join("verdict.json");
            place.shakedown(&["gate", "--verdict", &verdict.display().to_string()])
        };
        let clean = judge("RUN true\n");
        assert_eq!((clean.code, clean.stdout.as_str()), (Some(0), "stable\n"));
        let carries = judge("COPY ca.pem /etc/hidden.pem\nRUN rm /etc/hidden.pem\n");
        assert_eq!(carries.code, Some(1), "a file that a later layer removes is still in the image");
        assert!(carries.stdout.contains("holds something of the machine that built it: /etc/hidden.pem."));
    });
}
