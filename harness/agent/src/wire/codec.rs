//! How values become bytes and bytes become values again.

use std::fmt;

use super::LONGEST_FRAME;
use super::reply::Stream;

/// Why bytes are not what the other side should have sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WireError {
    /// A frame is longer than [`LONGEST_FRAME`].
    Oversized {
        /// The length it has, or says it has, in bytes.
        length: usize,
    },
    /// A frame ends before its message does.
    Truncated,
    /// A frame goes on after its message ended.
    Trailing {
        /// How many bytes are left.
        bytes: usize,
    },
    /// A byte that chooses among alternatives chooses none of them.
    UnknownTag {
        /// The type that was being read.
        what: &'static str,
        /// The byte.
        tag: u8,
    },
    /// A text is not UTF-8.
    NotText,
    /// The agent speaks another version of the protocol.
    OtherProtocol {
        /// The version it speaks.
        theirs: u16,
        /// The version spoken here.
        ours: u16,
    },
}

impl fmt::Display for WireError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Oversized { length } => {
                write!(out, "a frame of {length} bytes is longer than {LONGEST_FRAME}")
            }
            Self::Truncated => write!(out, "a frame ends in the middle of its message"),
            Self::Trailing { bytes } => {
                write!(out, "a frame has {bytes} bytes more than its message")
            }
            Self::UnknownTag { what, tag } => write!(out, "{tag} stands for no {what}"),
            Self::NotText => write!(out, "a text is not UTF-8"),
            Self::OtherProtocol { theirs, ours } => {
                write!(out, "the agent speaks protocol {theirs}, not {ours}")
            }
        }
    }
}

impl std::error::Error for WireError {}

/// The part of a frame that was not read yet.
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(frame: &'a [u8]) -> Self {
        Self { rest: frame }
    }

    pub(super) fn bytes(&mut self, count: usize) -> Result<&'a [u8], WireError> {
        let (head, rest) = self.rest.split_at_checked(count).ok_or(WireError::Truncated)?;
        self.rest = rest;
        Ok(head)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], WireError> {
        let (head, rest) = self.rest.split_first_chunk::<N>().ok_or(WireError::Truncated)?;
        self.rest = rest;
        Ok(*head)
    }

    pub(super) fn finish(self) -> Result<(), WireError> {
        match self.rest.len() {
            0 => Ok(()),
            bytes => Err(WireError::Trailing { bytes }),
        }
    }
}

/// A value with a form in bytes.
pub trait Wire: Sized {
    /// Appends the value.
    fn put(&self, out: &mut Vec<u8>);
    /// Reads a value.
    fn take(reader: &mut Reader<'_>) -> Result<Self, WireError>;
}

macro_rules! wire_integer {
    ($($integer:ty)*) => {$(
        impl Wire for $integer {
            fn put(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_le_bytes());
            }
            fn take(reader: &mut Reader<'_>) -> Result<Self, WireError> {
                Ok(Self::from_le_bytes(reader.array()?))
            }
        }
    )*};
}
wire_integer!(u16 u32 u64 i32 i64);

impl Wire for bool {
    fn put(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }
    fn take(reader: &mut Reader<'_>) -> Result<Self, WireError> {
        match reader.array()? {
            [0] => Ok(false),
            [1] => Ok(true),
            [tag] => Err(WireError::UnknownTag { what: "truth value", tag }),
        }
    }
}

impl Wire for [u8; 16] {
    fn put(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self);
    }
    fn take(reader: &mut Reader<'_>) -> Result<Self, WireError> {
        reader.array()
    }
}

/// Appends a count. Longer than `u32` means longer than any frame, which encoding then refuses.
fn put_count(count: usize, out: &mut Vec<u8>) {
    u32::try_from(count).unwrap_or(u32::MAX).put(out);
}

fn take_count(reader: &mut Reader<'_>) -> Result<usize, WireError> {
    Ok(u32::take(reader)? as usize)
}

impl Wire for Vec<u8> {
    fn put(&self, out: &mut Vec<u8>) {
        put_count(self.len(), out);
        out.extend_from_slice(self);
    }
    fn take(reader: &mut Reader<'_>) -> Result<Self, WireError> {
        let count = take_count(reader)?;
        Ok(reader.bytes(count)?.to_vec())
    }
}

