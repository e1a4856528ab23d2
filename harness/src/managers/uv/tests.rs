use super::*;
use crate::managers::captured::one;
use crate::managers::{Ended, LockState, Operations as _, Place, Seen, sample};
use crate::model::fact::Package;

fn read(question: &Question, state: &str, command: &str) -> Result<Fact, String> {
    let one = one("uv", state, command);
    Uv.read(question, Some(one.exit), &one.stdout, &one.stderr)
}

fn package(name: &str, version: &str) -> Package {
    Package { name: name.to_owned(), version: version.to_owned(), build: None, source: None }
}

#[test]
fn version_and_information_agree() {
    assert_eq!(read(&Question::Version, "", "uv --version"), Ok(Fact::Version("0.13.8".into())));
    let Ok(Fact::Installation(entries)) = read(&Question::Installation, "", "uv self version --output-format json")
    else {
        panic!()
    };
    assert_eq!(entries["version"], "0.13.8");
    assert_eq!(entries["platform"], "x86_64-unknown-linux-gnu");
}

#[test]
fn tools_are_listed_with_their_packages_and_programs() {
    assert_eq!(read(&Question::Environments, "", "uv tool list"), Ok(Fact::Environments(Vec::new())));
    let full = "uv tool list --show-paths --show-version-specifiers --show-with";
    let two = crate::managers::captured::all("uv").into_iter().rfind(|one| one.command == full).unwrap();
    let Ok(Fact::Environments(tools)) = Uv.read(&Question::Environments, Some(0), &two.stdout, "") else { panic!() };
    let [cowsay, httpie] = &tools[..] else { panic!() };
    assert_eq!((cowsay.name.as_str(), httpie.name.as_str()), ("cowsay", "httpie"));
    assert_eq!(cowsay.packages, [package("cowsay", "6.0"), package("attrs", "")]);
    assert_eq!(httpie.packages, [package("httpie", "3.2.4")]);
    assert_eq!(httpie.exposes, ["http", "httpie", "https"]);
    let short = read(&Question::Environments, "tools, in this order", "uv tool list");
    assert_eq!(short, Ok(Fact::Environments(vec![httpie.clone()])));
    for text in ["- http\n", "httpie 3.2.4\n", "something else entirely\n"] {
        assert!(Uv.read(&Question::Environments, Some(0), text, "").is_err(), "{text}");
    }
}

#[test]
fn packages_are_listed_as_json() {
    let question = Question::Packages { environment: "common".into() };
    let command = "uv pip list --python /opt/uv/common --format json";
    let Ok(Fact::Packages(packages)) = read(&question, "environment common made", command) else { panic!() };
    assert_eq!(packages.len(), 6);
    assert!(packages.contains(&package("cowsay", "6.0")));
    let table = read(&question, "environment common made", "uv pip list --python /opt/uv/common");
    assert!(table.unwrap_err().starts_with("expected a list of packages as JSON"));
}

#[test]
fn nothing_to_be_done_is_told_from_something_done() {
    let question = Question::UpToDate { environment: "common".into() };
    let venv = |rest: &str| {
        read(&question, "environment common made", &format!("uv pip install --python /opt/uv/common {rest}"))
    };
    assert_eq!(venv("--dry-run click rich cowsay==6.0"), Ok(Fact::UpToDate(true)));
    assert_eq!(venv("click rich cowsay==6.0"), Ok(Fact::UpToDate(true)));
    assert_eq!(venv("--upgrade click"), Ok(Fact::UpToDate(true)));
    assert_eq!(venv("--dry-run attrs"), Ok(Fact::UpToDate(false)));
    assert_eq!(venv("--upgrade cowsay"), Ok(Fact::UpToDate(false)));
    let tool = |command: &str| read(&question, "tools, in this order", command);
    assert_eq!(tool("uv tool install httpie"), Ok(Fact::UpToDate(false)));
    assert_eq!(tool("uv tool upgrade httpie"), Ok(Fact::UpToDate(true)));
    assert_eq!(tool("uv tool upgrade cowsay"), Ok(Fact::UpToDate(true)));
    let again = crate::managers::captured::all("uv").into_iter().rfind(|one| one.command == "uv tool install httpie");
    let again = again.unwrap();
    assert_eq!(Uv.read(&question, Some(0), &again.stdout, &again.stderr), Ok(Fact::UpToDate(true)));
}

