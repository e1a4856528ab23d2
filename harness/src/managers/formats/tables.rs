//! What the manifests in TOML share: values with their places, and mistakes made of them.

use std::collections::BTreeMap;

use toml::{Spanned, Table, Value};

use crate::managers::mistake::Mistake;

/// A table whose values know where they stand.
pub(super) type Places = BTreeMap<String, Spanned<Value>>;

/// The text of a manifest, for mistakes in it.
#[derive(Clone, Copy)]
pub(super) struct Text<'a> {
    pub(super) file: &'a str,
    pub(super) text: &'a str,
}

impl Text<'_> {
    /// The manifest of this shape.
    pub(super) fn parse<T: serde::de::DeserializeOwned>(self) -> Result<T, Mistake> {
        toml::from_str(self.text).map_err(|error| Mistake::in_toml(self.file, self.text, &error))
    }

    /// A mistake at the place of a value.
    pub(super) fn mistake<T>(self, place: &Spanned<T>, problem: impl Into<String>) -> Mistake {
        Mistake::at(self.file, self.text, &place.span(), problem)
    }
}

/// A text within a table.
pub(super) fn string(table: &Table, key: &str) -> Option<String> {
    table.get(key).and_then(Value::as_str).map(str::to_owned)
}

/// A list of texts within a table; none where there is no such list.
pub(super) fn strings(table: &Table, key: &str) -> Vec<String> {
    let list = table.get(key).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}
