//! The frames between shakedown and its agent: one byte stream in each direction.
//!
//! A frame is a little-endian `u32` length, one byte that says the kind, and the payload; the
//! length counts the kind and the payload. Integers are little-endian, byte strings and lists are
//! a `u32` count and their items, an option is one byte (0 or 1) and the value. The agent speaks
//! first with [`Reply::Hello`]. Both sides push what they read, cut anywhere, into a [`Decoder`].

mod answer;
mod codec;
mod facts;
mod reply;
mod request;

use std::marker::PhantomData;

pub use answer::{Answer, Lookup};
use codec::{Reader, Wire};
pub use codec::{WireError, encode_output};
pub use facts::{Entry, Environment, Group, Kind, Memory, Metadata, Process, Reference, Space, Usage, User};
pub use reply::{Ended, Hello, Killer, Reply, Report, Status, Stream};
pub use request::{KillAfter, KillWhen, Limits, Question, Request, Spec};

/// The version of everything in this module; both sides must agree on it.
pub const PROTOCOL: u16 = 3;

/// The longest frame either side accepts, in bytes: kind and payload.
pub const LONGEST_FRAME: usize = 64 * 1024 * 1024;

/// What can travel in a frame: [`Request`] or [`Reply`].
pub trait Message: Sized {
    /// Appends this message as one frame to `out`; leaves `out` as it was when that fails.
    ///
    /// Fails with [`WireError::Oversized`] when it would be longer than [`LONGEST_FRAME`].
    fn encode_into(&self, out: &mut Vec<u8>) -> Result<(), WireError>;

    /// Reads a message out of a whole frame without its length.
    fn decode(frame: &[u8]) -> Result<Self, WireError>;

    /// This message as one frame.
    fn encode(&self) -> Result<Vec<u8>, WireError> {
        let mut out = Vec::new();
        self.encode_into(&mut out)?;
        Ok(out)
    }
}

impl<T: Wire> Message for T {
    fn encode_into(&self, out: &mut Vec<u8>) -> Result<(), WireError> {
        let start = out.len();
        out.extend_from_slice(&[0; 4]);
        self.put(out);
        let length = out.len() - start - 4;
        if length > LONGEST_FRAME {
            out.truncate(start);
            return Err(WireError::Oversized { length });
        }
        let length = u32::try_from(length).map_err(|_| WireError::Oversized { length })?;
        out[start..start + 4].copy_from_slice(&length.to_le_bytes());
        Ok(())
    }

    fn decode(frame: &[u8]) -> Result<Self, WireError> {
        let mut reader = Reader::new(frame);
        let message = Self::take(&mut reader)?;
        reader.finish()?;
        Ok(message)
    }
}

/// Puts messages together again from a stream that arrives in arbitrary pieces.
///
/// After an error the stream is lost: every further call gives the same error.
#[derive(Debug)]
pub struct Decoder<M> {
    buffer: Vec<u8>,
    start: usize,
    broken: Option<WireError>,
    message: PhantomData<fn() -> M>,
}

impl<M: Message> Default for Decoder<M> {
    fn default() -> Self {
        Self::new()
    }
}

impl<M: Message> Decoder<M> {
    /// A decoder at the beginning of a stream.
    pub fn new() -> Self {
        Self { buffer: Vec::new(), start: 0, broken: None, message: PhantomData }
    }

    /// Adds bytes as they came.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.start == self.buffer.len() {
            // A long frame must not stay behind as memory.
            if self.buffer.capacity() > 256 * 1024 {
                self.buffer = Vec::new();
            }
            self.buffer.clear();
            self.start = 0;
        } else if self.start > 64 * 1024 {
            self.buffer.drain(..self.start);
            self.start = 0;
        }
        self.buffer.extend_from_slice(bytes);
    }

    /// The next whole message; `None` when more bytes are needed.
    pub fn next_message(&mut self) -> Result<Option<M>, WireError> {
        if let Some(error) = &self.broken {
            return Err(error.clone());
        }
        let result = self.try_next();
        if let Err(error) = &result {
            self.broken = Some(error.clone());
        }
        result
    }

    /// Whether a part of a frame is waiting for its rest, as when a stream ended too early.
    pub fn is_partial(&self) -> bool {
        self.start < self.buffer.len()
    }

    fn try_next(&mut self) -> Result<Option<M>, WireError> {
        let rest = &self.buffer[self.start..];
        let Some((length, rest)) = rest.split_first_chunk::<4>() else {
            return Ok(None);
        };
        let length = u32::from_le_bytes(*length) as usize;
        if length > LONGEST_FRAME {
            return Err(WireError::Oversized { length });
        }
        let Some(frame) = rest.get(..length) else {
            return Ok(None);
        };
        let message = M::decode(frame)?;
        self.start += 4 + length;
        Ok(Some(message))
    }
}
