//! What an observation should be. Data only; `judge` holds it against what was seen.

use serde::{Deserialize, Serialize};

use super::fact::ErrorClass;
use super::inquiry::FileKind;
use super::measure::Unit;

/// What should be seen. Each variant applies to the observations named; on any other it is a failed check, never a pass.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expectation {
    /// All of these.
    All(Vec<Expectation>),
    /// At least one of these.
    Any(Vec<Expectation>),
    /// Not this.
    Not(Box<Expectation>),
    /// A command exited with this code (`Ran`; every one of `Together`).
    Exit(i32),
    /// A command came to an end by itself with a code other than 0, or was killed on purpose as the step asked. A missing program is no refusal.
    Refused,
    /// What was printed (`Ran`; every one of `Together`).
    Prints {
        /// Which stream.
        stream: Stream,
        /// What it should hold.
        text: Text,
    },
    /// What lies at a path (`Answered` with a file).
    File(FileExpectation),
    /// The content of a file is such (`Answered` with a content), or a text that is no command's (`Text`).
    Content(Text),
    /// The first match in PATH is this path, links not followed (`Answered` with matches).
    FoundAt(String),
    /// PATH finds it at all.
    Found,
    /// A variable of the container has this value (`Answered` with an environment).
    Variable {
        /// Its name.
        name: String,
        /// Its value.
        is: Text,
    },
    /// A fact: the version is within this range, as `>=0.30.0, <1` (`Fact::Version`, or `version` of `Fact::Installation`).
    VersionWithin(String),
    /// A fact: the installation's entry of this name has this value (`Fact::Installation`).
    Installation {
        /// The entry, as `home`.
        entry: String,
        /// Its value.
        is: String,
    },
    /// A fact: this package is there, with a version (`Fact::Packages`).
    HasPackage(String),
    /// A fact: this package is not there (`Fact::Packages`).
    LacksPackage(String),
    /// A fact: an environment of this name holds these packages and exposes these programs, perhaps more (`Fact::Environments`).
    HasEnvironment {
        /// Its name.
        name: String,
        /// Packages it must hold.
        packages: Vec<String>,
        /// Programs it must expose.
        exposes: Vec<String>,
    },
    /// A fact: no environment of this name (`Fact::Environments`).
    LacksEnvironment(String),
    /// A fact: nothing is to be done (`Fact::UpToDate`).
    UpToDate,
    /// A fact: refused for one of these reasons (`Fact::Refusal`).
    Because(Vec<ErrorClass>),
    /// Every package named in this earlier step's fact is here too, with a version that this step's fact agrees with.
    /// Constraints (as `*` or `>=1`) of a manifest are held against versions; channels are compared where both name them.
    AgreesWith(String),
    /// The same version as the earlier step of this name found (facts, or the only line that was printed).
    SameVersionAs(String),
    /// Each line that the earlier step's command printed on standard output is among those of this one, colours and white
    /// space at its end aside (`Ran`).
    LinesOf(String),
    /// The same tree as the earlier step of this name saw, entries below these paths left out.
    SameTreeAs {
        /// The earlier step.
        step: String,
        /// Path prefixes that may differ.
        except: Vec<String>,
    },
    /// No more bytes than the earlier step of this name saw, [`LEFTOVER`] aside (`Answered` with usage).
    NoLargerThan(String),
    /// The same as the same step saw before the transition (`before: [restart]`).
    SameAsBefore,
    /// A figure that is lower than the same step's before the transition (`Measured`).
    LessThanBefore,
    /// Nothing is asked but that it could be observed (a step that only remembers, for a later step to compare with).
    Observed,
}

impl Expectation {
    /// What is expected of the observation from before a transition, by itself: that is less than none, and
    /// the same as itself.
    #[must_use]
    pub fn by_itself(&self) -> Self {
        let each = |all: &[Self]| all.iter().map(Self::by_itself).collect();
        match self {
            Self::LessThanBefore => Self::Observed,
            Self::Not(inner) if inner.compares_with_before() => Self::Observed,
            Self::All(all) => Self::All(each(all)),
            Self::Any(all) => Self::Any(each(all)),
            other => other.clone(),
        }
    }

    /// Whether something is held against what was before a transition.
    pub fn compares_with_before(&self) -> bool {
        match self {
            Self::SameAsBefore | Self::LessThanBefore => true,
            Self::All(all) | Self::Any(all) => all.iter().any(Self::compares_with_before),
            Self::Not(inner) => inner.compares_with_before(),
            _ => false,
        }
    }
}

/// Bytes that something may have grown by and still count as large as before: a log, a lock, a longer manifest.
pub const LEFTOVER: u64 = 1_000_000;

/// Figures of an observation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Quantity {
    /// The measured figure itself (`Measured`).
    Value,
    /// Wall time of a command, seconds.
    Wall,
    /// Peak memory of a command, bytes.
    Memory,
    /// Size of files or of the image, bytes.
    Size,
}

impl Quantity {
    /// What its figures count; absent where that depends on what is measured.
    pub fn unit(self) -> Option<Unit> {
        match self {
            Self::Value => None,
            Self::Wall => Some(Unit::Seconds),
            Self::Memory | Self::Size => Some(Unit::Bytes),
        }
    }

    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::Wall => "wall",
            Self::Memory => "memory",
            Self::Size => "size",
        }
    }
}

/// Streams of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
    /// Both, standard output first.
    Output,
}

/// What a text should be. Line breaks, indents and box characters are undone before comparing with `Says`, since programs wrap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Text {
    /// Exactly this, white space at both ends aside.
    Equals(String),
    /// This occurs, to the letter.
    Contains(String),
    /// This message occurs, however it was wrapped and whatever the case.
    Says(String),
    /// This regular expression matches somewhere (`regex` syntax, multi-line).
    Matches(String),
    /// This regular expression matches nowhere (`regex` syntax, multi-line).
    NoMatch(String),
    /// A line that is exactly this.
    Line(String),
    /// At least one character other than white space.
    Something,
    /// Nothing but white space.
    Nothing,
    /// It is JSON.
    Json,
    /// It is JSON, and the value at this pointer (RFC 6901) is this text, number or boolean, written as text.
    JsonAt {
        /// JSON pointer, as `/version`.
        pointer: String,
        /// The value.
        is: String,
    },
    /// The first thing in it that looks like a version lies in this range, as `>=0.30.0, <1`.
    VersionWithin(String),
    /// A PATH-like list, colon-separated, holds this entry.
    PathEntry(String),
}

/// What should lie at a path. Fields that are absent are not looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileExpectation {
    /// Nothing must be there.
    #[serde(default)]
    pub absent: bool,
    /// Its kind, links followed.
    #[serde(default)]
    pub kind: Option<FileKind>,
    /// Some execute bit is set (or none is).
    #[serde(default)]
    pub executable: Option<bool>,
    /// Permission bits, exactly.
    #[serde(default)]
    pub mode: Option<u32>,
    /// Permission bits that must not be set, as 0o022.
    #[serde(default)]
    pub mode_without: Option<u32>,
    /// Owner, by name or number.
    #[serde(default)]
    pub owner: Option<String>,
    /// Group, by name or number.
    #[serde(default)]
    pub group: Option<String>,
    /// More than 0 bytes.
    #[serde(default)]
    pub not_empty: bool,
}
