//! Where uv keeps things, and what makes up its installation.

use crate::managers::requirement::name_of;
use crate::managers::{EnvironmentKind, EnvironmentSpec, Install, Installation};
use crate::model::fact::Package;

/// uv's program, absolute, so that a broken PATH fails the checks of PATH and no others.
pub(super) fn program(install: &Install) -> String {
    install.program.clone().unwrap_or_else(|| format!("{}/bin/uv", install.home))
}

/// Home and program, and the folders that the installation's variables name. The cache is none of them: it is made
/// when it is needed, and images are well advised to ship none.
pub(super) fn installation(install: &Install) -> Installation {
    let programs = install.programs();
    let variable = |name: &str| install.environment.get(name).cloned();
    let mut folders = vec![install.home.clone(), programs.clone()];
    folders.extend([variable("UV_TOOL_DIR"), variable("UV_TOOL_BIN_DIR")].into_iter().flatten());
    let path = [programs].into_iter().chain(variable("UV_TOOL_BIN_DIR")).collect();
    Installation { binary: program(install), variables: install.environment.clone(), folders, path }.once()
}

/// The name of a tool: that of its first package, as uv normalises it.
pub(super) fn tool_name(environment: &EnvironmentSpec) -> String {
    Package::normalized(environment.packages.first().map_or(environment.name.as_str(), |first| name_of(first)))
}

/// The folder of an environment: a tool's below the folder of tools, a venv's where the configuration says, or else
/// below the home.
pub(super) fn folder(environment: &EnvironmentSpec, install: &Install) -> String {
    match environment.kind {
        EnvironmentKind::Tool => format!("{}/{}", tools(install), tool_name(environment)),
        EnvironmentKind::Venv | EnvironmentKind::Global | EnvironmentKind::Workspace => {
            let own = environment.of_project(".venv").or_else(|| environment.path.clone());
            own.unwrap_or_else(|| format!("{}/{}", install.home, environment.name))
        }
    }
}

/// The folder of all tools: `UV_TOOL_DIR`, else uv's default for root.
fn tools(install: &Install) -> String {
    let variable = |name: &str| install.environment.get(name);
    match (variable("UV_TOOL_DIR"), variable("XDG_DATA_HOME")) {
        (Some(folder), _) => folder.clone(),
        (None, Some(data)) => format!("{data}/uv/tools"),
        (None, None) => format!("{}/.local/share/uv/tools", home_of_user(install)),
    }
}

/// The folder that tools' programs are linked to: `UV_TOOL_BIN_DIR`, else uv's default for root.
pub(super) fn tool_programs(install: &Install) -> String {
    let variable = |name: &str| install.environment.get(name);
    match (variable("UV_TOOL_BIN_DIR"), variable("XDG_BIN_HOME")) {
        (Some(folder), _) | (None, Some(folder)) => folder.clone(),
        (None, None) => format!("{}/.local/bin", home_of_user(install)),
    }
}

/// Defaults depend on the user; where the installation does not name a home for it, it is root.
fn home_of_user(install: &Install) -> &str {
    install.environment.get("HOME").map_or("/root", String::as_str)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn install(variables: &[(&str, &str)]) -> Install {
        let environment: BTreeMap<_, _> =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Install { home: "/opt/uv".into(), environment, ..Install::default() }
    }

    fn environment(kind: EnvironmentKind, packages: &[&str]) -> EnvironmentSpec {
        let packages = packages.iter().map(|&package| package.to_owned()).collect();
        EnvironmentSpec { name: "tools".into(), kind, path: None, packages, exposes: Vec::new() }
    }

    #[test]
    fn variables_name_the_folders_that_must_be_there_once_each() {
        let install = install(&[
            ("UV_TOOL_DIR", "/opt/uv/tools"),
            ("UV_TOOL_BIN_DIR", "/opt/uv/bin"),
            ("UV_CACHE_DIR", "/var/cache/uv"),
        ]);
        let installation = installation(&install);
        assert_eq!(installation.binary, "/opt/uv/bin/uv");
        assert_eq!(installation.folders, ["/opt/uv", "/opt/uv/bin", "/opt/uv/tools"]);
        assert_eq!(installation.path, ["/opt/uv/bin"]);
        assert_eq!(installation.variables, install.environment);
    }

    #[test]
    fn a_tool_lies_under_the_name_of_its_first_package() {
        let tool = environment(EnvironmentKind::Tool, &["Ruamel.YAML[all]==1", "click"]);
        let named = install(&[("UV_TOOL_DIR", "/opt/uv/tools"), ("UV_TOOL_BIN_DIR", "/usr/local/bin")]);
        assert_eq!(folder(&tool, &named), "/opt/uv/tools/ruamel-yaml");
        assert_eq!(installation(&named).path, ["/opt/uv/bin", "/usr/local/bin"]);
        assert_eq!(folder(&tool, &install(&[])), "/root/.local/share/uv/tools/ruamel-yaml");
        assert_eq!(tool_programs(&install(&[("HOME", "/home/dev")])), "/home/dev/.local/bin");
    }

    #[test]
    fn a_venv_lies_where_it_is_put_or_below_the_home() {
        let venv = environment(EnvironmentKind::Venv, &["click"]);
        assert_eq!(folder(&venv, &install(&[])), "/opt/uv/tools");
        let elsewhere = EnvironmentSpec { path: Some("/srv/venv".into()), ..venv };
        assert_eq!(folder(&elsewhere, &install(&[])), "/srv/venv");
    }
}
