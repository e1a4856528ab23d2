//! Logging in by SSH as written.

use schemars::JsonSchema;
use serde::Deserialize;

use super::located::Text;

/// How one logs in to the subject's containers by SSH. Of `key`, `locked-key` and `password` there must be one at least.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "Ssh")]
pub(super) struct RawSsh {
    /// Who logs in, as `admin`.
    pub user: Text,
    /// The user's number in the image.
    pub uid: Text,
    /// The file of a private key that lies open; its public key lies beside it, under the same name and `.pub`.
    #[serde(default)]
    pub key: Option<Text>,
    /// A private key that a passphrase opens.
    #[serde(default)]
    pub locked_key: Option<RawLockedKey>,
    /// The user's password.
    #[serde(default)]
    pub password: Option<Text>,
    /// The server's port; absent: 22.
    #[serde(default)]
    pub port: Option<Text>,
}

/// A private key that a passphrase opens.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "LockedKey")]
pub(super) struct RawLockedKey {
    /// Its file; its public key lies beside it, under the same name and `.pub`.
    pub file: Text,
    /// What opens it.
    pub passphrase: Text,
}
