use std::time::Duration;

use super::*;
use crate::model::expectation::Expectation;
use crate::model::login::{Credential, Login, Session, Ssh, Way};
use crate::model::plan::Skip;

fn run(argv: &[&str]) -> Probe {
    Probe::Run { invocation: Invocation::new(argv.iter().copied()), read: None, skip: Skip::default() }
}

fn ask(inquiry: Inquiry) -> Probe {
    Probe::Ask { inquiry, user: None }
}

fn line(probe: Probe, change: impl FnOnce(&mut ContainerSpec), restarts: &[Restart], earlier: &[&Probe]) -> String {
    line_of(Occupant::Own, probe, change, restarts, earlier)
}

fn line_of(
    occupant: Occupant,
    probe: Probe,
    change: impl FnOnce(&mut ContainerSpec),
    restarts: &[Restart],
    earlier: &[&Probe],
) -> String {
    let mut container = ContainerSpec::new("sha256:ab", "main", Duration::from_secs(1));
    change(&mut container);
    let check = CheckId::new("packages", "records").with_item("scipy");
    let (bring, image, run) = ("build && ", "uv:look", "shakedown run a.yml");
    let entrypoint = &["tini".to_owned(), "uvx".to_owned()];
    let rebuilt = Rebuilt { bring: "build again && ", image: "uv:again" };
    let (container, check) = (&container, &check);
    let by_hand = ByHand { bring, image, rebuilt, entrypoint, container, occupant, restarts, earlier, run, check };
    reproduce(by_hand, &Step::new("step", probe, Expectation::Observed))
}

#[test]
fn a_line_reads_back_as_the_invocation() {
    let mut invocation = Invocation::new(["sh", "-c", "echo 'it''s' $HOME"]);
    invocation.user = Some("1000:1000".to_owned());
    invocation.directory = Some("/tmp/a b".to_owned());
    invocation.environment.insert("LANG".to_owned(), Some("C".to_owned()));
    let probe = Probe::Run { invocation, read: None, skip: Skip::default() };
    assert_eq!(
        line(probe, |container| container.user = Some("root".to_owned()), &[], &[]),
        r"build && docker run --rm --user 1000:1000 --workdir '/tmp/a b' --env LANG=C --entrypoint sh uv:look -c 'echo '\''it'\'''\''s'\'' $HOME'"
    );
}

#[test]
fn a_container_is_as_the_subject_wants_it() {
    let change = |container: &mut ContainerSpec| {
        container.user = Some("root".to_owned());
        container.environment.insert("A".to_owned(), "b c".to_owned());
        container.network = Some("none".to_owned());
        container.memory = Some(1 << 20);
        container.processors = Some(1_500_000);
        container.processes = Some(64);
        container.tmpfs.insert("/tmp".to_owned(), "size=1m".to_owned());
        container.tmpfs.insert("/run".to_owned(), String::new());
        container.volumes = vec!["cache:/var/cache".to_owned(), "/etc/hosts:/hosts:ro".to_owned()];
        container.read_only = true;
    };
    assert_eq!(
        line(run(&["true"]), change, &[], &[]),
        "build && docker run --rm --user root --env 'A=b c' --network none --memory 1048576 --cpus 1.5 \
         --pids-limit 64 --tmpfs /run --tmpfs /tmp:size=1m --volume /var/cache --volume /etc/hosts:/hosts:ro \
         --read-only --entrypoint true uv:look"
    );
}

#[test]
fn what_no_command_shows_is_checked_again() {
    let expected = "shakedown run a.yml --check 'packages/records[scipy]'";
    assert_eq!(line(ask(Inquiry::Init), |_| {}, &[], &[]), expected);
    assert_eq!(line(Probe::BuildStep("install".to_owned()), |_| {}, &[], &[]), expected);
}

