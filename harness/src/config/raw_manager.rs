//! The package manager of a subject as written: its name, or where it is.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};

use super::located::Text;

/// The package manager of a subject: its name, or where it is.
#[derive(Debug)]
pub(super) enum RawSubjectManager {
    /// Its name; it is where the manager's installer puts it, below the home.
    Named(String),
    /// Where it is.
    Placed(RawPlacedManager),
}

/// Where a subject's package manager is.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "PlacedManager")]
pub(super) struct RawPlacedManager {
    /// Its name; absent: that of `--manager`, of `SHAKEDOWN_MANAGER`, or the default of `shakedown.yml`.
    #[serde(default)]
    pub name: Option<Text>,
    /// In a container of the image (default), or on this machine, which then is judged in an image's place.
    #[serde(rename = "where", default)]
    pub place: RawSubjectPlace,
    /// Its program, where that is not below the home: absolute in the image; on this machine relative to this file, and
    /// absent what PATH finds.
    #[serde(default)]
    pub path: Option<Text>,
}

/// Where a subject's package manager is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "SubjectPlace")]
pub(super) enum RawSubjectPlace {
    /// On this machine.
    Host,
    /// In the image.
    #[default]
    Container,
}

impl<'de> Deserialize<'de> for RawSubjectManager {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameOrPlace;

        impl<'de> Visitor<'de> for NameOrPlace {
            type Value = RawSubjectManager;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("the name of a package manager, or a map with `where` and `path`")
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
                Ok(RawSubjectManager::Named(name.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                RawPlacedManager::deserialize(MapAccessDeserializer::new(map)).map(RawSubjectManager::Placed)
            }
        }

        deserializer.deserialize_any(NameOrPlace)
    }
}

impl JsonSchema for RawSubjectManager {
    fn schema_name() -> Cow<'static, str> {
        "SubjectManager".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let placed = generator.subschema_for::<RawPlacedManager>();
        json_schema!({
            "description": "The package manager, as `pixi`; or where it is, as `{where: host, path: /usr/bin/uv}`.",
            "anyOf": [{"type": "string"}, placed],
        })
    }
}
