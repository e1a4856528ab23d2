//! Everything that is served: a simple index and a conda channel of the same packages.

use std::collections::{BTreeMap, BTreeSet};

use super::content::metadata;
use super::error::PackageError;
use super::recipe::Recipe;
use super::repodata::{SUBDIRS, repodata};
use super::{Artifact, conda, simple, wheel};

/// One page of a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Its media type.
    pub media_type: &'static str,
    /// Its content.
    pub bytes: Vec<u8>,
    /// The same as JSON (PEP 691), where the page has both forms.
    pub json: Option<Vec<u8>>,
}

/// Pages by path, without a slash at the beginning.
///
/// The simple index lies below `simple/`, its files below `files/`, the channel below `conda/`.
pub type Site = BTreeMap<String, Page>;

/// The site of these packages.
pub fn site(recipes: &[Recipe]) -> Result<Site, PackageError> {
    let mut site = Site::new();
    let mut wheels = Vec::new();
    let mut condas = Vec::new();
    for recipe in recipes {
        wheels.push((recipe.clone(), wheel(recipe)?));
        condas.push((recipe.clone(), conda(recipe)?));
    }
    put_index(&mut site, &wheels);
    put_channel(&mut site, &condas);
    Ok(site)
}

/// The checksum that an index announces for a file that has this one.
pub(super) fn announced(recipe: &Recipe, hash: &str) -> String {
    if recipe.damaged { "0".repeat(hash.len()) } else { hash.to_owned() }
}

fn put_index(site: &mut Site, wheels: &[(Recipe, Artifact)]) {
    let html = |(html, json): (String, String)| Page {
        media_type: "text/html; charset=utf-8",
        bytes: html.into_bytes(),
        json: Some(json.into_bytes()),
    };
    let names: BTreeSet<&str> = wheels.iter().map(|(recipe, _)| recipe.name).collect();
    let names: Vec<&str> = names.into_iter().collect();
    site.insert("simple/".to_owned(), html(simple::projects(&names)));
    for name in names {
        let own: Vec<&(Recipe, Artifact)> = wheels.iter().filter(|(recipe, _)| recipe.name == name).collect();
        site.insert(format!("simple/{name}/"), html(simple::files(name, &own)));
    }
    for (recipe, artifact) in wheels {
        let file = format!("files/{}", artifact.name);
        let about = plain("text/plain; charset=utf-8", metadata(recipe).into_bytes());
        site.insert(format!("{file}.metadata"), about);
        site.insert(file, plain("application/octet-stream", artifact.bytes.clone()));
    }
}

fn put_channel(site: &mut Site, condas: &[(Recipe, Artifact)]) {
    for folder in SUBDIRS {
        let index = plain("application/json", repodata(folder, condas).into_bytes());
        site.insert(format!("conda/{folder}/repodata.json"), index);
    }
    for (recipe, artifact) in condas {
        let path = format!("conda/{}/{}", conda::subdir(recipe), artifact.name);
        site.insert(path, plain("application/octet-stream", artifact.bytes.clone()));
    }
}

fn plain(media_type: &'static str, bytes: Vec<u8>) -> Page {
    Page { media_type, bytes, json: None }
}
