//! The folder that an operation is about, by one name.

use std::io;
use std::path::{Component, Path, PathBuf};

/// A folder as it was named, made absolute, with the links in what is there of it resolved: so the same folder always
/// goes by the same name.
pub(super) fn resolved(folder: &Path) -> io::Result<PathBuf> {
    let absolute = std::path::absolute(folder)?;
    for ancestor in absolute.ancestors() {
        match ancestor.canonicalize() {
            Ok(real) => return Ok(below(real, absolute.strip_prefix(ancestor).unwrap_or(Path::new("")))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(absolute)
}

/// What is not there yet has no links: its dots are taken by the letter.
fn below(mut folder: PathBuf, rest: &Path) -> PathBuf {
    for component in rest.components() {
        match component {
            Component::ParentDir => {
                folder.pop();
            }
            other => folder.push(other),
        }
    }
    folder
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_one_name_by_whatever_path_it_is_reached() {
        let root = tempfile::tempdir().unwrap();
        let real = root.path().canonicalize().unwrap().join("my project");
        std::fs::create_dir(&real).unwrap();
        std::os::unix::fs::symlink(&real, root.path().join("link")).unwrap();
        for path in ["my project", "link", "link/.", "my project/../link"] {
            assert_eq!(resolved(&root.path().join(path)).unwrap(), real, "{path}");
        }
        for path in ["link/new", "link/new/x/..", "link/./new"] {
            assert_eq!(resolved(&root.path().join(path)).unwrap(), real.join("new"), "{path}");
        }
        assert_eq!(resolved(Path::new("/")).unwrap(), Path::new("/"));
        let here = std::env::current_dir().unwrap().canonicalize().unwrap();
        assert_eq!(resolved(Path::new("not there")).unwrap(), here.join("not there"));
    }

    #[test]
    fn what_is_no_folder_on_the_way_is_an_error() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert!(resolved(&file.path().join("below")).is_err());
    }
}
