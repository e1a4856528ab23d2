//! What the runner is told of a subject and of what was asked for: how containers start, and how a check is done by hand.

use std::path::Path;

use crate::config::{ImageSource, Subject, Trust};
use crate::model::container::ContainerSpec;
use crate::model::login::{Credential, Ssh};
use crate::model::survey::Survey;
use crate::runner;

use super::images::Image;
use super::options::Options;
use super::setup::shown;

/// How checks are carried out, and the lines to reproduce one by hand.
///
/// An image that was built here is gone after the run, so these build it again first; one that was there is called what
/// the user called it, and where this machine is judged there is none.
pub(super) fn options(subject: &Subject, options: &Options, image: &Image) -> runner::Options {
    let look = format!("shakedown-look/{}", subject.name);
    let file = shown(&subject.file);
    let rebuild = format!("shakedown build {file} --tag {look} && ");
    let (bring, by_hand_image) = match (&image.name, &options.tag) {
        _ if subject.image == ImageSource::ThisMachine => (String::new(), String::new()),
        (Some(name), _) => (String::new(), name.clone()),
        (None, Some(tag)) => (String::new(), tag.clone()),
        (None, None) => (rebuild.clone(), look.clone()),
    };
    let by_hand_run = match &options.use_image {
        Some(name) => format!("shakedown run {file} --use {name}"),
        None => format!("shakedown run {file}"),
    };
    runner::Options {
        jobs: options.jobs,
        retries: options.retries,
        fail_fast: options.fail_fast,
        survey: surveyed(subject),
        bring,
        by_hand_image,
        rebuild,
        rebuilt_image: look,
        by_hand_run,
    }
}

/// The folders to look over: the usual ones, and the manager's home where it is elsewhere.
fn surveyed(subject: &Subject) -> Vec<String> {
    // A machine is no image: its folders hold much more, change by themselves, and tell nothing of the manager.
    if subject.image == ImageSource::ThisMachine {
        return Vec::new();
    }
    let home = Path::new(&subject.install.home);
    let is_elsewhere = home.is_absolute() && !Survey::PLACES.iter().any(|place| home.starts_with(place));
    let elsewhere = is_elsewhere.then(|| subject.install.home.clone());
    Survey::PLACES.map(str::to_owned).into_iter().chain(elsewhere).collect()
}

/// How a container of the subject starts.
pub(super) fn container(subject: &Subject, image: &str) -> ContainerSpec {
    let container = &subject.container;
    ContainerSpec {
        image: image.to_owned(),
        purpose: String::new(),
        environment: container.environment.clone(),
        user: container.user.clone(),
        command: container.command.clone(),
        network: container.network.clone(),
        memory: container.memory,
        processors: container.processors,
        processes: container.processes,
        tmpfs: container.tmpfs.clone(),
        volumes: container.volumes.clone(),
        persistent: container.persistent.clone(),
        read_only: container.read_only,
        trust_host: subject.trust == Trust::Host,
        ssh: subject.ssh.as_ref().map(|config| named_from_here(&config.ssh)),
        ready: subject.ready.clone(),
    }
}

/// The same, its keys named from where this runs, since lines to reproduce show them.
fn named_from_here(ssh: &Ssh) -> Ssh {
    let shorter = |credential: &Credential| match credential {
        Credential::Key { file, passphrase } => {
            Credential::Key { file: shown(file).into(), passphrase: passphrase.clone() }
        }
        Credential::Password(password) => Credential::Password(password.clone()),
    };
    Ssh { credentials: ssh.credentials.iter().map(shorter).collect(), ..ssh.clone() }
}
