//! The pages of a simple index, as HTML (PEP 503) and as JSON (PEP 691).

use serde_json::{Map, Value, json};

use super::Artifact;
use super::archive::sha256_hex;
use super::content::metadata;
use super::recipe::Recipe;
use super::site::announced;

/// The Pythons that every package is for.
pub(super) const REQUIRES_PYTHON: &str = ">=3.8";

/// The list of all packages as HTML and as JSON.
pub(super) fn projects(names: &[&str]) -> (String, String) {
    let links: Vec<String> = names.iter().map(|name| format!("<a href=\"{name}/\">{name}</a><br>\n")).collect();
    let projects: Vec<Value> = names.iter().map(|name| json!({"name": name})).collect();
    let list = json!({"meta": {"api-version": "1.1"}, "projects": projects});
    (page("Packages", &links.concat()), format!("{list:#}\n"))
}

/// The files of one package, as HTML and as JSON. Their addresses are relative to the page's.
pub(super) fn files(name: &str, made: &[&(Recipe, Artifact)]) -> (String, String) {
    let mut links = Vec::new();
    let mut files = Vec::new();
    for (recipe, artifact) in made {
        let address = format!("../../files/{}", artifact.name);
        let hash = announced(recipe, &sha256_hex(&artifact.bytes));
        let about = sha256_hex(metadata(recipe).as_bytes());
        let python = REQUIRES_PYTHON.replace('>', "&gt;");
        let yanked = recipe.yanked.map(|reason| format!(" data-yanked=\"{reason}\"")).unwrap_or_default();
        links.push(format!(
            "<a href=\"{address}#sha256={hash}\" data-requires-python=\"{python}\" \
             data-core-metadata=\"sha256={about}\"{yanked}>{}</a><br>\n",
            artifact.name
        ));
        let mut file = Map::new();
        file.insert("filename".to_owned(), json!(artifact.name));
        file.insert("url".to_owned(), json!(address));
        file.insert("hashes".to_owned(), json!({"sha256": hash}));
        file.insert("requires-python".to_owned(), json!(REQUIRES_PYTHON));
        file.insert("core-metadata".to_owned(), json!({"sha256": about}));
        file.insert("size".to_owned(), json!(artifact.bytes.len()));
        file.insert("yanked".to_owned(), recipe.yanked.map_or(json!(false), |reason| json!(reason)));
        files.push(Value::Object(file));
    }
    let versions: Vec<&str> = made.iter().map(|(recipe, _)| recipe.version).collect();
    let list = json!({"meta": {"api-version": "1.1"}, "name": name, "versions": versions, "files": files});
    (page(&format!("Files of {name}"), &links.concat()), format!("{list:#}\n"))
}

fn page(title: &str, body: &str) -> String {
    format!("<!DOCTYPE html>\n<html>\n<head><title>{title}</title></head>\n<body>\n{body}</body>\n</html>\n")
}