#[test]
fn the_receipt_that_uv_wrote_holds_requirements_and_programs() {
    let receipt = one("uv", "tools", "cat /opt/uv/tools/cowsay/uv-receipt.toml").stdout;
    let Ok(Fact::Environments(tools)) = Uv.read_manifest(&receipt, "cowsay") else { panic!() };
    assert_eq!(tools[0].packages, [package("cowsay", "==6.0"), package("attrs", "*")]);
    assert_eq!(tools[0].exposes, ["cowsay"]);
}

#[test]
fn a_venv_is_in_no_list_and_no_manifest() {
    let venv = EnvironmentSpec {
        name: "common".into(),
        kind: EnvironmentKind::Venv,
        path: None,
        packages: vec!["click".into()],
        exposes: vec!["python".into()],
    };
    let install = Install { home: "/opt/uv".into(), ..Install::default() };
    assert_eq!(Uv.listed_as(&venv), None);
    assert_eq!(Uv.manifest(&venv, &install).unwrap_err().to_string(), "a venv has no manifest");
    assert_eq!(Uv.launcher(&venv, &install, "python"), "/opt/uv/common/bin/python");
    let tool = EnvironmentSpec { kind: EnvironmentKind::Tool, ..venv };
    assert_eq!(Uv.listed_as(&tool).as_deref(), Some("click"));
    assert!(Uv.manifest(&tool, &install).unwrap().ends_with("/click/uv-receipt.toml"));
}

#[test]
fn a_lock_is_current_outdated_or_missing_and_anything_else_is_a_failure() {
    let task = Uv.lock(&sample::caller(&Uv), &Place::Project("/project".into())).unwrap();
    assert_eq!(task.files, ["/project/uv.lock"]);
    let text =
        "[[package]]\nname = \"cowsay\"\nversion = \"6.0\"\nsource = { registry = \"https://packages.example\" }\n";
    let locked = |exit: i32, stderr: &str, text: Option<&str>| {
        let ended = Ended { exit: Some(exit), stdout: String::new(), stderr: stderr.to_owned() };
        task.result(&Seen { ended: vec![ended], files: vec![text.map(str::to_owned)] })
    };
    let current = locked(0, "Resolved 2 packages in 5ms\n", Some(text)).unwrap();
    assert_eq!((current.state, current.packages.len()), (LockState::Current, 1));
    // What uv 0.13.8 said of another manifest, and of a project without a lock file.
    let outdated = "error: The lockfile at `uv.lock` needs to be updated, but `--check` was provided.\n";
    assert_eq!(locked(1, outdated, Some(text)).unwrap().state, LockState::Outdated);
    let missing = "error: Unable to find lockfile at `uv.lock`, but `--check` was provided.\n";
    assert_eq!(locked(1, missing, None).unwrap().state, LockState::Missing);
    let network = one("uv", "no network at all", "uv tool install --no-cache cowsay").stderr;
    assert_eq!(locked(2, &network, Some(text)).unwrap_err().class(), ErrorClass::NameResolution);
    let broken = locked(0, "", Some("version = [\n")).unwrap_err();
    assert!(broken.to_string().starts_with("/project/uv.lock:"), "{broken}");
}

/// What uv 0.13.9 printed where shakedown's own index stood still in the middle of a wheel.
#[test]
fn a_download_that_stands_still_is_a_time_out() {
    let output = "error: Failed to add dependencies\n  cause: Failed to download `shakedown-data==1.0`\n  cause: Failed to extract \
                  archive: shakedown_data-1.0-py3-none-any.whl\n  cause: I/O operation failed during extraction\n  cause: \
                  Failed to download distribution due to network timeout. Try increasing UV_HTTP_TIMEOUT (current value: 2s).\n";
    assert_eq!(Uv.classify(Some(1), output), crate::model::fact::ErrorClass::Timeout);
}
