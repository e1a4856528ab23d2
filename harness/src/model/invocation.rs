//! What is to be run inside a container.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::fault::Disturbance;
use super::login::Login;

/// One command to run in a container, the way `docker exec` would run it, or by SSH.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Invocation {
    /// Program and arguments; the program is looked up in PATH when it holds no slash.
    pub argv: Vec<String>,
    /// Variables set (`Some`) or taken away (`None`) on top of what the container gives.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub environment: BTreeMap<String, Option<String>>,
    /// Working directory; absent: the image's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub directory: Option<String>,
    /// User as in `docker exec --user`; absent: the container's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Bytes given on standard input as UTF-8; absent: nothing to read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stdin: Option<String>,
    /// After this the whole process tree is killed.
    pub deadline: Duration,
    /// Resource limits put on before the program starts.
    #[serde(default, skip_serializing_if = "Limits::is_empty")]
    pub limits: Limits,
    /// Kill it on purpose, to see what an interrupted operation leaves behind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kill: Option<Kill>,
    /// What goes wrong at shakedown's own index while it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub under: Option<Box<Disturbance>>,
    /// How it gets in by SSH; absent: by the engine. Then `argv` is one text, which the user's shell reads, and the server says
    /// which user, folder and variables it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login: Option<Login>,
}

impl Invocation {
    /// The default deadline of an invocation.
    pub const DEADLINE: Duration = Duration::from_mins(1);

    /// A command with the container's own environment, user and directory.
    pub fn new<I, S>(argv: I) -> Self
    where
        I: IntoIterator<Item = S>,
        S: Into<String>,
    {
        Self {
            argv: argv.into_iter().map(Into::into).collect(),
            environment: BTreeMap::new(),
            directory: None,
            user: None,
            stdin: None,
            deadline: Self::DEADLINE,
            limits: Limits::default(),
            kill: None,
            under: None,
            login: None,
        }
    }
}

/// Limits of one invocation (`setrlimit`); they vanish with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Open files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_files: Option<u64>,
    /// Largest file that may be written, bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_size: Option<u64>,
}

impl Limits {
    /// Whether nothing is limited.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// An intended kill of a running invocation, with its whole process tree.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kill {
    /// When it strikes.
    pub trigger: Trigger,
    /// Signal number, 9 or 15.
    pub signal: i32,
}

/// When an intended kill strikes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trigger {
    /// This long after the start.
    After(Duration),
    /// As soon as this path exists.
    Appears(String),
    /// As soon as what goes wrong at the index has met an answer.
    Met,
}