#[test]
fn what_is_looked_at_is_shown_by_docker_alone() {
    let file = line(ask(Inquiry::File("/opt/uv".to_owned())), |_| {}, &[], &[]);
    assert_eq!(file, "build && docker run --rm --entrypoint ls uv:look -ld /opt/uv");
    let image = |part| line(Probe::Image(part), |_| {}, &[], &[]);
    assert_eq!(image(ImagePart::Size), "build && docker image inspect uv:look");
    let history = "build && docker image history --no-trunc uv:look; docker image inspect uv:look";
    assert_eq!(image(ImagePart::Secrets), history);
    let log = |allowed: &[(&str, &str)]| {
        let allowed = allowed.iter().map(|(line, why)| ((*line).to_owned(), (*why).to_owned())).collect();
        line(Probe::Log { allowed }, |_| {}, &[], &[])
    };
    let whole = log(&[]);
    assert!(whole.contains(" uv:look; docker logs shakedown-look; docker rm "), "{whole}");
    let sifted = log(&[("^WARNING: no display", "it has none")]);
    assert!(
        sifted.contains("; docker logs shakedown-look 2>&1 | grep -vE -e '^WARNING: no display'; docker rm "),
        "{sifted}"
    );
}

#[test]
fn an_entrypoint_is_given_its_command_by_a_plain_run() {
    let given = |argv: [&str; 2], terminal| {
        let probe = Probe::Entrypoint { invocation: Invocation::new(argv), terminal, manager: "uv".to_owned() };
        line(probe, |container| container.user = Some("root".to_owned()), &[], &[])
    };
    assert_eq!(given(["uv", "--version"], true), "build && docker run --rm --tty uv:look uv --version");
    assert_eq!(given(["uvx", "--version"], false), "build && docker run --rm uv:look --version");
}

#[test]
fn what_comes_after_a_restart_is_entered_after_one() {
    let with_command = |container: &mut ContainerSpec| container.command = Some(vec!["sleep".into(), "9".into()]);
    assert_eq!(
        line(run(&["uv", "--version"]), with_command, &[Restart::Restart], &[]),
        "build && docker run --detach --interactive --name shakedown-look uv:look sleep 9 \
         && docker restart -t 1 shakedown-look; docker exec shakedown-look uv --version; \
         docker rm --force --volumes shakedown-look"
    );
}

#[test]
fn a_tree_is_compared_with_that_before_a_restart_also_where_it_lies_on_a_volume() {
    let tree = |volume: &str| {
        let paths = vec!["/opt/uv".to_owned()];
        let inquiry = Inquiry::Tree { paths, hash: true, exclude: vec!["__pycache__".to_owned()] };
        line(ask(inquiry), |container| container.volumes = vec![volume.to_owned()], &[Restart::Kill], &[])
    };
    let picture = "docker exec --user root shakedown-look find /opt/uv -name __pycache__ -prune -o \
                   -printf '%M %u:%g %p %l\\n' -type f -exec sha256sum '{}' + | sort -k 2";
    for volume in ["home:/opt/uv", "home:/opt", "deep:/opt/uv/tools", "/srv/x:/opt/uv:ro"] {
        let line = tree(volume);
        let before = format!(" && {picture} > shakedown-look.before && docker kill shakedown-look && ");
        let after = format!("; {picture} | diff shakedown-look.before -; rm shakedown-look.before; docker rm ");
        assert!(line.contains(&before) && line.contains(&after), "{volume}: {line}");
    }
    for volume in ["home:/opt/uv-cache", "/opt/uv:/srv"] {
        let line = tree(volume);
        assert!(line.contains("docker start shakedown-look; docker diff shakedown-look; docker rm"), "{line}");
    }
}

#[test]
fn what_is_to_be_as_before_is_seen_before_too() {
    let step = |expect| Step::new("step", run(&["cat", "/data/word"]), expect);
    let line = |expect| {
        let container = ContainerSpec::new("sha256:ab", "main", Duration::from_secs(1));
        let check = CheckId::new("persistence", "volume");
        let rebuilt = Rebuilt { bring: "build again && ", image: "uv:again" };
        let by_hand = ByHand {
            bring: "build && ",
            image: "uv:look",
            rebuilt,
            entrypoint: &[],
            container: &container,
            occupant: Occupant::Own,
            restarts: &[Restart::Kill],
            earlier: &[],
            run: "shakedown run a.yml",
            check: &check,
        };
        reproduce(by_hand, &step(expect))
    };
    let looks = |line: String| line.matches("docker exec shakedown-look cat /data/word").count();
    assert_eq!(looks(line(Expectation::SameAsBefore)), 2);
    assert_eq!(looks(line(Expectation::Not(Box::new(Expectation::SameAsBefore)))), 2);
    assert_eq!(looks(line(Expectation::Observed)), 1);
}

