//! Requirements of Python packages, as pyproject.toml and requirements files have them.

use pep508_rs::{Requirement, VersionOrUrl};

use crate::managers::name_of;
use crate::managers::results::{Dependency, Kind};

/// A requirement (PEP 508), with its constraint as written.
pub(super) fn dependency(text: &str, group: Option<&str>) -> Result<Dependency, String> {
    let parsed: Requirement =
        text.parse().map_err(|error: pep508_rs::Pep508Error| format!("`{text}`: {}", error.message))?;
    let (constraint, origin) = match &parsed.version_or_url {
        None => (String::new(), None),
        Some(VersionOrUrl::VersionSpecifier(specifiers)) => {
            (specifiers.iter().map(ToString::to_string).collect::<Vec<_>>().join(","), None)
        }
        Some(VersionOrUrl::Url(url)) => (String::new(), Some(url.to_string())),
    };
    Ok(Dependency {
        name: name_of(text).to_owned(),
        constraint,
        build: None,
        extras: parsed.extras.iter().map(ToString::to_string).collect(),
        hashes: Vec::new(),
        kind: Kind::Python,
        group: group.map(str::to_owned),
        source: None,
        origin,
    })
}
