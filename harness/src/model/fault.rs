//! Adverse conditions that are put on, proven, and taken off again.

use std::future::Future;
use std::pin::Pin;

use serde::{Deserialize, Serialize};

/// A fault that an engine can put on a running container.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// The container is taken off its network.
    Network,
}

impl Fault {
    /// The name used in suites and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Network => "no network",
        }
    }
}

/// What goes wrong at shakedown's own index while a command runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disturbance {
    /// The place at the index that is disturbed; others see the index as it is.
    pub place: String,
    /// What goes wrong.
    pub trouble: Trouble,
    /// With which answers.
    pub of: Answers,
    /// How many requests meet it, after which all is well again; absent: all of them.
    pub times: Option<u32>,
    /// How many such requests are answered as they should be before the first that meets it.
    #[serde(default)]
    pub after: u32,
}

/// What can go wrong with one answer of an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trouble {
    /// The answer has this HTTP status and nothing else.
    Status(u16),
    /// The connection is reset in the middle.
    Reset,
    /// Half of it comes, and then nothing more, with the connection left open.
    Stall,
    /// Half of it comes as if it were all.
    Truncate,
    /// It is as long as it should be, with other content.
    Alter,
    /// It comes whole, in small pieces with pauses.
    Trickle,
}

impl Trouble {
    /// What it does to an answer, in words.
    pub fn words(self) -> String {
        match self {
            Self::Status(status) => format!("answered with {status}"),
            Self::Reset => "reset in the middle".to_owned(),
            Self::Stall => "left hanging in the middle".to_owned(),
            Self::Truncate => "cut off".to_owned(),
            Self::Alter => "altered".to_owned(),
            Self::Trickle => "slowed down".to_owned(),
        }
    }
}

/// The answers of an index that a trouble is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answers {
    /// The pages that list packages and their files.
    Pages,
    /// The packages themselves.
    #[default]
    Files,
}

/// An index that can be disturbed, each of its places by itself.
pub trait Disturbed: Send + Sync {
    /// Lets this go wrong from now on, in the place of what went wrong there before.
    fn disturb(&self, disturbance: &Disturbance);

    /// Ends what goes wrong at a place, also where an answer hangs; how many answers it has met.
    fn calm(&self, place: &str) -> u32;

    /// Awaits that what goes wrong at a place has met an answer.
    fn met<'a>(&'a self, place: &'a str) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>>;
}
