//! A 128-bit hash that tells contents apart: SipHash-2-4 with 128 bits of output and a fixed key.
//!
//! Not meant against someone who looks for collisions; two different files share a hash by chance
//! once in 2^128 pairs.

const KEY: (u64, u64) = (0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908);

/// The hash of a content that arrives in pieces.
#[derive(Debug, Clone)]
pub struct Hasher {
    state: [u64; 4],
    tail: [u8; 8],
    length: u64,
}

impl Default for Hasher {
    fn default() -> Self {
        Self::new()
    }
}

impl Hasher {
    /// The hasher of an empty content.
    pub fn new() -> Self {
        let (k0, k1) = KEY;
        Self {
            state: [
                k0 ^ 0x736f_6d65_7073_6575,
                k1 ^ 0x646f_7261_6e64_6f6d ^ 0xee,
                k0 ^ 0x6c79_6765_6e65_7261,
                k1 ^ 0x7465_6462_7974_6573,
            ],
            tail: [0; 8],
            length: 0,
        }
    }

    /// Adds a piece.
    pub fn update(&mut self, mut bytes: &[u8]) {
        let filled = (self.length % 8) as usize;
        self.length = self.length.wrapping_add(bytes.len() as u64);
        if filled > 0 {
            let count = bytes.len().min(8 - filled);
            let (head, rest) = bytes.split_at(count);
            self.tail[filled..filled + count].copy_from_slice(head);
            bytes = rest;
            if filled + count < 8 {
                return;
            }
            self.word(u64::from_le_bytes(self.tail));
        }
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.word(u64::from_le_bytes(*word));
        }
        self.tail[..rest.len()].copy_from_slice(rest);
    }

    /// The hash of all pieces.
    pub fn finish(mut self) -> [u8; 16] {
        let filled = (self.length % 8) as usize;
        self.tail[filled..].fill(0);
        self.tail[7] = (self.length & 0xff) as u8;
        self.word(u64::from_le_bytes(self.tail));
        let mut hash = [0; 16];
        for (half, mark) in hash.chunks_exact_mut(8).zip([(2, 0xee), (1, 0xdd)]) {
            self.state[mark.0] ^= mark.1;
            for _ in 0..4 {
                self.round();
            }
            let [a, b, c, d] = self.state;
            half.copy_from_slice(&(a ^ b ^ c ^ d).to_le_bytes());
        }
        hash
    }

    #[inline]
    fn word(&mut self, word: u64) {
        self.state[3] ^= word;
        self.round();
        self.round();
        self.state[0] ^= word;
    }

    #[inline]
    fn round(&mut self) {
        let [mut a, mut b, mut c, mut d] = self.state;
        a = a.wrapping_add(b);
        b = b.rotate_left(13) ^ a;
        a = a.rotate_left(32);
        c = c.wrapping_add(d);
        d = d.rotate_left(16) ^ c;
        a = a.wrapping_add(d);
        d = d.rotate_left(21) ^ a;
        c = c.wrapping_add(b);
        b = b.rotate_left(17) ^ c;
        c = c.rotate_left(32);
        self.state = [a, b, c, d];
    }
}

/// The hash of a whole content.
pub fn digest(bytes: &[u8]) -> [u8; 16] {
    let mut hasher = Hasher::new();
    hasher.update(bytes);
    hasher.finish()
}

/// A hash as 32 hexadecimal digits.
pub fn hex(hash: &[u8; 16]) -> String {
    use std::fmt::Write as _;
    hash.iter().fold(String::with_capacity(32), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_vectors_of_siphash_128_are_met() {
        assert_eq!(hex(&digest(b"")), "a3817f04ba25a8e66df67214c7550293");
        assert_eq!(hex(&digest(&[0])), "da87c1d86b99af44347659119b22fc45");
        let bytes: Vec<u8> = (0..63).collect();
        assert_eq!(hex(&digest(&bytes)), "5150d1772f50834a503e069a973fbd7c");
    }

    #[test]
    fn a_content_has_one_hash_however_it_is_cut() {
        let bytes: Vec<u8> = (0..=255).collect();
        for first in 0..40 {
            for second in first..40 {
                let mut hasher = Hasher::new();
                hasher.update(&bytes[..first]);
                hasher.update(&bytes[first..second]);
                hasher.update(&bytes[second..]);
                assert_eq!(hasher.finish(), digest(&bytes), "cut at {first} and {second}");
            }
        }
    }
}
