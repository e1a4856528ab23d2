//! What a command prints, as much of it as is kept.

use super::agent::invoke::{OUTPUT_CAP, captured};
use crate::model::Captured;

/// One stream of a command.
#[derive(Debug, Default)]
pub(super) struct Kept {
    kept: Vec<u8>,
    bytes: u64,
}

impl Kept {
    /// Takes in the next piece.
    pub(super) fn take(&mut self, piece: &[u8]) {
        self.bytes += piece.len() as u64;
        let room = usize::try_from(OUTPUT_CAP).unwrap_or(usize::MAX) - self.kept.len();
        self.kept.extend_from_slice(&piece[..piece.len().min(room)]);
    }

    /// All that came, as text.
    pub(super) fn captured(&self) -> Captured {
        captured(&self.kept, self.bytes, self.bytes - self.kept.len() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_exceeds_the_cap_is_counted_and_not_kept() {
        let mut kept = Kept::default();
        let cap = usize::try_from(OUTPUT_CAP).unwrap();
        kept.take(&vec![b'a'; cap - 1]);
        kept.take(b"bcd");
        let captured = kept.captured();
        assert_eq!((captured.text.len(), captured.bytes, captured.cut), (cap, OUTPUT_CAP + 2, 2));
        assert!(captured.text.ends_with("ab"));
    }
}