#[test]
fn an_image_that_ends_by_itself_is_kept_so_that_it_can_be_entered() {
    let begin = |occupant| {
        let line = line_of(occupant, run(&["uv"]), |_| {}, &[Restart::Kill], &[]);
        line.split(" && docker kill").next().expect("the first part").to_owned()
    };
    let run = "build && docker run --detach --interactive --name shakedown-look";
    assert_eq!(begin(Occupant::HoldByEntrypoint), format!("{run} uv:look sleep infinity"));
    assert_eq!(begin(Occupant::HoldForEnded), format!("{run} --entrypoint sleep uv:look infinity"));
}

#[test]
fn a_command_by_ssh_is_typed_once_the_containers_server_is_up() {
    let key = Credential::Key { file: "test-keys/open".into(), passphrase: None };
    let with_server = |container: &mut ContainerSpec| {
        container.command = Some(vec!["start-sshd".to_owned()]);
        container.ssh = Some(Ssh { user: "admin".to_owned(), port: 22, credentials: vec![key] });
    };
    let login = Some(Login { way: Way::Key, session: Session::Command });
    let invocation = Invocation { login, ..Invocation::new(["command -v uv"]) };
    let line = line(Probe::Run { invocation, read: None, skip: Skip::default() }, with_server, &[], &[]);
    let begin = "build && docker run --detach --interactive --name shakedown-look uv:look start-sshd; ssh ";
    let end = "shakedown-look) 'command -v uv'; docker rm --force --volumes shakedown-look";
    assert!(line.starts_with(begin) && line.contains(" -i test-keys/open admin@$(") && line.ends_with(end), "{line}");
}

#[test]
fn what_went_wrong_at_the_index_is_checked_again() {
    let trouble = crate::model::Disturbance {
        place: "here".to_owned(),
        trouble: crate::model::Trouble::Reset,
        of: crate::model::Answers::Files,
        times: None,
        after: 0,
    };
    let invocation = Invocation { under: Some(Box::new(trouble)), ..Invocation::new(["uv", "add", "x"]) };
    let under = Probe::Run { invocation, read: None, skip: Skip::default() };
    let expected = "shakedown run a.yml --check 'packages/records[scipy]'";
    assert_eq!(line(under.clone(), |_| {}, &[], &[]), expected);
    assert_eq!(line(run(&["true"]), |_| {}, &[], &[&under]), expected);
}

#[test]
fn the_steps_before_are_done_first_faults_included() {
    let (fault, install) = (Probe::Inject(Fault::Network), run(&["uv", "tool", "install", "x"]));
    assert_eq!(
        line(run(&["x"]), |_| {}, &[], &[&fault, &install, &Probe::Image(ImagePart::Size)]),
        "build && docker run --detach --interactive --name shakedown-look uv:look; \
         docker network disconnect bridge shakedown-look; docker exec shakedown-look uv tool install x; \
         docker exec shakedown-look x; docker rm --force --volumes shakedown-look"
    );
}

#[test]
fn what_is_built_again_is_built_again_for_a_line_whatever_is_there() {
    let line = line(run(&["uv", "--version"]), |_| {}, &[Restart::Rebuild], &[]);
    let started = |image: &str| format!("docker run --detach --interactive --name {NAME} {image}");
    assert_eq!(
        line,
        format!(
            "build && {} && docker rm --force {NAME} && build again && {}; docker exec {NAME} uv --version; docker rm --force --volumes {NAME}",
            started("uv:look"),
            started("uv:again")
        )
    );
}
