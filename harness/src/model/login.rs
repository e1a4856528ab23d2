//! Logging in to a container by SSH.

use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// How one logs in to a subject's containers, by the subject's own account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ssh {
    /// Who logs in.
    pub user: String,
    /// The server's port.
    pub port: u16,
    /// What the user can show, in the order of [`Way::ALL`]; never empty.
    pub credentials: Vec<Credential>,
}

impl Ssh {
    /// What is shown by this way, where the subject has it.
    pub fn credential(&self, way: Way) -> Option<&Credential> {
        self.credentials.iter().find(|credential| credential.way() == way)
    }
}

/// What a server is shown, so that it lets somebody in.
#[derive(Clone, PartialEq, Eq)]
pub enum Credential {
    /// A private key in a file of this machine.
    Key {
        /// The file, absolute.
        file: PathBuf,
        /// What opens it; absent where it lies open.
        passphrase: Option<String>,
    },
    /// A password.
    Password(String),
}

impl Credential {
    /// The way in that it serves.
    pub fn way(&self) -> Way {
        match self {
            Self::Key { passphrase: None, .. } => Way::Key,
            Self::Key { passphrase: Some(_), .. } => Way::LockedKey,
            Self::Password(_) => Way::Password,
        }
    }

    /// What nobody else should read.
    pub fn secret(&self) -> Option<&str> {
        match self {
            Self::Key { passphrase, .. } => passphrase.as_deref(),
            Self::Password(password) => Some(password),
        }
    }
}

/// Without passphrase and password.
impl fmt::Debug for Credential {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key { file, .. } => write!(formatter, "{} {}", self.way().name(), file.display()),
            Self::Password(_) => formatter.write_str("password"),
        }
    }
}

/// By what somebody is let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// A key that lies open.
    Key,
    /// A key that a passphrase opens.
    LockedKey,
    /// A password.
    Password,
}

impl Way {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Key, Self::LockedKey, Self::Password];

    /// The name used in suites and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::LockedKey => "locked-key",
            Self::Password => "password",
        }
    }

    /// The way of this name.
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.name() == name)
    }
}

/// How one command gets into a container by SSH. Who logs in, and with what, is the subject's [`Ssh`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Login {
    /// By what.
    pub way: Way,
    /// What the server starts.
    pub session: Session,
}

/// What an SSH server starts for somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Session {
    /// The command, by the user's shell with `-c`: what `ssh HOST COMMAND` gets.
    Command,
    /// The user's login shell, which reads the command from standard input: what `ssh HOST` gets, without a terminal.
    Shell,
    /// The user's login shell on a terminal, interactive, on which the command is typed: what `ssh HOST` gets. Both streams
    /// are standard output.
    Terminal,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_shows_no_secret() {
        let locked = Credential::Key { file: "/keys/locked".into(), passphrase: Some("sesame".to_owned()) };
        let password = Credential::Password("sesame".to_owned());
        assert_eq!(format!("{locked:?}, {password:?}"), "locked-key /keys/locked, password");
        assert_eq!((locked.secret(), password.secret()), (Some("sesame"), Some("sesame")));
    }

    #[test]
    fn each_way_is_found_by_its_name_and_by_what_serves_it() {
        let open = Credential::Key { file: "/keys/open".into(), passphrase: None };
        let password = Credential::Password(String::new());
        let ssh = Ssh { user: "admin".to_owned(), port: 22, credentials: vec![open.clone(), password.clone()] };
        assert_eq!(ssh.credential(Way::Key), Some(&open));
        assert_eq!(ssh.credential(Way::LockedKey), None);
        assert_eq!(ssh.credential(Way::Password), Some(&password));
        assert_eq!(Way::ALL.map(|way| Way::find(way.name())), Way::ALL.map(Some));
        assert_eq!(Way::find("keys"), None);
    }
}
