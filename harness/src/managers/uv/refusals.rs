//! Why uv refused something.

use crate::managers::causes::{self, Cause};
use crate::model::fact::ErrorClass;

/// What uv alone says. Its explanations chain clauses, so the order decides: what is missing goes before what cannot
/// be met, and `depends on` in a chain makes it a matter of several requirements.
const CAUSES: &[Cause] = &[
    (ErrorClass::Locked, &["when waiting for lock on"]),
    (ErrorClass::Offline, &["because the network was disabled", "when the network is disabled"]),
    (
        ErrorClass::InvalidManifest,
        &[
            "toml parse error",
            "couldn't parse requirement in `",
            "is missing a valid receipt",
            "no `pyproject.toml` found",
            "project directory * does not exist",
        ],
    ),
    (ErrorClass::InvalidSpec, &["failed to parse: `"]),
    (
        ErrorClass::NotFound,
        &[
            "was not found in the package registry",
            "was not found in the provided package locations",
            "distribution not found at",
            "file not found:",
            "404 not found",
        ],
    ),
    (ErrorClass::Conflict, &["depends on * your requirements are unsatisfiable", "are incompatible"]),
    (
        ErrorClass::VersionUnsatisfiable,
        &[
            "there is no version of",
            "there are no versions of",
            "no usable wheels",
            "has no wheels with a matching",
            "or wheel for the current platform",
            "is available and your project depends on",
        ],
    ),
    (ErrorClass::Conflict, &["your requirements are unsatisfiable", "your project's requirements are unsatisfiable"]),
    (
        ErrorClass::NotInstalled,
        &[
            "is not installed",
            "no virtual environment or system python installation found",
            "no interpreter found for",
            "the dependency * could not be found in",
        ],
    ),
];

pub(super) fn classify(exit: Option<i32>, output: &str) -> ErrorClass {
    causes::classify(exit, output, CAUSES)
}
