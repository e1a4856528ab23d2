//! The sabotages: one line of a Dockerfile each, and what has to notice.

mod environments;
mod errors;
mod image;
mod installation;
mod later;
mod packages;
mod pixi;
mod shell;
mod ssh;

/// One line that makes a bad image of the good one.
pub(crate) struct Sabotage {
    /// What is wrong with the image then.
    pub(crate) name: &'static str,
    /// The instruction, carried out as root; `ENTRYPOINT` and `ENV` as well. The image's own user follows, unless it is `USER`.
    pub(crate) line: &'static str,
    /// Which checks could be touched, as globs over their ids.
    pub(crate) looks: &'static [&'static str],
    /// The checks that go red, by their whole ids.
    pub(crate) red: &'static [&'static str],
    /// The checks that need one of these, by their names.
    pub(crate) blocked: &'static [&'static str],
}

/// Those of the image that has an SSH server, too.
pub(crate) fn by_ssh() -> impl Iterator<Item = &'static Sabotage> {
    ssh::ALL.iter()
}

/// Those of the image of pixi: of what its own suites look at.
pub(crate) fn of_pixi() -> impl Iterator<Item = &'static Sabotage> {
    pixi::ALL.iter()
}

/// Those of the image of uv.
pub(crate) fn all() -> impl Iterator<Item = &'static Sabotage> {
    [installation::ALL, image::ALL, environments::ALL, packages::ALL, shell::ALL, later::ALL, errors::ALL]
        .into_iter()
        .flatten()
}
