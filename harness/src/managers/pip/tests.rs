use super::*;
use crate::managers::captured::one;
use crate::managers::{Ended, Operations, Place, Seen, sample};
use crate::model::fact::Package;

fn read(question: &Question, command: &str) -> Result<Fact, String> {
    let one = one("pip", "", command);
    Pip.read(question, Some(one.exit), &one.stdout, &one.stderr)
}

fn environment(kind: EnvironmentKind) -> EnvironmentSpec {
    EnvironmentSpec {
        name: "common".into(),
        kind,
        path: None,
        packages: vec!["click".into(), "cowsay==6.0".into()],
        exposes: vec!["python".into()],
    }
}

fn install() -> Install {
    Install { home: "/opt/pip".into(), ..Install::default() }
}

#[test]
fn version_and_inspection_agree() {
    assert_eq!(read(&Question::Version, "pip --version"), Ok(Fact::Version("23.0.1".into())));
    let Ok(Fact::Installation(entries)) = read(&Question::Installation, "pip --python /opt/pip/common inspect") else {
        panic!()
    };
    assert_eq!(entries["version"], "23.0.1");
    assert_eq!(entries["platform"], "linux-x86_64");
    assert!(Pip.read(&Question::Version, Some(0), "pip 26.3\n", "").is_err());
}

#[test]
fn packages_are_listed_as_json() {
    let question = Question::Packages { environment: "common".into() };
    let Ok(Fact::Packages(packages)) = read(&question, "pip --python /opt/pip/common list --format json") else {
        panic!()
    };
    let bottom = Package { name: "shakedown-bottom".into(), version: "2.0".into(), build: None, source: None };
    assert!(packages.contains(&bottom), "{packages:?}");
    let table = read(&question, "pip --python /opt/pip/common list");
    assert!(table.unwrap_err().starts_with("expected a list of packages as JSON"));
}

