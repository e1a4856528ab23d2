//! What an environment holds, by its files and its own Python, without the manager.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;
use std::process::Command;

/// Versions by package, as the files of the environment record them, shakedown's own packages alone.
pub(crate) fn recorded(prefix: &Path) -> BTreeMap<String, String> {
    let libraries = fs::read_dir(prefix.join("lib")).into_iter().flatten().flatten();
    let packages =
        libraries.flat_map(|library| fs::read_dir(library.path().join("site-packages")).into_iter().flatten());
    let names = packages.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let records = names.filter_map(|name| Some(name.strip_suffix(".dist-info")?.to_owned()));
    let split = records.filter_map(|record| {
        let (name, version) = record.split_once('-')?;
        Some((name.replace('_', "-"), version.to_owned()))
    });
    split.filter(|(name, _)| name.starts_with("shakedown")).collect()
}

/// The version that the environment's own Python imports; nothing where it cannot.
pub(crate) fn imported(prefix: &Path, package: &str) -> Option<String> {
    let module = package.replace('-', "_");
    let code = format!("import {module}; print({module}.__version__)");
    let output = Command::new(prefix.join("bin/python")).args(["-c", &code]).env_clear().output().ok()?;
    let printed = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    output.status.success().then_some(printed)
}

/// Everything below a folder, by path and hash, but what Python compiles by itself.
pub(crate) fn picture(folder: &Path) -> BTreeMap<String, u64> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).into_iter().flatten().flatten() {
            let path = entry.path();
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if is_folder && entry.file_name() != "__pycache__" {
                folders.push(path);
            } else if !is_folder {
                let mut hasher = DefaultHasher::new();
                match fs::read_link(&path) {
                    Ok(target) => target.hash(&mut hasher),
                    Err(_) => fs::read(&path).expect("a file").hash(&mut hasher),
                }
                found.insert(path.display().to_string(), hasher.finish());
            }
        }
    }
    found
}
