//! Logging in by SSH, and the users whose shells are looked at.

use std::path::PathBuf;

use super::super::located::{Located, Text};
use super::super::raw::{RawContainer, RawNetwork};
use super::super::raw_ssh::RawSsh;
use super::super::subject::SshConfig;
use super::container::port_number;
use super::names::is_word;
use super::validator::Validator;
use crate::model::login::{Credential, Ssh};

/// The port of an SSH server where nothing is said.
const PORT: u16 = 22;

/// Whose shells are looked at where nothing is said: one who may do everything, one who may do little, and two whom no
/// image knows, of whom some platforms give the second one the group 0.
const USERS: [&str; 4] = ["root", "nobody", "4711:4711", "4711:0"];

impl Validator<'_> {
    /// How one logs in by SSH; nothing where the subject does not say, or something is wrong.
    pub(super) fn ssh(&mut self, raw: Option<&Located<RawSsh>>, container: &RawContainer) -> Option<SshConfig> {
        let Located { value: raw, place } = raw?;
        if let Some(network @ (RawNetwork::None | RawNetwork::Host)) = container.network {
            let network = if matches!(network, RawNetwork::None) { "none" } else { "host" };
            self.refuse(*place, format!("a container with `network: {network}` has no address to log in at"))
                .hint("Take `network` away from `container`, or `ssh` away from the subject.");
        }
        let user = self.read(&raw.user, user_name);
        let uid = self.read(&raw.uid, user_number);
        let port = raw.port.as_ref().map_or(Some(PORT), |port| self.read(port, port_number));
        let mut credentials = Vec::new();
        let mut public_keys = Vec::new();
        let locked = raw.locked_key.as_ref().map(|locked| (&locked.file, Some(&locked.passphrase)));
        for (file, passphrase) in raw.key.as_ref().map(|file| (file, None)).into_iter().chain(locked) {
            let passphrase = passphrase.map(|text| self.filled(text, "the passphrase"));
            let Some((file, public_key)) = self.key(file) else { continue };
            public_keys.push(public_key);
            match passphrase {
                None => credentials.push(Credential::Key { file, passphrase: None }),
                Some(opened) => credentials.extend(opened.map(|by| Credential::Key { file, passphrase: Some(by) })),
            }
        }
        if let Some(password) = &raw.password {
            credentials.extend(self.filled(password, "the password").map(Credential::Password));
        }
        if raw.key.is_none() && raw.locked_key.is_none() && raw.password.is_none() {
            self.refuse(*place, "nobody can log in without a key or a password")
                .hint("Write `key`, `locked-key` or `password`.");
        }
        Some(SshConfig { ssh: Ssh { user: user?, port: port?, credentials }, uid: uid?, public_keys })
    }

    /// The file of a private key, and the public key beside it.
    fn key(&mut self, text: &Text) -> Option<(PathBuf, String)> {
        let file = self.file(text, "the key")?;
        let beside = PathBuf::from(format!("{}.pub", file.display()));
        let Some(public_key) = (self.surroundings.text)(&beside).filter(|key| !key.trim().is_empty()) else {
            self.refuse(text.place, format!("there is no public key {} beside this key", beside.display()))
                .hint("`ssh-keygen -y -f KEY > KEY.pub` makes it again.");
            return None;
        };
        Some((file, public_key.trim().to_owned()))
    }

    /// The users whose shells are looked at.
    pub(super) fn users(&mut self, raw: Option<&Located<Vec<Text>>>) -> Vec<String> {
        let Some(Located { value, place }) = raw else { return USERS.map(str::to_owned).to_vec() };
        if value.is_empty() {
            self.refuse(*place, "no user is left whose shells could be looked at")
                .hint(format!("Take `users` away for {}.", USERS.join(", ")));
        }
        let mut users: Vec<String> = Vec::new();
        for text in value {
            let Some(user) = self.filled(text, "the user") else { continue };
            if users.contains(&user) {
                self.refuse(text.place, format!("the user `{user}` is there twice"));
            }
            users.push(user);
        }
        users
    }
}

fn user_name(text: &str) -> Result<String, String> {
    if is_word(text) { Ok(text.to_owned()) } else { Err(format!("`{text}` cannot be the name of a user")) }
}

fn user_number(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| format!("`{text}` is not the number of a user such as `1100`"))
}
