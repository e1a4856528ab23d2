//! Secrets in what an image says of itself: its variables, its labels and its history.

use std::collections::BTreeMap;

use super::form::{MASK, gives_away, masked};
use super::name::is_leak;

/// What an image sets under names, with the secrets among it masked: what `is_telling` by its name, whole.
pub fn declared(values: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let shown = |(name, value): (&String, &String)| {
        let hidden = if super::is_telling(name) && !value.is_empty() { MASK.to_owned() } else { masked(value) };
        (name.clone(), hidden)
    };
    values.iter().map(shown).collect()
}

/// Where an image gives secrets away, a line for each place, with the secrets masked: variables and labels of its
/// configuration, and steps of its history.
pub fn found(
    variables: &BTreeMap<String, String>,
    labels: &BTreeMap<String, String>,
    history: &[String],
) -> Vec<String> {
    let leaks = |(name, value): &(&String, &String)| is_leak(name, value) || gives_away(value);
    let named = |kind: &'static str, values: &BTreeMap<String, String>| -> Vec<String> {
        values.iter().filter(leaks).map(|(name, _)| format!("{kind} {name}")).collect()
    };
    let steps = history.iter().filter(|step| gives_away(step)).map(|step| format!("history: {}", masked(step)));
    named("variable", variables).into_iter().chain(named("label", labels)).chain(steps).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn each_place_is_named_and_no_secret_is_told() {
        let variables = map(&[
            ("PATH", "/usr/bin"),
            ("UV_PUBLISH_TOKEN", "pypi-0123456789 with blanks"),
            ("UV_INDEX_URL", "https://me:hunter2@index.example/simple"),
            ("GPG_KEY", "A035C8C19219BA821ECEA86B64E628F8D684696D"),
        ]);
        let labels = map(&[("org.example.api-key", "0123456789"), ("org.example.title", "uv")]);
        let history = ["RUN true", "RUN |1 PASSWORD=hunter2s /bin/sh -c true # buildkit"].map(str::to_owned);
        assert_eq!(
            found(&variables, &labels, &history),
            [
                "variable UV_INDEX_URL",
                "variable UV_PUBLISH_TOKEN",
                "label org.example.api-key",
                "history: RUN |1 PASSWORD=*** /bin/sh -c true # buildkit",
            ]
        );
    }

    #[test]
    fn what_is_declared_is_shown_without_its_secrets() {
        let shown =
            declared(&map(&[("A_TOKEN", "a b"), ("EMPTY_TOKEN", ""), ("URL", "//me:pw@host"), ("HOME", "/root")]));
        let expected = map(&[("A_TOKEN", "***"), ("EMPTY_TOKEN", ""), ("URL", "//***@host"), ("HOME", "/root")]);
        assert_eq!(shown, expected);
    }
}
