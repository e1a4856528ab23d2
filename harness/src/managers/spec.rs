//! A package specification that means the same to every manager.

use std::fmt;
use std::str::FromStr;

use pep508_rs::{Requirement, VersionOrUrl};
use thiserror::Error;

/// A package, its extras, and what its version must be, as `cowsay[moo]>=6,<7`.
///
/// The constraint is one of Python packages (PEP 440). Conda reads the same operators, so that it means the same there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spec {
    /// The package's name, as written.
    pub name: String,
    /// Its extras.
    pub extras: Vec<String>,
    /// What its version must be, as `>=6,<7`; empty: any.
    pub constraint: String,
}

/// A text that is no package specification.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("`{text}` is no package specification as `name`, `name==1.0` or `name[extra]>=1,<2`: {reason}")]
pub struct InvalidSpec {
    /// What was given.
    pub text: String,
    /// Why it is none.
    pub reason: String,
}

impl FromStr for Spec {
    type Err = InvalidSpec;

    fn from_str(text: &str) -> Result<Self, InvalidSpec> {
        let refused = |reason: String| InvalidSpec { text: text.to_owned(), reason };
        let parsed: Requirement =
            text.parse().map_err(|error: pep508_rs::Pep508Error| refused(error.message.to_string()))?;
        if !parsed.marker.is_true() {
            return Err(refused("conditions (`; …`) are for manifests".to_owned()));
        }
        let constraint = match &parsed.version_or_url {
            None => String::new(),
            Some(VersionOrUrl::VersionSpecifier(constraint)) => {
                constraint.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
            }
            Some(VersionOrUrl::Url(_)) => return Err(refused("a URL is for manifests".to_owned())),
        };
        Ok(Self {
            // The library normalises the name; what was typed is what the manager is given.
            name: super::name_of(text).to_owned(),
            extras: parsed.extras.iter().map(ToString::to_string).collect(),
            constraint,
        })
    }
}

impl fmt::Display for Spec {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, extras, constraint } = self;
        if extras.is_empty() {
            write!(formatter, "{name}{constraint}")
        } else {
            write!(formatter, "{name}[{}]{constraint}", extras.join(","))
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("cowsay", "cowsay")]
    #[case(" Ruamel.YAML == 0.18 ", "Ruamel.YAML==0.18")]
    #[case("cowsay[moo, more] >=6, <7", "cowsay[moo,more]>=6,<7")]
    #[case("cowsay==6.*", "cowsay==6.*")]
    fn a_specification_is_read_and_written(#[case] text: &str, #[case] written: &str) {
        assert_eq!(text.parse::<Spec>().unwrap().to_string(), written);
    }

    #[rstest]
    #[case("", "`` is no package specification")]
    #[case("bad name!", "`bad name!`")]
    #[case("cowsay==", "`cowsay==`")]
    #[case("cowsay=6", "`cowsay=6`")]
    #[case("cowsay; python_version > '3.8'", "conditions")]
    #[case("cowsay @ https://packages.example/cowsay.whl", "URL")]
    #[case("--index-url", "`--index-url`")]
    fn what_is_none_is_refused_with_the_reason(#[case] text: &str, #[case] words: &str) {
        let error = text.parse::<Spec>().unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }
}
