use super::*;
use crate::managers::captured::one;
use crate::model::fact::{EnvironmentFact, Package};

fn read(question: &Question, state: &str, command: &str) -> Result<Fact, String> {
    let one = one("pixi", state, command);
    Pixi.read(question, Some(one.exit), &one.stdout, &one.stderr)
}

#[test]
fn version_and_information_agree() {
    assert_eq!(read(&Question::Version, "", "pixi --version"), Ok(Fact::Version("0.77.0".into())));
    let Ok(Fact::Installation(entries)) = read(&Question::Installation, "", "pixi info --json") else { panic!() };
    insta::assert_snapshot!(entries.iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join("\n"), @r"
    bin: /hard/image/pixi/bin
    cache: /root/.cache/rattler/cache
    configuration: /hard/image/pixi/config.toml
    credentials: /root/.rattler/credentials.json
    environments: /hard/image/pixi/envs
    home: /hard/image/pixi
    manifest: /hard/image/pixi/manifests/pixi-global.toml
    platform: linux-64
    version: 0.77.0
    ");
}

#[test]
fn environments_are_listed_with_what_was_asked_for_and_what_they_expose() {
    let none = read(&Question::Environments, "fresh container", "pixi global list --json");
    assert_eq!(none, Ok(Fact::Environments(Vec::new())));
    let listed = read(&Question::Environments, "environment common installed", "pixi global list --json");
    let Ok(Fact::Environments(environments)) = listed else { panic!() };
    let [EnvironmentFact { name, packages, exposes, .. }] = &environments[..] else { panic!() };
    assert_eq!((name.as_str(), packages.len()), ("common", 8));
    assert_eq!((packages[1].name.as_str(), packages[1].version.as_str()), ("scipy", "1.17.1"));
    assert_eq!(exposes, &["python", "python3", "python3.11"]);
}

#[test]
fn an_environment_exposes_names_not_the_programs_behind_them() {
    let Ok(Fact::Environments(environments)) =
        read(&Question::Environments, "names exposed twice", "pixi global list --json")
    else {
        panic!()
    };
    let third = environments.iter().find(|environment| environment.name == "third").unwrap();
    assert_eq!(third.exposes, ["third-python"]);
}

#[test]
fn the_table_of_packages_gives_name_version_and_build_of_all_of_them() {
    let question = Question::Packages { environment: "common".into() };
    let command = "pixi global list --environment common";
    let Ok(Fact::Packages(packages)) = read(&question, "environment common installed", command) else { panic!() };
    assert_eq!(packages.len(), 40);
    let of = |name: &str| packages.iter().find(|package| package.name == name).unwrap();
    let python =
        Package { name: "python".into(), version: "3.11.7".into(), build: Some("0_cpython".into()), source: None };
    assert_eq!(*of("python"), python);
    assert_eq!(of("ipython-pygments-lexers").version, "1.1.1");

    let one = one("pixi", "environment common installed", command);
    let cut = one.stdout.lines().take(12).collect::<Vec<_>>().join("\n");
    let error = Pixi.read(&question, Some(0), &cut, "").unwrap_err();
    assert_eq!(error, "expected 40 packages as announced, got 10");
    let other = Question::Packages { environment: "tools".into() };
    let error = Pixi.read(&other, Some(0), &one.stdout, "").unwrap_err();
    assert!(error.starts_with("expected how many packages the tools environment has, got `The common"), "{error}");
}

#[test]
fn nothing_to_be_done_is_told_from_something_done() {
    let question = Question::UpToDate { environment: "common".into() };
    let installed = "environment common installed";
    assert_eq!(read(&question, installed, "pixi global sync"), Ok(Fact::UpToDate(true)));
    assert_eq!(read(&question, installed, "pixi global update"), Ok(Fact::UpToDate(true)));
    assert_eq!(read(&question, "names exposed twice", "pixi global sync"), Ok(Fact::UpToDate(true)));
    assert_eq!(read(&question, "after the kill", "pixi global sync"), Ok(Fact::UpToDate(false)));
    assert_eq!(read(&question, "a manifest that asks for more", "pixi global sync"), Ok(Fact::UpToDate(false)));
    let exposed = "pixi global expose add --environment common cowsay=cowsay";
    assert_eq!(read(&question, installed, exposed), Ok(Fact::UpToDate(false)));
    assert!(Pixi.read(&question, Some(0), "No global environments found.", "").is_err());
}

#[test]
fn the_manifest_that_pixi_wrote_holds_the_environment_and_its_constraints() {
    let manifest = one("pixi", "environment common installed", "cat $PIXI_HOME/manifests/pixi-global.toml").stdout;
    let Ok(Fact::Environments(environments)) = Pixi.read_manifest(&manifest, "common") else { panic!() };
    let [common] = &environments[..] else { panic!() };
    assert_eq!(common.channels, ["file:///channel"]);
    assert_eq!(common.exposes, ["python", "python3", "python3.11"]);
    assert!(common.packages.len() == 8 && common.packages.iter().all(|package| package.version == "*"));
    let manifest = one("pixi", "a manifest that asks for more", "cat $PIXI_HOME/manifests/pixi-global.toml").stdout;
    let Ok(Fact::Environments(environments)) = Pixi.read_manifest(&manifest, "common") else { panic!() };
    let attrs = environments[0].packages.iter().find(|package| package.name == "attrs").unwrap();
    assert_eq!((attrs.version.as_str(), attrs.source.as_deref()), (">=20", Some("file:///channel")));
}
