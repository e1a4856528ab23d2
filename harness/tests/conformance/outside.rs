//! What an environment holds, by its files and its own Python, without the manager.

use std::collections::BTreeMap;

use shakedown::model::Invocation;

use crate::ground::Ground;

/// Versions by package, as the files of the environment record them, shakedown's own packages alone.
pub(crate) fn recorded(ground: &Ground, prefix: &str) -> BTreeMap<String, String> {
    let records = ground.picture(prefix).into_keys().filter_map(|path| {
        let record = path.strip_suffix(".dist-info")?.rsplit_once("/site-packages/")?.1.to_owned();
        let (name, version) = record.split_once('-')?;
        Some((name.replace('_', "-"), version.to_owned()))
    });
    records.filter(|(name, _)| name.starts_with("shakedown")).collect()
}

/// The version that the environment's own Python imports; nothing where it cannot.
pub(crate) fn imported(ground: &Ground, prefix: &str, package: &str) -> Option<String> {
    let module = package.replace('-', "_");
    let code = format!("import {module}; print({module}.__version__)");
    let ran = ground.run(&Invocation::new([format!("{prefix}/bin/python").as_str(), "-c", &code]));
    (ran.status.code() == Some(0)).then(|| ran.stdout.text.trim().to_owned())
}
