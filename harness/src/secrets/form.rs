//! Secrets in texts, by their form.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::name::{is_leak, is_secret};

/// What stands in a secret's place.
pub const MASK: &str = "***";

/// The text with what is a secret by its form replaced by `***`.
pub fn masked(text: &str) -> String {
    replaced(text, |_| true, is_secret)
}

/// Whether a text has a secret in it, and not only where one would be put in: a shell that reads `$TOKEN` gives nothing
/// away, nor does the name of a file.
pub(super) fn gives_away(text: &str) -> bool {
    let is_literal = |value: &str| !value.contains(['$', '`']) && value != MASK;
    let is_leak = |name: &str, value: &str| !value.starts_with(['$', '`', '*']) && is_leak(name, value);
    replaced(text, is_literal, is_leak) != text
}

/// Replaces credentials for which `is_meant` holds, and values of assignments for which `is_value` does.
fn replaced(text: &str, is_meant: impl Fn(&str) -> bool, is_value: impl Fn(&str, &str) -> bool) -> String {
    static CREDENTIALS: LazyLock<Regex> = LazyLock::new(|| pattern(r"//[^/\s:@]*:([^/\s@]+)@"));
    // Over HTTP a user without a password is a token; over SSH it is a name.
    static USER: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\b(https?://)([^/\s:@]+)@"));
    static AUTHORIZATION: LazyLock<Regex> =
        LazyLock::new(|| pattern(r#"(?i)((?:proxy-)?authorization["']?\s*[:=]\s*["']?)([^\r\n"']+)"#));
    static ASSIGNMENT: LazyLock<Regex> =
        LazyLock::new(|| pattern(r#"\b([A-Za-z][A-Za-z0-9_]*)(=["']?)([^\s"'=][^\s"']{5,})"#));
    if !text.contains(['@', '=', ':']) {
        return text.to_owned();
    }
    let unless = |found: &Captures<'_>, secret: &str, instead: String| {
        if is_meant(secret) { instead } else { found[0].to_owned() }
    };
    let text = CREDENTIALS.replace_all(text, |found: &Captures<'_>| unless(found, &found[1], format!("//{MASK}@")));
    let text =
        USER.replace_all(&text, |found: &Captures<'_>| unless(found, &found[2], format!("{}{MASK}@", &found[1])));
    let text = AUTHORIZATION
        .replace_all(&text, |found: &Captures<'_>| unless(found, &found[2], format!("{}{MASK}", &found[1])));
    let text = ASSIGNMENT.replace_all(&text, |found: &Captures<'_>| {
        // What ends a command of a shell is not the value's.
        let end = found[3].len() - found[3].trim_end_matches([';', '&', '|', ')']).len();
        let rest = &found[3][found[3].len() - end..];
        if is_value(&found[1], &found[3]) {
            format!("{}{}{MASK}{rest}", &found[1], &found[2])
        } else {
            found[0].to_owned()
        }
    });
    text.into_owned()
}

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the pattern is a constant that a test compiles")
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::credentials("RUN pip install --index-url https://me:hunter2@index.example/simple x", true)]
    #[case::token_in_a_url("RUN git clone https://ghp_0123456789@example.org/x", true)]
    #[case::header("RUN curl -H 'Authorization: Bearer abc.def' https://example.org", true)]
    #[case::build_argument("RUN |1 INDEX_PASSWORD=hunter2s /bin/sh -c pip install x # buildkit", true)]
    #[case::default_of_an_argument("ARG INDEX_PASSWORD=hunter2s", true)]
    #[case::read_from_a_mounted_secret("RUN /bin/sh -c TOKEN=$(cat /run/secrets/token) make", false)]
    #[case::filled_in("RUN curl -H \"Authorization: Bearer $TOKEN\" https://$USER:$PASSWORD@example.org", false)]
    #[case::place("ENV POSTGRES_PASSWORD_FILE=/run/secrets/password", false)]
    #[case::fingerprint("ENV GPG_KEY=A035C8C19219BA821ECEA86B64E628F8D684696D", false)]
    #[case::empty("ARG TOKEN=", false)]
    #[case::masked_already("ENV TOKEN=*** https://***@example.org", false)]
    #[case::nothing(
        "RUN |2 COMMON=scipy UV_REQUIREMENT=uv==0.13.9 /bin/sh -c sh /setup/install-uv.sh # buildkit",
        false
    )]
    fn a_secret_is_told_from_the_place_where_one_is_put_in(#[case] text: &str, #[case] expected: bool) {
        assert_eq!(gives_away(text), expected, "{text}");
        assert!(!gives_away(&masked(text)), "{}", masked(text));
    }
}
