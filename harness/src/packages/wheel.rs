//! A package as a wheel (PEP 427).

use super::Artifact;
use super::archive::zipped;
use super::content::{contents, info_folder};
use super::error::PackageError;
use super::recipe::Recipe;
use super::record::record;

/// The wheel of a package. Its `RECORD` holds the hash and size of every file but itself.
pub fn wheel(recipe: &Recipe) -> Result<Artifact, PackageError> {
    let tag = if recipe.foreign { "py3-none-win_amd64" } else { "py3-none-any" };
    let name = format!("{}-{}-{tag}.whl", recipe.module(), recipe.version);
    let pure = !recipe.foreign;
    let about = format!("Wheel-Version: 1.0\nGenerator: shakedown\nRoot-Is-Purelib: {pure}\nTag: {tag}\n");
    let mut files: Vec<(String, Vec<u8>)> =
        contents(recipe).into_iter().map(|content| (content.path, content.text.into_bytes())).collect();
    files.push((format!("{}/WHEEL", info_folder(recipe)), about.into_bytes()));
    files.push(record(recipe, &files));
    let bytes = zipped(&name, &files)?;
    Ok(Artifact { name, bytes })
}
