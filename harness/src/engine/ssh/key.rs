//! Private keys in files of this machine.

use std::path::Path;
use std::sync::Arc;

use russh::keys::{self, PrivateKey, load_secret_key};

use super::Refusal;
use crate::engine::EngineError;

/// Opens a private key. That one cannot be opened is no fault of the image.
pub(super) fn opened(file: &Path, passphrase: Option<&str>) -> Result<Arc<PrivateKey>, Refusal> {
    load_secret_key(file, passphrase).map(Arc::new).map_err(|error| {
        let action = format!("open the SSH key {}", file.display());
        let reason = match (&error, passphrase) {
            (keys::Error::KeyIsEncrypted, None) => {
                "a passphrase locks it; name the key as `locked-key` with its `passphrase`".to_owned()
            }
            (keys::Error::IO(error), _) => error.to_string(),
            (_, Some(_)) => format!("`locked-key.passphrase` does not open it, or it is no key ({error})"),
            (_, None) => format!("it cannot be read as a private key ({error})"),
        };
        Refusal::Trouble(EngineError::Failed { action, reason })
    })
}
