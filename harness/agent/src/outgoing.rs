//! What is on its way to shakedown.

use std::fs::File;
use std::io::{self, Write as _};

use crate::wire::{Message as _, Reply};

/// From this many bytes on nothing more is taken in, until the host has read.
const ENOUGH: usize = 256 * 1024;

/// A queue of whole frames before a stream that takes them when it can.
pub(crate) struct Outgoing {
    stream: File,
    bytes: Vec<u8>,
    written: usize,
}

impl Outgoing {
    pub(crate) fn new(stream: File) -> Self {
        Self { stream, bytes: Vec::new(), written: 0 }
    }

    /// The queue, to append whole frames to.
    pub(crate) fn frames(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    pub(crate) fn send(&mut self, reply: &Reply) {
        // Only a file read of 32 MiB comes near the longest frame, and it is cut to fit.
        if reply.encode_into(&mut self.bytes).is_err() {
            debug_assert!(false, "a reply is longer than a frame may be");
        }
    }

    pub(crate) fn has_room(&self) -> bool {
        self.bytes.len() - self.written < ENOUGH
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub(crate) fn stream(&self) -> &File {
        &self.stream
    }

    /// Writes what the stream takes now.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        while self.written < self.bytes.len() {
            match self.stream.write(&self.bytes[self.written..]) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => self.written += count,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if self.written > ENOUGH {
                        self.bytes.drain(..self.written);
                        self.written = 0;
                    }
                    return Ok(());
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.written = 0;
        self.bytes.clear();
        self.bytes.shrink_to(2 * ENOUGH);
        Ok(())
    }
}
