//! Names that a configuration may refer to.

use crate::managers::EnvironmentKind;

/// What there is to refer to, beyond the file itself.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// The package managers.
    pub managers: &'a [KnownManager<'a>],
    /// Names of the embedded suites.
    pub suites: &'a [&'a str],
    /// Names of the phases of embedded suites. Suites from files may have others, so a subject that has such a suite may name any.
    pub phases: &'a [&'a str],
    /// The package manager of a subject that names none; one of `managers`.
    pub default_manager: Option<&'a str>,
}

/// A package manager, as far as configurations refer to it.
#[derive(Clone, Copy, Debug)]
pub struct KnownManager<'a> {
    /// Its name.
    pub name: &'a str,
    /// The kinds of environment it makes.
    pub kinds: &'a [EnvironmentKind],
}

/// Whether a name is made of lower-case letters, digits and dashes, and begins with a letter or digit.
pub(crate) fn is_plain(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !name.is_empty()
        && !name.starts_with('-')
}

/// Whether a name is made of ASCII letters, digits, dots, dashes and underscores, and begins with a letter or digit.
pub(super) fn is_word(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
        && name.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric())
}

/// Whether a name can be that of an environment variable.
pub(super) fn is_variable(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && name.bytes().next().is_some_and(|byte| !byte.is_ascii_digit())
}
