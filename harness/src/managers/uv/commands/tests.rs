use super::*;

fn environment(kind: EnvironmentKind, packages: &[&str]) -> EnvironmentSpec {
    EnvironmentSpec {
        name: "common".into(),
        kind,
        path: (kind == EnvironmentKind::Venv).then(|| "/opt/uv/common".to_owned()),
        packages: words(packages),
        exposes: Vec::new(),
    }
}

fn install() -> Install {
    let environment = [("UV_TOOL_DIR".to_owned(), "/opt/uv/tools".to_owned())].into();
    Install { home: "/opt/uv".into(), environment, ..Install::default() }
}

/// What is typed for every operation on an environment with `httpie` and `attrs`, a line each.
fn typed(kind: EnvironmentKind) -> String {
    let environment = environment(kind, &["httpie==3.2.4", "attrs"]);
    let packages = words(&["cowsay"]);
    let operations = [
        Operation::Install(environment.clone()),
        Operation::Add { environment: environment.clone(), packages: packages.clone() },
        Operation::Update { environment: environment.clone(), packages: packages.clone() },
        Operation::Update { environment: environment.clone(), packages: Vec::new() },
        Operation::Remove { environment: environment.clone(), packages },
        Operation::Remove { environment: environment.clone(), packages: words(&["attrs"]) },
        Operation::Remove { environment: environment.clone(), packages: words(&["httpie"]) },
        Operation::Uninstall(environment.clone()),
        Operation::Repair(environment),
    ];
    let line = |operation: &Operation| match perform(operation, &install()) {
        Ok(invocations) => invocations.iter().map(|one| one.argv.join(" ")).collect::<Vec<_>>().join(" && "),
        Err(refusal) => refusal.to_string(),
    };
    operations.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_venv_is_made_filled_and_removed() {
    insta::assert_snapshot!(typed(EnvironmentKind::Venv), @r"
    /opt/uv/bin/uv venv --allow-existing --python python3 /opt/uv/common && /opt/uv/bin/uv pip install --python /opt/uv/common httpie==3.2.4 attrs
    /opt/uv/bin/uv pip install --python /opt/uv/common cowsay
    /opt/uv/bin/uv pip install --python /opt/uv/common --upgrade cowsay
    /opt/uv/bin/uv pip install --python /opt/uv/common --upgrade httpie==3.2.4 attrs
    /opt/uv/bin/uv pip uninstall --python /opt/uv/common cowsay
    /opt/uv/bin/uv pip uninstall --python /opt/uv/common attrs
    /opt/uv/bin/uv pip uninstall --python /opt/uv/common httpie
    rm -rf -- /opt/uv/common
    a venv has no manifest to repair it by; installing again repairs it
    ");
}

#[test]
fn a_tool_is_its_first_package_with_the_others_beside_it() {
    insta::assert_snapshot!(typed(EnvironmentKind::Tool), @r"
    /opt/uv/bin/uv tool install httpie==3.2.4 --with attrs
    /opt/uv/bin/uv tool install httpie==3.2.4 --with attrs --with cowsay
    /opt/uv/bin/uv tool upgrade httpie
    /opt/uv/bin/uv tool upgrade httpie
    /opt/uv/bin/uv tool install httpie==3.2.4 --with attrs
    /opt/uv/bin/uv tool install httpie==3.2.4
    `httpie` cannot be removed from its own environment, only with it
    /opt/uv/bin/uv tool uninstall httpie
    /opt/uv/bin/uv tool install --reinstall httpie==3.2.4 --with attrs
    ");
}

#[test]
fn an_empty_venv_is_made_without_a_second_command() {
    let operation = Operation::Install(environment(EnvironmentKind::Venv, &[]));
    assert_eq!(perform(&operation, &install()).unwrap().len(), 1);
}

#[test]
fn another_kind_of_environment_is_not_supported() {
    let operation = Operation::Install(environment(EnvironmentKind::Global, &[]));
    assert_eq!(perform(&operation, &install()).unwrap_err().to_string(), "uv makes no environment of kind global here");
}

#[test]
fn questions_of_an_environment_name_its_folder() {
    let environments = [environment(EnvironmentKind::Venv, &["rich"])];
    let asked = |question: &Question, environments: &[EnvironmentSpec]| {
        ask(question, &install(), environments).map_or_else(|refusal| refusal.to_string(), |one| one.argv.join(" "))
    };
    let packages = Question::Packages { environment: "common".into() };
    assert_eq!(asked(&packages, &environments), "/opt/uv/bin/uv pip list --python /opt/uv/common --format json");
    assert!(asked(&packages, &[]).contains("no such environment is known"));
    let up_to_date = Question::UpToDate { environment: "common".into() };
    assert_eq!(asked(&up_to_date, &environments), "/opt/uv/bin/uv pip install --python /opt/uv/common --dry-run rich");
    let tool = [environment(EnvironmentKind::Tool, &["httpie"])];
    assert_eq!(asked(&up_to_date, &tool), "/opt/uv/bin/uv tool install httpie");
}
