//! Paths in containers, as suites name them.

use super::mistake::Mistake;

/// What to do about a path that is none of a container.
const HINT: &str = "Paths of a container begin with a slash, or with a template such as `{{ install.home }}`.";

/// The path, which must be absolute: there is no folder that a relative one would begin at.
pub(super) fn absolute(path: String) -> Result<String, Mistake> {
    if path.starts_with('/') {
        return Ok(path);
    }
    let mistake = Mistake { hint: Some(HINT.to_owned()), ..format!("`{path}` is not an absolute path").into() };
    Err(mistake.written_as(&path))
}

/// All of them, each absolute.
pub(super) fn all_absolute(paths: Vec<String>) -> Result<Vec<String>, Mistake> {
    paths.into_iter().map(absolute).collect()
}
