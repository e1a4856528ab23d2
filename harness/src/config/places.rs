//! Where everything in a document stands, for mistakes that only show once it is parsed.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::diagnostic::Place;
use super::located::{Located, Text};
use super::source::Source;

/// A document's shape.
#[derive(Debug)]
pub(super) enum Node {
    /// A scalar, or nothing.
    Leaf,
    /// A list.
    List(Vec<Located<Node>>),
    /// A map.
    Map(Vec<(Text, Located<Node>)>),
}

/// The places in a text that was parsed before.
pub(super) fn places(source: &Source) -> Located<Node> {
    // It did parse; were this to fail all the same, mistakes would be shown at the file's beginning.
    source.parse().unwrap_or(Located { value: Node::Leaf, place: Place { line: 1, column: 1, length: 1 } })
}

/// A place in a document; below what is not there, the place of the nearest thing above it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a> {
    node: Option<&'a Node>,
    place: Place,
}

impl<'a> Cursor<'a> {
    /// The document as a whole.
    pub(super) fn new(document: &'a Located<Node>) -> Self {
        Self { node: Some(&document.value), place: document.place }
    }

    /// The value of a key.
    pub(super) fn key(self, key: &str) -> Self {
        self.entry(key).map_or(Self { node: None, ..self }, |(_, node)| Self::new(node))
    }

    /// A key itself.
    pub(super) fn name(self, key: &str) -> Place {
        self.entry(key).map_or(self.place, |(name, _)| name.place)
    }

    /// An item of a list.
    pub(super) fn item(self, index: usize) -> Self {
        match self.node {
            Some(Node::List(items)) if index < items.len() => Self::new(&items[index]),
            _ => Self { node: None, ..self },
        }
    }

    /// The items of a list; none where it is no list.
    pub(super) fn items(self) -> &'a [Located<Node>] {
        match self.node {
            Some(Node::List(items)) => items,
            _ => &[],
        }
    }

    /// Where it stands.
    pub(super) fn place(self) -> Place {
        self.place
    }

    fn entry(self, key: &str) -> Option<&'a (Text, Located<Node>)> {
        match self.node {
            Some(Node::Map(entries)) => entries.iter().find(|(name, _)| name.text() == key),
            _ => None,
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Shape;

        impl<'de> Visitor<'de> for Shape {
            type Value = Node;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("anything")
            }

            fn visit_bool<E: Error>(self, _: bool) -> Result<Node, E> {
                Ok(Node::Leaf)
            }

            fn visit_i64<E: Error>(self, _: i64) -> Result<Node, E> {
                Ok(Node::Leaf)
            }

            fn visit_i128<E: Error>(self, _: i128) -> Result<Node, E> {
                Ok(Node::Leaf)
            }

            fn visit_u64<E: Error>(self, _: u64) -> Result<Node, E> {
                Ok(Node::Leaf)
            }

            fn visit_u128<E: Error>(self, _: u128) -> Result<Node, E> {
                Ok(Node::Leaf)
            }

            fn visit_f64<E: Error>(self, _: f64) -> Result<Node, E> {
                Ok(Node::Leaf)
            }

            fn visit_str<E: Error>(self, _: &str) -> Result<Node, E> {
                Ok(Node::Leaf)
            }

            fn visit_bytes<E: Error>(self, _: &[u8]) -> Result<Node, E> {
                Ok(Node::Leaf)
            }

            fn visit_unit<E: Error>(self) -> Result<Node, E> {
                Ok(Node::Leaf)
            }

            fn visit_none<E: Error>(self) -> Result<Node, E> {
                Ok(Node::Leaf)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = list.next_element()? {
                    items.push(item);
                }
                Ok(Node::List(items))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Node::Map(entries))
            }
        }

        deserializer.deserialize_any(Shape)
    }
}
