//! The name within a package specification.

/// The package's name in a specification, as `cowsay` of `cowsay==6.0`, `cowsay[all] >=6` or `channel::cowsay=6`.
///
/// The whole specification, trimmed, where it does not begin with a name.
pub fn name_of(specification: &str) -> &str {
    let bare = specification.rsplit_once("::").map_or(specification, |(_, bare)| bare).trim();
    let end = bare.find(|character: char| !(character.is_alphanumeric() || matches!(character, '-' | '_' | '.')));
    match end {
        Some(0) | None => bare,
        Some(end) => &bare[..end],
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("cowsay", "cowsay")]
    #[case("cowsay==6.0", "cowsay")]
    #[case(" cowsay[all] >= 6 ", "cowsay")]
    #[case("python=3.11", "python")]
    #[case("https://channel.example::ruamel.yaml", "ruamel.yaml")]
    #[case("==1", "==1")]
    #[case("", "")]
    fn the_name_is_what_stands_before_the_constraint(#[case] specification: &str, #[case] name: &str) {
        assert_eq!(name_of(specification), name);
    }
}
