//! What error messages say of their cause: tables of phrases, and the one way they are looked up.

use crate::model::fact::ErrorClass;
use crate::model::text::squeezed;

/// A class, and the phrases that tell it: in lower case; the parts between `*` must follow each other.
pub(super) type Cause = (ErrorClass, &'static [&'static str]);

/// What the system and the network say, in whatever program. The order decides: what is nearer to the root goes first.
const COMMON: &[Cause] = &[
    (ErrorClass::DiskFull, &["no space left on device", "disk quota exceeded", "(os error 28)"]),
    (ErrorClass::ReadOnly, &["read-only file system", "(os error 30)"]),
    (ErrorClass::PermissionDenied, &["permission denied", "operation not permitted (os error 1)", "(os error 13)"]),
    (
        ErrorClass::Tls,
        &["invalid peer certificate", "certificate verify failed", "self-signed certificate", "tls handshake"],
    ),
    (
        ErrorClass::NameResolution,
        &[
            "dns error",
            "failed to lookup address",
            "in name resolution",
            "name or service not known",
            "not resolve host",
        ],
    ),
    (ErrorClass::HashMismatch, &["hash mismatch", "checksum mismatch"]),
    (ErrorClass::Authentication, &["401 unauthorized", "403 forbidden", "407 proxy authentication required"]),
    (
        ErrorClass::NetworkUnreachable,
        &[
            "connection refused",
            "connection reset",
            "connection timed out",
            "network is unreachable",
            "no route to host",
        ],
    ),
    (
        ErrorClass::Timeout,
        &["operation timed out", "request timed out", "deadline has elapsed", "due to network timeout"],
    ),
    (
        ErrorClass::NetworkUnreachable,
        &["client error (connect)", "error sending request", "http status server error ("],
    ),
];

/// What the parser of command lines says (both managers use the same one).
const USAGE: &[Cause] = &[(
    ErrorClass::InvalidSpec,
    &["unrecognized subcommand", "unexpected argument", "arguments were not provided", "error: invalid value '"],
)];

/// The class of an error, by its exit code and all that was printed; `own` are the phrases of one manager alone.
///
/// A success has no class: it is [`ErrorClass::Unknown`], whatever was printed.
pub(super) fn classify(exit: Option<i32>, output: &str, own: &[Cause]) -> ErrorClass {
    match exit {
        Some(0) => return ErrorClass::Unknown,
        // 128 + the signals that end a program from outside (HUP, INT, KILL, TERM), not those of its own crashes.
        Some(129 | 130 | 137 | 143) => return ErrorClass::Interrupted,
        Some(_) | None => {}
    }
    let text = squeezed(output);
    let says = |(_, phrases): &&Cause| phrases.iter().any(|phrase| says(&text, phrase));
    let told = COMMON.iter().chain(own).chain(USAGE).find(says);
    match told {
        Some((class, _)) => *class,
        // What a shell gives for a file that may not be run.
        None if exit == Some(126) => ErrorClass::PermissionDenied,
        None => ErrorClass::Unknown,
    }
}

/// Whether the parts of the phrase occur in the squeezed text, one after the other. White space does not count, since a
/// message may be broken at any of it and within words.
fn says(squeezed_text: &str, phrase: &str) -> bool {
    let mut rest = squeezed_text;
    phrase.split('*').all(|part| match rest.split_once(&part.replace(' ', "")) {
        Some((_, after)) => {
            rest = after;
            true
        }
        None => false,
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(Some(0), "Permission denied", ErrorClass::Unknown)]
    #[case(Some(1), "Permission\n  │ denied (os error 13)", ErrorClass::PermissionDenied)]
    #[case(Some(1), "Read-\n  │ only file system", ErrorClass::ReadOnly)]
    #[case(Some(126), "", ErrorClass::PermissionDenied)]
    #[case(Some(127), "x: command not found", ErrorClass::Unknown)]
    #[case(Some(137), "No space left on device", ErrorClass::Interrupted)]
    #[case(Some(134), "aborted", ErrorClass::Unknown)]
    #[case(None, "Connection refused (os error 111)", ErrorClass::NetworkUnreachable)]
    #[case(Some(1), "Connection timed out (os error 110)", ErrorClass::NetworkUnreachable)]
    #[case(Some(1), "is lost a thing", ErrorClass::Unknown)]
    #[case(Some(1), "thing a is lost", ErrorClass::Locked)]
    fn exit_code_and_phrases_tell_the_class(
        #[case] exit: Option<i32>,
        #[case] output: &str,
        #[case] class: ErrorClass,
    ) {
        assert_eq!(classify(exit, output, &[(ErrorClass::Locked, &["thing * is lost"])]), class);
    }
}
