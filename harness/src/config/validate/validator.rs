//! What all parts of the validation share: filling in variables, paths, and collecting mistakes.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use super::super::diagnostic::{ConfigError, Place};
use super::super::located::{Ordered, Text};
use super::super::source::Source;
use super::super::variables::expand;
use super::names::{Known, is_variable};

/// Where a subject is read.
pub(in crate::config) struct Surroundings<'a> {
    /// The folder of the file, absolute.
    pub folder: &'a Path,
    /// Variables of the caller.
    pub environment: &'a dyn Fn(&str) -> Option<String>,
    /// Names to refer to.
    pub known: &'a Known<'a>,
    /// Whether a file is there.
    pub exists: &'a dyn Fn(&Path) -> bool,
    /// The text of a file, where it is there and is text.
    pub text: &'a dyn Fn(&Path) -> Option<String>,
}

/// A validation under way.
pub(in crate::config) struct Validator<'a> {
    /// The file.
    pub source: &'a Source,
    /// Where it is read.
    pub surroundings: &'a Surroundings<'a>,
    /// Mistakes found so far.
    pub errors: Vec<ConfigError>,
}

impl Validator<'_> {
    /// Notes a mistake; hint and suggestion can be added to what is returned.
    pub(in crate::config) fn refuse(&mut self, place: Place, message: impl Into<String>) -> &mut ConfigError {
        self.errors.push(self.source.error(place, message));
        self.errors.last_mut().expect("one was pushed just before")
    }

    /// The text with its variables filled in; nothing where that is a mistake, which is noted.
    pub(super) fn text(&mut self, text: &Text) -> Option<String> {
        match expand(text.text(), self.surroundings.environment) {
            Ok(filled) => Some(filled),
            Err(error) => {
                self.refuse(text.place, error.to_string()).hint(error.hint());
                None
            }
        }
    }

    /// The text with its variables filled in; nothing where it is absent or empty.
    pub(in crate::config) fn unless_empty(&mut self, text: Option<&Text>) -> Option<String> {
        text.and_then(|text| self.text(text)).filter(|text| !text.is_empty())
    }

    /// The text, which must not be empty.
    pub(super) fn filled(&mut self, text: &Text, what: &str) -> Option<String> {
        let filled = self.text(text)?;
        if filled.trim().is_empty() {
            self.refuse(text.place, format!("{what} is empty"));
            return None;
        }
        Some(filled)
    }

    /// All these texts, none of them empty.
    pub(super) fn all(&mut self, texts: &[Text], what: &str) -> Vec<String> {
        texts.iter().filter_map(|text| self.filled(text, what)).collect()
    }

    /// What a reader of human text makes of it; its error is noted.
    pub(super) fn read<T>(&mut self, text: &Text, reader: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        match reader(self.text(text)?.trim()) {
            Ok(value) => Some(value),
            Err(message) => {
                self.refuse(text.place, message);
                None
            }
        }
    }

    /// Names and texts of a map; a name that does not fit is noted.
    pub(super) fn pairs(
        &mut self,
        pairs: &Ordered<Text>,
        what: &str,
        fits: impl Fn(&str) -> bool,
    ) -> BTreeMap<String, String> {
        let mut map = BTreeMap::new();
        for (name, value) in &pairs.0 {
            if !fits(name.text()) {
                self.refuse(name.place, format!("`{}` is not {what}", name.text()));
            }
            if let Some(value) = self.text(value) {
                map.insert(name.text().to_owned(), value);
            }
        }
        map
    }

    /// Variables and their values.
    pub(super) fn variables(&mut self, pairs: &Ordered<Text>) -> BTreeMap<String, String> {
        self.pairs(pairs, "the name of a variable", is_variable)
    }

    /// A path in the image, which must be absolute.
    pub(in crate::config) fn inside(&mut self, text: &Text, what: &str) -> Option<String> {
        let path = self.filled(text, what)?;
        if !path.starts_with('/') {
            self.refuse(text.place, format!("{what} `{path}` is not absolute"))
                .hint("Paths in the image begin with a slash.");
            return None;
        }
        Some(path)
    }

    /// A path of this machine, made absolute from the file's folder.
    pub(in crate::config) fn outside(&self, path: &str) -> PathBuf {
        absolute(self.surroundings.folder, Path::new(path))
    }

    /// A file of this machine that must be there.
    pub(super) fn file(&mut self, text: &Text, what: &str) -> Option<PathBuf> {
        let path = self.filled(text, what)?;
        let absolute = self.outside(&path);
        if !(self.surroundings.exists)(&absolute) {
            self.refuse(text.place, format!("{what} `{path}` is not there"))
                .hint(format!("Paths are relative to the file that names them; looked at {}.", absolute.display()));
            return None;
        }
        Some(absolute)
    }
}

/// The path from this folder on, without `.` and `..`.
fn absolute(folder: &Path, path: &Path) -> PathBuf {
    let mut absolute = folder.to_path_buf();
    for component in path.components() {
        match component {
            Component::RootDir | Component::Prefix(_) => absolute = PathBuf::from(component.as_os_str()),
            Component::CurDir => {}
            Component::ParentDir => {
                absolute.pop();
            }
            Component::Normal(name) => absolute.push(name),
        }
    }
    absolute
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_made_absolute_from_the_folder_and_lose_their_dots() {
        let folder = Path::new("/project/configs");
        assert_eq!(absolute(folder, Path::new("../docker/./a")), Path::new("/project/docker/a"));
        assert_eq!(absolute(folder, Path::new("/elsewhere/a")), Path::new("/elsewhere/a"));
        assert_eq!(absolute(folder, Path::new("../../../../a")), Path::new("/a"));
    }
}
