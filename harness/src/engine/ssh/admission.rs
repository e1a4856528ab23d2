//! Whether the server lets somebody in.

use std::sync::Arc;

use russh::client::{AuthResult, Handle};
use russh::keys::{PrivateKey, PrivateKeyWithHashAlg};

use super::server::Known;
use super::{Refusal, Server};
use crate::model::{Credential, Ssh};

/// Shows one credential and no other. `key` is the opened one, where the credential is a key.
pub(super) async fn admit(
    client: &mut Handle<Known>,
    server: &Server,
    ssh: &Ssh,
    credential: &Credential,
    key: Option<Arc<PrivateKey>>,
) -> Result<(), Refusal> {
    let answer = match (credential, key) {
        (Credential::Password(password), _) => client.authenticate_password(&ssh.user, password).await,
        (Credential::Key { .. }, Some(key)) => {
            client.authenticate_publickey(&ssh.user, PrivateKeyWithHashAlg::new(key, None)).await
        }
        (Credential::Key { .. }, None) => Err(russh::Error::NoAuthMethod),
    };
    let (user, address) = (&ssh.user, server.address);
    let shown = match credential {
        Credential::Key { file, .. } => format!("the key {}", file.display()),
        Credential::Password(_) => "the password".to_owned(),
    };
    let refused =
        |why: String| Refusal::seen(0, format!("the SSH server at {address} does not let {user} in by {shown}{why}"));
    match answer {
        Ok(AuthResult::Success) => Ok(()),
        Ok(AuthResult::Failure { remaining_methods, .. }) if remaining_methods.is_empty() => {
            Err(refused(", and ends the connection".to_owned()))
        }
        Ok(AuthResult::Failure { remaining_methods, partial_success }) => {
            let names: Vec<&str> = remaining_methods.iter().map(Into::into).collect();
            let more = if partial_success { " alone; it also asks for " } else { "; it takes " };
            Err(refused(format!("{more}{}", names.join(", "))))
        }
        Err(error) => Err(refused(format!(": {error}"))),
    }
}
