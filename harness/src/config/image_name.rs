//! Names of images, by the grammar that engines and registries hold to.

use std::sync::LazyLock;

use regex::Regex;

/// `[host[:port]/]path[:tag][@digest]`, as <https://pkg.go.dev/github.com/distribution/reference> defines it.
static NAME: LazyLock<Regex> = LazyLock::new(|| {
    let part = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
    let label = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
    let host = format!(r"(?:{label}(?:\.{label})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?");
    let digest = "[A-Za-z][A-Za-z0-9]*(?:[+._-][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}";
    let pattern = format!(r"^(?<path>(?:{host}/)?{part}(?:/{part})*)(?::\w[\w.-]{{0,127}})?(?<digest>@{digest})?$");
    Regex::new(&pattern).expect("the pattern is a constant")
});

/// Most characters of a name without tag and digest.
const LONGEST: usize = 255;

/// Checks that a text can be the name, or the id, of an image; the error says what is wrong and what names look like.
pub fn image_name(text: &str) -> Result<String, String> {
    match NAME.captures(text) {
        Some(parts) if parts["path"].len() <= LONGEST => Ok(text.to_owned()),
        Some(_) => Err(format!("the name is longer than {LONGEST} characters")),
        None => Err(format!("`{text}` cannot be the name of an image: {LOOK}")),
    }
}

/// Checks that a text can be given to an image as its name: one with a digest cannot.
pub fn image_tag(text: &str) -> Result<String, String> {
    image_name(text)?;
    let has_digest = NAME.captures(text).is_some_and(|parts| parts.name("digest").is_some());
    if has_digest {
        Err("a digest is found, not given: leave out what follows `@`".to_owned())
    } else {
        Ok(text.to_owned())
    }
}

/// What names look like.
const LOOK: &str = "names are in lower case, as `registry.example:5000/team/image:tag`";

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("uv")]
    #[case("debian:bookworm-slim")]
    #[case("registry.example:5000/a/b__c:1.0_x")]
    #[case("[::1]:5000/a")]
    #[case("Registry.example/a")]
    #[case("a@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    #[case("sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    #[case("0123456789ab")]
    fn names_and_ids_are_accepted(#[case] name: &str) {
        assert_eq!(image_name(name), Ok(name.to_owned()));
    }

    #[rstest]
    #[case("")]
    #[case("Bad Image!!")]
    #[case("!!")]
    #[case("Upper/Case")]
    #[case("a:")]
    #[case("a:b:c")]
    #[case("a//b")]
    #[case("-a")]
    #[case("a@sha256:12")]
    fn other_texts_are_refused(#[case] name: &str) {
        let refused = image_name(name).unwrap_err();
        assert!(refused.starts_with(&format!("`{name}` cannot be the name of an image: ")), "{refused}");
    }

    #[test]
    fn long_names_and_digests_as_tags_are_refused() {
        assert!(image_name(&"a".repeat(256)).is_err_and(|words| words.contains("longer than 255")));
        assert!(image_name(&"a".repeat(255)).is_ok());
        let by_digest = format!("a@sha256:{}", "0".repeat(64));
        assert!(image_tag(&by_digest).is_err_and(|words| words.contains('@')));
        assert_eq!(image_tag("a:1"), Ok("a:1".to_owned()));
    }
}
