//! What a package is, before it becomes a file of some format.

/// One version of a package.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recipe {
    /// Its name, as `shakedown-plain`; its module has the same name with underscores.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// What it needs.
    pub requires: Vec<Requirement>,
    /// What it needs on request only.
    pub extras: Vec<Extra>,
    /// The program that it brings, where it brings one.
    pub program: Option<&'static str>,
    /// A file beside its module: name and text.
    pub data: Option<(&'static str, &'static str)>,
    /// Taken back by its author, for this reason.
    pub yanked: Option<&'static str>,
    /// The index announces another checksum than the file has.
    pub damaged: bool,
    /// It is made for Windows only, where no test runs.
    pub foreign: bool,
}

impl Recipe {
    /// The package's module.
    pub fn module(&self) -> String {
        self.name.replace('-', "_")
    }
}

/// Another package that one needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// The other's name.
    pub name: &'static str,
    /// The versions that will do, in the words that Python and conda share (`>=1,<2`); empty: any.
    pub versions: &'static str,
}

impl Requirement {
    /// As in the metadata of a wheel: `shakedown-bottom<2`.
    pub fn as_wheel(&self) -> String {
        format!("{}{}", self.name, self.versions)
    }

    /// As in the index of a conda package: `shakedown-bottom <2`.
    pub fn as_conda(&self) -> String {
        format!("{} {}", self.name, self.versions).trim_end().to_owned()
    }
}

/// What is needed on request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extra {
    /// The extra's name.
    pub name: &'static str,
    /// What it needs.
    pub requires: Vec<Requirement>,
}
