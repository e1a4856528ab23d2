//! The index of a conda channel, one for each of its folders.

use serde_json::{Map, Value, json};

use super::archive::sha256_hex;
use super::conda::{index, subdir};
use super::recipe::Recipe;
use super::{Artifact, site::announced};

/// The folders of a channel that are asked for: what there is, and what tests run on.
pub(super) const SUBDIRS: [&str; 4] = ["noarch", "linux-64", "linux-aarch64", "win-64"];

/// `repodata.json` of one folder. A package that was taken back is named among the removed ones only.
pub(super) fn repodata(folder: &str, made: &[(Recipe, Artifact)]) -> String {
    let mut packages = Map::new();
    let mut removed = Vec::new();
    for (recipe, artifact) in made.iter().filter(|(recipe, _)| subdir(recipe) == folder) {
        if recipe.yanked.is_some() {
            removed.push(json!(artifact.name));
            continue;
        }
        let mut record = index(recipe);
        record.insert("sha256".to_owned(), json!(announced(recipe, &sha256_hex(&artifact.bytes))));
        record.insert("size".to_owned(), json!(artifact.bytes.len()));
        packages.insert(artifact.name.clone(), Value::Object(record));
    }
    let repodata = json!({
        "info": {"subdir": folder}, "packages": {}, "packages.conda": packages, "removed": removed,
        "repodata_version": 1,
    });
    format!("{repodata:#}\n")
}
