//! Lines to type that do by hand what a check did.

use std::fmt::Write as _;

use super::by_ssh;
use super::image::given;
use super::typed::typed;
use crate::engine::Occupant;
use crate::model::build::ImagePart;
use crate::model::container::{ContainerSpec, Restart};
use crate::model::fault::Fault;
use crate::model::id::CheckId;
use crate::model::inquiry::Inquiry;
use crate::model::invocation::Invocation;
use crate::model::plan::{Probe, Step};

/// The name of the container that is kept between the lines, where one command is not all.
const NAME: &str = "shakedown-look";

/// An image that is built for a line, whatever is there already.
#[derive(Clone, Copy, Debug)]
pub struct Rebuilt<'a> {
    /// What builds it, with its connection to what follows, as `shakedown build … && `.
    pub bring: &'a str,
    /// Its name.
    pub image: &'a str,
}

/// What comes before a check's own command.
#[derive(Clone, Copy, Debug)]
pub struct ByHand<'a> {
    /// What brings the image, with its connection to what follows, as `shakedown build … && `; empty where it is there.
    pub bring: &'a str,
    /// The image's name; empty where this machine stands in its place.
    pub image: &'a str,
    /// What builds the image a second time, and what it is called then.
    pub rebuilt: Rebuilt<'a>,
    /// The image's entrypoint; empty where it has none.
    pub entrypoint: &'a [String],
    /// How the subject's containers run.
    pub container: &'a ContainerSpec,
    /// What the containers run.
    pub occupant: Occupant,
    /// How the container is restarted before.
    pub restarts: &'a [Restart],
    /// What the check did before, as far as the step stands on it.
    pub earlier: &'a [&'a Probe],
    /// What carries out checks again, as `shakedown run configs/uv.yml`.
    pub run: &'a str,
    /// The check.
    pub check: &'a CheckId,
}

/// A line that does what the step did: one `docker run` where nothing comes before it, else a container that is
/// restarted and entered as the check had it, and removed at the end. Where no command shows what the step looked at,
/// the line carries out the check again.
pub fn reproduce(by_hand: ByHand<'_>, step: &Step) -> String {
    let ByHand { bring, image, restarts, earlier, .. } = by_hand;
    if [&step.probe].into_iter().chain(earlier.iter().copied()).any(is_under) {
        // What went wrong at the index, and the index itself, end with the run.
        return again(by_hand);
    }
    match (typed(step), &step.probe) {
        (Some(invocation), _) if image.is_empty() => on_this_machine(&invocation),
        (Some(invocation), _) => in_container(by_hand, &invocation, step.expect.compares_with_before()),
        (None, Probe::Image(ImagePart::Size | ImagePart::Configuration)) if !image.is_empty() => {
            format!("{bring}docker image inspect {}", quoted(image))
        }
        (None, Probe::Image(_)) if !image.is_empty() => {
            let image = quoted(image);
            format!("{bring}docker image history --no-trunc {image}; docker image inspect {image}")
        }
        (None, Probe::Entrypoint { invocation, terminal, .. }) => {
            format!("{bring}docker run --rm{}", by_entrypoint(by_hand, invocation, *terminal))
        }
        (None, Probe::Log { allowed }) => kept(by_hand, None, &format!("docker logs {NAME}{}", sifted(allowed.keys()))),
        (None, Probe::Ask { inquiry: Inquiry::Tree { paths, exclude, .. }, .. }) if !restarts.is_empty() => {
            let (before, after) = tree::compared(paths, exclude, by_hand.container);
            kept(by_hand, before, &after)
        }
        (None, _) => again(by_hand),
    }
}

/// The line that carries out the check again.
fn again(ByHand { run, check, .. }: ByHand<'_>) -> String {
    format!("{run} --check {}", quoted(&check.to_string()))
}

/// Whether something went wrong at the index meanwhile.
fn is_under(probe: &Probe) -> bool {
    matches!(probe, Probe::Run { invocation, .. } if invocation.under.is_some())
}

/// `compares`: what it prints is held against what it prints before the restarts.
fn in_container(by_hand: ByHand<'_>, invocation: &Invocation, compares: bool) -> String {
    // A server has to be up before anybody logs in.
    if by_hand.restarts.is_empty() && by_hand.earlier.is_empty() && invocation.login.is_none() {
        return format!("{}docker run --rm{}", by_hand.bring, in_new(invocation, by_hand));
    }
    let command = in_running(invocation, by_hand);
    let before = (compares && !by_hand.restarts.is_empty()).then(|| command.clone());
    kept(by_hand, before, &command)
}