#[test]
fn nothing_to_be_done_is_told_from_something_to_be_done() {
    let question = Question::UpToDate { environment: "common".into() };
    let dry = "pip --python /opt/pip/common install --dry-run --quiet --report - shakedown-data";
    assert_eq!(read(&question, dry), Ok(Fact::UpToDate(false)));
    assert_eq!(Pip.read(&question, Some(0), r#"{"version": "1", "install": []}"#, ""), Ok(Fact::UpToDate(true)));
}

#[test]
fn every_operation_works_on_a_virtual_environment_from_outside() {
    let common = || environment(EnvironmentKind::Venv);
    let packages = || vec!["rich".to_owned()];
    let operations = [
        Operation::Install(common()),
        Operation::Add { environment: common(), packages: packages() },
        Operation::Update { environment: common(), packages: Vec::new() },
        Operation::Remove { environment: common(), packages: packages() },
        Operation::Uninstall(common()),
    ];
    let typed = |operation: &Operation| {
        let invocations = Pip.perform(operation, &install()).unwrap();
        invocations.iter().map(|one| one.argv.join(" ")).collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!(operations.iter().map(typed).collect::<Vec<_>>().join("\n"), @r"
    python3 -m venv --without-pip /opt/pip/common
    /opt/pip/bin/pip --python /opt/pip/common install click cowsay==6.0
    /opt/pip/bin/pip --python /opt/pip/common install rich
    /opt/pip/bin/pip --python /opt/pip/common install --upgrade click cowsay==6.0
    /opt/pip/bin/pip --python /opt/pip/common uninstall --yes rich
    rm -rf -- /opt/pip/common
    ");
}

#[test]
fn what_pip_does_not_make_is_not_supported() {
    let refused = |operation| Pip.perform(&operation, &install()).unwrap_err().to_string();
    assert_eq!(
        refused(Operation::Install(environment(EnvironmentKind::Tool))),
        "pip makes no environment of kind tool"
    );
    assert!(refused(Operation::Repair(environment(EnvironmentKind::Venv))).contains("installing again repairs it"));
    let listed = Pip.ask(&Question::Environments, &install(), &[]).unwrap_err().to_string();
    assert_eq!(listed, "pip has no named environments: it keeps no list of virtual environments");
    assert_eq!(Pip.listed_as(&environment(EnvironmentKind::Venv)), None);
}

#[test]
fn it_is_detected_with_where_it_lies_and_what_configures_it() {
    let ended = |stdout: &str| Ended { exit: Some(0), stdout: stdout.to_owned(), stderr: String::new() };
    let version = one("pip", "", "pip --version").stdout;
    let debug = "env_var:\nglobal:\n  /etc/xdg/pip/pip.conf, exists: False\n  /etc/pip.conf, exists: True\n";
    let seen = Seen { ended: vec![ended(&version), ended(debug)], files: Vec::new() };
    let detected = Pip.detect(&sample::caller(&Pip)).result(&seen).unwrap();
    assert_eq!(detected.home.as_deref(), Some("/opt/pip/lib/python3.11/site-packages/pip"));
    assert_eq!(detected.configuration, ["/etc/pip.conf"]);
}

#[test]
fn a_project_without_requirements_is_told_by_the_file_that_is_missing() {
    let caller = sample::caller(&Pip);
    let task = Pip.manifest_of(&caller, &Place::Project("/project".into())).unwrap();
    let of = |text: Option<&str>| Seen { ended: Vec::new(), files: vec![text.map(str::to_owned)] };
    let missing = task.result(&of(None)).unwrap_err();
    assert_eq!(missing.to_string(), "/project/requirements.txt: no such file");
    let broken = task.result(&of(Some("fine\nbad name!\n"))).unwrap_err();
    assert!(broken.to_string().starts_with("/project/requirements.txt:2: "), "{broken}");
    assert_eq!(broken.class(), ErrorClass::InvalidManifest);
    assert_eq!(task.result(&of(Some("cowsay>=6\n"))).unwrap().dependencies[0].constraint, ">=6");
}

/// What pip 26.3 printed where shakedown's own index broke off and where it stood still.
#[test]
fn a_download_that_breaks_off_is_a_matter_of_the_network() {
    let closed = "error: connection-failed\n\n× Failed to connect to 172.17.0.1 while fetching http://172.17.0.1:34269/a.whl\n\
                  ╰─> the connection was closed without a reply from the server.\n";
    let starved = "error: incomplete-download\n\n× Download failed after 1 attempts because not enough bytes were received \
                   (0 bytes/1.4 kB)\n\nnote: This is an issue with network connectivity, not pip.\n";
    for output in [closed, starved] {
        assert_eq!(Pip.classify(Some(1), output), crate::model::fact::ErrorClass::NetworkUnreachable, "{output}");
    }
}

#[test]
fn the_indexes_that_an_environment_keeps_stand_behind_those_of_the_requirements() {
    let task = Pip.manifest_of(&sample::caller(&Pip), &Place::Project("/project".into())).unwrap();
    let sources = |exit: i32, stdout: &str| {
        let ended = vec![Ended { exit: Some(exit), stdout: stdout.to_owned(), stderr: String::new() }];
        let files = vec![Some("--index-url https://a.example\n".to_owned())];
        task.result(&Seen { ended, files }).unwrap().sources
    };
    // What pip 23.2.1 printed, but for the hosts.
    let kept = ":env:.cert='/etc/ssl/ca.crt'\n:env:.index-url='https://z.example'\n\
                global.extra-index-url='https://c.example https://d.example'\nglobal.index-url='https://b.example'\n\
                global.trusted-host='127.0.0.1:9'\n";
    assert_eq!(sources(0, kept), ["https://a.example", "https://b.example", "https://c.example", "https://d.example"]);
    assert_eq!(sources(1, "ERROR: Failed to locate interpreter\n"), ["https://a.example"]);
}
