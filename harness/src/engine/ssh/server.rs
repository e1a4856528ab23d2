//! Who the server is: its host key.

use russh::client::Handler;
use russh::keys::{HashAlg, PublicKey, PublicKeyOrCertificate};

/// A client that knows which host keys the server may have.
#[derive(Debug)]
pub(super) struct Known {
    keys: Vec<PublicKey>,
}

impl Known {
    /// Knows the keys of these public key files. What is none is left out: the server cannot show it.
    pub(super) fn of(texts: &[String]) -> Self {
        Self { keys: texts.iter().filter_map(|text| parsed(text)).collect() }
    }
}

/// Why talk with a server ended before anybody logged in.
#[derive(Debug)]
pub(super) enum Broken {
    /// It showed a key that it should not have; the key's fingerprint.
    OtherKey(String),
    /// The library gave up.
    Library(russh::Error),
}

impl From<russh::Error> for Broken {
    fn from(error: russh::Error) -> Self {
        Self::Library(error)
    }
}

impl Handler for Known {
    type Error = Broken;

    async fn check_server_key(&mut self, shown: &PublicKeyOrCertificate) -> Result<bool, Broken> {
        match shown {
            PublicKeyOrCertificate::PublicKey { key, .. } => {
                let is_known = self.keys.iter().any(|known| known.key_data() == key.key_data());
                if is_known { Ok(true) } else { Err(Broken::OtherKey(told(key))) }
            }
            PublicKeyOrCertificate::Certificate(certificate) => {
                Err(Broken::OtherKey(format!("of a certificate ({})", certificate.key_id())))
            }
        }
    }
}

/// The fingerprint of a public key file's text, as `ssh-ed25519 SHA256:…`; nothing where it is none.
pub(super) fn fingerprint(text: &str) -> Option<String> {
    parsed(text).as_ref().map(told)
}

fn parsed(text: &str) -> Option<PublicKey> {
    PublicKey::from_openssh(text.trim()).ok()
}

fn told(key: &PublicKey) -> String {
    format!("{} {}", key.algorithm(), key.fingerprint(HashAlg::Sha256))
}
