//! Verdict files: read, signed, held against an image.

use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::engine::docker::{DockerEngine, OpenOptions};
use crate::model::claim::Claim;
use crate::model::{ImageFacts, Record, Verdict};
use crate::report;
use crate::signature::{self, SignatureError};

use super::error::SessionError;
use super::run::run_id;
use crate::clock::Clock;

/// A verdict file that cannot be trusted, or cannot be read or written at all.
#[derive(Debug, Error)]
pub enum TrustError {
    /// A file is not there or not readable.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's words.
        source: std::io::Error,
    },
    /// The signature cannot be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's words.
        source: std::io::Error,
    },
    /// The file is no verdict that can be read.
    #[error("{} says nothing: {problem}", path.display())]
    NoVerdict {
        /// The file.
        path: PathBuf,
        /// Why.
        problem: String,
    },
    /// The file is not what the run's journal and the policy make.
    #[error("{} does not say what the journal beside it and the policy of today make of the run", path.display())]
    Differs {
        /// The file.
        path: PathBuf,
    },
    /// There is no signature beside the file.
    #[error("{} is not signed: there is no {}", path.display(), signature_path(path).display())]
    Unsigned {
        /// The file.
        path: PathBuf,
    },
    /// A key cannot be read, or the signature is not good.
    #[error("{}: {source}", path.display())]
    Signature {
        /// The file or key.
        path: PathBuf,
        /// Why.
        source: SignatureError,
    },
}

impl TrustError {
    /// What to do.
    pub fn hint(&self) -> String {
        match self {
            Self::Read { .. } => "Name a verdict.json (or key) that you may read.".to_owned(),
            Self::Write { .. } => "Make its folder writable.".to_owned(),
            Self::NoVerdict { .. } => "Name the verdict.json of a run folder.".to_owned(),
            Self::Differs { .. } => {
                "Run the subject again, since the policy is another one or the file was changed; `shakedown gate --verdict FILE` \
                 goes by a file alone."
                    .to_owned()
            }
            Self::Unsigned { .. } => "Sign it where the run was made: `shakedown gate RUN --sign KEY`.".to_owned(),
            Self::Signature { source, .. } => source.hint().to_owned(),
        }
    }

    /// The exit code: 2 where the caller named something wrong, 3 where the file cannot be trusted.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Read { .. }
            | Self::Write { .. }
            | Self::Signature { source: SignatureError::PrivateKey | SignatureError::PublicKey, .. } => 2,
            Self::NoVerdict { .. } | Self::Differs { .. } | Self::Unsigned { .. } | Self::Signature { .. } => 3,
        }
    }
}

/// Where the signature of a file lies: beside it, with `.sig` added.
fn signature_path(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".sig");
    PathBuf::from(name)
}

/// What a verdict file claims; where a public key is given, only if its signature is good.
pub fn claim(file: &Path, public_key: Option<&Path>) -> Result<Claim, TrustError> {
    let bytes = read(file)?;
    if let Some(key) = public_key {
        let pem = String::from_utf8_lossy(&read(key)?).into_owned();
        let path = signature_path(file);
        if !path.is_file() {
            return Err(TrustError::Unsigned { path: file.to_owned() });
        }
        let signature = String::from_utf8_lossy(&read(&path)?).into_owned();
        signature::verify(&bytes, &signature, &pem).map_err(|source| {
            let path = if source == SignatureError::PublicKey { key } else { file };
            TrustError::Signature { path: path.to_owned(), source }
        })?;
    }
    let problem = |problem| TrustError::NoVerdict { path: file.to_owned(), problem };
    let text = String::from_utf8(bytes).map_err(|error| problem(error.to_string()))?;
    report::read_verdict(&text).map_err(problem)
}

/// Makes sure that a verdict file says what is made of its run now, byte for byte, before anybody vouches for it.
pub fn confirm(file: &Path, record: &Record, verdict: &Verdict) -> Result<(), TrustError> {
    let path = file.to_owned();
    match report::verdict_file(record, verdict) {
        Ok(made) if read(file)? == made.as_bytes() => Ok(()),
        Ok(_) => Err(TrustError::Differs { path }),
        Err(error) => Err(TrustError::NoVerdict { path, problem: error.to_string() }),
    }
}

/// Signs a file; returns where the signature lies.
pub fn sign(file: &Path, private_key: &Path) -> Result<PathBuf, TrustError> {
    let pem = String::from_utf8_lossy(&read(private_key)?).into_owned();
    let signature = signature::sign(&read(file)?, &pem)
        .map_err(|source| TrustError::Signature { path: private_key.to_owned(), source })?;
    let path = signature_path(file);
    std::fs::write(&path, signature).map_err(|source| TrustError::Write { path: path.clone(), source })?;
    Ok(path)
}

/// Whether a file holds a private key that can sign: told before a run, not after it.
pub fn check_key(private_key: &Path) -> Result<(), TrustError> {
    let pem = String::from_utf8_lossy(&read(private_key)?).into_owned();
    let signed = signature::sign(&[], &pem);
    signed.map(|_| ()).map_err(|source| TrustError::Signature { path: private_key.to_owned(), source })
}

/// Looks an image up at the engine; nothing is pulled.
pub async fn image(reference: &str, clock: &dyn Clock) -> Result<ImageFacts, SessionError> {
    let options = OpenOptions::new(run_id(clock), "gate");
    match DockerEngine::look_up(&options, reference).await {
        Err(crate::engine::EngineError::NoImage(reference)) => Err(SessionError::NoImage { reference }),
        found => Ok(found?),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, TrustError> {
    std::fs::read(path).map_err(|source| TrustError::Read { path: path.to_owned(), source })
}
