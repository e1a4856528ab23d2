//! What a run needs of this machine, looked at without running one.

use std::path::Path;

use sysinfo::{Disk, Disks, System};

use crate::clock::SystemClock;
use crate::engine::docker::{DockerEngine, OpenOptions};
use crate::engine::{Engine, EngineError};

use super::catalogue::Prepared;
use super::run::run_id;
use super::sources;

/// The least free disk that a run is comfortable with, bytes: a base, two stages and their cache.
const DISK: u64 = 5_000_000_000;

/// The least free memory, bytes.
const MEMORY: u64 = 1_000_000_000;

/// One thing that was looked at.
#[derive(Debug)]
pub struct Finding {
    /// What.
    pub what: String,
    /// What was found, or the problem and what to do.
    pub state: Result<String, (String, String)>,
}

/// What a run of this subject cannot do without, named `docker` and by its package manager.
pub async fn prerequisites(prepared: &Prepared) -> Vec<Finding> {
    let greeted = DockerEngine::greet(&OpenOptions::new(run_id(&SystemClock::default()), "trials")).await;
    let told = |error: EngineError| (error.to_string(), error.hint().to_owned());
    let engine = Finding { what: "docker".to_owned(), state: greeted.map(|facts| facts.version).map_err(told) };
    let state = sources_of(prepared).await;
    vec![engine, Finding { what: prepared.subject.manager.clone(), state }]
}

/// Looks at engine, disk, memory, and at what each subject needs.
pub async fn examine(subjects: &[Prepared]) -> Vec<Finding> {
    let mut findings = vec![engine().await];
    if is_local(&std::env::var("DOCKER_HOST").unwrap_or_default()) {
        findings.extend([disk(), memory()]);
    }
    for prepared in subjects {
        let what = format!("sources of {}", prepared.subject.name);
        findings.push(Finding { what, state: sources_of(prepared).await });
    }
    findings
}

/// Whether the engine's disk and memory are this machine's.
fn is_local(address: &str) -> bool {
    address.is_empty() || address.starts_with("unix://")
}

async fn sources_of(prepared: &Prepared) -> Result<String, (String, String)> {
    let subject = &prepared.subject;
    match (sources::check_local(&subject.sources), sources::preflight(subject).await) {
        (Err(error), _) => Err((error.to_string(), error.hint().unwrap_or_default())),
        (Ok(()), Err(unreachable)) => Err((unreachable.reason, unreachable.hint)),
        (Ok(()), Ok(())) if subject.sources.remote.is_empty() => {
            Ok("there is a way out; none is named to look at, so the build finds out".to_owned())
        }
        (Ok(()), Ok(())) => Ok("can be had".to_owned()),
    }
}

async fn engine() -> Finding {
    let what = "engine".to_owned();
    let opened = DockerEngine::open(OpenOptions::new(run_id(&SystemClock::default()), "doctor")).await;
    let state = match opened {
        Ok(engine) => {
            let facts = engine.facts().await;
            let left = engine.teardown(&[]).await;
            match facts {
                Ok(facts) if left.is_empty() => {
                    Ok(format!("{} {} (API {}, {})", facts.name, facts.version, facts.api, facts.platform))
                }
                Ok(_) => Err(("cannot remove what it makes".to_owned(), "Look at `docker ps -a`.".to_owned())),
                Err(error) => Err((error.to_string(), error.hint().to_owned())),
            }
        }
        Err(error) => Err((error.to_string(), error.hint().to_owned())),
    };
    Finding { what, state }
}

fn disk() -> Finding {
    let disks: Vec<Disk> = Disks::new_with_refreshed_list().map(Vec::from).unwrap_or_default();
    let holds = |disk: &&Disk| Path::new("/var/lib/docker").starts_with(disk.mount_point());
    let nearest = disks.iter().filter(holds).max_by_key(|disk| disk.mount_point().as_os_str().len());
    let free = nearest.map_or(0, Disk::available_space);
    let hint = "Free some; `docker system df` shows what the engine holds.";
    amount("free disk for the engine", free, DISK, hint)
}

fn memory() -> Finding {
    let free = System::new().map_or(0, |mut system| {
        system.refresh_memory();
        system.available_memory()
    });
    amount("free memory", free, MEMORY, "End other programs, or use a larger machine.")
}

fn amount(what: &str, free: u64, least: u64, hint: &str) -> Finding {
    let gigabytes = |bytes: u64| format!("{:.1} GB", bytes as f64 / 1e9);
    let state = if free >= least {
        Ok(gigabytes(free))
    } else {
        Err((format!("{}, less than {}", gigabytes(free), gigabytes(least)), hint.to_owned()))
    };
    Finding { what: what.to_owned(), state }
}
