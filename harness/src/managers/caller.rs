//! How a manager is called, and what it is called about.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{Install, PackageManager};
use crate::model::invocation::Invocation;

/// The deadline of what downloads and installs.
const OPERATION: Duration = Duration::from_mins(5);

/// A manager's program, wherever it is, and the variables that it is given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caller {
    /// The program: absolute, or a name that PATH finds.
    pub program: String,
    /// Variables on top of what is set where it runs, as `UV_CACHE_DIR`.
    pub variables: BTreeMap<String, String>,
}

impl Caller {
    /// The manager of an installation.
    pub fn of(manager: &dyn PackageManager, install: &Install) -> Self {
        let installation = manager.installation(install);
        Self { program: installation.binary, variables: installation.variables }
    }

    /// A command of the manager.
    pub(super) fn command<I>(&self, arguments: I) -> Invocation
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        self.other([self.program.clone()].into_iter().chain(arguments.into_iter().map(Into::into)))
    }

    /// A command of another program, with the manager's variables.
    pub(super) fn other<I>(&self, argv: I) -> Invocation
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        let mut invocation = Invocation::new(argv);
        invocation.deadline = OPERATION;
        invocation.environment =
            self.variables.iter().map(|(name, value)| (name.clone(), Some(value.clone()))).collect();
        invocation
    }
}

/// What an operation is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A project's folder, absolute.
    Project(String),
    /// The folder of a Python virtual environment, absolute.
    VirtualEnvironment(String),
    /// An environment of the user, by its name.
    Named(String),
}