impl Wire for String {
    fn put(&self, out: &mut Vec<u8>) {
        put_count(self.len(), out);
        out.extend_from_slice(self.as_bytes());
    }
    fn take(reader: &mut Reader<'_>) -> Result<Self, WireError> {
        Self::from_utf8(Vec::take(reader)?).map_err(|_| WireError::NotText)
    }
}

impl<T: Wire> Wire for Option<T> {
    fn put(&self, out: &mut Vec<u8>) {
        self.is_some().put(out);
        if let Some(value) = self {
            value.put(out);
        }
    }
    fn take(reader: &mut Reader<'_>) -> Result<Self, WireError> {
        bool::take(reader)?.then(|| T::take(reader)).transpose()
    }
}

impl<T: Wire> Wire for Box<T> {
    fn put(&self, out: &mut Vec<u8>) {
        T::put(self, out);
    }
    fn take(reader: &mut Reader<'_>) -> Result<Self, WireError> {
        T::take(reader).map(Box::new)
    }
}

/// A list, which is not implemented for `Vec<T>` because bytes have a shorter way.
pub(super) fn put_list<T: Wire>(items: &[T], out: &mut Vec<u8>) {
    put_count(items.len(), out);
    for item in items {
        item.put(out);
    }
}

/// Reads a list. The count is not trusted with memory: every item takes at least one byte.
pub(super) fn take_list<T: Wire>(reader: &mut Reader<'_>) -> Result<Vec<T>, WireError> {
    let count = take_count(reader)?;
    if count > reader.rest.len() {
        return Err(WireError::Truncated);
    }
    let mut items = Vec::new();
    for _ in 0..count {
        items.push(T::take(reader)?);
    }
    Ok(items)
}

macro_rules! wire_list {
    ($($item:ty),*) => {$(
        impl $crate::wire::codec::Wire for Vec<$item> {
            fn put(&self, out: &mut Vec<u8>) {
                $crate::wire::codec::put_list(self, out);
            }
            fn take(
                reader: &mut $crate::wire::codec::Reader<'_>,
            ) -> Result<Self, $crate::wire::codec::WireError> {
                $crate::wire::codec::take_list(reader)
            }
        }
    )*};
}

impl<A: Wire, B: Wire> Wire for (A, B) {
    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
        self.1.put(out);
    }
    fn take(reader: &mut Reader<'_>) -> Result<Self, WireError> {
        Ok((A::take(reader)?, B::take(reader)?))
    }
}

macro_rules! wire_struct {
    ($name:ident { $($field:ident),* $(,)? }) => {
        impl $crate::wire::codec::Wire for $name {
            fn put(&self, out: &mut Vec<u8>) {
                $(self.$field.put(out);)*
            }
            fn take(
                reader: &mut $crate::wire::codec::Reader<'_>,
            ) -> Result<Self, $crate::wire::codec::WireError> {
                Ok(Self { $($field: $crate::wire::codec::Wire::take(reader)?),* })
            }
        }
    };
}

macro_rules! wire_enum {
    ($name:ident { $($tag:literal => $variant:ident $({ $($field:ident),* })?),* $(,)? }) => {
        impl $crate::wire::codec::Wire for $name {
            fn put(&self, out: &mut Vec<u8>) {
                match self {
                    $(Self::$variant $({ $($field),* })? => {
                        out.push($tag);
                        $($($field.put(out);)*)?
                    })*
                }
            }
            fn take(
                reader: &mut $crate::wire::codec::Reader<'_>,
            ) -> Result<Self, $crate::wire::codec::WireError> {
                let [tag] = reader.array()?;
                match tag {
                    $($tag => Ok(Self::$variant $({
                        $($field: $crate::wire::codec::Wire::take(reader)?),*
                    })?),)*
                    _ => Err($crate::wire::codec::WireError::UnknownTag {
                        what: stringify!($name),
                        tag,
                    }),
                }
            }
        }
    };
}

pub(super) use {wire_enum, wire_list, wire_struct};

/// Appends a frame of output without a copy of the bytes in between.
///
/// Equal to encoding [`Reply::Output`](super::Reply::Output); `bytes` is a part that was read at
/// once and far shorter than [`LONGEST_FRAME`].
pub fn encode_output(out: &mut Vec<u8>, id: u64, stream: Stream, bytes: &[u8]) {
    put_count(1 + 8 + 4 + bytes.len(), out);
    out.push(match stream {
        Stream::Stdout => 1,
        Stream::Stderr => 2,
    });
    id.put(out);
    put_count(bytes.len(), out);
    out.extend_from_slice(bytes);
}
