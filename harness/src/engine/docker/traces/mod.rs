//! Whether an image holds certificate authorities of this machine, in any of its layers or variables.
//!
//! What tells are the certificates of the bundle that builds were given, without those that this machine's distribution
//! ships to everybody: an image with the same distribution's certificates is no trace. Where no such folder is there to
//! tell them apart, only the bundle as a whole is. Certificates are looked for as PEM, however their lines are broken.
//!
//! Where the engine keeps layers as folders, those above the base are read one by one; else it saves the whole image.

mod layers;
mod marks;
mod pieces;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use self::layers::Layers;
use self::marks::{Marks, shipped};
use self::pieces::look_through;
use super::agent_volume::read_bundle;
use super::build::BUNDLE_TARGET;
use super::context::Docker;
use super::images;
use crate::engine::EngineError;

/// Where distributions keep the certificates that they ship to everybody, one file each.
const PUBLIC: &str = "/usr/share/ca-certificates";
/// What a path to something that shakedown lends to builds and containers holds.
const LENT: [&str; 2] = [BUNDLE_TARGET, "/.shakedown"];
/// How many places are told.
const TOLD: usize = 20;

/// Places in the image that hold something of this machine, in order; nothing where there is nothing to hold. What the
/// base holds, where there is one, was not lent by us.
pub(super) async fn traces(
    docker: &Arc<Docker>,
    reference: &str,
    base: Option<&str>,
) -> Result<Vec<String>, EngineError> {
    let facts = images::facts(docker, reference).await?;
    let lends = |value: &String| LENT.iter().any(|path| value.contains(path));
    let variables = facts.environment.iter().filter(|(_, value)| lends(value));
    let mut traces: Vec<String> = variables.map(|(name, _)| format!("variable {name}")).collect();
    // One that cannot be read is no bundle without certificates: what it holds may well be in the image.
    let bundle = docker.bundle.as_deref().map(read_bundle).transpose()?.unwrap_or_default();
    let marks = Marks::of(&bundle, &shipped(Path::new(PUBLIC)));
    if !marks.wanted.is_empty() {
        traces.extend(in_files(docker, reference, base, &Arc::new(marks)).await?.into_iter().take(TOLD));
    }
    Ok(traces)
}

async fn in_files(
    docker: &Arc<Docker>,
    reference: &str,
    base: Option<&str>,
    marks: &Arc<Marks>,
) -> Result<BTreeSet<String>, EngineError> {
    if let Some(layers) = Layers::above(docker, reference, base).await? {
        let found = layers.search(docker, marks).await;
        layers.close(docker).await?;
        return found;
    }
    let (image, marks) = (docker.client.export_image(reference), Arc::clone(marks));
    look_through(image, &format!("look through image {reference}"), move |image| marks.search(image)).await
}
