//! What a file of uv means: a tool's receipt.

use serde::Deserialize;

use crate::model::fact::{EnvironmentFact, Fact, Package};

#[derive(Deserialize)]
struct Receipt {
    tool: Tool,
}

#[derive(Deserialize)]
struct Tool {
    requirements: Vec<Requirement>,
    #[serde(default)]
    entrypoints: Vec<EntryPoint>,
}

#[derive(Deserialize)]
struct Requirement {
    name: String,
    /// Absent: any version.
    specifier: Option<String>,
}

#[derive(Deserialize)]
struct EntryPoint {
    name: String,
}

/// `uv-receipt.toml`. A receipt belongs to one tool and does not name it, so it is read for whichever is asked.
pub(super) fn read_manifest(text: &str, environment: &str) -> Result<Fact, String> {
    let receipt: Receipt = toml::from_str(text).map_err(|error| format!("expected a tool's receipt: {error}"))?;
    let package = |asked: Requirement| Package {
        name: asked.name,
        version: asked.specifier.unwrap_or_else(|| "*".to_owned()),
        build: None,
        source: None,
    };
    Ok(Fact::Environments(vec![EnvironmentFact {
        name: environment.to_owned(),
        packages: receipt.tool.requirements.into_iter().map(package).collect(),
        exposes: receipt.tool.entrypoints.into_iter().map(|entry| entry.name).collect(),
        channels: Vec::new(),
    }]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_malformed_receipt_is_an_error() {
        assert!(read_manifest("not toml [", "httpie").unwrap_err().starts_with("expected a tool's receipt"));
        assert!(read_manifest("[tool]\n", "httpie").unwrap_err().contains("requirements"));
    }
}
