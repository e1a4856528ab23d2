//! Signatures of verdicts: ed25519, with keys as `openssl` makes them. Pure.
//!
//! `openssl genpkey -algorithm ed25519 -out key.pem` makes a private key (PKCS#8), `openssl pkey -in key.pem -pubout`
//! its public one. A signature is detached: 64 bytes in hexadecimal on one line, made over the file's bytes as they are,
//! so that `openssl pkeyutl -verify -rawin` can check it, too.

use std::fmt::Write as _;

use ed25519_dalek::pkcs8::{DecodePrivateKey as _, DecodePublicKey as _};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use thiserror::Error;

/// Why there is no signature, or why one is not good.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum SignatureError {
    /// The private key is none.
    #[error("not an ed25519 private key in PEM (PKCS#8)")]
    PrivateKey,
    /// The public key is none.
    #[error("not an ed25519 public key in PEM")]
    PublicKey,
    /// The signature's file holds something else.
    #[error("not a signature: 128 hexadecimal digits were expected")]
    Form,
    /// Altered bytes, or another key.
    #[error("the signature does not fit: the file was altered, or another key signed it")]
    Wrong,
}

impl SignatureError {
    /// What to do about it.
    pub fn hint(self) -> &'static str {
        match self {
            Self::PrivateKey => "`openssl genpkey -algorithm ed25519 -out key.pem` makes one.",
            Self::PublicKey => "`openssl pkey -in key.pem -pubout -out public.pem` prints that of a private key.",
            Self::Form => "Sign the file again: `shakedown gate RUN --sign KEY`.",
            Self::Wrong => {
                "Do not publish by this verdict; get the file and its signature from the run that made them."
            }
        }
    }
}

/// The signature of these bytes, one line.
pub fn sign(bytes: &[u8], private_key: &str) -> Result<String, SignatureError> {
    let key = SigningKey::from_pkcs8_pem(private_key).map_err(|_| SignatureError::PrivateKey)?;
    let signature = key.sign(bytes).to_bytes();
    let mut text = signature.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    });
    text.push('\n');
    Ok(text)
}

/// Holds a signature against bytes and key.
pub fn verify(bytes: &[u8], signature: &str, public_key: &str) -> Result<(), SignatureError> {
    let key = VerifyingKey::from_public_key_pem(public_key).map_err(|_| SignatureError::PublicKey)?;
    let signature = Signature::from_bytes(&read(signature.trim()).ok_or(SignatureError::Form)?);
    key.verify_strict(bytes, &signature).map_err(|_| SignatureError::Wrong)
}

fn read(text: &str) -> Option<[u8; 64]> {
    let mut bytes = [0; 64];
    if text.len() != 128 || !text.is_ascii() {
        return None;
    }
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * index..2 * index + 2)?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    fn openssl(arguments: &[&str], folder: &std::path::Path) -> Vec<u8> {
        let output = Command::new("openssl").args(arguments).current_dir(folder).output().expect("openssl is there");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    /// A key pair as people make it.
    fn pair(folder: &std::path::Path) -> (String, String) {
        openssl(&["genpkey", "-algorithm", "ed25519", "-out", "key.pem"], folder);
        openssl(&["pkey", "-in", "key.pem", "-pubout", "-out", "public.pem"], folder);
        let read = |file: &str| std::fs::read_to_string(folder.join(file)).unwrap();
        (read("key.pem"), read("public.pem"))
    }

    #[test]
    fn what_is_signed_by_a_key_of_openssl_verifies_here_and_there() {
        let root = tempfile::tempdir().unwrap();
        let (key, public) = pair(root.path());
        let signature = sign(b"stable", &key).unwrap();
        assert_eq!(verify(b"stable", &signature, &public), Ok(()));
        std::fs::write(root.path().join("verdict.json"), "stable").unwrap();
        std::fs::write(root.path().join("raw.sig"), read(signature.trim()).unwrap()).unwrap();
        let verified = openssl(
            &[
                "pkeyutl",
                "-verify",
                "-pubin",
                "-inkey",
                "public.pem",
                "-rawin",
                "-in",
                "verdict.json",
                "-sigfile",
                "raw.sig",
            ],
            root.path(),
        );
        assert!(String::from_utf8_lossy(&verified).contains("Verified Successfully"));
    }

    #[test]
    fn what_was_altered_or_signed_by_another_key_does_not_verify() {
        let (root, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (key, public) = pair(root.path());
        let (_, another) = pair(other.path());
        let signature = sign(b"stable", &key).unwrap();
        assert_eq!(verify(b"stable!", &signature, &public), Err(SignatureError::Wrong));
        assert_eq!(verify(b"stable", &signature, &another), Err(SignatureError::Wrong));
        let flipped = signature.replacen(['0', '1', '2', '3'], "4", 1);
        assert_eq!(verify(b"stable", &flipped, &public), Err(SignatureError::Wrong));
        assert_eq!(verify(b"stable", "", &public), Err(SignatureError::Form));
        assert_eq!(verify(b"stable", &"ü".repeat(64), &public), Err(SignatureError::Form));
        assert_eq!(verify(b"stable", &signature, &key), Err(SignatureError::PublicKey));
        assert_eq!(sign(b"stable", &public), Err(SignatureError::PrivateKey));
    }
}
