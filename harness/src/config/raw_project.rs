//! A project's file as written. What these types accept is what the JSON schema says.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};

use super::located::{Located, Text};

/// What holds for a project as a whole: `shakedown.yml` in its folder, or in one above.
///
/// Paths are relative to this file. In every value `${NAME}` and `${NAME:-default}` read the caller's environment.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "Project")]
pub(super) struct RawProject {
    /// Which package manager is meant where none is named, and where each one runs.
    #[serde(default)]
    pub package_manager: RawManagers,
}

/// Which package manager is meant where none is named, and where each one runs, by its name.
#[derive(Debug, Default)]
pub(super) struct RawManagers {
    /// The one that is meant where none is named.
    pub default: Option<Text>,
    /// How each is set up, by its name.
    pub setups: Vec<(Text, Located<RawManager>)>,
}

/// Where a package manager runs.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "Manager")]
pub(super) struct RawManager {
    /// On this machine, or in a container.
    #[serde(rename = "where", default)]
    pub place: RawWhere,
    /// Its program: a path relative to this file; in a container absolute. Absent: what PATH finds.
    #[serde(default)]
    pub path: Option<Text>,
    /// The image for `where: container`.
    #[serde(default)]
    pub image: Option<Text>,
}

/// Where a package manager runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "Where")]
pub(super) enum RawWhere {
    /// On this machine.
    #[default]
    Host,
    /// In a container of `image`.
    Container,
}

/// The key among the names of managers that is none.
const DEFAULT: &str = "default";

impl<'de> Deserialize<'de> for RawManagers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;

        impl<'de> Visitor<'de> for Entries {
            type Value = RawManagers;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a map")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawManagers, A::Error> {
                let mut managers = RawManagers::default();
                while let Some(name) = map.next_key::<Text>()? {
                    if name.text() == DEFAULT {
                        managers.default = Some(map.next_value()?);
                    } else {
                        managers.setups.push((name, map.next_value()?));
                    }
                }
                Ok(managers)
            }
        }

        deserializer.deserialize_map(Entries)
    }
}

impl JsonSchema for RawManagers {
    fn schema_name() -> Cow<'static, str> {
        "PackageManager".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let text = generator.subschema_for::<Text>();
        json_schema!({
            "description": "Which package manager is meant where none is named, and where each one runs, by its name.",
            "type": "object",
            "properties": {
                "default": {"description": "The one that is meant where none is named.", "anyOf": [text]},
            },
            "additionalProperties": generator.subschema_for::<RawManager>(),
        })
    }
}
