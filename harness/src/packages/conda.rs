//! A package as a `.conda` file: a zip archive, not compressed, of two tar archives and a word on its format.

use serde_json::{Map, Value, json};

use super::Artifact;
use super::archive::{TIME, sha256_hex, tarred, zipped};
use super::content::{contents, entry_point, info_folder};
use super::error::PackageError;
use super::recipe::Recipe;
use super::record::record;

/// The folder of a channel that a package lies in.
pub(super) fn subdir(recipe: &Recipe) -> &'static str {
    if recipe.foreign { "win-64" } else { "noarch" }
}

/// The `.conda` file of a package: `noarch: python`, so that it serves every Python, and the installer makes its
/// programs from its entry points.
pub fn conda(recipe: &Recipe) -> Result<Artifact, PackageError> {
    let stem = format!("{}-{}-{}", recipe.name, recipe.version, build(recipe));
    let name = format!("{stem}.conda");
    let files: Vec<(String, Vec<u8>)> = installed(recipe);
    let archives = [
        ("metadata.json".to_owned(), text(&json!({"conda_pkg_format_version": 2}))),
        (format!("pkg-{stem}.tar.zst"), tarred(&name, &files)?),
        (format!("info-{stem}.tar.zst"), tarred(&name, &info(recipe, &files))?),
    ];
    let bytes = zipped(&name, &archives)?;
    Ok(Artifact { name, bytes })
}

/// What `info/index.json` says of a package; a channel's index says the same, and of its file as well.
pub(super) fn index(recipe: &Recipe) -> Map<String, Value> {
    let mut depends = vec![format!("python {}", super::simple::REQUIRES_PYTHON)];
    depends.extend(recipe.requires.iter().map(super::recipe::Requirement::as_conda));
    let mut index = Map::new();
    let mut put = |key: &str, value: Value| index.insert(key.to_owned(), value);
    put("name", json!(recipe.name));
    put("version", json!(recipe.version));
    put("build", json!(build(recipe)));
    put("build_number", json!(0));
    put("depends", json!(depends));
    put("license", json!("MIT"));
    put("subdir", json!(subdir(recipe)));
    // Milliseconds.
    put("timestamp", json!(TIME * 1000));
    if recipe.foreign {
        put("arch", json!("x86_64"));
        put("platform", json!("win"));
    } else {
        put("noarch", json!("python"));
    }
    if !recipe.extras.is_empty() {
        let extra = |extra: &super::recipe::Extra| {
            let needs: Vec<String> = extra.requires.iter().map(super::recipe::Requirement::as_conda).collect();
            (extra.name.to_owned(), json!(needs))
        };
        put("extra_depends", Value::Object(recipe.extras.iter().map(extra).collect()));
    }
    index
}

fn build(recipe: &Recipe) -> &'static str {
    if recipe.foreign { "win_0" } else { "py_0" }
}

/// The files as they are installed; Python knows a package by its metadata, so these are among them.
fn installed(recipe: &Recipe) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> =
        contents(recipe).into_iter().map(|content| (content.path, content.text.into_bytes())).collect();
    files.push((format!("{}/INSTALLER", info_folder(recipe)), b"conda\n".to_vec()));
    files.push(record(recipe, &files));
    files.sort();
    files.into_iter().map(|(path, bytes)| (format!("site-packages/{path}"), bytes)).collect()
}

/// What the package says of itself, below `info/`.
fn info(recipe: &Recipe, files: &[(String, Vec<u8>)]) -> Vec<(String, Vec<u8>)> {
    let path = |(path, bytes): &(String, Vec<u8>)| {
        json!({
            "_path": path, "path_type": "hardlink", "sha256": sha256_hex(bytes), "size_in_bytes": bytes.len(),
        })
    };
    let paths: Vec<Value> = files.iter().map(path).collect();
    let listed: Vec<String> = files.iter().map(|(path, _)| format!("{path}\n")).collect();
    let about = json!({"summary": "A package for tests of package managers", "license": "MIT"});
    let entry_points: Vec<String> = entry_point(recipe).into_iter().collect();
    let link = json!({
        "noarch": {"type": "python", "entry_points": entry_points}, "package_metadata_version": 1,
    });
    let mut info = vec![
        ("info/about.json".to_owned(), text(&about)),
        ("info/files".to_owned(), listed.concat().into_bytes()),
        ("info/index.json".to_owned(), text(&Value::Object(index(recipe)))),
        ("info/paths.json".to_owned(), text(&json!({"paths": paths, "paths_version": 1}))),
    ];
    if !recipe.foreign {
        info.insert(3, ("info/link.json".to_owned(), text(&link)));
    }
    info
}

fn text(value: &Value) -> Vec<u8> {
    format!("{value:#}\n").into_bytes()
}
