//! Why pip refused something.

use crate::managers::causes::{self, Cause};
use crate::model::fact::ErrorClass;

/// What pip alone says. Of an index that did not answer it tells only in warnings of its further tries, or not at all;
/// then it takes the package for missing, so that comes last.
const CAUSES: &[Cause] = &[
    (ErrorClass::Interrupted, &["operation cancelled by user"]),
    (ErrorClass::HashMismatch, &["do not match the hashes"]),
    (
        ErrorClass::Authentication,
        &["401 error, credentials", "401 client error", "403 client error", "http error 401", "http error 403"],
    ),
    (ErrorClass::Timeout, &["read timed out", "didn't respond within"]),
    (
        ErrorClass::NetworkUnreachable,
        &[
            "500 server error",
            "502 server error",
            "503 server error",
            "504 server error",
            "too many * error responses",
            "connection was closed without a reply",
            "this is an issue with network connectivity",
        ],
    ),
    (
        ErrorClass::InvalidManifest,
        &[
            "invalid requirement: * (from line",
            "invalid requirement: --",
            "configuration file could not be loaded",
            "tomldecodeerror",
            "is not installable. neither",
        ],
    ),
    (
        ErrorClass::InvalidSpec,
        &["invalid requirement: ", "unknown command", "no such option", "you must give at least one requirement"],
    ),
    (
        ErrorClass::NotInstalled,
        &["package(s) not found", "could not locate python interpreter", "which is not installed"],
    ),
    (ErrorClass::Conflict, &["have conflicting dependencies"]),
    (
        ErrorClass::NotFound,
        &[
            "(from versions: none)",
            "404 client error",
            "no such file or directory: '*.txt'",
            "but the file does not exist",
        ],
    ),
    (ErrorClass::VersionUnsatisfiable, &["could not find a version that satisfies"]),
    (ErrorClass::NotFound, &["no matching distribution found"]),
];

pub(super) fn classify(exit: Option<i32>, output: &str) -> ErrorClass {
    causes::classify(exit, output, CAUSES)
}
