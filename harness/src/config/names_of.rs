//! The names of an enum's variants, as serde knows them.

use std::fmt;

use serde::Deserialize;
use serde::de::value::StrDeserializer;

/// The names of an enum of plain variants; empty for any other type.
pub(super) fn names_of<'de, T: Deserialize<'de>>() -> &'static [&'static str] {
    match T::deserialize(StrDeserializer::<Names>::new("")) {
        Ok(_) => &[],
        Err(Names(names)) => names,
    }
}

/// An error that keeps what was expected in an unknown variant's place.
#[derive(Debug)]
struct Names(&'static [&'static str]);

impl fmt::Display for Names {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "expected one of {:?}", self.0)
    }
}

impl std::error::Error for Names {}

impl serde::de::Error for Names {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self(&[])
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self(expected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fact::ErrorClass;

    #[test]
    fn the_error_classes_are_known_by_name() {
        let names = names_of::<ErrorClass>();
        assert!(names.contains(&"disk-full") && names.contains(&"not-found"), "{names:?}");
    }
}
