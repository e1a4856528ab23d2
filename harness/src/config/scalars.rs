//! Scalars of the configuration files that are more than a string: durations, sizes, command lines, lists by name.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};

use super::units;

/// A value written as human text: a duration (`90s`, `2min`) or a size (`100MB`, `2GiB`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Human<T>(pub T);

impl<'de> Deserialize<'de> for Human<Duration> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        humantime::parse_duration(&text)
            .map(Self)
            .map_err(|error| D::Error::custom(format!("`{text}` is not a duration such as `30s` or `2min`: {error}")))
    }
}

impl<'de> Deserialize<'de> for Human<u64> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        units::size(&String::deserialize(deserializer)?).map(Self).map_err(D::Error::custom)
    }
}

impl JsonSchema for Human<u64> {
    fn schema_name() -> Cow<'static, str> {
        "Size".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "description": "A size such as `100MB` or `2GiB`."})
    }
}

impl JsonSchema for Human<Duration> {
    fn schema_name() -> Cow<'static, str> {
        "Duration".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "description": "A duration such as `30s` or `2min`."})
    }
}

/// A command: a list is run as it is, a string in a shell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Argv {
    /// Program and arguments.
    List(Vec<String>),
    /// A shell command.
    Shell(String),
}

/// A list of words, or one text: a template that yields a list (`"{{ environments.common.packages }}"` or a bare path), or a single word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Words {
    /// Written out.
    List(Vec<String>),
    /// The path of a list among the plan's names, as `environments.common.packages`.
    Path(String),
}

impl Default for Words {
    fn default() -> Self {
        Self::List(Vec::new())
    }
}

struct TextOrList;

impl<'de> Visitor<'de> for TextOrList {
    type Value = Result<String, Vec<String>>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a text or a list of texts")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Ok(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut texts = Vec::new();
        while let Some(text) = list.next_element()? {
            texts.push(text);
        }
        Ok(Err(texts))
    }
}

impl<'de> Deserialize<'de> for Argv {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match deserializer.deserialize_any(TextOrList)? {
            Ok(text) => Self::Shell(text),
            Err(list) => Self::List(list),
        })
    }
}

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match deserializer.deserialize_any(TextOrList)? {
            Ok(text) => Self::Path(text),
            Err(list) => Self::List(list),
        })
    }
}

fn text_or_list(description: &str) -> Schema {
    json_schema!({
        "description": description,
        "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]
    })
}

impl JsonSchema for Argv {
    fn schema_name() -> Cow<'static, str> {
        "Argv".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        text_or_list("A command: a list is run as it is, a string in a shell.")
    }
}

impl JsonSchema for Words {
    fn schema_name() -> Cow<'static, str> {
        "Words".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        text_or_list("A list of words, or the path of one, as `environments.common.packages`.")
    }
}
