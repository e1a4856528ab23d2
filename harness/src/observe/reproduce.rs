//! Lines to type that do by hand what a check did.

use std::fmt::Write as _;

use crate::model::container::Restart;
use crate::model::fault::Fault;
use crate::model::id::CheckId;
use crate::model::invocation::Invocation;
use crate::model::plan::Probe;

/// The name of the container that is kept between the lines, where one command is not all.
const NAME: &str = "shakedown-look";

/// What comes before a check's own command.
#[derive(Clone, Copy, Debug)]
pub struct ByHand<'a> {
    /// What brings the image, with its connection to what follows, as `shakedown build … && `; empty where it is there.
    pub bring: &'a str,
    /// The image's name; empty where this machine stands in its place.
    pub image: &'a str,
    /// How the container is restarted before.
    pub restarts: &'a [Restart],
    /// What the check did before, as far as the command stands on it.
    pub earlier: &'a [&'a Probe],
}

/// The command line for an invocation: one `docker run` where nothing comes before it, else a container that is
/// restarted and entered as the check had it, and removed at the end.
pub fn reproduce(by_hand: ByHand<'_>, invocation: &Invocation) -> String {
    let ByHand { bring, image, restarts, earlier } = by_hand;
    if image.is_empty() {
        return on_this_machine(invocation);
    }
    let earlier: Vec<String> = earlier.iter().flat_map(|probe| of_probe(probe)).collect();
    if restarts.is_empty() && earlier.is_empty() {
        return format!("{bring}docker run --rm{}", in_new(invocation, image));
    }
    let mut line = format!("{bring}docker run --detach --interactive --name {NAME} {}", quoted(image));
    for restart in restarts {
        let _ = write!(line, " && {}", of_restart(*restart));
    }
    // Steps go on whatever came of the one before, as an operation that is to be refused.
    for command in earlier.into_iter().chain([in_running(invocation)]) {
        let _ = write!(line, "; {command}");
    }
    let _ = write!(line, "; docker rm --force {NAME}");
    line
}

/// The command line that carries out one check again, of a run as `shakedown run configs/uv.yml`.
pub fn again(run: &str, check: &CheckId) -> String {
    format!("{run} --check {}", quoted(&check.to_string()))
}

fn of_restart(restart: Restart) -> String {
    match restart {
        Restart::Restart => format!("docker restart --time 1 {NAME}"),
        Restart::StopStart => format!("docker stop --time 1 {NAME} && docker start {NAME}"),
        Restart::Kill => format!("docker kill {NAME} && docker start {NAME}"),
    }
}

fn of_probe(probe: &Probe) -> Vec<String> {
    match probe {
        Probe::Run { invocation, .. } => vec![in_running(invocation)],
        Probe::Together(invocations) => {
            let commands: Vec<String> = invocations.iter().map(in_running).collect();
            vec![format!("{{ {} & wait; }}", commands.join(" & "))]
        }
        Probe::Inject(Fault::Network) => vec![format!("docker network disconnect bridge {NAME}")],
        Probe::Heal(Fault::Network) => vec![format!("docker network connect bridge {NAME}")],
        Probe::Ask { .. } | Probe::Records { .. } | Probe::Manifest { .. } | Probe::BuildStep(_) | Probe::Image => {
            Vec::new()
        }
    }
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
fn in_new(invocation: &Invocation, image: &str) -> String {
    let mut line = options(invocation);
    let argv = argv(invocation);
    let Some((program, arguments)) = argv.split_first() else { return line };
    let _ = write!(line, " --entrypoint {}", quoted(program));
    for word in std::iter::once(&image).chain(arguments) {
        let _ = write!(line, " {}", quoted(word));
    }
    line
}

fn in_running(invocation: &Invocation) -> String {
    let words: Vec<String> = argv(invocation).into_iter().map(quoted).collect();
    format!("docker exec{} {NAME} {}", options(invocation), words.join(" "))
}

fn options(invocation: &Invocation) -> String {
    let mut line = String::new();
    let mut option = |flag: &str, value: &str| {
        let _ = write!(line, " {flag} {}", quoted(value));
    };
    if let Some(user) = &invocation.user {
        option("--user", user);
    }
    if let Some(directory) = &invocation.directory {
        option("--workdir", directory);
    }
    for (name, value) in &invocation.environment {
        if let Some(value) = value {
            option("--env", &format!("{name}={value}"));
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

#[cfg(test)]
mod tests {
    use super::*;

    fn run(argv: &[&str]) -> Probe {
        Probe::Run { invocation: Invocation::new(argv.iter().copied()), read: None, skip_on: None }
    }

    #[test]
    fn a_line_reads_back_as_the_invocation() {
        let mut invocation = Invocation::new(["sh", "-c", "echo 'it''s' $HOME"]);
        invocation.user = Some("1000:1000".to_owned());
        invocation.directory = Some("/tmp/a b".to_owned());
        invocation.environment.insert("LANG".to_owned(), Some("C".to_owned()));
        let by_hand = ByHand { bring: "", image: "uv:look", restarts: &[], earlier: &[] };
        assert_eq!(
            reproduce(by_hand, &invocation),
            r"docker run --rm --user 1000:1000 --workdir '/tmp/a b' --env LANG=C --entrypoint sh uv:look -c 'echo '\''it'\'''\''s'\'' $HOME'"
        );
    }

    #[test]
    fn a_check_without_a_command_is_carried_out_again_by_its_id() {
        let check = CheckId::new("packages", "records").with_item("scipy");
        assert_eq!(again("shakedown run a.yml", &check), "shakedown run a.yml --check 'packages/records[scipy]'");
    }

    #[test]
    fn what_comes_after_a_restart_is_entered_after_one() {
        let by_hand = ByHand { bring: "build && ", image: "uv", restarts: &[Restart::Restart], earlier: &[] };
        assert_eq!(
            reproduce(by_hand, &Invocation::new(["uv", "--version"])),
            "build && docker run --detach --interactive --name shakedown-look uv \
             && docker restart --time 1 shakedown-look; docker exec shakedown-look uv --version; \
             docker rm --force shakedown-look"
        );
    }

    #[test]
    fn the_steps_before_are_done_first_faults_included() {
        let (fault, install) = (Probe::Inject(Fault::Network), run(&["uv", "tool", "install", "x"]));
        let by_hand = ByHand { bring: "", image: "uv", restarts: &[], earlier: &[&fault, &install, &Probe::Image] };
        assert_eq!(
            reproduce(by_hand, &Invocation::new(["x"])),
            "docker run --detach --interactive --name shakedown-look uv; \
             docker network disconnect bridge shakedown-look; docker exec shakedown-look uv tool install x; \
             docker exec shakedown-look x; docker rm --force shakedown-look"
        );
    }
}
