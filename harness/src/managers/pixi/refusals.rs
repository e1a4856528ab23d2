//! Why pixi refused something.

use crate::managers::causes::{self, Cause};
use crate::model::fact::ErrorClass;
use crate::model::text::unwrapped;

/// What pixi alone says. `No candidates were found for NAME *` is a package that no channel has, unless it was asked
/// for with a constraint: then pixi's message does not tell a missing package from a missing version.
const CAUSES: &[Cause] = &[
    (
        ErrorClass::InvalidManifest,
        &[
            "failed to parse global manifest",
            "missing field * in table",
            "missing table in manifest",
            "toml parse error",
            "could not find pixi.toml",
            "unable to canonicalize *pixi.toml",
            "failed to read contents for label",
            "invalid operator * pixi.toml:",
            "expected * found * pixi.toml:",
            "expected * found * pyproject.toml:",
            "failed to load lock file from",
        ],
    ),
    (ErrorClass::Conflict, &["there are no viable options", "the following packages are incompatible"]),
    (ErrorClass::Offline, &["no usable repodata cache for"]),
    (ErrorClass::NetworkUnreachable, &["failed to fetch conda-pypi mapping"]),
    (
        ErrorClass::InvalidSpec,
        &["unable to parse version spec", "invalid matchspec", "failed to parse environment name"],
    ),
    (
        ErrorClass::NotInstalled,
        &[
            "not found in manifest",
            "environment * doesn't exist",
            "dependency * not found in ",
            "dependency * was not found in dependencies",
            "exposed name * not found in any environment",
        ],
    ),
    (ErrorClass::NotFound, &["could not find subdir", "404 not found"]),
];

/// As [`unwrapped`] gives it.
const NO_CANDIDATES: &str = "no candidates were found for ";

pub(super) fn classify(exit: Option<i32>, output: &str) -> ErrorClass {
    let class = causes::classify(exit, output, CAUSES);
    if class != ErrorClass::Unknown || exit == Some(0) {
        return class;
    }
    let text = unwrapped(output);
    let Some((_, asked)) = text.split_once(NO_CANDIDATES) else { return class };
    // The name may have been broken at its dashes; what follows it is the constraint.
    match asked.split_whitespace().skip_while(|part| part.ends_with('-')).nth(1) {
        Some(constraint) if !constraint.starts_with('*') => ErrorClass::VersionUnsatisfiable,
        _ => ErrorClass::NotFound,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What pixi 0.77.0 printed of a manifest that begins with `[broken ==`.
    #[test]
    fn a_mistake_of_toml_is_one_of_the_manifest() {
        let output = "Error:   × expected a right bracket, found an equals\n   ╭─[/tmp/here/pixi.toml:1:9]\n 1 │ ╭─▶ [broken \
                      ==\n 2 │ ╰─▶ [workspace]\n   ╰────\n";
        assert_eq!(classify(Some(1), output), ErrorClass::InvalidManifest);
    }
}
