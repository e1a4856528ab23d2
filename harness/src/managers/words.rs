//! The words of a command, as they come together.

use super::caller::Caller;
use crate::model::invocation::Invocation;

/// The words of a command, without its program.
pub(super) struct Words(Vec<String>);

impl Words {
    pub(super) fn new(words: &[&str]) -> Self {
        Self(words.iter().map(|&word| word.to_owned()).collect())
    }

    /// A flag, where it is wanted.
    pub(super) fn flag(mut self, flag: &str, wanted: bool) -> Self {
        if wanted {
            self.0.push(flag.to_owned());
        }
        self
    }

    /// An option and its value, where there is one.
    pub(super) fn option(self, option: &str, value: Option<&str>) -> Self {
        self.options(option, value)
    }

    /// An option once for each value.
    pub(super) fn options<I>(mut self, option: &str, values: I) -> Self
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        for value in values {
            self.0.extend([option.to_owned(), value.as_ref().to_owned()]);
        }
        self
    }

    /// What follows the options.
    pub(super) fn all<I>(mut self, words: I) -> Self
    where
        I: IntoIterator,
        I::Item: ToString,
    {
        self.0.extend(words.into_iter().map(|word| word.to_string()));
        self
    }

    /// The command, in whatever folder.
    pub(super) fn anywhere(self, caller: &Caller) -> Invocation {
        caller.command(self.0)
    }

    /// The command in this folder.
    pub(super) fn within(self, caller: &Caller, folder: &str) -> Invocation {
        let mut invocation = self.anywhere(caller);
        invocation.directory = Some(folder.to_owned());
        invocation
    }
}