/// A container's life up to a last command, and its end; `before`: what is to be seen before its restarts.
fn kept(by_hand: ByHand<'_>, before: Option<String>, last: &str) -> String {
    let ByHand { bring, image, restarts, earlier, .. } = by_hand;
    let mut line = format!("{bring}{}", detached(by_hand, image));
    if let Some(before) = before {
        let _ = write!(line, " && {before}");
    }
    for restart in restarts {
        let _ = write!(line, " && {}", of_restart(*restart, by_hand));
    }
    // Steps go on whatever came of the one before, as an operation that is to be refused.
    for command in earlier.iter().flat_map(|probe| of_probe(probe, by_hand)).chain([last.to_owned()]) {
        let _ = write!(line, "; {command}");
    }
    let _ = write!(line, "; docker rm --force --volumes {NAME}");
    if restarts.contains(&Restart::Commit) {
        let _ = write!(line, "; docker rmi {NAME}");
    }
    for name in outliving(by_hand) {
        let _ = write!(line, "; docker volume rm {}", quoted(&format!("{NAME}-{name}")));
    }
    line
}

/// The subject's container of an image, in the background.
fn detached(by_hand: ByHand<'_>, image: &str) -> String {
    let container = by_hand.container;
    // A volume that another container is to have again needs a name.
    let again = by_hand.restarts.iter().any(|how| how.is_with_volumes());
    let named =
        |volume: &String| if again && !volume.starts_with('/') { format!("{NAME}-{volume}") } else { volume.clone() };
    let volumes: String = container.volumes.iter().map(|volume| of_volume(&named(volume), !again)).collect();
    let bare = ContainerSpec { volumes: Vec::new(), ..container.clone() };
    let options = of_container(&bare, container.user.as_deref()) + &volumes;
    // One that ends by itself can be entered no more.
    let (stand_in, command) = match by_hand.occupant {
        Occupant::Own => ("", container.command.clone().unwrap_or_default()),
        Occupant::HoldByEntrypoint => ("", vec!["sleep".to_owned(), "infinity".to_owned()]),
        Occupant::HoldForNone | Occupant::HoldForEnded => (" --entrypoint sleep", vec!["infinity".to_owned()]),
    };
    let mut line = format!("docker run --detach --interactive --name {NAME}{options}{stand_in} {}", quoted(image));
    for word in command {
        let _ = write!(line, " {}", quoted(&word));
    }
    line
}

/// The named volumes that another container is to have again.
fn outliving(by_hand: ByHand<'_>) -> impl Iterator<Item = &str> {
    let again = by_hand.restarts.iter().any(|how| how.is_with_volumes());
    let names = by_hand.container.volumes.iter().filter(|volume| !volume.starts_with('/'));
    names.filter_map(|volume| Some(volume.split_once(':')?.0)).filter(move |_| again)
}

/// The options that make a container as the subject's are, as this user.
fn of_container(container: &ContainerSpec, user: Option<&str>) -> String {
    let mut line = String::new();
    let mut option = |flag: &str, value: &str| {
        let _ = write!(line, " {flag} {}", quoted(value));
    };
    if let Some(user) = user {
        option("--user", user);
    }
    for (name, value) in &container.environment {
        option("--env", &format!("{name}={value}"));
    }
    if let Some(network) = &container.network {
        option("--network", network);
    }
    if let Some(bytes) = container.memory {
        option("--memory", &bytes.to_string());
    }
    if let Some(millionths) = container.processors {
        option("--cpus", &(millionths as f64 / 1e6).to_string());
    }
    if let Some(processes) = container.processes {
        option("--pids-limit", &processes.to_string());
    }
    for (path, options) in &container.tmpfs {
        let mount = if options.is_empty() { path.clone() } else { format!("{path}:{options}") };
        option("--tmpfs", &mount);
    }
    line += &container.volumes.iter().map(|volume| of_volume(volume, true)).collect::<String>();
    if container.read_only {
        line += " --read-only";
    }
    line
}

/// A volume or folder. `fresh`: one with a name is made for this container, and goes with it.
fn of_volume(volume: &str, fresh: bool) -> String {
    let path = volume.split_once(':').filter(|_| fresh && !volume.starts_with('/')).map(|(_, path)| path);
    format!(" --volume {}", quoted(path.unwrap_or(volume)))
}

fn of_restart(restart: Restart, by_hand: ByHand<'_>) -> String {
    match restart {
        // Of `--time` and `--timeout` each is refused or frowned upon by some version of the program.
        Restart::Restart => format!("docker restart -t 1 {NAME}"),
        Restart::StopStart => format!("docker stop -t 1 {NAME} && docker start {NAME}"),
        Restart::Kill => format!("docker kill {NAME} && docker start {NAME}"),
        Restart::Commit => {
            format!("docker commit {NAME} {NAME} && docker rm --force --volumes {NAME} && {}", detached(by_hand, NAME))
        }
        Restart::Recreate => format!("docker rm --force {NAME} && {}", detached(by_hand, by_hand.image)),
        Restart::Rebuild => {
            let Rebuilt { bring, image } = by_hand.rebuilt;
            format!("docker rm --force {NAME} && {bring}{}", detached(by_hand, image))
        }
    }
}

