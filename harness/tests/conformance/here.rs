//! Managers on this machine.

use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::bench::{Bench, Setting, served};
use crate::ground::Ground;
use crate::uv::uv;

/// A folder with Python and pip.
fn programs(folder: &Path) -> Result<PathBuf, String> {
    let output = Command::new("python3").args(["-m", "venv"]).arg(folder).output();
    match output {
        Ok(output) if output.status.success() => Ok(folder.join("bin")),
        Ok(output) => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
        Err(error) => Err(format!("python3: {error}")),
    }
}

/// The program of a manager, and the folder of programs that goes before PATH.
fn found(manager: &str, home: &Path) -> Result<(PathBuf, PathBuf), String> {
    let programs = programs(&home.join("programs"))?;
    match manager {
        "pixi" => match (std::env::var_os("PIXI_BINARY"), std::env::var_os("PIXI_CHANNEL_DIR")) {
            (Some(pixi), Some(_)) => Ok((PathBuf::from(pixi), programs)),
            _ => Err("PIXI_BINARY and PIXI_CHANNEL_DIR name no pixi and no channel with a Python".to_owned()),
        },
        "uv" => Ok((uv()?, programs)),
        other => {
            let mut folders = vec![programs.clone()];
            folders.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
            let found = folders.into_iter().map(|folder| folder.join(other)).find(|program| program.is_file());
            Ok((found.ok_or_else(|| format!("no folder of PATH has a program `{other}`"))?, programs))
        }
    }
}

/// A bench on this machine; or why there is none.
pub(crate) async fn bench(manager: &str) -> Result<(Bench, TempDir), String> {
    let home = TempDir::new().expect("a folder");
    let (program, programs) = found(manager, home.path())?;
    let server = served(IpAddr::V4(Ipv4Addr::LOCALHOST), manager).await;
    let setting = Setting {
        program: program.display().to_string(),
        root: home.path().canonicalize().expect("there").join("bench").display().to_string(),
        path: Some(format!("{}:/usr/bin:/bin", programs.display())),
        image: None,
    };
    Ok((Bench::new(manager, Ground::here().await, setting, server), home))
}