fn of_probe(probe: &Probe, by_hand: ByHand<'_>) -> Vec<String> {
    match probe {
        Probe::Run { invocation, .. } => vec![in_running(invocation, by_hand)],
        Probe::Together(invocations) => {
            let commands: Vec<String> = invocations.iter().map(|one| in_running(one, by_hand)).collect();
            vec![format!("{{ {} & wait; }}", commands.join(" & "))]
        }
        Probe::Inject(Fault::Network) => vec![format!("docker network disconnect bridge {NAME}")],
        Probe::Heal(Fault::Network) => vec![format!("docker network connect bridge {NAME}")],
        Probe::Ask { .. }
        | Probe::Records { .. }
        | Probe::Manifest { .. }
        | Probe::BuildStep(_)
        | Probe::Image(_)
        | Probe::Log { .. }
        | Probe::Entrypoint { .. } => Vec::new(),
    }
}

/// What leaves out the lines that a log may have, of both streams.
fn sifted<'a>(allowed: impl Iterator<Item = &'a String>) -> String {
    let patterns: Vec<String> = allowed.map(|line| format!("-e {}", quoted(line))).collect();
    if patterns.is_empty() { String::new() } else { format!(" 2>&1 | grep -vE {}", patterns.join(" ")) }
}

/// The command itself, in its folder and with its variables.
fn on_this_machine(invocation: &Invocation) -> String {
    let mut line =
        invocation.directory.as_ref().map_or_else(String::new, |folder| format!("cd {} && ", quoted(folder)));
    for (name, value) in &invocation.environment {
        if let Some(value) = value {
            let _ = write!(line, "{name}={} ", quoted(value));
        }
    }
    line + &argv(invocation).into_iter().map(quoted).collect::<Vec<_>>().join(" ")
}

/// Options, entrypoint, image and arguments of a `docker run`.
fn in_new(invocation: &Invocation, ByHand { image, container, .. }: ByHand<'_>) -> String {
    let user = invocation.user.as_deref().or(container.user.as_deref());
    let mut line = of_container(container, user) + &of_invocation(invocation);
    let argv = argv(invocation);
    let Some((program, arguments)) = argv.split_first() else { return line };
    let _ = write!(line, " --entrypoint {}", quoted(program));
    for word in std::iter::once(&image).chain(arguments) {
        let _ = write!(line, " {}", quoted(word));
    }
    line
}

/// Options, image and command of a `docker run` that leaves the entrypoint to the image.
fn by_entrypoint(ByHand { image, entrypoint, container, .. }: ByHand<'_>, run: &Invocation, terminal: bool) -> String {
    let line = if terminal { " --tty" } else { "" }.to_owned();
    let line = line + &of_container(container, run.user.as_deref()) + &of_invocation(run);
    let words = std::iter::once(image).chain(given(entrypoint, &run.argv).iter().map(String::as_str));
    words.fold(line, |line, word| line + " " + &quoted(word))
}

fn in_running(invocation: &Invocation, by_hand: ByHand<'_>) -> String {
    if let (Some(_), Some(ssh)) = (invocation.login, &by_hand.container.ssh) {
        return by_ssh::line(invocation, ssh, NAME);
    }
    let words: Vec<String> = argv(invocation).into_iter().map(quoted).collect();
    let user = invocation.user.as_ref().map(|user| format!(" --user {}", quoted(user))).unwrap_or_default();
    format!("docker exec{user}{} {NAME} {}", of_invocation(invocation), words.join(" "))
}

/// Folder and variables of a command, as options.
fn of_invocation(invocation: &Invocation) -> String {
    let mut line = String::new();
    if let Some(directory) = &invocation.directory {
        let _ = write!(line, " --workdir {}", quoted(directory));
    }
    for (name, value) in &invocation.environment {
        if let Some(value) = value {
            let _ = write!(line, " --env {}", quoted(&format!("{name}={value}")));
        }
    }
    line
}

/// The command, behind `env -u` where variables are taken away from it.
fn argv(invocation: &Invocation) -> Vec<&str> {
    let gone = invocation.environment.iter().filter(|(_, value)| value.is_none());
    let without: Vec<&str> = gone.flat_map(|(name, _)| ["-u", name]).collect();
    let argv = invocation.argv.iter().map(String::as_str);
    if without.is_empty() { argv.collect() } else { std::iter::once("env").chain(without).chain(argv).collect() }
}

/// As a POSIX shell reads it back.
pub(super) fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

mod tree;

#[cfg(test)]
mod tests;
